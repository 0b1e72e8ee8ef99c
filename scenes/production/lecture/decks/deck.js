"use strict";
// Slides that play and stop. Each film is one video; a beat is a section of it, played until
// the picture stands still. The fragment of the URL is the number of the slide: #7.
// The script runs before the slides have arrived, so it finds each of them when it is needed.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);
const root = document.documentElement;
const slides = document.getElementsByClassName("slide");
const total = Number(root.dataset.slides);
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let shown = 0;
// A slide that was asked for and has not arrived, or null; and whether the film of this slide has not.
let wanted = null;
let waiting = false;

// Films

const videos = new Map();

// A film has arrived when something stands behind it.
function hasFilm(film) {
  const held = document.getElementById(`film-${film}`);
  return Boolean(held?.nextElementSibling);
}

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

// The videos stay at one place in the document; moving one would blank it.
function cover(n) {
  const now = beat(n);
  waiting = Boolean(now) && !hasFilm(now.film);
  const video = now && !waiting && videoOf(now.film);
  const plays = Boolean(video) && !video.broken;
  one("#screen").hidden = !plays;
  // The still, which shows the end of the beat, is only visible if there is no video to play.
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
  if (!cover(n)) return;
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
  n = Math.max(0, Math.min(n, total - 1));
  wanted = slides[n] ? null : n;
  if (wanted !== null) {
    tellNumber(`${n + 1} is loading`);
    return;
  }
  for (const video of videos.values()) video.pause();
  slides[shown].hidden = true;
  slides[n].hidden = false;
  shown = n;
  history.replaceState(null, "", `#${n + 1}`);
  tellNumber();
  one("#said").textContent = words(slides[n]);
  root.classList.remove("black");
  play(n, { from: calm.matches ? "hold" : from });
  // Load the video of the next slide in advance.
  const next = beat(n + 1);
  if (next && hasFilm(next.film)) setTimeout(() => videoOf(next.film), 200);
  tellPresenter();
}

function tellNumber(text = `${shown + 1} / ${total}`) {
  one("#number").textContent = text;
}

const words = slide => (one(".notes", slide) ?? one("h1", slide))?.textContent ?? "";
const asked = () => Number(location.hash.slice(1)) - 1 || 0;

// The next slide, or the one before, with which a film begins.
function opening(step) {
  let n = shown + step;
  while (slides[n] && !slides[n].dataset.opens) n += step;
  return slides[n] ? n : shown;
}

const actions = {
  next: () => shown < total - 1 && show(shown + 1),
  back: () => shown > 0 && show(shown - 1, { from: "hold" }),
  first: () => show(0),
  last: () => show(total - 1),
  nextFilm: () => show(opening(1)),
  filmBefore: () => show(opening(-1)),
  again: () => beat(shown) && play(shown),
  pause: () => {
    const video = beat(shown) && videos.get(beat(shown).film);
    if (video?.paused && video.currentTime < beat(shown).hold) video.play().then(() => watch(video));
    else if (video?.paused) play(shown);
    else video?.pause();
  },
  black: () => root.classList.toggle("black"),
  full: () => document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen?.().catch(() => {}),
  help: () => toggle(one("#help")),
  overview: () => { if (toggle(one("#overview"))) drawOverview(); },
  zero: () => setClock(),
  present: () => openPresenter(),
};

function toggle(dialog) {
  if (dialog.open) dialog.close();
  else dialog.showModal();
  return dialog.open;
}

// Keys, clicks and touch

const keys = {
  ArrowRight: "next", ArrowDown: "next", PageDown: "next", " ": "next", Enter: "next", n: "next",
  ArrowLeft: "back", ArrowUp: "back", PageUp: "back", Backspace: "back",
  Home: "first", End: "last", c: "nextFilm", C: "filmBefore", r: "again", p: "pause",
  b: "black", ".": "black", f: "full", s: "present", o: "overview", z: "zero", "?": "help",
};
let typed = "";
let typing = 0;

// Digits are collected until Enter; what is not followed by one is forgotten.
function onDigit(digit) {
  clearTimeout(typing);
  typed = digit === null ? "" : `${typed}${digit}`.slice(-4);
  tellNumber(typed ? `to ${typed}, Enter` : undefined);
  if (typed) typing = setTimeout(() => onDigit(null), 4000);
}

function onKey(event) {
  const name = keys[event.key];
  const open = one("dialog[open]");
  if (event.ctrlKey || event.metaKey || event.altKey || !slides.length) return;
  if (open && name !== open.id) return moveIn(open, event);
  if (/^[0-9]$/.test(event.key)) return onDigit(event.key);
  if (typed && ["Enter", "Escape", "Backspace"].includes(event.key)) {
    const n = Number(typed) - 1;
    event.preventDefault();
    onDigit(null);
    if (event.key === "Enter") show(n);
    return;
  }
  const pressed = event.target.closest?.("button, a") && [" ", "Enter"].includes(event.key);
  if (!name || pressed) return;
  event.preventDefault();
  actions[name]();
}

function onClick(event) {
  const button = event.target.closest("[data-do]");
  const chosen = event.target.closest("[data-go]");
  if (chosen) {
    one("#overview").close();
    show(Number(chosen.dataset.go));
  } else if (button) {
    actions[button.dataset.do]();
    // Remove the focus, so that the space bar moves to the next slide instead of pressing the button.
    if (event.detail) button.blur();
  } else if (pointer === "mouse" && onDeck(event)) {
    actions.next();
  }
}

const onDeck = event => event.target.closest("#deck") && !event.target.closest("a");

let down = null;
let pointer = "mouse";
function onDown(event) {
  pointer = event.pointerType;
  down = event.isPrimary ? { x: event.clientX, y: event.clientY, at: event.timeStamp } : null;
  awake();
}

// A swipe goes on or back, and a short tap goes on.
function onUp(event) {
  if (!down || event.pointerType === "mouse") return;
  const [x, y] = [event.clientX - down.x, event.clientY - down.y];
  const quick = event.timeStamp - down.at < 500;
  down = null;
  if (Math.abs(x) > 40 && Math.abs(x) > 1.5 * Math.abs(y)) actions[x < 0 ? "next" : "back"]();
  else if (quick && Math.hypot(x, y) < 10 && onDeck(event)) actions.next();
}

// The buttons leave while nothing is touched or moved.
let rest = 0;
function awake() {
  root.classList.remove("quiet");
  clearTimeout(rest);
  rest = setTimeout(() => root.classList.add("quiet"), 3000);
}

document.addEventListener("keydown", onKey);
document.addEventListener("click", onClick);
document.addEventListener("pointerdown", onDown);
document.addEventListener("pointerup", onUp);
document.addEventListener("pointercancel", () => { down = null; });
document.addEventListener("pointermove", awake);
document.addEventListener("change", event => {
  if (event.target.id === "as-seen") root.classList.toggle("as-seen", event.target.checked);
});
addEventListener("hashchange", () => show(asked()));
addEventListener("pagehide", () => presenter?.close());

// While the page arrives

let begun = false;
function onArrival() {
  if (!begun && slides.length) {
    begun = true;
    awake();
    show(asked());
  }
  if (wanted !== null && slides[wanted]) show(wanted);
  if (waiting && hasFilm(beat(shown).film)) play(shown, { from: calm.matches ? "hold" : "start" });
}

const arriving = new MutationObserver(onArrival);
arriving.observe(document, { childList: true, subtree: true });
document.addEventListener("DOMContentLoaded", () => {
  arriving.disconnect();
  onArrival();
});
