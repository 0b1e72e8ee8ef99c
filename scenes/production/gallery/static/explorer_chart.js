"use strict";

/*
 * Charts of the layers 1..L as SVG: lines, bars and levels in one pair of axes. One SVG unit is one
 * pixel, so that text has the same size on a phone. Styles are in explorer.css, by class.
 */
const Chart = (() => {
  const MARGIN = { left: 54, right: 14, top: 14, bottom: 46 };
  const MOST_TICKS = { up: 7, pixelsAcross: 34 };
  const BAR = 0.7;
  const HATCH = { width: 6, height: 6, patternTransform: "rotate(45)" };
  const DOT = { radius: 3.5, zero: 5.5 };

  const SUPERSCRIPTS = { "-": "⁻", ...Object.fromEntries([..."⁰¹²³⁴⁵⁶⁷⁸⁹"].map((s, n) => [n, s])) };
  const power = (exponent) => `10${[...String(exponent)].map((c) => SUPERSCRIPTS[c]).join("")}`;

  /** A logarithmic axis of whole decades; values are given as their log10. */
  function decades(low, high) {
    const step = [1, 2, 5, 10, 20].find((each) => (high - low) / each < MOST_TICKS.up);
    const ticks = multiples(step, low, high).map((at) => ({ at, text: decade(at) }));
    return { low, high, ticks };
  }

  function decade(exponent) {
    const plain = { "-1": "0.1", 0: "1", 1: "10", 2: "100" };
    return plain[exponent] ?? power(exponent);
  }

  /** An axis of shares, 0 to 100 %. */
  function percents() {
    const ticks = multiples(25, 0, 100).map((at) => ({ at: at / 100, text: `${at} %` }));
    return { low: 0, high: 1, ticks };
  }

  function multiples(step, low, high) {
    const found = [];
    for (let at = Math.ceil(low / step) * step; at <= high; at += step) found.push(at + 0);
    return found;
  }

  /**
   * Replace the chart by one of layers 1..depth.
   *
   * `marks` are {kind: "line" | "bars", name, values}, with a value for each layer, layer 1 first,
   * or {kind: "level", name, value}. A line has a gap where a value is NaN or outside the axes;
   * -Infinity, the log10 of 0, is drawn as a ring at the bottom. `hollow` tells which other dots
   * are rings; `dots: false` omits all dots. `words` describe the chart to screen readers.
   */
  function draw(svg, { depth, axis, marks, words }) {
    // While a window is closed or printed, the chart may have no width for a moment.
    if (svg.clientWidth <= MARGIN.left + MARGIN.right) return;
    const frame = frameOf(svg, depth, axis);
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${frame.width} ${frame.height}`);
    svg.setAttribute("aria-label", words);
    drawAxes(svg, frame, depth, axis);
    const drawn = { line: drawLine, bars: drawBars, level: drawLevel };
    for (const mark of marks) drawn[mark.kind](svg, frame, mark);
  }

  function frameOf(svg, depth, axis) {
    const { clientWidth: width, clientHeight: height } = svg;
    const [right, foot] = [width - MARGIN.right, height - MARGIN.bottom];
    // All layers have the same width.
    const step = (right - MARGIN.left) / depth;
    return {
      ...{ width, height, right, foot, step, low: axis.low, high: axis.high },
      x: (layer) => MARGIN.left + (layer - 0.5) * step,
      y: (value) => {
        return foot - ((value - axis.low) / (axis.high - axis.low)) * (foot - MARGIN.top);
      },
    };
  }

  function drawAxes(svg, { height, right, foot, step, x, y }, depth, axis) {
    for (const { at, text } of axis.ticks) {
      add(svg, "path", { class: "explorer-grid", d: `M${MARGIN.left} ${y(at)}H${right}` });
      const place = { x: MARGIN.left - 8, y: y(at), "text-anchor": "end" };
      add(svg, "text", { ...place, "dominant-baseline": "central" }, text);
    }
    const each = [1, 2, 5, 10].find((n) => n * step >= MOST_TICKS.pixelsAcross) ?? depth;
    for (const layer of [1, ...multiples(each, 2, depth)]) {
      add(svg, "text", { x: x(layer), y: foot + 18, "text-anchor": "middle" }, String(layer));
    }
    const middle = (MARGIN.left + right) / 2;
    const name = "layer (1 is next to the input)";
    add(svg, "text", { x: middle, y: height - 8, "text-anchor": "middle" }, name);
    add(svg, "path", { class: "explorer-axis", d: `M${MARGIN.left} ${foot}H${right}` });
  }

  function drawLine(svg, frame, { name, values, dots = true, hollow = () => false }) {
    const places = values.map((value, i) => {
      const inside = value >= frame.low && value <= frame.high;
      return inside ? [frame.x(i + 1), frame.y(value)] : null;
    });
    const path = places.map((place, i) => place && `${places[i - 1] ? "L" : "M"}${place.join(" ")}`);
    add(svg, "path", { class: `explorer-line explorer-${name}`, d: path.join("") });
    if (!dots) return;
    values.forEach((value, i) => {
      const zero = value === -Infinity;
      if (!places[i] && !zero) return;
      const [cx, cy] = places[i] ?? [frame.x(i + 1), frame.foot];
      const ring = zero || hollow(i) ? "explorer-ring" : "explorer-dot";
      const shape = `${ring} explorer-${name}`;
      add(svg, "circle", { class: shape, cx, cy, r: zero ? DOT.zero : DOT.radius });
    });
  }

  function drawBars(svg, { foot, step, x, y }, { name, values }) {
    const pattern = { id: `explorer-hatch-${name}`, patternUnits: "userSpaceOnUse", ...HATCH };
    const hatch = add(svg, "pattern", { class: `explorer-${name}`, ...pattern });
    add(hatch, "path", { class: "explorer-bar", d: `M0 0H${HATCH.width}V${HATCH.height / 2}H0Z` });
    values.forEach((value, i) => {
      const place = { x: x(i + 1) - (BAR * step) / 2, y: y(value) };
      const size = { width: BAR * step, height: foot - y(value) };
      const fill = `url(#${pattern.id})`;
      add(svg, "rect", { class: `explorer-outline explorer-${name}`, fill, ...place, ...size });
    });
  }

  function drawLevel(svg, { right, y }, { name, value }) {
    const d = `M${MARGIN.left} ${y(value)}H${right}`;
    add(svg, "path", { class: `explorer-line explorer-${name}`, d });
  }

  function add(parent, shape, attributes, text = "") {
    const made = document.createElementNS("http://www.w3.org/2000/svg", shape);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (text) made.textContent = text;
    parent.append(made);
    return made;
  }

  return { decades, draw, percents, power };
})();
