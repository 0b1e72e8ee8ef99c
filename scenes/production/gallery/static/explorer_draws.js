"use strict";

/*
 * What backprop_core drew, as it is shipped beside this page: a file for the examples of a seed, one
 * for its normal draws and one for its uniform draws. Each calls `Draws.arrived`.
 */
const Draws = (() => {
  const parts = new Map();
  const waiting = new Map();

  /** Called by the files: base64 -> numbers. */
  function arrived(name, { kind, base64, ...facts }) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    // Float64Array would take the order of bytes of the machine; the files have the lowest first.
    const view = new DataView(bytes.buffer);
    const floats = () =>
      Float64Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
    parts.set(name, { ...facts, values: kind === "float64" ? floats() : bytes });
  }

  /** The names of the parts that a network needs. */
  const needed = ({ seed, init }) => [`examples-${seed}`, `${Network.streamOf(init)}-${seed}`];

  /** Fetch a part, once: a script, as a page from a disk may not ask for anything else. */
  function fetched(name, base) {
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

  /** What `Network.run` takes, once the parts are there: every network draws from the start. */
  function of({ seed, init }) {
    const { values } = parts.get(`${Network.streamOf(init)}-${seed}`);
    let used = 0;
    const take = (count) => values.slice(used, (used += count));
    return { ...examplesOf(seed), take };
  }

  return { arrived, needed, fetched, of };
})();
