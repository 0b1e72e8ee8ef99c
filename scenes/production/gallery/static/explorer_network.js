"use strict";

/*
 * The network of backprop_core, in the browser: the same formulas on the same draws.
 *
 * A matrix is {rows, columns, data}, with the numbers row by row in a Float64Array. Layers are
 * counted 1..L; a[0] is the input, x, with one example in each row. The biases are 0.
 */
const Network = (() => {
  const LOG10_2 = Math.log10(2);
  const DIGITS_OF_A_FLOAT = 15;
  /** Digits lost to rounding in the sums of all layers: at most 3.3, measured in 126 networks. */
  const ROUNDINGS = 3.5;

  /** f(z) and its slope f'(z), without overflow or cancellation: see activations.py. */
  const activations = (leak) => ({
    sigmoid: {
      f: (z) => {
        const e = Math.exp(-Math.abs(z));
        return (z < 0 ? e : 1) / (1 + e);
      },
      slope: (z) => {
        const e = Math.exp(-Math.abs(z));
        return e / (1 + e) / (1 + e);
      },
    },
    tanh: {
      f: Math.tanh,
      slope: (z) => {
        const e = Math.exp(-2 * Math.abs(z));
        return (4 * e) / (1 + e) / (1 + e);
      },
    },
    relu: { f: (z) => (z > 0 ? z : 0), slope: (z) => (z > 0 ? 1 : 0) },
    leaky_relu: { f: (z) => (z > 0 ? z : leak * z), slope: (z) => (z > 0 ? 1 : leak) },
    identity: { f: (z) => z, slope: () => 1 },
  });

  /** Each scheme's stream of draws, how it uses them, and Var(W) at gain 1: see initializers.py. */
  const INITIALIZERS = {
    normal: { stream: "normal", draw: asDrawn, variance: (nIn, nOut) => 1 / nIn },
    he: { stream: "normal", draw: asDrawn, variance: (nIn, nOut) => 2 / nIn },
    uniform: { stream: "uniform", draw: stretched, variance: (nIn, nOut) => 1 / (3 * nIn) },
    lecun: { stream: "uniform", draw: stretched, variance: (nIn, nOut) => 1 / nIn },
    xavier: { stream: "uniform", draw: stretched, variance: (nIn, nOut) => 2 / (nIn + nOut) },
    orthogonal: {
      stream: "normal",
      draw: perpendicular,
      variance: (nIn, nOut) => 1 / Math.max(nIn, nOut),
    },
    // Nothing is drawn: the square of the one weight stands in place of the variance.
    constant: { stream: "normal", draw: equal, variance: (nIn) => 1 / nIn ** 2 },
    zeros: { stream: "normal", draw: equal, variance: () => 0 },
  };

  /** The weights W[1..L], made from the seed's draws in sequence; `take(n)` returns the next n. */
  function initialize(widths, init, gain, take) {
    const { draw, variance } = INITIALIZERS[init];
    const W = [];
    for (let l = 1; l < widths.length; l++) {
      const [nIn, nOut] = [widths[l - 1], widths[l]];
      W[l] = draw(nOut, nIn, gain * Math.sqrt(variance(nIn, nOut)), take);
    }
    return W;
  }

  function asDrawn(rows, columns, deviation, take) {
    return matrix(rows, columns, take(rows * columns).map((draw) => deviation * draw));
  }

  function equal(rows, columns, weight) {
    return matrix(rows, columns, new Float64Array(rows * columns).fill(weight));
  }

  /** A uniform distribution on (-r, r) has the variance r^2 / 3. */
  function stretched(rows, columns, deviation, take) {
    return asDrawn(rows, columns, deviation * Math.sqrt(3), take);
  }

  /** Orthogonal columns, or rows if there are more columns than rows, all of the same length. */
  function perpendicular(rows, columns, deviation, take) {
    const [long, short] = [Math.max(rows, columns), Math.min(rows, columns)];
    const vectors = transposed(asDrawn(long, short, 1, take));
    const row = (i) => vectors.data.subarray(i * long, (i + 1) * long);
    for (let i = 0; i < short; i++) {
      // Gram-Schmidt, twice: the second pass removes the rounding errors of the first.
      for (let time = 0; time < 2; time++) {
        for (let j = 0; j < i; j++) addTo(row(i), -dot(row(i), row(j)), row(j));
      }
      const length = Math.sqrt(dot(row(i), row(i)));
      row(i).forEach((value, k, all) => (all[k] = value / length));
    }
    const scale = deviation * Math.sqrt(long);
    return mapped(rows >= columns ? transposed(vectors) : vectors, (value) => scale * value);
  }

  /** Forward pass: z[l] and a[l]. The last layer has a sigmoid. */
  function forward(W, x, f, output) {
    const L = W.length - 1;
    const [z, a] = [[], [x]];
    for (let l = 1; l <= L; l++) {
      z[l] = timesTransposed(a[l - 1], W[l]);
      a[l] = mapped(z[l], l < L ? f.f : output.f);
    }
    return { z, a };
  }

  /**
   * Backward pass: delta[l], the gradient of the mean loss (cross-entropy) with respect to z[l];
   * back[l], the gradient with respect to a[l]; and the slopes f'(z[l]) that relate the two.
   */
  function backward(W, z, classes, f, output) {
    const L = W.length - 1;
    const [delta, back, slope] = [[], [], []];
    delta[L] = rescaled(residual(z[L], classes, output.f), 0);
    for (let l = L - 1; l >= 1; l--) {
      back[l] = { ...delta[l + 1], mantissa: times(delta[l + 1].mantissa, W[l + 1]) };
      slope[l] = mapped(z[l], f.slope);
      delta[l] = rescaled(timesEach(back[l].mantissa, slope[l]), back[l].exponent);
    }
    return { delta, back, slope };
  }

  /** delta[L] = (a - t) / N. Where t = 1, a - 1 is computed as -f(-z), which does not cancel. */
  function residual(z, classes, f) {
    return mapped(z, (value, i) => {
      const wanted = classes[Math.floor(i / z.columns)] === i % z.columns;
      return (wanted ? -f(-value) : f(value)) / z.rows;
    });
  }

  /**
   * Scale a matrix by a power of two to mantissas near 1 and an exponent, so that no gradient
   * underflows to 0. Multiplying by a power of two is exact.
   */
  function rescaled(values, exponent) {
    let largest = 0;
    for (const value of values.data) largest = Math.max(largest, Math.abs(value));
    // 2^1000 is finite as a float, but 2^1074 is not.
    const shift = largest > 0 ? Math.max(Math.ceil(Math.log2(largest)), -1000) : 0;
    const unit = 2 ** -shift;
    return { mantissa: mapped(values, (value) => value * unit), exponent: exponent + shift };
  }

  /**
   * Measure every layer: the log10 of its signal (the root mean square, over the examples, of the
   * norm of the gradient of one example's loss with respect to z[l]), and the share of entries of
   * delta[l] that are 0 in float32. For hidden layers also: the factor by which the signal changes
   * from layer l+1 to l, the two parts whose product it is, and the share of saturated units.
   */
  function measure({ delta, back, slope }, saturatedBelow) {
    const layers = [];
    for (let l = 1; l < delta.length; l++) {
      const [examples, unit] = [delta[l].mantissa.rows, 2 ** delta[l].exponent];
      layers[l] = {
        log10Signal: log10Norm(delta[l]) + Math.log10(examples) / 2,
        lostInFloat32: share(delta[l].mantissa, (value) => Math.fround(value * unit) === 0),
      };
      if (l === delta.length - 1) break;
      layers[l].weightPart = ratio(back[l], delta[l + 1]);
      layers[l].slopePart = ratio(delta[l], back[l]);
      layers[l].factor = ratio(delta[l], delta[l + 1]);
      layers[l].saturated = share(slope[l], (value) => value < saturatedBelow);
    }
    return layers;
  }

  /** Run a network forward and backward once; return the measures of its layers, from index 1. */
  function run({ depth, width, activation, init, gain }, { x, classes, outputs, take }, constants) {
    const all = activations(constants.leak);
    const [f, output] = [all[activation], all.sigmoid];
    const hidden = new Array(depth - 1).fill(width);
    const W = initialize([x.columns, ...hidden, outputs], init, gain, take);
    const { z } = forward(W, x, f, output);
    const gradients = backward(W, z, classes, f, output);
    return measure(gradients, constants.saturatedBelow * constants.maxSlope[activation]);
  }

  /**
   * The number of digits on which two machines agree that round sums and exp differently. If the
   * gradient grows on its way down, rounding errors grow by the same factor on their way up. They
   * outgrow the values only if activations are bounded; otherwise the values grow with them. What
   * counts is where the gradient grows most: log10 of how much, from which layer down to which.
   */
  function agreement(layers, activation) {
    const most = { growth: 0, from: 1, to: 1 };
    if (activation === "sigmoid" || activation === "tanh") {
      for (let to = 1; to < layers.length; to++) {
        for (let from = to + 1; from < layers.length; from++) {
          // A difference of two zeros is NaN, and no growth.
          const growth = layers[to].log10Signal - layers[from].log10Signal;
          if (growth > most.growth) Object.assign(most, { growth, from, to });
        }
      }
    }
    const digits = Math.max(0, Math.floor(DIGITS_OF_A_FLOAT - ROUNDINGS - most.growth));
    return { ...most, digits };
  }

  /** Pixels 0..largest of one image in each row -> mean 0 and standard deviation 1 in each column. */
  function standardized(pixels, rows, columns, largest) {
    const x = matrix(rows, columns, Float64Array.from(pixels, (pixel) => pixel / largest));
    for (let k = 0; k < columns; k++) {
      const column = Array.from({ length: rows }, (_, i) => x.data[i * columns + k]);
      const constant = column.every((value) => value === column[0]);
      const mean = sum(column) / rows;
      const deviation = Math.sqrt(sum(column.map((value) => (value - mean) ** 2)) / rows);
      column.forEach((value, i) => {
        x.data[i * columns + k] = constant ? 0 : (value - mean) / deviation;
      });
    }
    return x;
  }

  // Matrices.

  function matrix(rows, columns, data = new Float64Array(rows * columns)) {
    return { rows, columns, data };
  }

  function mapped({ rows, columns, data }, f) {
    const result = new Float64Array(data.length);
    for (let i = 0; i < data.length; i++) result[i] = f(data[i], i);
    return matrix(rows, columns, result);
  }

  function timesEach(A, B) {
    return mapped(A, (value, i) => value * B.data[i]);
  }

  function transposed({ rows, columns, data }) {
    return mapped(matrix(columns, rows), (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]);
  }

  /** A @ B.T: the dot product of every row of A with every row of B. */
  function timesTransposed(A, B) {
    const result = matrix(A.rows, B.rows);
    const [a, b, c, n] = [A.data, B.data, result.data, A.columns];
    for (let i = 0, at = 0; i < a.length; i += n) {
      for (let j = 0; j < b.length; j += n) {
        // Two partial sums take half the time of one, as their additions do not wait for each other.
        let [even, odd] = [0, 0];
        for (let k = 0; k < n - 1; k += 2) {
          even += a[i + k] * b[j + k];
          odd += a[i + k + 1] * b[j + k + 1];
        }
        if (n % 2 === 1) even += a[i + n - 1] * b[j + n - 1];
        c[at++] = even + odd;
      }
    }
    return result;
  }

  /** A @ B. */
  function times(A, B) {
    return timesTransposed(A, transposed(B));
  }

  function dot(u, v) {
    let total = 0;
    for (let k = 0; k < u.length; k++) total += u[k] * v[k];
    return total;
  }

  function addTo(u, factor, v) {
    for (let k = 0; k < u.length; k++) u[k] += factor * v[k];
  }

  function sum(values) {
    return values.reduce((total, value) => total + value, 0);
  }

  function share({ data }, holds) {
    let count = 0;
    for (let i = 0; i < data.length; i++) if (holds(data[i])) count++;
    return count / data.length;
  }

  function norm({ data }) {
    return Math.sqrt(dot(data, data));
  }

  /** The log10 of the norm; -Infinity if the norm is exactly 0. */
  function log10Norm({ mantissa, exponent }) {
    return Math.log10(norm(mantissa)) + exponent * LOG10_2;
  }

  /** The ratio of two norms; NaN if both are 0. */
  function ratio(part, whole) {
    return (norm(part.mantissa) / norm(whole.mantissa)) * 2 ** (part.exponent - whole.exponent);
  }

  const streamOf = (init) => INITIALIZERS[init].stream;

  return { agreement, run, standardized, streamOf };
})();
