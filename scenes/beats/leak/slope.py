"""Why it dies: what a unit lets through at best, and what so many layers make of it."""

from __future__ import annotations

from collections.abc import Callable

import manim as mn
import numpy as np

from scenes.beats.leak.stage import FAINT, LeakStage
from scenes.beats.opened_units import curve_of
from scenes.kit.beat import Beat
from scenes.kit.film import QUICK
from scenes.kit.layout import FRAME, GAP, SAFE, point, stands_free
from scenes.kit.live_number import LiveNumber
from scenes.kit.stage.activation_curve import ActivationCurve
from scenes.kit.stage.acts import fading
from scenes.kit.stage.beam import Beam
from scenes.kit.stage.course import Course
from scenes.kit.stage.dim import Dim
from scenes.kit.stage.network import NetworkStage
from scenes.kit.stage.timeline import Step, Timeline
from scenes.kit.stage.unit import Unit
from scenes.kit.theme import SMALL
from scenes.kit.type.typesetting import Typeset
from scenes.stories.leak import InnerLight, LeakStory
from scenes.words.figures import Figure, Sentence, measured, sentence
from scenes.words.spoken import part_of

RADIUS = 2.2
STREAM = 2.0
"""Width of the gradient before a unit, and of the widest of a network, in frame units."""
DIMMED, SEEN = 0.12, 0.3
"""Opacity of the network behind a unit over what it was, and of rims behind the stream."""
FRONT = 0.25
"""Length of the round front of the beam, in radii of the unit."""
OUT, WITHIN = 0.7, 0.5
"""How far out a unit slides, and where one stands that is steep on one side only: of the span."""
LEAST_SLOPE = 0.0123
"""Has as many digits as the longest slope on stage."""
FACTOR = 48
FACTORS = 4
"""How many steps are written below the stream."""
DROP = 0.4
"""Distance of a factor's middle from the units, below them."""
ALIKE = 2.0
"""Largest ratio of factors that are about the same."""
BEGINS = 0.45
"""The share of its way after which the stream waits for the sentence."""
NEARLY = 0.95
"""A layer that passes on a larger share than this is said to pass on all."""


def told(story: LeakStory) -> bool:
    """Return whether a gradient sets out that can be written everywhere."""
    return story.light is not None and story.light.can_be_written


class Slope(Beat[LeakStory, LeakStage]):
    """One unit opens, and shows how much it lets through at best."""

    speaks_last = True

    def when(self, story: LeakStory) -> bool:
        """Tell it where a gradient sets out that can be written everywhere."""
        return told(story)

    def says(self, story: LeakStory) -> Sentence:
        """Say how steep it is at best."""
        return sentence(
            {
                "sigmoid": "A sigmoid is never steeper than a quarter.",
                "tanh": "A tanh lets all of it through at best, and less where it bends.",
                "relu": "A ReLU lets all of it through, or nothing.",
                "leaky_relu": "A leaky ReLU lets all of it through, or a hundredth.",
                "identity": "A linear unit lets all of it through.",
            }[story.activation]
        )

    def shows(self, story: LeakStory) -> Sentence:
        """Describe the unit."""
        return sentence(
            "A unit of the last hidden layer opens: its curve, a dot where it stands, the tangent "
            "there. An amber beam comes in at the right and leaves at the left, as wide as the "
            "slope makes it. The dot slides out along the curve and back to where it is steepest."
        )

    def moves(self, film: LeakStage) -> None:
        """Open the unit, let the beam through, and slide."""
        light, network = film.story.light, film.inner
        assert light is not None
        curve = curve_of(film.story.activation)
        node, film.unit = _unit_of(film, light, curve)
        assert film.ride is not None
        film.play(
            Dim(network, [network], DIMMED),
            Dim(film.ride, [film.ride], FAINT),
            mn.FadeOut(film.measure),
            film.unit.opened_from(node),
            run_time=1.0,
        )
        film.play(film.unit.open(run_time=0.6))
        slope = film.unit.count(_slope_of(film.unit), measured("slope", LEAST_SLOPE), film.pen)
        film.slope, film.slope_name = slope, _name_above(film, slope)
        best, far = _ends(curve)
        with film.counting(slope):
            appear = (mn.FadeIn(each, run_time=QUICK) for each in (slope, film.slope_name))
            film.play(film.unit.shine(run_time=0.8), *appear)
            film.play(film.unit.slide_to(far), run_time=1.0)
            film.play(film.unit.slide_to(best), run_time=1.0)

    def moves_on(self, film: LeakStage) -> None:
        """Go out once more, to the other side where that is as flat, and back."""
        curve = film.unit.pose.curve
        best, far = _ends(curve)
        with film.counting(film.slope):
            film.play(film.unit.slide_to(far if best else -far), run_time=1.0)
            film.play(film.unit.slide_to(best), run_time=1.0)


class PassedOn(Beat[LeakStory, LeakStage]):
    """The stream runs through all layers."""

    speaks_last = True

    def when(self, story: LeakStory) -> bool:
        """Tell it where `Slope` is."""
        return told(story)

    def says(self, story: LeakStory) -> Sentence:
        """Say what a layer does to it."""
        light = story.light
        assert light is not None
        log10 = light.mean_factor
        if log10 > -np.log10(NEARLY):
            return sentence(
                "On average, a layer makes it {f} times as large.",
                f=measured("factor", 10**log10, digits=2),
            )
        if log10 >= np.log10(NEARLY):
            return sentence("On average, a layer passes on nearly all it gets.")
        part = part_of("factor", 10**log10)
        if story.dries_up and np.ptp(np.diff(light.profile)) <= np.log10(ALIKE):
            return sentence(
                "With its weights, each layer passes on about {p}. Soon almost nothing is left.",
                p=part,
            )
        if story.dries_up:
            return sentence(
                "On average, a layer passes on {p}: soon almost nothing is left.", p=part
            )
        return sentence("On average, a layer passes on {p} of what it gets.", p=part)

    def shows(self, story: LeakStory) -> Sentence:
        """Describe the stream."""
        return sentence(
            "The unit closes. An amber stream comes in at the last layer and runs back through "
            "all layers, at each of them as wide as what is left of the gradient. Below its first "
            "steps stand their factors."
        )

    def moves(self, film: LeakStage) -> None:
        """Close the unit, and let the stream run."""
        light, network = film.story.light, film.inner
        assert light is not None
        node = network.columns[light.depth - 1].nodes[_place_of_unit(network, light)]
        assert film.ride is not None
        film.measure.align_to(film.ride.number.get_left(), mn.LEFT)
        film.course = _course(network, light)
        film.factors = _factors(network, light, film.measure)
        film.add(film.course)
        film.play(
            film.unit.withdraw(run_time=0.6),
            *(mn.FadeOut(each, run_time=QUICK / 2) for each in (film.slope, film.slope_name)),
        )
        film.play(film.unit.closes_into(node, run_time=0.7), _comes_back(network, run_time=0.7))
        film.play(
            film.course.flow(0.0, BEGINS, run_time=1.5),
            mn.LaggedStart(*map(mn.FadeIn, film.factors), lag_ratio=0.5, run_time=1.5),
        )

    def moves_on(self, film: LeakStage) -> None:
        """Let the stream run to its end, where what is left of it is written."""
        assert film.course is not None
        assert film.ride is not None
        film.play(film.course.flow(BEGINS, 1.0, run_time=1.5))
        film.play(
            Dim(film.ride, [film.ride], 1 / FAINT, run_time=QUICK),
            mn.FadeIn(film.measure, run_time=QUICK),
        )


def _comes_back(network: NetworkStage, **how: float) -> Timeline:
    """Let all layers be seen behind the stream, those as well that no light has reached."""

    def prepare() -> list[Step]:
        rims = [node for column in network.columns.values() for node in column.nodes]
        seen = [fading(path, SEEN) for path in (*rims, *network.edges.values())]
        return [Step(0, 1, act) for act in seen]

    return Timeline(network, prepare, **how)


def _place_of_unit(network: NetworkStage, light: InnerLight) -> int:
    """Return which of the drawn units of the last hidden layer opens."""
    units = network.columns[light.depth - 1].units
    return list(units).index(light.steepest_of(units)[0])


def _unit_of(
    film: LeakStage, light: InnerLight, curve: ActivationCurve
) -> tuple[mn.VMobject, Unit]:
    """Return a node of the last hidden layer, and the unit that it becomes."""
    network = film.inner
    column = network.columns[light.depth - 1]
    z = light.steepest_of(column.units)[1]
    middle = point(FRAME.center[0], network.bounds.center[1])
    # Its front comes in from beyond the frame, and goes out beyond it.
    far = FRAME.right / RADIUS + FRONT
    beam = Beam(STREAM / RADIUS, right=far, left=far, blunt=FRONT)
    unit = Unit(middle, RADIUS, curve, film.pen, z=z, beam=beam, opened=0.0, shone=0.0)
    # They would lie on the stream; the arrow says enough.
    unit.further.remove(unit.further.words)
    return column.nodes[_place_of_unit(network, light)], unit


def _name_above(film: LeakStage, number: LiveNumber) -> Typeset:
    name = film.pen.label("slope", film.theme.ink, SMALL).halo(film.theme.background)
    name.align_to(number.get_right(), mn.RIGHT)
    return name.on_baseline(float(number.get_top()[1]) + GAP / 2)


def _slope_of(unit: Unit) -> Callable[[float], Figure]:
    return lambda slope: measured(f"slope[{float(unit.pose.z)!r}]", slope, digits=2)


def _ends(curve: ActivationCurve) -> tuple[float, float]:
    """Return where a unit is steepest, and a place far out where it is flattest."""
    span = curve.span[1]
    right, left = curve.slope(np.array([OUT * span, -OUT * span])).tolist()
    return (WITHIN * span, -OUT * span) if right > left * 1.5 else (0.0, OUT * span)


def _course(network: NetworkStage, light: InnerLight) -> Course:
    """Return the stream through all layers that stand somewhere."""
    layers = sorted((layer for layer in network.places if layer), reverse=True)
    shares = 10.0 ** (light.profile - light.profile.max())
    return Course(
        FRAME.right,
        [network.place_of(layer) for layer in layers],
        STREAM * shares[np.array(layers) - 1],
        float(network.bounds.center[1]),
        network.pen,
    )


def _factors(network: NetworkStage, light: InnerLight, beside: Typeset) -> mn.VGroup:
    """Write the factors of the first steps back below them, as far as they have room."""
    found = mn.VGroup()
    for layer in range(light.depth, max(light.depth - FACTORS, 1), -1):
        label = _factor_below(network, light, layer)
        if layer - 1 in network.columns and stands_free(label, [*found, beside]):
            found.add(label)
    if 0 < len(found) < light.depth - 1:
        # The product of those alone is not what is left.
        more = network.pen.label("…", network.pen.theme.backward, FACTOR)
        more.next_to(found[-1], mn.LEFT, buff=GAP / 2)
        if stands_free(more, [beside]):
            found.add(more)
    return found


def _factor_below(network: NetworkStage, light: InnerLight, layer: int) -> Typeset:
    words = sentence("× {n}", n=light.factor_from(layer))
    label = network.pen.label(words, network.pen.theme.backward, FACTOR)
    middle = (network.place_of(layer) + network.place_of(layer - 1)) / 2
    label.move_to(point(middle, network.bounds.bottom - DROP))
    return label.shift(min(0.0, SAFE.right - float(label.get_right()[0]) - GAP / 3) * mn.RIGHT)
