"""Each function makes the mistake that it is named after, as a learner might."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def run(x, weights, biases):
    a = [x]
    for W, b in zip(weights, biases):
        a.append(sigmoid(a[-1] @ W.T + b))
    return a


def forward__input_left_out(x, weights, biases):
    return run(x, weights, biases)[1:]


def forward__preactivations(x, weights, biases):
    zs = [x]
    for W, b in zip(weights, biases):
        z = x @ W.T + b
        zs.append(z)
        x = sigmoid(z)
    return zs


def forward__linear_output(x, weights, biases):
    a = run(x, weights[:-1], biases[:-1])
    return [*a, a[-1] @ weights[-1].T + biases[-1]]


def forward__activation_left_out(x, weights, biases):
    a = [x]
    for W, b in zip(weights, biases):
        a.append(a[-1] @ W.T + b)
    return a


def forward__bias_left_out(x, weights, biases):
    return run(x, weights, [0] * len(weights))


def forward__transpose_missing(x, weights, biases):
    a = [x]
    for W, b in zip(weights, biases):
        a.append(sigmoid(a[-1] @ W + b))
    return a


def loss__summed(output, y):
    return ((output - y) ** 2).sum() / 2


def loss__averaged_over_entries(output, y):
    return ((output - y) ** 2).mean() / 2


def loss__not_averaged(output, y):
    return ((output - y) ** 2).sum(axis=1) / 2


def loss__sign(output, y):
    return -((output - y) ** 2).sum(axis=1).mean() / 2


def loss__half_left_out(output, y):
    return ((output - y) ** 2).sum(axis=1).mean()


def loss__not_squared(output, y):
    return abs(output - y).sum(axis=1).mean() / 2


def loss__changed_in_place(output, y):
    output -= y
    return (output**2).sum() / len(y) / 2


def down(a, weights, delta, slopes=None):
    """The right way down, from any delta, with any slopes of the layers 0, 1, ..."""
    slopes = slopes or [v * (1 - v) for v in a]
    dW, db = [], []
    for n in range(len(weights) - 1, -1, -1):
        dW.append(delta.T @ a[n])
        db.append(delta.sum(axis=0))
        if n > 0:
            delta = (delta @ weights[n]) * slopes[n]
    return dW[::-1], db[::-1]


def top(a, y):
    return (a[-1] - y) * a[-1] * (1 - a[-1]) / len(y)


def backward__summed(a, weights, y):
    return down(a, weights, (a[-1] - y) * a[-1] * (1 - a[-1]))


def backward__averaged_twice(a, weights, y):
    dW, db = down(a, weights, top(a, y))
    return [v / len(y) for v in dW], [v / len(y) for v in db]


def backward__sign(a, weights, y):
    return down(a, weights, (y - a[-1]) * a[-1] * (1 - a[-1]) / len(y))


def backward__half_left_out(a, weights, y):
    return down(a, weights, 2 * top(a, y))


def backward__output_slope_left_out(a, weights, y):
    return down(a, weights, (a[-1] - y) / len(y))


def backward__averaged_over_entries(a, weights, y):
    return down(a, weights, (a[-1] - y) * a[-1] * (1 - a[-1]) / y.size)


def backward__slope_of_layer_above(a, weights, y):
    dW, db = [None] * len(weights), [None] * len(weights)
    delta = top(a, y)
    for n in reversed(range(len(weights))):
        dW[n], db[n] = delta.T @ a[n], delta.sum(axis=0)
        if n:
            delta = delta @ weights[n] * a[n + 1] * (1 - a[n + 1])
    return dW, db


def backward__slope_of_layer_below(a, weights, y):
    dW, db = [None] * len(weights), [None] * len(weights)
    delta = top(a, y)
    for n in reversed(range(len(weights))):
        dW[n], db[n] = delta.T @ a[n], delta.sum(axis=0)
        if n:
            delta = delta @ weights[n] * a[n - 1] * (1 - a[n - 1])
    return dW, db


def backward__upstream_left_out(a, weights, y):
    dW, db = [None] * len(weights), [None] * len(weights)
    delta = top(a, y)
    for n in reversed(range(len(weights))):
        dW[n], db[n] = delta.T @ a[n], delta.sum(axis=0)
        if n:
            delta = weights[n].sum(axis=0) * a[n] * (1 - a[n])
    return dW, db


def backward__weights_left_out(a, weights, y):
    dW, db = [None] * len(weights), [None] * len(weights)
    delta = top(a, y)
    for n in reversed(range(len(weights))):
        dW[n], db[n] = delta.T @ a[n], delta.sum(axis=0)
        if n:
            delta = delta * (a[n] * (1 - a[n]))
    return dW, db


def backward__weights_of_layer_below(a, weights, y):
    dW, db = [None] * len(weights), [None] * len(weights)
    delta = top(a, y)
    for n in reversed(range(len(weights))):
        dW[n], db[n] = delta.T @ a[n], delta.sum(axis=0)
        if n:
            delta = delta @ weights[n - 1] * a[n] * (1 - a[n])
    return dW, db


def backward__transpose_wrong(a, weights, y):
    dW, db = [None] * len(weights), [None] * len(weights)
    delta = top(a, y)
    for n in reversed(range(len(weights))):
        dW[n], db[n] = delta.T @ a[n], delta.sum(axis=0)
        if n:
            delta = delta @ weights[n].T * a[n] * (1 - a[n])
    return dW, db


def backward__inputs_of_layer_above(a, weights, y):
    dW, db = [None] * len(weights), [None] * len(weights)
    delta = top(a, y)
    for n in reversed(range(len(weights))):
        dW[n], db[n] = delta.T @ a[n + 1], delta.sum(axis=0)
        if n:
            delta = delta @ weights[n] * a[n] * (1 - a[n])
    return dW, db


def backward__slope_left_out(a, weights, y):
    return down(a, weights, (a[-1] - y) / len(y), [np.ones(v.shape) for v in a])


def backward__slope_of_activation(a, weights, y):
    slopes = [sigmoid(v) * (1 - sigmoid(v)) for v in a]
    return down(a, weights, (a[-1] - y) * slopes[-1] / len(y), slopes)


def backward__activation_as_slope(a, weights, y):
    return down(a, weights, (a[-1] - y) * a[-1] / len(y), a)


def backward__one_minus_a_as_slope(a, weights, y):
    return down(a, weights, (a[-1] - y) * (1 - a[-1]) / len(y), [1 - v for v in a])


def backward__slope_squared(a, weights, y):
    slopes = [(v * (1 - v)) ** 2 for v in a]
    return down(a, weights, (a[-1] - y) * slopes[-1] / len(y), slopes)


def backward__layers_reversed(a, weights, y):
    dW, db = down(a, weights, top(a, y))
    return dW[::-1], db[::-1]


def backward__gradient_transposed(a, weights, y):
    dW, db = down(a, weights, top(a, y))
    return [v.T for v in dW], db


def backward__bias_not_summed(a, weights, y):
    dW, db = [None] * len(weights), [None] * len(weights)
    delta = top(a, y)
    for n in reversed(range(len(weights))):
        dW[n], db[n] = delta.T @ a[n], delta
        if n:
            delta = delta @ weights[n] * a[n] * (1 - a[n])
    return dW, db


def backward__bias_averaged(a, weights, y):
    dW, db = down(a, weights, top(a, y))
    return dW, [v / len(y) for v in db]


def backward__bias_keeps_dimension(a, weights, y):
    dW, db = down(a, weights, top(a, y))
    return dW, [v[None] for v in db]


def backward__changed_in_place(a, weights, y):
    a[-1] -= y
    delta = a[-1] * (a[-1] + y) * (1 - a[-1] - y) / len(y)
    return down(a, weights, delta)


def backward__float32(a, weights, y):
    dW, db = down([v.astype(np.float32) for v in a], weights, top(a, y).astype(np.float32))
    return dW, db


def backward__summed__transpose_wrong(a, weights, y):
    dW, db = backward__transpose_wrong(a, weights, y)
    return [v * len(y) for v in dW], [v * len(y) for v in db]
