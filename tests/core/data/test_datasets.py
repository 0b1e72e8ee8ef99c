"""Examples: their statistics, their scaling, and the widths that follow from them."""

import tracemalloc

import numpy as np
import pytest
from sklearn.datasets import load_digits

from backprop_core.data import builtin as builtin_data
from backprop_core.data import datasets
from backprop_core.data.datasets import layer_widths, load_data
from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment
from tests.patience import at_once

RAW = {"standardize": False}


def load(seed: int = 0, dtype: str = "float64", **data: object):
    return load_data(Experiment(seed=seed, dtype=dtype, data=data))


def test_digits_are_those_of_scikit_learn() -> None:
    x, y = load_digits(return_X_y=True)
    data = load(samples=100_000, scale=16, **RAW)
    assert data.available == len(data.x) == 1797
    key = np.lexsort([*data.x.T, data.y])
    expected = np.lexsort([*x.T, y])
    np.testing.assert_array_equal(data.x[key], x[expected])
    np.testing.assert_array_equal(data.y[key], y[expected])


def test_digits_come_from_the_loader_where_the_table_is_not_in_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = builtin_data._digits_table()
    monkeypatch.setattr(builtin_data, "find_spec", lambda name: None)
    np.testing.assert_array_equal(builtin_data._digits_table(), table)


def test_pixels_lie_between_0_and_1_until_they_are_scaled() -> None:
    data = load(**RAW)
    assert (data.x.min(), data.x.max()) == (0, 1)
    np.testing.assert_array_equal(load(scale=16, shift=-3, **RAW).x, data.x * 16 - 3)


def test_no_example_comes_twice_and_fewer_are_the_first_of_more() -> None:
    data = load(samples=1000, **RAW)
    assert data.x.shape == (1000, 64)
    assert len(np.unique(np.column_stack([data.x, data.y]), axis=0)) == 1000
    np.testing.assert_array_equal(load(samples=10, **RAW).x, data.x[:10])


def test_standardised_features_have_mean_0_and_deviation_1_but_for_constant_ones() -> None:
    data = load(scale=16, shift=0.1)
    raw = load(scale=16, shift=0.1, **RAW).x
    constant = np.ptp(raw, axis=0) == 0
    assert constant.sum() == 4
    assert (data.x[:, constant] == 0).all()
    np.testing.assert_allclose(data.x.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(data.x[:, ~constant].std(axis=0), 1, rtol=1e-12)
    np.testing.assert_allclose(data.x, load().x, atol=1e-9)


def test_one_example_is_only_centred() -> None:
    assert (load(samples=1).x == 0).all()


@pytest.mark.parametrize(
    ("name", "features", "classes"),
    [("digits", 64, 10), ("moons", 2, 2), ("blobs", 2, 3), ("noise", 64, 10)],
)
def test_the_ends_of_the_network_are_those_of_the_data(
    name: str, features: int, classes: int
) -> None:
    e = Experiment(data={"name": name}, network={"depth": 4, "width": 7})
    data = load_data(e)
    assert layer_widths(e) == (features, 7, 7, 7, classes)
    assert data.name == name
    assert data.x.shape == (1000, features)
    assert data.outputs == classes
    assert set(data.y.tolist()) == set(range(classes))
    assert np.bincount(data.y).min() > 0.7 * len(data.y) / classes


def test_blobs_can_be_told_apart_and_moons_are_not_linear() -> None:
    for name, low, high in (("blobs", 0.98, 1.0), ("moons", 0.8, 0.95)):
        data = load(name=name)
        A = np.column_stack([data.x, np.ones(len(data.x))])
        fit = A @ np.linalg.lstsq(A, np.eye(data.outputs)[data.y], rcond=None)[0]
        assert low <= (fit.argmax(axis=1) == data.y).mean() <= high


def test_noise_is_normal_and_says_nothing_of_its_classes() -> None:
    data = load(name="noise", samples=20_000, **RAW)
    assert data.x.mean() == pytest.approx(0, abs=0.005)
    assert data.x.std() == pytest.approx(1, abs=0.005)
    means = np.array([data.x[data.y == c].mean(axis=0) for c in range(10)])
    assert abs(means).max() < 5 / 2000**0.5


@pytest.mark.parametrize("name", ["digits", "moons", "blobs", "noise"])
def test_the_seed_decides_and_nothing_else_does(name: str) -> None:
    first = load(name=name)
    np.random.seed(5)  # noqa: NPY002
    datasets._load.cache_clear()
    again = load(name=name)
    np.testing.assert_array_equal(first.x, again.x)
    np.testing.assert_array_equal(first.y, again.y)
    assert not np.array_equal(first.x, load(seed=1, name=name).x)


def test_data_are_drawn_from_the_stream_0_of_the_seed() -> None:
    chosen = np.random.default_rng((7, 0)).permutation(1797)[:5]
    np.testing.assert_array_equal(load(seed=7, samples=5).y, load_digits().target[chosen])


def test_data_are_loaded_once_and_nobody_can_change_them() -> None:
    e = Experiment(data={"samples": 321})
    data = load_data(e)
    assert load_data(e.override({"network.depth": 3, "training.epochs": 2})) is data
    for array in (data.x, data.y, builtin_data.digits().x):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_the_experiment_s_type_is_kept(dtype: str) -> None:
    data = load(dtype=dtype)
    assert data.x.dtype == dtype
    assert data.y.dtype == np.int64


def test_scaling_beyond_the_type_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        load(dtype="float16", scale=1e5, **RAW)
    assert caught.value.problems == (
        "data.scale: got 100000 with shift 0, which takes inputs beyond the range of float16; "
        "allowed finite inputs",
    )


def network_problems(**sections: dict[str, object]) -> tuple[str, ...]:
    """What `layer_widths` says, and that it says so at once and takes no memory to find out."""
    e = Experiment(**sections)
    tracemalloc.start()
    with at_once(), pytest.raises(InputError) as caught:
        layer_widths(e)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20
    return caught.value.problems


def test_widths_that_do_not_match_the_data() -> None:
    assert network_problems(network={"widths": [10, 30, 20]}) == (
        "network.widths: got 10 inputs and 20 outputs; "
        "allowed 64 and 10, those of the data (digits)",
    )
    assert layer_widths(Experiment(network={"widths": [64, 30, 10]})) == (64, 30, 10)


def test_too_many_parameters() -> None:
    assert network_problems(network={"depth": 2000, "width": 4096}) == (
        "network: got 33,529,368,586 parameters; allowed at most 20,000,000",
    )


def test_too_much_memory_for_the_examples() -> None:
    assert network_problems(network={"depth": 2000, "width": 90}, data={"samples": 1000}) == (
        "network x data.samples: got 4.3 GiB for the activations and gradients of 1,000 examples; "
        "allowed at most 2 GiB",
    )
    half = {"network": {"depth": 2000, "width": 90}, "data": {"samples": 400}}
    assert len(layer_widths(Experiment(**half))) == 2001


def test_too_many_parameters_times_examples() -> None:
    network = {"depth": 3, "width": 3000}
    assert network_problems(network=network, data={"name": "noise", "samples": 100_000}) == (
        "network x data.samples: got 13.6 GiB for the activations and gradients of "
        "100,000 examples; allowed at most 2 GiB",
        "network x data.samples: got 9,228,010 parameters x 100,000 examples = 9.2e+11; "
        "allowed at most 1e+11",
    )


def test_too_long_a_training() -> None:
    wide, deep = {"depth": 3, "width": 1000}, {"depth": 2000, "width": 5}
    assert network_problems(network=wide, training={"epochs": 10_000, "batch_size": 1000}) == (
        "network x data.samples x training.epochs: got 1,076,010 parameters x 1,000 examples x "
        "10,000 epochs = 1.1e+13; allowed at most 1e+13",
    )
    assert network_problems(network=deep, training={"epochs": 100, "batch_size": 1}) == (
        "training.batch_size x training.epochs: got 2,000 layers x 1,000 minibatches x "
        "100 epochs = 2e+08; allowed at most 1e+08",
    )


def test_a_data_set_has_no_more_examples_than_it_has() -> None:
    e = Experiment(data={"samples": 100_000}, network={"width": 1000, "depth": 3})
    assert layer_widths(e) == (64, 1000, 1000, 10)
    with pytest.raises(InputError):
        layer_widths(e.override({"data.name": "noise"}))
