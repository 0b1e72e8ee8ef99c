// Chapters that seek, the sentence below the film, captions for pages without a server, and buttons that copy.
// Without this script the page can still be read, and the film plays.
(() => {
  "use strict";

  const still = matchMedia("(prefers-reduced-motion: reduce)");

  function seconds(element, name) {
    return Number(element.dataset[name]);
  }

  function chapters(video) {
    const buttons = [...document.querySelectorAll(".chapters button")];
    for (const button of buttons) {
      button.addEventListener("click", () => {
        video.currentTime = seconds(button, "start");
        // Visitors who prefer reduced motion start the film themselves.
        if (!still.matches) video.play();
      });
    }
    function mark() {
      for (const button of buttons) {
        const now = video.currentTime;
        const here = now >= seconds(button, "start") && now < seconds(button, "end");
        if (here) button.setAttribute("aria-current", "true");
        else button.removeAttribute("aria-current");
      }
    }
    for (const event of ["timeupdate", "seeking", "loadedmetadata"]) video.addEventListener(event, mark);
  }

  // While it is paused, a player's bar lies on the sentence in the picture: it stands below, too.
  function sentence(video) {
    const line = document.getElementById("sentence");
    const all = [...document.querySelectorAll(".said")];
    let begun = false;
    function say() {
      // Until then it shows its poster, and the line its sentence.
      if (!begun) return;
      const now = video.currentTime;
      // The last one stays to the end; where the motion comes first, the one before it is gone.
      const here = all.findLast((each) => seconds(each, "beat") <= now);
      const said = here && seconds(here, "start") <= now ? here.textContent : "";
      if (line.textContent !== said) line.textContent = said;
    }
    function begin() {
      begun = true;
      say();
    }
    for (const event of ["seeking", "play"]) video.addEventListener(event, begin);
    video.addEventListener("timeupdate", say);
    line.hidden = false;
  }

  // A page opened from disk may not load caption files, so its captions are made from the transcript.
  function captions(video) {
    if (location.protocol !== "file:") return;
    for (const old of [...video.querySelectorAll("track")]) {
      const lines = old.kind === "chapters"
        ? document.querySelectorAll(".chapters button")
        : document.querySelectorAll(".said");
      const track = video.addTextTrack(old.kind, old.label, old.srclang);
      for (const line of lines) {
        const words = (line.querySelector("span") ?? line).textContent;
        const cue = new VTTCue(seconds(line, "start"), seconds(line, "end"), escaped(words));
        track.addCue(cue);
      }
      track.mode = old.default ? "showing" : old.kind === "chapters" ? "hidden" : "disabled";
      old.remove();
    }
  }

  function escaped(words) {
    return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  }

  async function copy(text) {
    if (navigator.clipboard && window.isSecureContext) {
      await navigator.clipboard.writeText(text);
      return;
    }
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (!done) throw new Error("not copied");
  }

  function copying(button) {
    const said = document.getElementById("copied");
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copies).textContent;
      const first = button.firstChild;
      try {
        await copy(text);
        first.textContent = "Copied ";
      } catch {
        first.textContent = "Not copied ";
      }
      said.textContent = button.textContent;
      button.focus();
      setTimeout(() => { first.textContent = "Copy "; }, 2000);
    });
  }

  const video = document.getElementById("film");
  if (video) {
    captions(video);
    chapters(video);
    sentence(video);
  }
  document.querySelectorAll(".copy").forEach(copying);
})();
