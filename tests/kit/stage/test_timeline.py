"""Steps of a timeline, and the dimming that is made of them."""

import manim as mn
import numpy as np
import pytest

from scenes.kit.layout import STAGE
from scenes.kit.stage.dim import Dim
from scenes.kit.stage.timeline import Step, Timeline, one_after_another
from scenes.kit.type.typesetting import Pen
from tests.kit.pictures.networks import lit, network_in
from tests.kit.stage.activations import looks, one_by_one, played


def test_a_step_happens_in_its_share_of_the_time_and_is_called_only_where_it_changes() -> None:
    seen: list[float] = []
    timeline = Timeline(mn.Dot(), lambda: [Step(0.25, 0.75, seen.append, mn.linear)])
    timeline.begin()
    for alpha in (0.1, 0.2, 0.25, 0.5, 0.5, 0.75, 0.9):
        timeline.interpolate(alpha)
    timeline.finish()
    assert seen == [0, 0.5, 1]


@pytest.mark.parametrize("count", [1, 2, 3, 9, 200])
def test_steps_follow_each_other_at_even_distances_and_fill_the_time(count: int) -> None:
    starts, ends = np.transpose(one_after_another(count, 1.6))
    assert starts[0] == 0
    assert ends[-1] == pytest.approx(1)
    lengths = ends - starts
    assert lengths == pytest.approx(lengths[0])
    gaps = np.diff(starts)
    if count > 1:
        assert gaps == pytest.approx(gaps[0])
        assert 0 < gaps[0] < lengths[0]


def test_no_steps_take_no_time() -> None:
    assert one_after_another(0) == []


def test_dim_and_its_inverse_restore_what_was(pen: Pen) -> None:
    network = lit(network_in(STAGE, [12, 4, 3], pen))
    before = looks(network)
    opacities = [path.get_stroke_opacity() for path in network.edges.values()]
    spoken = looks(network.columns[1].nodes)
    parts = network.all_but(network.columns[1].nodes)
    played(Dim(network, parts, 0.25))
    now = [path.get_stroke_opacity() for path in network.edges.values()]
    assert now == pytest.approx(np.multiply(opacities, 0.25))
    for ours, theirs in zip(looks(network.columns[1].nodes), spoken, strict=True):
        assert np.array_equal(ours, theirs)
    played(Dim(network, parts, 4.0), 0.3, 0.6)
    for ours, theirs in zip(looks(network), before, strict=True):
        assert ours == pytest.approx(theirs, abs=1e-12)


def test_a_jump_to_the_end_equals_every_step(pen: Pen) -> None:
    assert one_by_one(
        lambda: network_in(STAGE, [12, 4, 3], pen), lambda network: Dim(network, [network], 0.2)
    )


def test_dimming_has_its_share_of_the_time() -> None:
    dot = mn.Dot()
    dim = Dim(dot, [dot], 0.0, during=(0.0, 0.5))
    dim.begin()
    for alpha, opacity in ((0.25, 0.5), (0.5, 0.0), (0.8, 0.0)):
        dim.interpolate(alpha)
        assert dot.get_fill_opacity() == pytest.approx(opacity)


def test_brightening_ends_at_full_opacity() -> None:
    dot = mn.Dot().set_opacity(0.5)
    played(Dim(dot, [dot], 100.0))
    assert dot.get_fill_opacity() == 1
