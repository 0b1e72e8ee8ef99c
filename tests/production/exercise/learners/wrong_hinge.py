"""Each function makes the mistake that it is named after, as a learner might."""

import numpy as np


def terms(z, y, margin=1.0):
    m = z - z[range(len(y)), y][:, None] + margin
    m[range(len(y)), y] = 0
    return np.maximum(m, 0)


def handed(active, y):
    g = active.astype(float)
    g[range(len(y)), y] = 0
    g[range(len(y)), y] = -g.sum(axis=1)
    return g / len(y)


def loss__summed(z, y):
    return terms(z, y).sum()


def loss__averaged_over_entries(z, y):
    return terms(z, y).mean()


def loss__not_averaged(z, y):
    return terms(z, y).sum(axis=1)


def loss__sign(z, y):
    return -terms(z, y).sum() / len(y)


def loss__right_class_counted(z, y):
    return np.maximum(0, z - z[range(len(y)), y][:, None] + 1).sum() / len(y)


def loss__rows_taken(z, y):
    m = np.maximum(0, z - z[y] + 1)
    m[range(len(y)), y] = 0
    return m.sum() / len(y)


def loss__rows_taken__right_class_counted(z, y):
    correct = z[y]
    margins = np.maximum(0, z - correct + 1)
    return np.mean(np.sum(margins, axis=1))


def loss__margin_left_out(z, y):
    return terms(z, y, 0).sum() / len(y)


def loss__order_turned(z, y):
    total = 0
    for row, c in zip(z, y):
        total += sum(max(0, row[c] - s + 1) for j, s in enumerate(row) if j != c)
    return total / len(y)


def loss__not_cut_off(z, y):
    total = 0
    for row, c in zip(z, y):
        total += sum(s - row[c] + 1 for j, s in enumerate(row) if j != c)
    return total / len(y)


def loss__largest_alone(z, y):
    return terms(z, y).max(axis=1).mean()


def loss__squared(z, y):
    return (terms(z, y) ** 2).sum() / len(y)


def gradient__summed(z, y):
    return handed(terms(z, y) > 0, y) * len(y)


def gradient__averaged_over_entries(z, y):
    return handed(terms(z, y) > 0, y) / z.shape[1]


def gradient__sign(z, y):
    return -handed(terms(z, y) > 0, y)


def gradient__right_class_left_out(z, y):
    return (terms(z, y) > 0) / len(y)


def gradient__right_class_once(z, y):
    g = (terms(z, y) > 0).astype(float)
    g[range(len(y)), y] = -1
    return g / len(y)


def gradient__right_class_counted(z, y):
    g = (z - z[range(len(y)), y][:, None] + 1 > 0).astype(float)
    count = g.sum(axis=1)
    g[range(len(y)), y] = -count
    return g / len(y)


def gradient__rows_taken(z, y):
    return handed(z - z[y] + 1 > 0, y)


def gradient__margin_left_out__right_class_once(z, y):
    grad = np.zeros_like(z)
    for i in range(len(z)):
        for j in range(z.shape[1]):
            if j != y[i] and z[i, j] - z[i, y[i]] > 0:
                grad[i, j] = 1
                grad[i, y[i]] = -1
    return grad / len(z)


def gradient__margin_left_out(z, y):
    return handed(z > z[range(len(y)), y][:, None], y)


def gradient__order_turned(z, y):
    return handed(z[range(len(y)), y][:, None] - z + 1 > 0, y)


def gradient__mask_left_out(z, y):
    return handed(np.ones(z.shape), y)


def gradient__terms_as_mask(z, y):
    return handed(terms(z, y), y)


def gradient__integers(z, y):
    g = np.zeros(z.shape, dtype=np.int64)
    g[...] = handed(terms(z, y) > 0, y)
    return g


def gradient__changed_in_place(z, y):
    z -= z[range(len(y)), y][:, None].copy()
    return handed(z + 1 > 0, y)


def gradient__float32(z, y):
    return handed(terms(z, y) > 0, y).astype(np.float32)


def gradient__right_class_left_out__summed(z, y):
    return (terms(z, y) > 0).astype(float)
