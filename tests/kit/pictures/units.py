"""Pictures of the unit and of the wall of units."""

from collections.abc import Callable, Mapping
from functools import partial

import manim as mn
import numpy as np

from scenes.kit.layout import FRAME, STAGE, Region, point
from scenes.kit.stage.beam import Beam
from scenes.kit.stage.channels import Channels, PartingPose
from scenes.kit.stage.knob import Knob, KnobPose
from scenes.kit.stage.parting import Parting
from scenes.kit.stage.sheaf import Sheaf, SheafPose
from scenes.kit.stage.soaked import Soaked, SoakedPose
from scenes.kit.stage.unit import Unit
from scenes.kit.stage.wall import Wall
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import measured, percent, sentence
from tests.kit.stage.activations import curve

Z = np.random.default_rng(2).normal(size=4096)
GRID = [point(x, y) for y in (1.9, -1.9) for x in (-4.6, 0.0, 4.6)]


def posed(pen: Pen, place: np.ndarray, name: str, z: float, opened: float = 1.0) -> Unit:
    beam = Beam(right=1.4, left=1.4) if opened == 1 else None
    return Unit(place, 1.5, curve(name), pen, z=z, beam=beam, opened=opened)


def unit(pen: Pen) -> mn.Mobject:
    """One unit as tall as the stage, at its steepest: a quarter of the beam leaves."""
    drawn = Unit(point(0, 0.2), 2.75, curve("sigmoid"), pen, beam=Beam(height=0.7))
    return mn.VGroup(drawn, drawn.count(partial(measured, "slope"), measured("slope", 0.0123), pen))


def unit_saturated(pen: Pen) -> mn.Mobject:
    """The same unit far out: its number has a power of ten, and stands left of it."""
    drawn = Unit(point(0, 0.2), 2.75, curve("sigmoid"), pen, z=80.0, beam=Beam(height=0.7))
    return mn.VGroup(
        drawn, drawn.count(partial(measured, "slope"), measured("slope", 1.8e-35), pen)
    )


def unit_activations(pen: Pen) -> mn.Mobject:
    """Half open, slid out, dimmed; tanh, and a ReLU on both sides of its kink."""
    dimmed = posed(pen, GRID[2], "sigmoid", 0.0)
    move = dimmed.dimmed()
    move.begin()
    move.finish()
    return mn.VGroup(
        posed(pen, GRID[0], "sigmoid", 0.0, opened=0.4),
        posed(pen, GRID[1], "sigmoid", 3.0),
        dimmed,
        posed(pen, GRID[3], "tanh", 0.5),
        posed(pen, GRID[4], "relu", -1.0),
        posed(pen, GRID[5], "relu", 1.5),
    )


def wall_of(units: int, scale: float, pen: Pen) -> mn.Mobject:
    """A wall of units whose weights are scaled, with its number."""
    drawn = Wall(STAGE, scale * Z[:units], curve("sigmoid"), pen)
    share = float(drawn.pose.curve.saturated(scale * Z[:units]).mean())
    tag = sentence("{share} saturated", share=percent("saturated", share))
    words = pen.label(tag, pen.theme.saturated, 40)
    return mn.VGroup(drawn, words.move_to(drawn.tag_place.center))


def parted(sizes: tuple[float, float, float, float], pen: Pen) -> mn.Mobject:
    """The gradient of a layer behind its wall, through its weights, with what it was in dashes."""
    wall = Wall(STAGE.inset(left=6.9, right=0.6), 3 * Z[:30], curve("sigmoid"), pen)
    low, high = wall.centers.min(axis=0)[0], wall.centers.max(axis=0)[0]
    layer = Region(low - wall.radius, high + wall.radius, STAGE.bottom, STAGE.top)
    weights = Region(-2.6, -1.4, -0.4, 2.3)
    channels = Channels(FRAME.right, layer, low, weights, -3.8, point(-4.0, -2.0), 1.0)
    streams = Parting(channels, (0.2, 0.19, 0.17), (0.19, 1.04), pen)
    slope, own, passed, scale = sizes
    streams.draw(PartingPose(slope, own, passed, scale, own_out=1.0, passed_out=1.0, marks=1.0))
    read = Region(-6.6, channels.back, weights.bottom, weights.top)
    sheaf = Sheaf(read, Region(low, layer.right, layer.bottom, layer.top), pen)
    sheaf.draw(SheafPose(scale, read=0.5))
    knob = Knob(point(-1.8, 2.9), 0.3, pen)
    knob.draw(KnobPose(np.log(scale) / np.log(30)))
    x, y = np.meshgrid(np.linspace(-6.5, -4.1, 8), np.linspace(2.15, -0.25, 8))
    cells = np.stack([x.ravel(), y.ravel(), 0 * x.ravel()], axis=-1)
    soaked = Soaked(cells, 0.3, Z[:64], pen)
    soaked.draw(SoakedPose(0.6))
    return mn.VGroup(sheaf, streams, wall, knob, soaked)


PICTURES: Mapping[str, Callable[[Pen], mn.Mobject]] = {
    "unit": unit,
    "unit_saturated": unit_saturated,
    "unit_activations": unit_activations,
    "wall": partial(wall_of, 30, 1.0),
    "wall_scaled": partial(wall_of, 30, 30.0),
    "wall_of_one": partial(wall_of, 1, 1.0),
    "parting": partial(parted, (0.2, 0.19, 0.17, 1.0)),
    "parting_flood": partial(parted, (0.05, 0.043, 1.04, 30.0)),
}
