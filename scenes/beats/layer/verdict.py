"""The last act: the gradient lies on the edges."""

from __future__ import annotations

from collections.abc import Mapping

import manim as mn
import numpy as np

from scenes.beats.layer.board import NEAR
from scenes.beats.layer.plan import WIDEST_EDGE
from scenes.beats.layer.stage import LayerStage
from scenes.kit.beat import Beat
from scenes.kit.film import MOVE
from scenes.kit.layout import GAP, Region, point
from scenes.kit.stage.paint import Paint
from scenes.kit.stage.pose import PoseChange
from scenes.kit.theme import CURVE, NARRATION
from scenes.stories.layer import LayerStory
from scenes.words.figures import Figure, Kind, Sentence, count, magnitude, sentence
from scenes.words.spoken import counted, times

NUMBER = 64
ROOM = 2.6
"""Width beside the network for the ratio."""
NOTHING = 0.25
"""Opacity of an edge whose gradient is zero."""
TIP = 0.16
"""Size of the tip of an arrow."""
RING = 1.1
"""Radius of a ring round a unit, in radii of the unit."""


class Verdict(Beat[LayerStory, LayerStage]):
    """The gradient goes back onto the edges."""

    speaks_last = True

    def says(self, story: LayerStory) -> Sentence:
        """Say what the network shows."""
        units, off = len(story.biases), story.slopeless
        if not story.input_counts:
            return sentence("The input is zero, so no weight learns.")
        if story.is_flat:
            return sentence(f"{_one(story)} all units are flat, and hardly any weight learns.")
        if off:
            figures = {
                "k": counted(
                    "zero_slopes", off, capital=story.activation != "relu", kind=Kind.MEASURED
                ),
                "m": counted("units", units),
            }
            has, its = ("has", "its") if off == 1 else ("have", "their")
            if story.activation == "relu":
                words = f"{_one(story)} {{k}} of {{m}} {has} no slope: {its} edges learn nothing."
            else:
                words = f"{{k}} of {{m}} {has} a slope too small for a float: {its} edges are gone."
            return sentence(words, **figures)
        if story.activation == "identity":
            return sentence("No slope takes anything: all units learn alike.")
        if units == 1:
            return sentence("One slope decides how much all its weights learn.")
        if story.slope_ratio == 0:
            return sentence("All slopes are alike, so all units learn alike.")
        if not story.is_told_by_ratio:
            return sentence("The slopes are nearly alike, so the units learn nearly alike.")
        return _told_by_ratio(story)

    def shows(self, story: LayerStory) -> Sentence:
        """Describe the last picture."""
        return sentence(
            "The further example leaves. The cells of dW fly back and become the edges of the "
            "network, amber, and as wide as the gradient of their weight for the first example; "
            "x becomes the inputs. Rings mark the flat units. The slopes were {a} to "
            "{b}.",
            **_ends(story),
        )

    def moves(self, film: LayerStage) -> None:
        """Let cells become edges, and go near."""
        plan = film.plan
        _back_to_one(film)
        widths, paints = _edges(film)
        rows = np.repeat(film.ranks, len(plan.columns))
        node = [Paint.hollow(film.theme.forward, width=3.0)] * len(plan.columns)
        film.play(
            film.dW.fly(
                plan.edges(widths), paints=paints, seen=False, order=rows, each=0.6, run_time=1.5
            ),
            film.x.fly(plan.nodes(), paints=node, seen=False, run_time=1.3),
            film.dots.fly(plan.dots("network"), run_time=0.1),
        )
        dots = [Paint.solid(film.theme.muted)] * len(film.dots.boxes)
        film.play(film.look(_with_room(film), NEAR), run_time=0.9)
        film.play(*_rings(film), film.dots.fly(paints=dots), run_time=MOVE)

    def moves_on(self, film: LayerStage) -> None:
        """Put the ratio beside the units, and cite."""
        arrow = _arrow(film)
        if arrow:
            film.play(*map(mn.FadeIn, arrow), run_time=MOVE)
        film.cite()


def _one(story: LayerStory) -> str:
    """Say that what follows is true of one example."""
    return "Back to one example:" if story.further else "In this example,"


def _told_by_ratio(story: LayerStory) -> Sentence:
    """Say how much less the flat units learn; where they differ, the flattest one."""
    one, flat = _one(story), int(story.flat.sum())
    spoken = {times("slope_ratio", ratio).plain for ratio in story.flat_ratios}
    if flat == 1:
        words = f"{one} the flat unit learns {{r}} times less than the steepest."
    elif len(spoken) == 1:
        words = f"{one} the {{k}} flat units learn {{r}} times less than the steepest."
    else:
        words = f"{one} the flattest unit learns {{r}} times less than the steepest."
    figures = {"r": times("slope_ratio", story.slope_ratio)}
    if "{k}" in words:
        figures["k"] = counted("flat_units", flat, kind=Kind.MEASURED)
    return sentence(words, **figures)


def _back_to_one(film: LayerStage) -> None:
    """Let the further examples leave, and all that is not an edge to be."""
    plan, story = film.plan, film.story
    hidden = Paint.solid(film.theme.background, 0.0)
    n = len(film.units)
    film.play(
        *film.forget("x", "slope", "dW"),
        *film.leave(*(f"example {k}" for k in range(1, len(story.passes)))),
        *film.writes(),
        film.z.fly(paints=[hidden] * n, seen=False),
        film.dx.fly(paints=[hidden] * len(plan.columns), seen=False),
        film.slope.fly(paints=[hidden] * n, seen=False),
        *(
            PoseChange(unit, {"glow": 0.0, "z": float(story.gradients.z[at])})
            for unit, at in zip(film.units, plan.units.indices, strict=True)
        ),
        *([film.adds("dW")] if story.further else []),
        run_time=0.8,
    )


def _rings(film: LayerStage) -> list[mn.Animation]:
    """Ring the flat units, where some are flat and others are not."""
    if film.story.is_flat or not film.story.flat.any():
        return []
    rings = [
        mn.Circle(
            radius=film.units[n].radius * RING, color=film.theme.ink, stroke_width=CURVE
        ).move_to(film.units[n].middle)
        for n in film.flat
    ]
    return [mn.FadeIn(mn.VGroup(*rings))]


def _arrow(film: LayerStage) -> list[mn.Mobject]:
    """Put an arrow from the steepest unit to the flattest one, and the ratio beside it."""
    story = film.story
    if not story.is_told_by_ratio:
        return []
    slopes = story.slopes[list(film.plan.units.indices)]
    steepest, flattest = (film.units[int(n)] for n in (slopes.argmax(), slopes.argmin()))
    right = float(steepest.middle[0] + steepest.radius)
    near, far = right + GAP, right + 2 * GAP
    high, low = float(steepest.middle[1]), float(flattest.middle[1])
    tip = TIP * mn.UP
    line = mn.VMobject(stroke_color=film.theme.ink, stroke_width=CURVE, fill_opacity=0)
    line.set_points_as_corners(
        [point(near, high), point(far, high), point(far, low), point(near, low)]
    )
    line.start_new_path(point(near + TIP, low) + tip)
    line.add_points_as_corners([point(near, low), point(near + TIP, low) - tip])
    number = film.pen.number(
        magnitude("slope_ratio", story.slope_ratio, digits=2), film.theme.backward, NUMBER
    )
    number.fit_width(NEAR.right - float(line.get_right()[0]) - GAP)
    words = film.pen.label("times less", size=NARRATION).next_to(number, mn.DOWN, buff=GAP / 2)
    ratio = mn.VGroup(number, words).next_to(line, mn.RIGHT, buff=GAP)
    return [line, ratio]


def _with_room(film: LayerStage) -> Region:
    """Return the rectangle that holds the network, and the ratio beside it."""
    home = film.home
    room = ROOM if film.story.is_told_by_ratio else 0.0
    return Region(home.left, home.right + room, home.bottom, home.top)


def poster(story: LayerStory) -> Sentence:
    """Describe the last picture."""
    return sentence(
        "A layer of {m} units and {n} inputs; its edges are amber and as wide as the gradient of "
        "their weight. The slopes of the units are {a} to {b}: flat units have thin edges.",
        m=count("units", len(story.biases)),
        n=count("inputs", len(story.x)),
        **_ends(story),
    )


def _ends(story: LayerStory) -> Mapping[str, Figure]:
    """Return the smallest and the largest slope."""
    slopes = story.slopes
    places = {"a": int(slopes.argmin()), "b": int(slopes.argmax())}
    return {name: story.entry("slope", place, 0, 3) for name, place in places.items()}


def _edges(film: LayerStage) -> tuple[np.ndarray, list[Paint]]:
    """Return the widths of the edges, in proportion to dW, and their paints."""
    # An edge of full width has the steepest slope there is, and the largest input.
    widths = film.thickness(WIDEST_EDGE, "dW", film.story.most_learned)
    dW, amber, grey = film.story.arrays["dW"], film.theme.backward, film.theme.muted
    # A hair is the least that can be seen; what is zero is fainter.
    paints = [
        Paint.solid(amber) if dW[at] else Paint.solid(grey, NOTHING) for at in film.indices("W")
    ]
    return widths, paints
