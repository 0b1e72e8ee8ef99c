// The overview: a picture of each slide, by film.

function drawOverview() {
  const parts = [];
  for (let n = 0; slides[n]; n++) {
    if (slides[n].dataset.opens) {
      const heading = document.createElement("h2");
      heading.textContent = slides[n].dataset.opens;
      parts.push(heading);
    }
    parts.push(tile(n));
  }
  one("#overview").replaceChildren(...parts);
  one(`#overview [data-go="${shown}"]`)?.focus();
}

function tile(n) {
  const button = document.createElement("button");
  const still = one("img", slides[n]);
  const label = document.createElement("span");
  button.type = "button";
  button.dataset.go = n;
  label.textContent = `${n + 1} ${words(slides[n])}`;
  if (still) {
    const picture = document.createElement("img");
    Object.assign(picture, { alt: "", loading: "lazy", decoding: "async", src: still.src });
    button.append(picture);
  }
  button.append(label);
  return button;
}

// In the overview the arrows go from picture to picture.
function moveIn(open, event) {
  const tiles = all("[data-go]", open);
  const at = tiles.indexOf(document.activeElement);
  const row = tiles.filter(tile => tile.offsetTop === tiles[at]?.offsetTop).length;
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: row, ArrowUp: -row }[event.key];
  if (at < 0 || !step) return;
  event.preventDefault();
  tiles[Math.max(0, Math.min(at + step, tiles.length - 1))].focus();
}
