"use strict";
// Slides that play and wait. Each film is one video; a beat is a stretch of it, played until
// nothing moves. The address says which slide is shown: #7.

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

// The videos stay where they are, in front of the slides: one that is moved goes blank.
function cover(n) {
  const video = beat(n) && videoOf(beat(n).film);
  const plays = Boolean(video) && !video.broken;
  one("#screen").hidden = !plays;
  // A still shows how a beat ends; without a video it is all there is.
  slides[n].classList.toggle("plays", plays);
  for (const other of videos.values()) other.hidden = other !== video;
  return plays;
}

function stopInTime(video) {
  const now = beat(shown);
  if (!now || video !== videos.get(now.film) || video.paused) return;
  if (video.currentTime >= now.hold) video.pause();
}

// Frames come only while the page is seen, and the event seldom: both watch.
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
  // A browser that plays nothing by itself shows how the beat ends.
  video.play().then(() => watch(video), () => seek(video, hold));
}

function seek(video, seconds) {
  return new Promise(done => {
    const jump = () => {
      video.addEventListener("seeked", done, { once: true });
      // At a frame's very begin some show the one before.
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
  // What comes next is ready when it comes.
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

// Keys, clicks and fingers

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
  // The space bar is for the slides, not for what was clicked last.
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

// The presenter's window: empty, and filled from here, so that it needs no file and no message.

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
