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
    return `${fixed(100 * share, share < 0.0995 || share > 0.99 ? 1 : 0)}${PERCENT}`;
  }

  /** As `toFixed`, but of two that are equally near it takes the even one, as Python does. */
  function fixed(value, digits) {
    const scaled = value * 10 ** digits;
    const between = scaled % 1 === 0.5 && Number.isInteger(value * 2 ** (digits + 1));
    return (between ? (2 * Math.round(scaled / 2)) / 10 ** digits : value).toFixed(digits);
  }

  /** A sentence on how the gradient changes from the last layer to the first. */
  function gradient(layers) {
    const [first, last] = [layers[1], layers[layers.length - 1]];
    const depth = layers.length - 1;
    const ratio = first.log10Signal - last.log10Signal;
    if (first.log10Signal === -Infinity) {
      return "Nothing reaches layer 1: its gradient is 0 exactly. It cannot learn.";
    }
    return (
      `The signal is ${magnitude(last.log10Signal)} at layer ${depth} and ` +
      `${magnitude(first.log10Signal)} at layer 1: ${magnitude(ratio)} times as large.` +
      (depth > 2 ? steps(layers, ratio / (depth - 1)) : "")
    );
  }

  /** What one layer makes of the gradient; the mean alone would hide that some do the contrary. */
  function steps(layers, log10Mean) {
    const mean = `On average a layer multiplies it by ${magnitude(log10Mean)} (geometric mean)`;
    const { low, high } = range(layers);
    const both = low < 1 && high > 1;
    return ` ${mean}${both ? `; single layers by ${number(low)} to ${number(high)}` : ""}.`;
  }

  /** The least and the largest factor of a hidden layer; NaN if none is known. */
  function range(layers) {
    const found = layers.slice(1, -1).map((layer) => layer.factor);
    const known = found.filter((factor) => !Number.isNaN(factor));
    if (known.length === 0) return { low: NaN, high: NaN };
    return { low: Math.min(...known), high: Math.max(...known) };
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
    const { low, high } = range(layers);
    if (Number.isNaN(low)) return "No gradient arrives that a layer could multiply.";
    const [least, most] = [number(low), number(high)];
    const by = least === most ? least : `${least} to ${most}`;
    return `A layer multiplies the signal by ${by}; 1 would keep it.`;
  }

  /** A sentence on layers whose gradient would underflow in float32; empty if there are none. */
  function float32(layers) {
    const gone = layers.filter((layer) => layer.lostInFloat32 === 1 && layer.log10Signal > -Infinity);
    if (gone.length === 0) return "";
    const which = gone.length === 1 ? "1 layer" : `${gone.length} layers`;
    return ` In float32 the gradient of ${which} would be 0 exactly (rings).`;
  }

  /** A sentence if two machines agree on few digits; otherwise empty. It says where they part. */
  function chaos({ digits, growth, from, to }) {
    if (digits >= 9) return "";
    const agree = digits < 1 ? "no digit" : `about ${digits} ${digits === 1 ? "digit" : "digits"}`;
    return (
      ` From layer ${from} down to layer ${to} the gradient grows ${magnitude(growth)} times, and ` +
      `rounding errors grow as much on their way up: two machines agree on ${agree} there.`
    );
  }

  /** All that is said of a network. */
  function summary({ settings, layers }, lost) {
    return (
      `${gradient(layers)} ${saturation(layers, lost)}${float32(layers)}` +
      chaos(Network.agreement(layers, settings.activation))
    );
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

  return { factors, gradient, magnitude, network, number, percent, saturation, summary, toml };
})();
