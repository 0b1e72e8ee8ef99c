"""The README's examples for Keras and JAX, run where these are installed, against the core."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backprop_core.passes.network import Network
from backprop_core.passes.trace import trace
from backprop_core.recording import Recording, load

README = (Path(__file__).parents[3] / "backprop_core/recording/README.md").read_text(
    encoding="utf-8"
)
WIDTHS = (8, 7, 6, 5)
RNG = np.random.default_rng(0)
X = RNG.standard_normal((20, 8)).astype("float32")
Y = np.arange(20) % 5
KERNELS = [0.5 * RNG.standard_normal((n, m)).astype("float32") for n, m in pairwise(WIDTHS)]
BIASES = [0.1 * RNG.standard_normal(m).astype("float32") for m in WIDTHS[1:]]


def example(word: str) -> str:
    blocks = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    (found,) = [block for block in blocks if re.search(rf"^import {word}$", block, re.MULTILINE)]
    return str(found)


def agrees(found: Recording) -> None:
    """Compare with the core's numbers of the same weights."""
    network = Network(tuple(W.T for W in KERNELS), tuple(BIASES), "sigmoid", "softmax")
    expected = trace(network, X, Y)
    for kind in ("signal", "dW"):
        np.testing.assert_allclose(found.log10(kind)[0], expected.log10_norm(kind), atol=1e-5)
    assert found.loss is not None
    assert found.loss[0] == pytest.approx(expected.loss, rel=1e-5)
    assert found.widths == WIDTHS


def test_the_example_for_jax(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jnp = pytest.importorskip("jax.numpy", reason="JAX is not installed")
    monkeypatch.chdir(tmp_path)
    params = [(jnp.asarray(W), jnp.asarray(b)) for W, b in zip(KERNELS, BIASES, strict=True)]
    names: dict[str, Any] = {"params": params, "x": jnp.asarray(X), "y": jnp.asarray(Y)}
    exec(example("jax"), names)
    agrees(load("jax.npz"))


def test_the_example_for_keras(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
    keras = pytest.importorskip("keras", reason="Keras is not installed")
    monkeypatch.chdir(tmp_path)
    layers = keras.layers
    dense = [layers.Dense(n, activation="sigmoid") for n in WIDTHS[1:-1]]
    dense.append(layers.Dense(WIDTHS[-1], activation="softmax"))
    model = keras.Sequential([keras.Input((WIDTHS[0],)), *dense])
    model.set_weights([part for pair in zip(KERNELS, BIASES, strict=True) for part in pair])
    names: dict[str, Any] = {"dense": dense, "x": X, "y": Y}
    names["loss_of"] = keras.losses.SparseCategoricalCrossentropy()
    exec(example("keras"), names)
    agrees(load("keras.npz"))
