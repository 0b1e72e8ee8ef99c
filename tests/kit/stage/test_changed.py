"""What training has changed lights up, and the light of the gradient goes."""

import numpy as np
import pytest

from scenes.kit.layout import STAGE
from scenes.kit.stage.changed import BRIGHTEST, GROWS_FROM, RIM, changed
from scenes.kit.stage.columns import EDGE_OPACITY
from scenes.kit.stage.light import LEVELS
from scenes.kit.stage.network import NetworkStage
from scenes.kit.stage.tape import UNLIT
from scenes.kit.type.typesetting import Pen
from tests.kit.pictures.networks import DEEP, NINE, gradients, lit, network_in
from tests.kit.stage.activations import played


@pytest.fixture(params=[NINE, DEEP, [1, 1]], ids=["nine", "deep", "one"])
def network(request: pytest.FixtureRequest, pen: Pen) -> NetworkStage:
    return lit(network_in(STAGE, request.param, pen))


def test_edges_are_lit_to_scale_in_the_colour_of_words(network: NetworkStage) -> None:
    edges = {layer: np.full_like(shares, 0.5) for layer, shares in gradients(network)[0].items()}
    old = {layer: list(light) for layer, light in network.lights.items()}
    played(changed(network, edges, np.zeros(network.last)))
    assert set(network.lights) == set(network.edges)
    for layer, light in network.lights.items():
        for path in light:
            assert path.get_stroke_opacity() == pytest.approx(
                BRIGHTEST * round(0.5 * LEVELS) / LEVELS
            )
            assert path.get_stroke_color().to_hex().lower() == network.pen.theme.ink.lower()
        assert all(path.get_stroke_opacity() == 0 for path in old[layer])


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_all_layers_light_up_at_the_same_time(network: NetworkStage, share: float) -> None:
    edges = {layer: np.ones_like(shares) for layer, shares in gradients(network)[0].items()}
    slits = [] if network.tape is None else list(network.tape)
    before = np.array([slit.get_stroke_opacity() for slit in slits])
    move = changed(network, edges, np.ones(network.last))
    move.begin()
    move.interpolate(GROWS_FROM + share * (1 - GROWS_FROM))
    for light in network.lights.values():
        assert [path.get_stroke_opacity() for path in light] == pytest.approx([share * BRIGHTEST])
    now = np.array([slit.get_stroke_opacity() for slit in slits])
    assert now == pytest.approx(before + share * (1 - before))


def test_what_has_not_changed_is_there_but_not_lit(network: NetworkStage) -> None:
    edges = {layer: np.zeros_like(shares) for layer, shares in gradients(network)[0].items()}
    played(changed(network, edges, np.zeros(network.last)))
    assert not any(len(light) for light in network.lights.values())
    for layer, path in network.edges.items():
        assert path.get_stroke_opacity() == pytest.approx(EDGE_OPACITY)
        for node in network.columns[layer].nodes:
            assert node.get_fill_opacity() == 0
            assert node.get_stroke_opacity() == pytest.approx(RIM)


def test_a_tape_shows_how_much_each_layer_has_changed(pen: Pen) -> None:
    network = lit(network_in(STAGE, DEEP, pen))
    assert network.tape is not None
    layers = np.linspace(0.0, 1.0, network.last)
    edges, _, _ = gradients(network)
    played(changed(network, edges, layers))
    for slit, layer in zip(network.tape, network.tape.layers, strict=True):
        assert slit.get_stroke_opacity() == pytest.approx(max(UNLIT, layers[layer - 1]))
        assert slit.get_stroke_color().to_hex().lower() == pen.theme.ink.lower()
