"""Right solutions in other styles: loops, einsum, lists in place of arrays, math for NumPy."""

import math

import numpy as np


def layer__sigmoid(z):
    out = np.empty(z.shape)
    for i in np.ndindex(z.shape):
        t = z[i]
        out[i] = 1 / (1 + math.exp(-t)) if t > 0 else math.exp(t) / (1 + math.exp(t))
    return out


def layer__forward(x, W, b):
    z = [[sum(w * v for w, v in zip(row, one)) + c for row, c in zip(W, b)] for one in x]
    return [z, [[1 / (1 + math.exp(-t)) for t in row] for row in z]]


def layer__backward(upstream, x, W, z, a):
    slope = np.exp(-z) / (1 + np.exp(-z)) ** 2
    dz = np.einsum("ij,ij->ij", upstream, slope)
    return [np.einsum("ij,jk->ik", dz, W), np.einsum("ij,ik->jk", dz, x), np.einsum("ij->j", dz)]


def stack__forward(x, weights, biases):
    if not weights:
        return (x,)
    a = 0.5 * (1 + np.tanh(0.5 * (np.einsum("jk,ik->ij", weights[0], x) + biases[0])))
    return (x, *stack__forward(a, weights[1:], biases[1:]))


def stack__loss(output, y):
    total = 0.0
    for one, target in zip(output, y):
        for a, t in zip(one, target):
            total += (a - t) * (a - t) / 2
    return total / output.shape[0]


def stack__backward(activations, weights, y):
    dW = [np.zeros_like(W) for W in weights]
    db = [np.zeros(len(W)) for W in weights]
    examples = len(y)
    for i in range(examples):
        a = [layer[i] for layer in activations]
        delta = (a[-1] - y[i]) * a[-1] * (1 - a[-1])
        for n in reversed(range(len(weights))):
            dW[n] += np.outer(delta, a[n]) / examples
            db[n] += delta / examples
            delta = weights[n].T @ delta * a[n] * (1 - a[n])
    return tuple(dW), tuple(db)


def softmax__softmax(z):
    rows = []
    for row in z.tolist():
        top = max(row)
        e = [math.exp(s - top) for s in row]
        rows.append([v / sum(e) for v in e])
    return rows


def softmax__loss(z, y):
    return -np.mean([row[c] - np.logaddexp.reduce(row) for row, c in zip(z, y)])


def softmax__gradient(z, y):
    return [
        [(p - (j == c)) / len(y) for j, p in enumerate(row)]
        for row, c in zip(softmax__softmax(z), y)
    ]


def hinge__loss(z, y):
    total = 0
    for scores, c in zip(z, y):
        for j in range(len(scores)):
            if j != c:
                total += max(0, scores[j] - scores[c] + 1)
    return total / len(z)


def hinge__gradient(z, y):
    dz = np.zeros_like(z)
    for i, c in enumerate(y):
        for j in range(z.shape[1]):
            # At a kink either slope is right; here the term counts as active.
            if j != c and z[i, j] - z[i, c] + 1 >= 0:
                dz[i, j] += 1
                dz[i, c] -= 1
    return dz / z.shape[0]
