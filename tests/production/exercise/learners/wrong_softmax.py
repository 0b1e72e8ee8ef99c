"""Each function makes the mistake that it is named after, as a learner might."""

import numpy as np


def good(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def logs(z):
    shifted = z - z.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def right_class(z, y):
    return logs(z)[range(len(y)), y]


def softmax__whole_batch(z):
    e = np.exp(z - z.max())
    return e / e.sum()


def softmax__batch_axis(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


def softmax__keepdims_missing(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1)


def softmax__not_normalised(z):
    return np.exp(z)


def softmax__logarithm(z):
    return logs(z)


def softmax__overflow(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def softmax__changed_in_place(z):
    z -= z.max(axis=1, keepdims=True)
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


def softmax__float32(z):
    return np.float32(good(z))


def softmax__integers(z):
    return good(z).astype(int)


def loss__summed(z, y):
    return -right_class(z, y).sum()


def loss__averaged_over_entries(z, y):
    return -(logs(z) * np.eye(z.shape[1])[y]).mean()


def loss__not_averaged(z, y):
    return -right_class(z, y)


def loss__sign(z, y):
    return right_class(z, y).mean()


def loss__all_classes(z, y):
    return -logs(z).sum() / len(y)


def loss__log_left_out(z, y):
    return 1 - good(z)[range(len(y)), y].mean()


def loss__log_base(z, y):
    return -(right_class(z, y) / np.log(2)).mean()


def loss__overflow(z, y):
    return -np.log(good(z)[range(len(y)), y]).mean()


def loss__log_of_clipped(z, y):
    return -np.log(good(z)[range(len(y)), y] + 1e-12).mean()


def loss__summed__overflow(z, y):
    return -np.log(good(z)[range(len(y)), y]).sum()


def loss__rows_taken(z, y):
    return -logs(z)[y].sum() / len(y)


def loss__rows_taken__averaged_over_entries(z, y):
    return -logs(z)[y].mean()


def loss__whole_batch(z, y):
    return -np.log(softmax__whole_batch(z)[range(len(y)), y]).mean()


def loss__batch_axis(z, y):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return -np.log((e / e.sum(axis=0))[range(len(y)), y]).mean()


def loss__keepdims_missing(z, y):
    return -np.log(softmax__keepdims_missing(z)[range(len(y)), y]).mean()


def gradient__summed(z, y):
    return good(z) - np.eye(z.shape[1])[y]


def gradient__averaged_over_entries(z, y):
    return (good(z) - np.eye(z.shape[1])[y]) / z.size


def gradient__sign(z, y):
    return (np.eye(z.shape[1])[y] - good(z)) / len(y)


def gradient__target_left_out(z, y):
    return good(z) / len(y)


def gradient__target_everywhere(z, y):
    p = good(z)
    p[:, y] -= 1
    return p / len(y)


def gradient__target_in_all_classes(z, y):
    return (good(z) - 1) / len(y)


def gradient__diagonal_alone(z, y):
    p = good(z)
    return p * (1 - p) / len(y)


def gradient__whole_batch(z, y):
    return (softmax__whole_batch(z) - np.eye(z.shape[1])[y]) / len(y)


def gradient__batch_axis(z, y):
    return (softmax__batch_axis(z) - np.eye(z.shape[1])[y]) / len(y)


def gradient__keepdims_missing(z, y):
    return (softmax__keepdims_missing(z) - np.eye(z.shape[1])[y]) / len(y)


def gradient__overflow(z, y):
    return (softmax__overflow(z) - np.eye(z.shape[1])[y]) / len(y)


def gradient__summed__sign(z, y):
    return np.eye(z.shape[1])[y] - good(z)
