"use strict";

/*
 * Random draws of backprop_core, shipped beside this page: for each seed a file with its examples,
 * one with its normal draws, and one with its uniform draws. Each file calls `Draws.arrived`.
 */
const Draws = (() => {
  const parts = new Map();
  const waiting = new Map();

  /** Called by the files: decode base64 into numbers. */
  function arrived(name, { kind, base64, ...facts }) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    // Float64Array would use the machine's byte order; the files are little-endian.
    const view = new DataView(bytes.buffer);
    const floats = () =>
      Float64Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
    parts.set(name, { ...facts, values: kind === "float64" ? floats() : bytes });
  }

  /** The names of the parts that a network needs. */
  const needed = ({ seed, init }) => [`examples-${seed}`, `${Network.streamOf(init)}-${seed}`];

  /**
   * Fetch a part once, as a script: a page opened from disk may not load other files. A page that
   * is one file holds all parts itself.
   */
  function fetched(name, base) {
    const held = document.getElementById(`explorer-part-${name}`);
    if (held && !parts.has(name)) arrived(name, JSON.parse(held.textContent));
    if (parts.has(name)) return Promise.resolve();
    if (!waiting.has(name)) {
      waiting.set(
        name,
        new Promise((resolve, reject) => {
          const script = document.createElement("script");
          script.src = `${base}explorer-${name}.js`;
          script.onload = resolve;
          script.onerror = () => {
            waiting.delete(name);
            reject(new Error(`${script.src} is missing`));
          };
          document.head.append(script);
        }),
      );
    }
    return waiting.get(name);
  }

  const examples = new Map();

  /** The inputs and classes of a seed, standardised once. */
  function examplesOf(seed) {
    if (!examples.has(seed)) {
      const { values, rows, columns, largest, classes, outputs } = parts.get(`examples-${seed}`);
      const x = Network.standardized(values, rows, columns, largest);
      examples.set(seed, { x, classes: Array.from(classes, Number), outputs });
    }
    return examples.get(seed);
  }

  /** The second argument of `Network.run`, once the parts are fetched, with draws from the start. */
  function of({ seed, init }) {
    const { values } = parts.get(`${Network.streamOf(init)}-${seed}`);
    let used = 0;
    const take = (count) => values.slice(used, (used += count));
    return { ...examplesOf(seed), take };
  }

  return { arrived, needed, fetched, of };
})();
