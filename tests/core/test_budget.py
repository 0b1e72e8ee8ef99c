"""The cost of a network by its shape, orthogonal weights included."""

from time import process_time

import pytest

from backprop_core import Experiment, caps, initialize
from backprop_core.budget import (
    affordable_seeds,
    epoch_seconds,
    fewer_epochs,
    orthogonal_seconds,
    pass_seconds,
)
from backprop_core.data.datasets import layer_widths

WIDE = {"widths": [64, 1200, 1200, 10]}
NORMAL = Experiment(network=WIDE, data={"samples": 50}, training={"batch_size": 50})
ORTHOGONAL = NORMAL.override({"network.init": "orthogonal"})


def test_drawing_counts_once_and_not_in_each_epoch() -> None:
    more = orthogonal_seconds(ORTHOGONAL)
    assert more > 0.3
    assert orthogonal_seconds(NORMAL) == 0.0
    assert pass_seconds(ORTHOGONAL, 50) == pytest.approx(pass_seconds(NORMAL, 50) + more)
    assert epoch_seconds(ORTHOGONAL, 50, 3) == epoch_seconds(NORMAL, 50, 3)


def test_less_is_left_for_epochs_and_for_other_draws() -> None:
    assert affordable_seeds(ORTHOGONAL, 4.0) < affordable_seeds(NORMAL, 4.0)
    for members in (1, 5):
        plain, drawn = (fewer_epochs(e, 6.0, members) for e in (NORMAL, ORTHOGONAL))
        assert drawn.training.epochs < plain.training.epochs
        spent = drawn.training.epochs * epoch_seconds(drawn, drawn.data.samples, members)
        assert spent + members * orthogonal_seconds(drawn) <= 6.0


def test_the_largest_draw_takes_about_what_is_estimated() -> None:
    products = caps.orthogonal_products(layer_widths(ORTHOGONAL))
    assert 0.8 * caps.ORTHOGONAL_PRODUCTS < products < caps.ORTHOGONAL_PRODUCTS
    start = process_time()
    initialize(ORTHOGONAL)
    # A busy machine, whose memory others use too, takes twice as long.
    assert process_time() - start < 4 * orthogonal_seconds(ORTHOGONAL)
