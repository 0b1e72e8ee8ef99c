"""Data sets that need no file: scikit-learn's digits, moons and blobs, and pure noise.

scikit-learn takes two seconds to import, so only the functions that need it import it.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from backprop_core.data.raw_data import RawData

LARGEST_PIXEL = 16
"""Largest pixel of the raw digits: they are divided by it; `data.scale = 16` undoes that."""


@lru_cache(maxsize=1)
def digits() -> RawData:
    """Return the 1797 digits, 8 x 8 pixels in 0..1, classes 0..9 (Alpaydin & Kaynak 1998)."""
    table = _digits_table()
    x, y = table[:, :-1] / LARGEST_PIXEL, table[:, -1].astype(np.int64)
    return RawData(x, y, outputs=10)


def _digits_table() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Return pixels 0..16 and, in the last column, the class: (1797, 65)."""
    package = find_spec("sklearn")
    for folder in (package and package.submodule_search_locations) or ():
        file = Path(folder) / "datasets" / "data" / "digits.csv.gz"
        if file.is_file():
            return np.loadtxt(file, delimiter=",")
    # If another version of scikit-learn keeps the table elsewhere, its own loader finds it.
    from sklearn.datasets import load_digits

    pixels, classes = load_digits(return_X_y=True)
    return np.column_stack([pixels, classes])


def draw_moons(rng: np.random.Generator, samples: int) -> RawData:
    """Draw two interleaved half circles in the plane, with noise of standard deviation 0.1."""
    from sklearn.datasets import make_moons

    x, y = make_moons(samples, noise=0.1, random_state=_sklearn_seed(rng))
    return RawData(x, y.astype(np.int64), outputs=2)


def draw_blobs(rng: np.random.Generator, samples: int) -> RawData:
    """Draw three round clouds of standard deviation 1 in the plane, at fixed, separate centres."""
    from sklearn.datasets import make_blobs

    centers = 5 * np.array([[0.0, 1.0], [-(0.75**0.5), -0.5], [0.75**0.5, -0.5]])
    x, y = make_blobs(samples, centers=centers, random_state=_sklearn_seed(rng))
    return RawData(x, y.astype(np.int64), outputs=3)


def draw_noise(rng: np.random.Generator, samples: int) -> RawData:
    """Draw 64 features ~ N(0, 1) and random classes 0..9: shaped like digits, without pattern."""
    x = rng.standard_normal((samples, 64))
    return RawData(x, rng.integers(10, size=samples), outputs=10)


def _sklearn_seed(rng: np.random.Generator) -> int:
    """Draw a seed for scikit-learn, which takes no Generator."""
    return int(rng.integers(2**32))
