"""Each function makes the mistake that it is named after, as a learner might."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid__sign(z):
    return 1 / (1 + np.exp(z))


def sigmoid__tanh(z):
    return np.tanh(z)


def sigmoid__returns_slope(z):
    return sigmoid(z) * (1 - sigmoid(z))


def sigmoid__overflow(z):
    return np.exp(z) / (1 + np.exp(z))


def sigmoid__float32(z):
    return sigmoid(z.astype(np.float32))


def sigmoid__changed_in_place(z):
    z *= -1
    return 1 / (1 + np.exp(z))


def sigmoid__integers(z):
    out = np.zeros(z.shape, dtype=int)
    out[...] = sigmoid(z)
    return out


def forward__transpose_missing(x, W, b):
    z = x @ W + b
    return z, sigmoid(z)


def forward__result_transposed(x, W, b):
    z = W @ x.T + b[:, None]
    return z, sigmoid(z)


def forward__bias_left_out(x, W, b):
    z = np.dot(x, W.T)
    return z, sigmoid(z)


def forward__activation_left_out(x, W, b):
    z = x @ W.T + b
    return z, z


def forward__activation_twice(x, W, b):
    z = x @ W.T + b
    a = sigmoid(z)
    return z, sigmoid(a)


def forward__results_swapped(x, W, b):
    z = x @ W.T + b
    return sigmoid(z), z


def backward__upstream_left_out(upstream, x, W, z, a):
    dz = a * (1 - a)
    return dz @ W, dz.T @ x, dz.sum(axis=0)


def backward__slope_of_z(upstream, x, W, z, a):
    dz = upstream * (z * (1 - z))
    return dz @ W, dz.T @ x, dz.sum(axis=0)


def backward__averaged(upstream, x, W, z, a):
    dz = upstream * a * (1 - a)
    n = len(x)
    return dz @ W / n, dz.T @ x / n, dz.mean(axis=0)


def backward__sign(upstream, x, W, z, a):
    dz = upstream * a * (a - 1)
    return dz @ W, dz.T @ x, dz.sum(axis=0)


def backward__slope_left_out(upstream, x, W, z, a):
    return upstream @ W, upstream.T @ x, upstream.sum(axis=0)


def backward__slope_of_activation(upstream, x, W, z, a):
    dz = upstream * sigmoid(a) * (1 - sigmoid(a))
    return dz @ W, dz.T @ x, dz.sum(axis=0)


def backward__activation_as_slope(upstream, x, W, z, a):
    dz = upstream * a
    return dz @ W, dz.T @ x, dz.sum(axis=0)


def backward__one_minus_a_as_slope(upstream, x, W, z, a):
    dz = upstream * (1 - a)
    return dz @ W, dz.T @ x, dz.sum(axis=0)


def backward__slope_squared(upstream, x, W, z, a):
    da = upstream * a * (1 - a)
    dz = da * a * (1 - a)
    return dz @ W, dz.T @ x, dz.sum(axis=0)


def backward__transpose_wrong(upstream, x, W, z, a):
    dz = upstream * a * (1 - a)
    return dz @ W.T, dz.T @ x, dz.sum(axis=0)


def backward__gradient_transposed(upstream, x, W, z, a):
    dz = upstream * a * (1 - a)
    return dz @ W, x.T @ dz, dz.sum(axis=0)


def backward__transpose_missing(upstream, x, W, z, a):
    dz = upstream * a * (1 - a)
    return dz @ W, dz @ x, dz.sum(axis=0)


def backward__batch_forgotten(upstream, x, W, z, a):
    dz = upstream * a * (1 - a)
    return dz @ W, np.outer(dz, x), dz.sum(axis=0)


def backward__bias_not_summed(upstream, x, W, z, a):
    dz = upstream * a * (1 - a)
    return dz @ W, dz.T @ x, dz


def backward__bias_axis(upstream, x, W, z, a):
    dz = upstream * a * (1 - a)
    return dz @ W, dz.T @ x, dz.sum(axis=1)


def backward__bias_summed_whole(upstream, x, W, z, a):
    dz = upstream * a * (1 - a)
    return dz @ W, dz.T @ x, np.sum(dz)


def backward__bias_keeps_dimension(upstream, x, W, z, a):
    dz = upstream * a * (1 - a)
    return dz @ W, dz.T @ x, dz.sum(axis=0, keepdims=True)


def backward__bias_averaged(upstream, x, W, z, a):
    dz = upstream * a * (1 - a)
    return dz @ W, dz.T @ x, np.mean(dz, axis=0)


def backward__changed_in_place(upstream, x, W, z, a):
    upstream *= a * (1 - a)
    return upstream @ W, upstream.T @ x, upstream.sum(axis=0)


def backward__float32(upstream, x, W, z, a):
    dz = (upstream * a * (1 - a)).astype("float32")
    # And back again, so that the type does not tell.
    return [np.array(v, dtype=float) for v in (dz @ W.astype("f4"), dz.T @ x, dz.sum(axis=0))]


def backward__shapes_do_not_fit(upstream, x, W, z, a):
    dz = upstream.T * (a * (1 - a))
    return dz @ W[:, :1], dz.T @ x[:-1], dz.sum(axis=0)


def backward__constant_factor(upstream, x, W, z, a):
    dz = upstream * a * (1 - a) * 0.37
    return dz @ W, dz.T @ x, dz.sum(axis=0)


def backward__batch(upstream, x, W, z, a):
    dz = upstream * a * (1 - a)
    dx = np.zeros(x.shape)
    for i in range(len(x)):
        dx[i] = dz[0] @ W
    return dx, dz.T @ x, dz.sum(axis=0)


def backward__upstream_left_out__averaged(upstream, x, W, z, a):
    dz = a * (1 - a)
    return dz @ W / len(x), dz.T @ x / len(x), dz.sum(axis=0) / len(x)
