"""Many seeds computed together give the same results as each seed alone."""

import numpy as np
import pytest

from backprop_core import (
    Experiment,
    InputError,
    ensemble,
    layer_widths,
    load_data,
    run,
    trace,
)
from backprop_core.passes.first_pass import draw


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("depth", [9, 400])
def test_a_member_is_the_run_of_its_seed(dtype: str, depth: int) -> None:
    settings = {"depth": depth, "width": 6}
    experiment = Experiment(seed=4, dtype=dtype, network=settings, data={"samples": 60})
    many = ensemble(experiment, seeds=9)
    assert many.seeds.tolist() == list(range(4, 13))
    first, widths, data = run(experiment), layer_widths(experiment), load_data(experiment)
    tolerance = {"float64": 1e-10, "float32": 1e-3}[dtype]
    for i, seed in enumerate(many.seeds):
        alone = trace(draw(experiment, widths, int(seed)), data.x, data.y)
        if i == 0:
            np.testing.assert_array_equal(alone.dW[0], first.dW[0])
        assert many.loss[i] == pytest.approx(alone.loss, rel=1e-5)
        for ours, kind in ((many.log10_signal, "signal"), (many.log10_dW, "dW")):
            np.testing.assert_allclose(ours[i], alone.log10_norm(kind), rtol=0, atol=tolerance)
    assert np.ptp(many.log10_signal[:, 0]) > 0.1


def test_percentiles_order_and_stop_at_exact_zero() -> None:
    settings = {"depth": 40, "width": 2, "activation": "relu", "init": "he"}
    many = ensemble(Experiment(network=settings, data={"samples": 20}), seeds=30)
    low, middle, high = (many.percentile(p)[0] for p in (5, 50, 100))
    assert low == -np.inf
    assert low <= middle <= high
    alive = many.percentile(50)[-1]
    assert alive == pytest.approx(np.median(many.log10_signal[:, -1]))
    assert many.percentile(50, "dW").shape == (40,)


def test_bad_requests() -> None:
    with pytest.raises(InputError, match="seeds: got 0"):
        ensemble(Experiment(), seeds=0)
    many = ensemble(Experiment(data={"samples": 5}), seeds=2)
    with pytest.raises(InputError, match=r"0\.\.100"):
        many.percentile(101)
    with pytest.raises(InputError, match="signal"):
        many.percentile(50, "weights")
