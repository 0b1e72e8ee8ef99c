"""What networks and traces refuse, and their guarantees."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest

import backprop_core
from backprop_core import Experiment, InputError, Network, NumericalError, initialize, run, trace

X, Y = np.ones((2, 3)), np.array([0, 1])


def net(scale: float = 1.0, activation: str = "sigmoid", output: str = "sigmoid") -> Network:
    weights = (np.full((4, 3), scale), np.full((2, 4), scale))
    return Network(weights, (np.zeros(4), np.zeros(2)), activation, output)


def test_arrays_are_read_only_and_the_callers_stay_writeable() -> None:
    W = np.ones((2, 3))
    t = trace(Network((W,), (np.zeros(2),)), X, Y)
    W[0, 0] = 5
    assert t.network.weights[0][0, 0] == 1
    for array in (*t.network.weights, *t.z, *t.a, *t.delta, *t.dW, *t.db, t.dx, t.y):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    with pytest.raises(dataclasses.FrozenInstanceError):
        t.loss = 0.0  # type: ignore[misc]
    assert X.flags.writeable
    assert Y.flags.writeable


def test_shapes() -> None:
    t = run(Experiment(network={"widths": [64, 7, 5, 10]}, data={"samples": 20}))
    assert t.network.widths == (64, 7, 5, 10)
    assert t.network.parameters == 64 * 7 + 7 + 7 * 5 + 5 + 5 * 10 + 10
    assert [a.shape for a in t.a] == [(20, 64), (20, 7), (20, 5), (20, 10)]
    assert [z.shape for z in t.z] == [d.shape for d in t.delta] == [(20, 7), (20, 5), (20, 10)]
    assert [g.shape for g in t.dW] == [(7, 64), (5, 7), (10, 5)]
    assert [g.shape for g in t.db] == [(7,), (5,), (10,)]
    assert t.dx.shape == t.x.shape


def test_bias_and_dtype_leave_the_draw_of_the_weights_alone() -> None:
    first = initialize(Experiment())
    biased = initialize(Experiment(network={"bias_std": 0.3}))
    short = initialize(Experiment(dtype="float16"))
    np.testing.assert_array_equal(first.weights[3], biased.weights[3])
    np.testing.assert_array_equal(first.weights[3].astype(np.float16), short.weights[3])
    assert not first.biases[0].any()
    assert biased.biases[0].any()


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_a_trace_keeps_the_dtype(dtype: str) -> None:
    t = run(Experiment(dtype=dtype, data={"samples": 50}))
    for array in (t.x, *t.z, *t.a, *t.slope, *t.delta, *t.dW, *t.db, t.dx):
        assert array.dtype == dtype
    assert np.isfinite(t.log10_norm("signal")).all()


def test_a_network_that_does_not_fit_together() -> None:
    with pytest.raises(InputError, match="layer 2"):
        Network((np.ones((4, 3)), np.ones((2, 5))), (np.ones(4), np.ones(2)))
    with pytest.raises(InputError, match="layer 1"):
        Network((np.ones((4, 3)),), (np.ones(3),))
    with pytest.raises(InputError, match="float"):
        Network((np.ones((4, 3), dtype=int),), (np.ones(4, dtype=int),))
    with pytest.raises(InputError, match="sigmoid, tanh"):
        net(activation="softmax")


@pytest.mark.parametrize(
    ("x", "y", "loss", "message"),
    [
        (np.ones((2, 4)), Y, "cross_entropy", "x: got shape"),
        (np.full((2, 3), np.nan), Y, "cross_entropy", "x: got NaN"),
        (X, np.array([0, 2]), "cross_entropy", r"allowed: 0\.\.1"),
        (X, np.array([0, 1, 1]), "cross_entropy", "as many as x"),
        (X, np.array([[0.5, 2.0]] * 2), "cross_entropy", "from 0 to 1"),
        (X, np.array([0.0, 1.0]), "quadratic", "integer classes"),
        (X, Y, "hinge", "sigmoid . hinge"),
    ],
)
def test_a_batch_that_does_not_fit(x: np.ndarray, y: np.ndarray, loss: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        trace(net(), x, y, loss)


def test_the_hinge_takes_classes_only() -> None:
    with pytest.raises(InputError, match="integer classes"):
        trace(net(output="identity"), X, np.eye(2), "hinge")


def test_another_norm() -> None:
    with pytest.raises(InputError, match="signal"):
        trace(net(), X, Y).log10_norm("weights")


def test_overflow_names_layer_step_and_cause() -> None:
    with pytest.raises(NumericalError, match=r"layer 2, forward pass.*likely cause.*gain"):
        trace(net(1e200, "relu", "identity"), X, Y, "hinge")
    with pytest.raises(NumericalError, match=r"float16 ends at 6\.6e"):
        run(Experiment(dtype="float16", network={"activation": "relu", "gain": 500.0}))


def test_an_exploding_gradient_names_layer_and_step() -> None:
    steep = Network((np.full((1, 1), 1e200),) * 4, (np.zeros(1),) * 4, "identity", "identity")
    with pytest.raises(NumericalError, match=r"layer 2, backward pass.*likely cause.*explodes"):
        trace(steep, np.zeros((1, 1)), np.ones((1, 1)), "quadratic")


def test_everything_public_is_there_and_callable_by_its_name() -> None:
    for name in backprop_core.__all__:
        assert hasattr(backprop_core, name)
    assert callable(backprop_core.trace)
    assert callable(backprop_core.ensemble)
    assert callable(backprop_core.gradcheck)
    with pytest.raises(AttributeError, match="nonsense"):
        backprop_core.nonsense  # noqa: B018


def test_importing_the_numbers_is_quick() -> None:
    code = (
        "import sys, backprop_core; "
        "print([m for m in ('pydantic', 'sklearn', 'scipy', 'manim') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
