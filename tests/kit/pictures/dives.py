"""The dive of any network, the level of a loss, and an example that enters."""

from collections.abc import Callable, Mapping

import manim as mn
import numpy as np

from scenes.kit.layout import STAGE, Region, point
from scenes.kit.stage.digit_strip import FeatureStrip
from scenes.kit.stage.dive import Dive
from scenes.kit.stage.loss_level import LossLevel
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import constant, sentence

DEFAULT = np.array([-4.64, -4.1, -3.42, -2.81, -2.25, -1.66, -1.09, -0.38, 0.21])
TWO = np.array([-0.4, 0.2])
HOLDING = np.array([-0.3, -0.2, -0.25, -0.1, 0.1, -0.05, 0.0, -0.1, 0.05])
EXPLODING = np.linspace(15, 0, 9)
ZEROS = np.array([-np.inf, -np.inf, -np.inf, -3, -2, -1.5, -1, -0.5, 0])
DEEP = np.linspace(-138, 0, 200) + np.sin(np.arange(200.0))
SAMPLED = np.linspace(-1200, 0, 12)
SAMPLED_LAYERS = (1, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800, 1900, 2000)


STAIR = sentence("× {n}", n=constant("stair", "¼"))


def played(animation: mn.Animation, alpha: float = 1.0) -> None:
    """Jump to a moment of an animation, without a scene."""
    animation.begin()
    animation.interpolate(alpha)
    if alpha == 1:
        animation.finish()


def dive_in(region: Region, log10: np.ndarray, pen: Pen, **how: object) -> Dive:
    """Lay a dive out in a region."""
    columns = np.linspace(region.left + 2.7, region.right - 0.4, len(log10))
    return Dive(region, columns, log10, pen, quantity="gradient", **how)


def dived(dive: Dive, alpha: float = 1.0) -> Dive:
    """Let the bars rise, and dive as far as `alpha`."""
    played(dive.rise())
    played(dive.dive(), alpha)
    dive.number.settle()
    return dive


def compared(dive: Dive) -> Dive:
    """Play every verb; the lines beside the measured one are made up."""
    dived(dive)
    finite = np.where(np.isfinite(dive.log10), dive.log10, dive.log10.max() - 6)
    last = finite[-1]
    for verb in (dive.to_axis, dive.to_dots, dive.line):
        played(verb())
    played(dive.stairs(last + 0.95 * (finite - last), STAIR))
    played(dive.later(last + 0.8 * (finite - last), "later"))
    return dive


def quarters() -> list[Region]:
    """The stage in four parts."""
    return [part for row in STAGE.rows(1, 1) for part in row.columns(1, 1)]


def dive_moments(pen: Pen) -> mn.Mobject:
    """Bars that rise, that stand to scale, a dive under way, and tops that sink to their places."""
    rising, standing, under_way, sinking = (dive_in(q, DEFAULT, pen) for q in quarters())
    played(rising.rise(), 0.5)
    played(standing.rise())
    dived(under_way, 0.6)
    dived(sinking)
    played(sinking.to_axis(), 0.6)
    return mn.VGroup(rising, standing, under_way, sinking)


def dive_compared(pen: Pen) -> mn.Mobject:
    """The logarithmic axis with stairs and another profile."""
    return compared(dive_in(STAGE, DEFAULT, pen))


def dive_networks(pen: Pen) -> mn.Mobject:
    """The dive into two layers, into two hundred, away from a gradient that explodes, and none."""
    profiles = (TWO, DEEP, EXPLODING, HOLDING)
    each = zip(quarters(), profiles, (0.7, 0.5, 0.6, 1.0), strict=True)
    return mn.VGroup(*(dived(dive_in(q, log10, pen), alpha) for q, log10, alpha in each))


def dive_axes(pen: Pen) -> mn.Mobject:
    """The axes of exact zeros, of an explosion and of two thousand layers."""
    above, below = STAGE.rows(1, 1)
    left, right = below.columns(1, 1)
    shown = (dive_in(above, ZEROS, pen), dive_in(left, EXPLODING, pen))
    sampled = dive_in(right, SAMPLED, pen, layers=SAMPLED_LAYERS)
    return mn.VGroup(*(compared(dive) for dive in (*shown, sampled)))


def loss_levels(pen: Pen) -> mn.Mobject:
    """A loss that falls to what guessing gives, one that overflows, one in the end, and a tag."""
    falling = 2.3 + 5.7 * np.exp(-np.arange(31) / 2)
    rising = np.where(np.arange(31) < 12, 2 + 0.3 * np.arange(31), np.inf)
    parts = STAGE.columns(1, 1, 1, 1)
    shown = [LossLevel(p, falling, pen, guess=2.3) for p in (parts[0], parts[3])]
    shown += [LossLevel(parts[1], rising, pen, guess=2.3), LossLevel(parts[2], None, pen)]
    for level, alpha in zip(shown, (0.1, 1, 1, 1), strict=True):
        played(level.run(), alpha)
        for number in level.numbers:
            number.settle()
    played(shown[1].shrink_to_tag())
    return mn.VGroup(*shown)


def feature_strips(pen: Pen) -> mn.Mobject:
    """A picture before, while and after it enters nine nodes, and two features that enter."""
    pixels = np.outer(np.hanning(8), np.hanning(8)).ravel() * 16
    shown = []
    for part, alpha in zip(STAGE.columns(1, 1, 1, 1), (0.0, 0.5, 1.0, 0.3), strict=True):
        few = alpha == 0.3
        room = part.inset(right=0.9)
        strip = FeatureStrip(room, [0.4, -1.2] if few else pixels, pen, square=not few)
        nodes = np.array([point(part.right - 0.3, 2 - 0.5 * k) for k in range(9)])
        rings = [mn.Circle(radius=0.12, color=pen.theme.muted).move_to(node) for node in nodes]
        if alpha:
            played(strip.enter(nodes[3:5] if few else nodes), alpha)
        shown.append(mn.VGroup(*rings, strip))
    return mn.VGroup(*shown)


PICTURES: Mapping[str, Callable[[Pen], mn.Mobject]] = {
    each.__name__: each
    for each in (
        dive_moments,
        dive_compared,
        dive_networks,
        dive_axes,
        loss_levels,
        feature_strips,
    )
}
