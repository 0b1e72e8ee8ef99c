"use strict";

/* Numbers, sentences and the configuration file, as people read them. */
const Words = (() => {
  const DIGITS = 3;
  const PERCENT = "\u202f%";

  /** A number as the films write it: 0.204, 3.07 × 10⁻⁵, "0 exactly". */
  function number(value) {
    return value === 0 ? "0 exactly" : magnitude(Math.log10(Math.abs(value)));
  }

  /** The same, of a logarithm: the number itself may be too small for a float. */
  function magnitude(log10) {
    if (log10 === -Infinity) return "0 exactly";
    let exponent = Math.floor(log10);
    let mantissa = (10 ** (log10 - exponent)).toFixed(DIGITS - 1);
    // 9.996 is written 10.00.
    if (Number(mantissa) >= 10) [mantissa, exponent] = [(1).toFixed(DIGITS - 1), exponent + 1];
    if (exponent > -4 && exponent < DIGITS) {
      return (10 ** log10).toFixed(Math.max(DIGITS - 1 - exponent, 0));
    }
    return `${mantissa} × ${Chart.power(exponent)}`;
  }

  /** A share; only nothing reads 0, and only all reads 100. */
  function percent(share) {
    if (share === 0 || share === 1) return `${100 * share}${PERCENT}`;
    if (share < 0.0005) return `under 0.1${PERCENT}`;
    if (share >= 0.9995) return `over 99.9${PERCENT}`;
    return `${(100 * share).toFixed(share < 0.0995 || share > 0.99 ? 1 : 0)}${PERCENT}`;
  }

  /** What became of the gradient between the top and the bottom. */
  function gradient(layers) {
    const [first, last] = [layers[1], layers[layers.length - 1]];
    const depth = layers.length - 1;
    const ratio = first.log10Signal - last.log10Signal;
    if (first.log10Signal === -Infinity) {
      return "Nothing reaches layer 1: its gradient is 0 exactly. It cannot learn.";
    }
    const each = number(10 ** (ratio / (depth - 1)));
    const steps = depth > 2 ? ` A layer multiplies it by ${each} (geometric mean).` : "";
    return (
      `The signal is ${magnitude(last.log10Signal)} at layer ${depth} and ` +
      `${magnitude(first.log10Signal)} at layer 1: ${magnitude(ratio)} times as large.${steps}`
    );
  }

  /** How many units have lost their slope, in the words of their activation. */
  function saturation(layers, lost) {
    const shares = layers.slice(1, -1).map((layer) => layer.saturated);
    const most = Math.max(...shares);
    if (most === 0) return `No unit is ${lost}.`;
    const [low, high] = [percent(Math.min(...shares)), percent(most)];
    return `${low === high ? low : `${low} to ${high}`} of the units of a layer are ${lost}.`;
  }

  /** What the layers multiply the signal by. */
  function factors(layers) {
    const found = layers.slice(1, -1).map((layer) => layer.factor);
    const known = found.filter((factor) => !Number.isNaN(factor));
    const [low, high] = [number(Math.min(...known)), number(Math.max(...known))];
    return `A layer multiplies the signal by ${low} to ${high}; 1 would keep it.`;
  }

  /** Where a float32 ends. */
  function float32(layers) {
    const gone = layers.filter((layer) => layer.lostInFloat32 === 1 && layer.log10Signal > -Infinity);
    if (gone.length === 0) return "";
    const which = gone.length === 1 ? "1 layer" : `${gone.length} layers`;
    return ` In float32 the gradient of ${which} would be 0 exactly (rings).`;
  }

  /** Where two machines do not agree. */
  function chaos(digits) {
    return digits >= 9
      ? ""
      : ` This network is chaotic: the gradient grows on its way down, and so do rounding errors on ` +
          `their way up. Two machines agree on ${digits < 1 ? "no digit" : `about ${digits} digits`} here.`;
  }

  /** The file that makes a film of what is on screen. */
  function toml({ seed, depth, width, activation, init, gain }, data) {
    return `seed = ${seed}

[network]
depth = ${depth}
width = ${width}
activation = "${activation}"
init = "${init}"
gain = ${Number.isInteger(gain) ? gain.toFixed(1) : gain}

[data]
name = "${data.name}"
samples = ${data.samples}
`;
  }

  /** A network in a few words. */
  function network({ depth, width, activation, init, gain, seed }) {
    return `depth ${depth}, width ${width}, ${activation}, ${init}, gain ${gain}, seed ${seed}`;
  }

  return { chaos, factors, float32, gradient, magnitude, network, number, percent, saturation, toml };
})();
