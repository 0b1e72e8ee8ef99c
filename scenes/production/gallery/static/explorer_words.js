"use strict";

/* Numbers and sentences for people to read, and the configuration file. */
const Words = (() => {
  const DIGITS = 3;
  const PERCENT = "\u202f%";

  /** A number as the films write it: 0.204, 3.07 × 10⁻⁵, "0 exactly". */
  function number(value) {
    return value === 0 ? "0 exactly" : magnitude(Math.log10(Math.abs(value)));
  }

  /** The same for 10^log10, which may be too small for a float. */
  function magnitude(log10) {
    if (log10 === -Infinity) return "0 exactly";
    let exponent = Math.floor(log10);
    let mantissa = (10 ** (log10 - exponent)).toFixed(DIGITS - 1);
    // toFixed rounds 9.996 to 10.00.
    if (Number(mantissa) >= 10) [mantissa, exponent] = [(1).toFixed(DIGITS - 1), exponent + 1];
    if (exponent > -4 && exponent < DIGITS) {
      return (10 ** log10).toFixed(Math.max(DIGITS - 1 - exponent, 0));
    }
    return `${mantissa} × ${Chart.power(exponent)}`;
  }

  /** A share in percent; only exactly 0 is written as 0, and only exactly 1 as 100. */
  function percent(share) {
    if (share === 0 || share === 1) return `${100 * share}${PERCENT}`;
    if (share < 0.0005) return `under 0.1${PERCENT}`;
    if (share >= 0.9995) return `over 99.9${PERCENT}`;
    return `${(100 * share).toFixed(share < 0.0995 || share > 0.99 ? 1 : 0)}${PERCENT}`;
  }

  /** A sentence on how the gradient changes from the last layer to the first. */
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

  /** A sentence on how many units are saturated; `lost` is the word for that. */
  function saturation(layers, lost) {
    const shares = layers.slice(1, -1).map((layer) => layer.saturated);
    const most = Math.max(...shares);
    if (most === 0) return `No unit is ${lost}.`;
    const [low, high] = [percent(Math.min(...shares)), percent(most)];
    return `${low === high ? low : `${low} to ${high}`} of the units of a layer are ${lost}.`;
  }

  /** A sentence on the factors by which layers multiply the signal. */
  function factors(layers) {
    const found = layers.slice(1, -1).map((layer) => layer.factor);
    const known = found.filter((factor) => !Number.isNaN(factor));
    const [low, high] = [number(Math.min(...known)), number(Math.max(...known))];
    return `A layer multiplies the signal by ${low} to ${high}; 1 would keep it.`;
  }

  /** A sentence on layers whose gradient would underflow in float32; empty if there are none. */
  function float32(layers) {
    const gone = layers.filter((layer) => layer.lostInFloat32 === 1 && layer.log10Signal > -Infinity);
    if (gone.length === 0) return "";
    const which = gone.length === 1 ? "1 layer" : `${gone.length} layers`;
    return ` In float32 the gradient of ${which} would be 0 exactly (rings).`;
  }

  /** A sentence if two machines agree on few digits; otherwise empty. */
  function chaos(digits) {
    return digits >= 9
      ? ""
      : ` This network is chaotic: the gradient grows on its way down, and so do rounding errors on ` +
          `their way up. Two machines agree on ${digits < 1 ? "no digit" : `about ${digits} digits`} here.`;
  }

  /** The configuration file for a film of the network on screen. */
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

  /** The settings of a network in one line. */
  function network({ depth, width, activation, init, gain, seed }) {
    return `depth ${depth}, width ${width}, ${activation}, ${init}, gain ${gain}, seed ${seed}`;
  }

  return { chaos, factors, float32, gradient, magnitude, network, number, percent, saturation, toml };
})();
