"""Single layers move, and units are emptied, while all else stays where it is."""

import numpy as np
import pytest

from scenes.kit.layout import STAGE
from scenes.kit.stage.columns import RIM_OPACITY, ends_of_edges
from scenes.kit.stage.dim import Dim
from scenes.kit.stage.layer_moves import BACK, emptied, rested, slid
from scenes.kit.stage.network import NetworkStage
from scenes.kit.type.typesetting import Pen
from tests.kit.pictures.networks import DEEP, NINE, fills, network_in
from tests.kit.stage.activations import one_by_one, played


@pytest.fixture(params=[NINE, DEEP, [1, 1]], ids=["nine", "deep", "one"])
def network(request: pytest.FixtureRequest, pen: Pen) -> NetworkStage:
    return network_in(STAGE, request.param, pen)


def test_a_layer_slides_alone_and_its_edges_follow(network: NetworkStage) -> None:
    last, before = (network.columns[network.last - n] for n in (0, 1))
    heights, others = last.centers[:, 1], before.centers
    played(slid(network, network.last, 3.0))
    assert last.centers[:, 0] == pytest.approx(3.0)
    assert last.centers[:, 1] == pytest.approx(heights)
    assert before.centers == pytest.approx(others)
    starts, ends = ends_of_edges(before, last)
    corners = network.edges[network.last].points.reshape(-1, 4, 3)
    assert corners[:, 0] == pytest.approx(starts)
    assert corners[:, -1] == pytest.approx(ends)


def test_units_before_a_layer_are_emptied_and_their_rims_come_back(network: NetworkStage) -> None:
    played(network.forward(fills(network)))
    played(Dim(network, [network], 0.1))
    last = [float(node.get_fill_opacity()) for node in network.columns[network.last].nodes]
    motion = emptied(network, network.last)
    motion.begin()
    motion.interpolate(BACK)
    rims = [node.get_stroke_opacity() for node in network.columns[0].nodes]
    assert max(rims) == pytest.approx(0.1 * RIM_OPACITY)
    motion.finish()
    for layer, column in network.columns.items():
        if layer < network.last:
            for node in column.nodes:
                assert node.get_fill_opacity() == 0
                assert node.get_stroke_opacity() == pytest.approx(RIM_OPACITY)
    assert [n.get_fill_opacity() for n in network.columns[network.last].nodes] == last


@pytest.mark.parametrize("move", [lambda n: slid(n, n.last, 3.0), lambda n: emptied(n, n.last)])
def test_a_jump_to_the_end_equals_every_step(pen: Pen, move: object) -> None:
    def new() -> NetworkStage:
        network = network_in(STAGE, NINE, pen)
        played(network.forward({n: np.ones(w) for n, w in enumerate(NINE)}))
        return network

    assert one_by_one(new, move)


def test_slits_rest_as_before_any_light(pen: Pen) -> None:
    network = network_in(STAGE, [5] * 40, pen)
    assert network.tape is not None
    before = [slit.get_stroke_opacity() for slit in network.tape]
    played(network.forward({n: np.ones(5) for n in network.columns}))
    played(Dim(network, network.tape, 0.1))
    assert [slit.get_stroke_opacity() for slit in network.tape] != before
    played(rested(network))
    assert [slit.get_stroke_opacity() for slit in network.tape] == pytest.approx(before)
