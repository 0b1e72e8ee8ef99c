"use strict";

/* The page: each time a control changes, the network is computed and drawn again. */
(() => {
  const byId = (name) => document.getElementById(`explorer-${name}`);
  const { atFirst, constants, data, gains, lost, questions, quietly, sources } = SETTINGS;
  const { base } = byId("body").dataset;
  const form = byId("form");
  const control = (name) => form.elements[name];

  /** The theme that the link asks for, if any. */
  let theme = null;
  // Settings and computed layers: of the network on screen, and of the one kept for comparison.
  let shown = null;
  let kept = null;
  /** Whether a control was moved since the page was opened. */
  let moved = false;

  function chosen() {
    const number = (name) => Number(control(name).value);
    return {
      seed: number("seed"),
      depth: number("depth"),
      width: number("width"),
      activation: control("activation").value,
      init: control("init").value,
      gain: gains[number("gain")],
    };
  }

  function set(settings) {
    for (const [name, value] of Object.entries(settings)) {
      control(name).value = name === "gain" ? gains.indexOf(value) : value;
    }
  }

  function choose(settings) {
    set(settings);
    move();
  }

  function move() {
    moved = true;
    update();
  }

  /** Set what the link of this page asks for, if anything; return whether it does. */
  function follow() {
    theme = Link.themeOf(location.hash);
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    const asked = Link.read(location.hash, SETTINGS);
    if (asked) set(asked);
    return asked !== null;
  }

  /** Show the link to these settings, and make it the address of the page. */
  function link() {
    const fragment = Link.write(shown.settings, SETTINGS, theme);
    const page = location.href.replace(/#.*/, "");
    byId("link").textContent = page + fragment;
    // A link to another part of this page stays until a control is moved.
    if (!moved && !Link.read(location.hash, SETTINGS)) return;
    try {
      history.replaceState(null, "", page + fragment);
    } catch {
      // Some frames may not change their address; the link is shown all the same.
    }
  }

  /** Compute the network that is set and draw it; of many changes at once, only the last. */
  async function update() {
    const settings = chosen();
    showValues(settings);
    try {
      await Promise.all(Draws.needed(settings).map((part) => Draws.fetched(part, base)));
    } catch (error) {
      byId("summary").textContent = `${error.message}. Make the gallery again.`;
      return;
    }
    await new Promise(requestAnimationFrame);
    if (Words.network(settings) !== Words.network(chosen())) return;
    shown = { settings, layers: Network.run(settings, Draws.of(settings), constants) };
    show();
  }

  /** Show the values beside the sliders, and the source of the initialization. */
  function showValues({ depth, width, gain, init }) {
    byId("init-hint").textContent = sources[init];
    for (const [name, value] of Object.entries({ depth, width, gain })) {
      byId(`${name}-value`).textContent = value;
      control(name).setAttribute("aria-valuetext", value);
    }
  }

  function show() {
    drawSignal();
    drawFactors();
    drawSaturated();
    fillTable();
    byId("toml").textContent = Words.toml(shown.settings, data);
    sayLater();
  }

  function drawSignal() {
    const signal = logs(shown, "log10Signal");
    const marks = [{ kind: "line", name: "signal", values: signal, hollow: isLost }];
    const slope = constants.maxSlope[shown.settings.activation];
    const top = signal[signal.length - 1];
    if (slope < 1) {
      const values = signal.map((_, i) => top + (signal.length - 1 - i) * Math.log10(slope));
      marks.push({ kind: "line", name: "bound", values, dots: false });
    }
    const before = kept ? logs(kept, "log10Signal") : [];
    marks.push({ kind: "line", name: "kept", values: before, dots: false });
    // The range of the axis depends on the measured values, not on the bound.
    const reach = [...signal, ...before].filter(Number.isFinite);
    const axis = Chart.decades(
      Math.min(-8, 4 * Math.floor(Math.min(...reach) / 4)),
      Math.max(2, 2 * Math.ceil(Math.max(...reach) / 2)),
    );
    const depth = Math.max(signal.length, before.length);
    draw("signal", depth, axis, marks, Words.gradient(shown.layers));
    legend("bound", slope < 1);
    legend("kept", kept !== null);
    legend("lost", signal.some((value, i) => isLost(i) && value > -Infinity));
    legend("zero", signal.includes(-Infinity));
  }

  const isLost = (i) => shown.layers[i + 1].lostInFloat32 === 1;

  function drawFactors() {
    const parts = { factor: "factor", weights: "weightPart", slopes: "slopePart" };
    const lines = Object.entries(parts).map(([name, key]) => {
      return { kind: "line", name, values: hidden(key).map(Math.log10) };
    });
    const values = lines.flatMap((line) => line.values).filter(Number.isFinite);
    const axis = Chart.decades(
      Math.min(-2, Math.floor(Math.min(...values))),
      Math.max(2, Math.ceil(Math.max(...values))),
    );
    const slope = constants.maxSlope[shown.settings.activation];
    const levels = [{ kind: "level", name: "one", value: 0 }];
    if (slope < 1) levels.push({ kind: "level", name: "bound", value: Math.log10(slope) });
    draw("factor", shown.settings.depth, axis, [...levels, ...lines], Words.factors(shown.layers));
    legend("quarter", slope < 1);
  }

  function drawSaturated() {
    const words = Words.saturation(shown.layers, lost[shown.settings.activation]);
    const bars = { kind: "bars", name: "saturated", values: hidden("saturated") };
    draw("saturated", shown.settings.depth, Chart.percents(), [bars], words);
  }

  function draw(name, depth, axis, marks, words) {
    Chart.draw(byId(`${name}-chart`), { depth, axis, marks, words });
  }

  function legend(name, isThere) {
    byId(`legend-${name}`).hidden = !isThere;
  }

  /** A measure of all layers, layer 1 first. */
  function logs({ layers }, key) {
    return layers.slice(1).map((layer) => layer[key]);
  }

  /** A measure of the hidden layers, layer 1 first. */
  function hidden(key) {
    return shown.layers.slice(1, -1).map((layer) => layer[key]);
  }

  function fillTable() {
    const rows = shown.layers.slice(1).map((layer, i) => {
      const parts = [layer.factor, layer.weightPart, layer.slopePart];
      const isHidden = layer.factor !== undefined;
      return [
        String(i + 1),
        Words.magnitude(layer.log10Signal),
        ...parts.map((part) => (isHidden && !Number.isNaN(part) ? Words.number(part) : "")),
        isHidden ? Words.percent(layer.saturated) : "",
        Words.percent(layer.lostInFloat32),
      ];
    });
    byId("rows").replaceChildren(...rows.map(row));
  }

  function row(cells) {
    const line = document.createElement("tr");
    cells.forEach((text, i) => {
      const cell = document.createElement(i === 0 ? "th" : "td");
      if (i === 0) cell.scope = "row";
      cell.textContent = text;
      line.append(cell);
    });
    return line;
  }

  // Delayed, because a screen reader would otherwise read a sentence for every step of a slider.
  let waiting = 0;
  function sayLater() {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      byId("summary").textContent = Words.summary(shown, lost[shown.settings.activation]);
      link();
    }, quietly);
  }

  /** Copy the text of an element, or select it if the browser does not allow copying. */
  async function copy(button) {
    const source = document.getElementById(button.dataset.explorerCopies);
    try {
      await navigator.clipboard.writeText(source.textContent);
      byId("copied").textContent = "Copied.";
    } catch {
      getSelection().selectAllChildren(source);
      byId("copied").textContent = "Selected: press Ctrl+C, or ⌘C.";
    }
  }

  function save() {
    const text = new Blob([Words.toml(shown.settings, data)], { type: "application/toml" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(text);
    link.download = "explored.toml";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  function keep(what) {
    kept = what;
    byId("kept-words").textContent = kept ? `kept: ${Words.network(kept.settings)}` : "";
    byId("forget").hidden = !kept;
    show();
  }

  form.addEventListener("input", move);
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("reset").addEventListener("click", () => choose(atFirst));
  byId("keep").addEventListener("click", () => keep(shown));
  byId("forget").addEventListener("click", () => {
    keep(null);
    byId("keep").focus();
  });
  byId("save").addEventListener("click", save);
  document.querySelectorAll("[data-explorer-question]").forEach((button) => {
    button.addEventListener("click", () => choose(questions[Number(button.dataset.explorerQuestion)]));
  });
  document.querySelectorAll("[data-explorer-copies]").forEach((button) => {
    button.addEventListener("click", () => copy(button));
  });
  byId("body").hidden = false;
  addEventListener("hashchange", () => follow() && update());
  // In a frame, it would scroll the page around it.
  if (follow() && window === window.parent) byId("body").closest("section").scrollIntoView();
  new ResizeObserver(() => shown && show()).observe(byId("signal-chart"));
  // Nothing is fetched until the visitor scrolls to the explorer.
  const near = new IntersectionObserver(([entry]) => {
    if (!entry.isIntersecting) return;
    near.disconnect();
    update();
  });
  near.observe(byId("body"));
})();
