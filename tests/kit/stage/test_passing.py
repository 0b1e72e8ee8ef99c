"""Light that passes back is to scale and leaves nothing; a step moves edges as far as it goes."""

from itertools import pairwise

import numpy as np
import pytest

from scenes.kit.layout import STAGE
from scenes.kit.stage.light import Light
from scenes.kit.stage.network import NetworkStage
from scenes.kit.stage.passing import STAYS, passes_back, steps_by
from scenes.kit.stage.tape import REST
from scenes.kit.type.typesetting import Pen
from tests.kit.pictures.dives import played

DEPTH = 5


@pytest.fixture
def network(pen: Pen) -> NetworkStage:
    return NetworkStage(STAGE, (8, *[6] * (DEPTH - 1), 3), pen)


def edges_of(network: NetworkStage, layers: np.ndarray) -> dict[int, np.ndarray]:
    columns = network.columns
    return {
        n: np.full((len(columns[n].nodes), len(columns[n - 1].nodes)), layers[n - 1])
        for n in network.edges
    }


def strokes_of(network: NetworkStage) -> list[tuple[float, float]]:
    return [
        (float(path.get_stroke_width()), float(path.get_stroke_opacity()))
        for path in network.edges.values()
    ]


def test_light_passes_from_the_last_layer_to_the_first_and_is_gone(network: NetworkStage) -> None:
    layers = np.linspace(0.2, 1.0, DEPTH)
    before = strokes_of(network)
    back = passes_back(network, edges_of(network, layers), layers)
    back.begin()
    lights = [each for each in back.mobject if isinstance(each, Light)]
    assert len(lights) == DEPTH
    middles = []
    for share in (0.15, 0.4, 0.6, 0.85):
        back.interpolate(share)
        drawn = np.concatenate([path.points for light in lights for path in light])
        middles.append(float(drawn[:, 0].mean()))
    assert middles == sorted(middles, reverse=True)
    back.interpolate(1.0)
    assert not any(len(path.points) for light in lights for path in light)
    assert strokes_of(network) == before


def test_light_that_lingers_stays_until_it_has_come_to_the_first_layer(
    network: NetworkStage,
) -> None:
    layers = np.linspace(0.2, 1.0, DEPTH)
    back = passes_back(network, edges_of(network, layers), layers, lingers=True)
    back.begin()
    lights = [each for each in back.mobject if isinstance(each, Light)]
    shown = []
    for share in (0.15, 0.4, STAYS):
        back.interpolate(share)
        shown.append([sum(float(path.width) for path in light) for light in lights])
    assert all(a <= b for early, late in pairwise(shown) for a, b in zip(early, late, strict=True))
    assert min(shown[-1]) > 0
    back.interpolate(1.0)
    assert not any(len(path.points) for light in lights for path in light)


def test_a_layer_without_gradient_gets_no_light(network: NetworkStage) -> None:
    layers = np.array([0.0, 0.0, 0.0, 0.3, 1.0])
    back = passes_back(network, edges_of(network, layers), layers)
    back.begin()
    lights = [each for each in back.mobject if isinstance(each, Light)]
    assert [len(light) > 0 for light in lights] == [True, True, False, False, False]


def test_a_step_moves_the_edges_as_far_as_the_gradient_says(network: NetworkStage) -> None:
    before = strokes_of(network)
    step = steps_by(network, np.array([0.0, 0.1, 0.2, 0.5, 1.0]))
    played(step, 0.5)
    wider = [now[0] / then[0] for now, then in zip(strokes_of(network), before, strict=True)]
    assert wider == sorted(wider)
    assert wider[0] == 1
    assert wider[-1] > 2
    step.interpolate(1.0)
    np.testing.assert_allclose(strokes_of(network), before)


def test_the_slits_of_a_tape_light_up_and_are_dark_again(pen: Pen) -> None:
    deep = NetworkStage(STAGE, (8, *[6] * 29, 3), pen)
    layers = np.ones(30)
    played(deep.race())
    assert deep.tape is not None
    back = passes_back(deep, edges_of(deep, layers), layers)
    back.begin()
    brightest = 0.0
    for share in np.linspace(0, 1, 21).tolist():
        back.interpolate(share)
        brightest = max(brightest, *(float(slit.get_stroke_opacity()) for slit in deep.tape))
    assert brightest > 0.9
    for slit in deep.tape:
        assert slit.get_stroke_opacity() == pytest.approx(REST)
        assert slit.get_stroke_color().to_hex() == pen.theme.muted
