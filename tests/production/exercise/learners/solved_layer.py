"""The exercise `layer`, solved."""

import numpy as np

EXERCISE = "layer"


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


def forward(x, W, b):
    z = x @ W.T + b
    return z, sigmoid(z)


def backward(upstream, x, W, z, a):
    dz = upstream * a * (1 - a)
    return dz @ W, dz.T @ x, dz.sum(axis=0)
