"use strict";
// Slides that play and stop. Each film is one video; a beat is a section of it, played until
// the picture stands still. The fragment of the URL is the number of the slide: #7.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);
const slides = all(".slide");
const root = document.documentElement;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let shown = 0;

// Films

const videos = new Map();

function videoOf(film) {
  if (!videos.has(film)) {
    const bytes = Uint8Array.from(atob(one(`#film-${film}`).textContent), c => c.charCodeAt(0));
    const video = document.createElement("video");
    Object.assign(video, { muted: true, playsInline: true, preload: "auto", tabIndex: -1 });
    video.setAttribute("aria-hidden", "true");
    video.addEventListener("error", () => { video.broken = true; cover(shown); });
    video.addEventListener("timeupdate", () => stopInTime(video));
    one("#screen").append(video);
    video.src = URL.createObjectURL(new Blob([bytes], { type: "video/mp4" }));
    videos.set(film, video);
  }
  return videos.get(film);
}

const beat = n => slides[n]?.dataset.film && {
  film: slides[n].dataset.film,
  start: Number(slides[n].dataset.start),
  hold: Number(slides[n].dataset.hold),
};

// The videos stay at one place in the document, in front of the slides; moving one would blank it.
function cover(n) {
  const video = beat(n) && videoOf(beat(n).film);
  const plays = Boolean(video) && !video.broken;
  one("#screen").hidden = !plays;
  // The still, which shows the end of the beat, is only visible if the video cannot be played.
  slides[n].classList.toggle("plays", plays);
  for (const other of videos.values()) other.hidden = other !== video;
  return plays;
}

function stopInTime(video) {
  const now = beat(shown);
  if (!now || video !== videos.get(now.film) || video.paused) return;
  if (video.currentTime >= now.hold) video.pause();
}

// Animation frames stop while the page is hidden, and timeupdate events are rare: use both.
function watch(video) {
  stopInTime(video);
  if (!video.paused) requestAnimationFrame(() => watch(video));
}

async function play(n, { from = "start" } = {}) {
  const { film, start, hold } = beat(n);
  const video = videoOf(film);
  video.pause();
  await seek(video, from === "start" ? start : hold);
  if (n !== shown || from !== "start") return;
  // If the browser blocks autoplay, show the end of the beat.
  video.play().then(() => watch(video), () => seek(video, hold));
}

function seek(video, seconds) {
  return new Promise(done => {
    const jump = () => {
      video.addEventListener("seeked", done, { once: true });
      // At the exact start of a frame, some browsers show the frame before it.
      video.currentTime = seconds + 1e-3;
    };
    if (video.readyState) jump();
    else video.addEventListener("loadedmetadata", jump, { once: true });
  });
}

// Slides

function show(n, { from = "start" } = {}) {
  n = Math.max(0, Math.min(n, slides.length - 1));
  for (const video of videos.values()) video.pause();
  slides.forEach((slide, k) => { slide.hidden = k !== n; });
  shown = n;
  history.replaceState(null, "", `#${n + 1}`);
  one("#number").textContent = `${n + 1} / ${slides.length}`;
  one("#said").textContent = words(slides[n]);
  root.classList.remove("black");
  if (cover(n)) play(n, { from: calm.matches ? "hold" : from });
  // Load the video of the next slide in advance.
  if (beat(n + 1)) setTimeout(() => videoOf(beat(n + 1).film), 200);
  tellPresenter();
}

const words = slide => one(".notes", slide)?.textContent ?? one("h1", slide).textContent;

const actions = {
  next: () => shown < slides.length - 1 && show(shown + 1),
  back: () => shown > 0 && show(shown - 1, { from: "hold" }),
  first: () => show(0),
  last: () => show(slides.length - 1),
  again: () => beat(shown) && play(shown),
  pause: () => {
    const video = beat(shown) && videoOf(beat(shown).film);
    if (video?.paused && video.currentTime < beat(shown).hold) video.play().then(() => watch(video));
    else if (video?.paused) play(shown);
    else video?.pause();
  },
  black: () => root.classList.toggle("black"),
  full: () => document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.().catch(() => {}),
  help: () => one("#help").open ? one("#help").close() : one("#help").showModal(),
  present: openPresenter,
};

// Keys, clicks and touch

const keys = {
  ArrowRight: "next", ArrowDown: "next", PageDown: "next", " ": "next", Enter: "next", n: "next",
  ArrowLeft: "back", ArrowUp: "back", PageUp: "back", Backspace: "back",
  Home: "first", End: "last", r: "again", p: "pause", b: "black", ".": "black",
  f: "full", s: "present", "?": "help",
};

function onKey(event) {
  const name = keys[event.key];
  const pressed = event.target.closest?.("button, a") && [" ", "Enter"].includes(event.key);
  if (!name || pressed || event.ctrlKey || event.metaKey || event.altKey) return;
  if (one("#help").open && name !== "help") return;
  event.preventDefault();
  actions[name]();
}

function onClick(event) {
  const button = event.target.closest("[data-do]");
  if (button) actions[button.dataset.do]();
  else if (event.pointerType === "mouse" && event.target.closest("#deck") && !event.target.closest("a")) actions.next();
  // Remove the focus, so that the space bar moves to the next slide instead of pressing the button.
  if (button && event.detail) button.blur();
}

let down = null;
function onDown(event) { down = event.isPrimary ? { x: event.clientX, y: event.clientY } : null; }
function onUp(event) {
  if (!down || event.pointerType === "mouse") return;
  const [x, y] = [event.clientX - down.x, event.clientY - down.y];
  down = null;
  if (Math.abs(x) > 40 && Math.abs(x) > 1.5 * Math.abs(y)) actions[x < 0 ? "next" : "back"]();
}

let rest = 0;
function awake() {
  root.classList.remove("quiet");
  clearTimeout(rest);
  rest = setTimeout(() => {
    if (matchMedia("(hover: hover)").matches) root.classList.add("quiet");
  }, 3000);
}

// The presenter's window. It is filled from here, so that it needs neither a file nor messages.

let presenter = null;
const began = Date.now();

function openPresenter() {
  if (presenter && !presenter.closed) return presenter.focus();
  presenter = window.open("", "", "popup,width=1100,height=760");
  if (!presenter) {
    one("#number").textContent = "Allow pop-ups for the presenter view";
    return;
  }
  const page = presenter.document;
  page.title = `Presenter: ${document.title}`;
  page.documentElement.lang = "en";
  page.documentElement.className = "presenter";
  page.head.append(one("style").cloneNode(true));
  page.body.append(...["now", "coming", "notes", "clock"].map(id =>
    Object.assign(page.createElement(id === "notes" ? "p" : "div"), { id })));
  page.addEventListener("keydown", onKey);
  page.addEventListener("click", onClick);
  tellPresenter();
  tick();
}

function tellPresenter() {
  if (!presenter || presenter.closed) return;
  const page = presenter.document;
  for (const [id, n, label] of [["now", shown, "Now"], ["coming", shown + 1, "Next"]]) {
    const frame = page.createElement("div");
    frame.className = "frame";
    if (slides[n]) frame.append(page.importNode(one("img", slides[n]) ?? slides[n], true));
    all(".slide", frame).forEach(slide => { slide.hidden = false; slide.removeAttribute("id"); });
    const heading = page.createElement("h2");
    heading.textContent = slides[n] ? `${label}: ${n + 1} / ${slides.length}` : "The end";
    one(`#${id}`, page).replaceChildren(heading, frame);
  }
  one("#notes", page).textContent = words(slides[shown]);
}

function tick() {
  if (!presenter || presenter.closed) return;
  const seconds = Math.floor((Date.now() - began) / 1000);
  const two = n => String(n).padStart(2, "0");
  one("#clock", presenter.document).textContent =
    `${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}\n` +
    `${two(Math.floor(seconds / 60))}:${two(seconds % 60)} since the start`;
  setTimeout(tick, 500);
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", onClick);
document.addEventListener("pointerdown", onDown);
document.addEventListener("pointerup", onUp);
document.addEventListener("pointermove", awake);
addEventListener("hashchange", () => show(Number(location.hash.slice(1)) - 1 || 0));
addEventListener("pagehide", () => presenter?.close());
awake();
show(Number(location.hash.slice(1)) - 1 || 0);
