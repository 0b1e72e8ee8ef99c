"""The slits of a tape stand for the right layers."""

import numpy as np
import pytest

from scenes.kit.layout import Region
from scenes.kit.stage.tape import MOST_SLITS, REST, UNLIT, Tape
from scenes.kit.stage.timeline import Step, Timeline
from scenes.kit.type.typesetting import Pen
from tests.kit.stage.activations import one_by_one

AREA = Region(-5.0, -1.0, -2.0, 2.0)


def xs(tape: Tape) -> np.ndarray:
    return np.array([float(slit.get_center()[0]) for slit in tape])


def opacities(tape: Tape) -> np.ndarray:
    return np.array([float(slit.get_stroke_opacity()) for slit in tape])


@pytest.mark.parametrize("last", [6, 7, 71, 72, 73, 100, 194, 1994])
def test_slits_are_at_even_distances_and_each_stands_for_the_layer_that_is_there(
    pen: Pen, last: int
) -> None:
    tape = Tape(range(1, last + 1), AREA, pen)
    assert len(tape) == len(tape.layers) == min(last, MOST_SLITS)
    assert (tape.layers[0], tape.layers[-1]) == (1, last)
    assert (np.diff(tape.layers) >= 1).all()
    places = xs(tape)
    assert (places[0], places[-1]) == pytest.approx((AREA.left, AREA.right))
    assert np.diff(places) == pytest.approx(places[1] - places[0])
    # A slit is at most half a layer away from where its layer would be to scale.
    layer = AREA.width / (last - 1)
    scaled = AREA.left + layer * (np.array(tape.layers) - 1)
    assert abs(places - scaled).max() <= layer / 2 + 1e-9


@pytest.mark.parametrize("last", [6, 194, 1994])
def test_layers_without_a_slit_stand_between_their_neighbours(pen: Pen, last: int) -> None:
    tape = Tape(range(1, last + 1), AREA, pen)
    moved = {layer: 0.01 * layer - 3 for layer in tape.layers}
    for _ in range(2):
        places, slits = xs(tape), dict(zip(tape.layers, xs(tape), strict=True))
        some = np.unique(np.linspace(1, last, 50).astype(int))
        found = np.array([tape.place_of(int(layer)) for layer in some])
        assert (np.diff(found) > 0).all()
        assert (found[0], found[-1]) == pytest.approx((places[0], places[-1]))
        for layer, x in slits.items():
            assert tape.place_of(layer) == pytest.approx(x)
        # Where slits have moved, they are where they are now.
        tape.moving(moved, Region(-4, 6, 1, 2))(1.0)
    assert tape.place_of(3) == pytest.approx(0.01 * 3 - 3)


def test_slits_that_move_reach_their_places_in_the_region(pen: Pen) -> None:
    tape = Tape(range(1, 195), AREA, pen)
    region = Region(-4, 6, 1, 2)
    tape.moving({layer: layer / 50 for layer in tape.layers}, region)(1.0)
    assert xs(tape) == pytest.approx(np.array(tape.layers) / 50)
    assert {slit.get_bottom()[1] for slit in tape} == {region.bottom}
    assert {slit.get_top()[1] for slit in tape} == {region.top}


def test_a_wave_runs_forward_and_leaves_every_slit_lit(pen: Pen) -> None:
    tape = Tape(range(1, 40), AREA, pen)
    wave = tape.wave(pen.theme.forward)
    wave(0.5)
    half = opacities(tape)
    assert (np.diff(half) <= 0).all()
    assert half[0] > REST == half[-1]
    wave(1.0)
    assert opacities(tape) == pytest.approx(REST + 0.45)
    assert {slit.get_stroke_color().to_hex().lower() for slit in tape} == {
        pen.theme.forward.lower()
    }


def test_a_slit_receives_the_brightness_of_its_own_layer(pen: Pen) -> None:
    tape = Tape(range(1, 195), AREA, pen)
    layers = np.linspace(0.0, 1.3, 200)
    receive = tape.receive(layers)
    receive(0.5)
    half = opacities(tape)
    assert half[-1] == 1
    assert half[0] == REST
    receive(1.0)
    own = np.clip(layers[np.array(tape.layers) - 1], UNLIT, 1.0)
    assert opacities(tape) == pytest.approx(own)


def test_a_jump_to_the_end_equals_every_step(pen: Pen) -> None:
    def moves(tape: Tape) -> Timeline:
        places = {layer: layer / 50 for layer in tape.layers}
        return Timeline(
            tape,
            lambda: [
                Step(0, 0.7, tape.receive(np.linspace(0, 1, 200))),
                Step(0.2, 1, tape.moving(places, Region(-4, 6, 1, 2))),
            ],
        )

    assert one_by_one(lambda: Tape(range(1, 195), AREA, pen), moves)
