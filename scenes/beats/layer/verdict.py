"""The last act: the gradient lies on the edges."""

from __future__ import annotations

from collections.abc import Mapping

import manim as mn
import numpy as np

from scenes.beats.layer.plan import HAIR_EDGE, WIDEST_EDGE
from scenes.beats.layer.stage import NEAR, LayerStage
from scenes.kit.beat import Beat
from scenes.kit.film import MOVE
from scenes.kit.layout import GAP, Region, point
from scenes.kit.stage.paint import Paint
from scenes.kit.stage.pose import PoseChange
from scenes.kit.theme import LABEL
from scenes.stories.layer import LayerStory
from scenes.words.figures import Figure, Kind, Sentence, count, magnitude, sentence
from scenes.words.spoken import counted, times

NUMBER = 56
NOTHING = 0.25
"""Opacity of an edge whose gradient is zero."""


class Verdict(Beat[LayerStory, LayerStage]):
    """The gradient goes back onto the edges."""

    speaks_last = True

    def says(self, story: LayerStory) -> Sentence:
        """Say what the network shows."""
        units, off = len(story.biases), story.slopeless
        if not story.input_counts:
            return sentence("The input is zero, so no weight learns.")
        if story.is_flat:
            return sentence("All units are flat: every edge is thin, and hardly any learns.")
        if off:
            figures = {
                "k": counted("zero_slopes", off, capital=True, kind=Kind.MEASURED),
                "m": counted("units", units),
            }
            has, its = ("has", "its") if off == 1 else ("have", "their")
            if story.activation == "relu":
                words = f"{{k}} of {{m}} {has} no slope: {its} edges learn nothing."
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
        return sentence(
            "Flat unit, thin edges: it learns {r} times less.",
            r=times("slope_ratio", story.slope_ratio),
        )

    def shows(self, story: LayerStory) -> Sentence:
        """Describe the last picture."""
        return sentence(
            "The cells of dW fly back and become edges again, amber, each as wide as its gradient; "
            "x becomes the inputs. Beside each unit stands its slope, from {a} to {b}.",
            **_ends(story),
        )

    def moves(self, film: LayerStage) -> None:
        """Let cells become edges, and go near."""
        plan = film.plan
        hidden = Paint.solid(film.theme.background, 0.0)
        film.play(
            *film.forget("x", "W", "slope"),
            film.z.fly(paints=[hidden] * len(film.units), seen=False, run_time=MOVE),
            film.dx.fly(paints=[hidden] * len(plan.columns), seen=False, run_time=MOVE),
            film.runs(*film.story.code.backward),
            *(PoseChange(unit, {"shone": 0.0}, run_time=MOVE) for unit in film.units),
        )
        widths, paints = _edges(film)
        rows = np.repeat(film.ranks, len(plan.columns))
        node = [Paint.hollow(film.theme.forward, width=3.0)] * len(plan.columns)
        film.play(
            film.W.fly(
                plan.edges(widths), paints=paints, seen=False, order=rows, each=0.6, run_time=2.4
            ),
            film.x.fly(plan.nodes(), paints=node, seen=False, run_time=1.8),
            film.dots.fly(plan.dots("network"), run_time=1.8),
            film.slope.fly(plan.cells("z"), order=film.ranks, each=0.6, run_time=2.4),
        )

    def moves_on(self, film: LayerStage) -> None:
        """Go near, and let light run back along the edges."""
        film.play(
            film.look(_with_slopes(film), NEAR),
            mn.FadeOut(film.code, run_time=0.6),
            run_time=1.6,
        )
        words = [_title(film), *_ratio(film)]
        film.play(film.light(back=True), *map(mn.FadeIn, words), run_time=1.8)
        film.cite()


def _title(film: LayerStage) -> mn.Mobject:
    """Write what the numbers beside the units are."""
    words = film.pen.label("slope", film.theme.backward)
    return words.next_to(mn.VGroup(*film.slope.boxes), mn.UP, buff=GAP / 2)


def _ratio(film: LayerStage) -> list[mn.Mobject]:
    """Write how much less the flattest unit learns below the inputs, if there is room."""
    if not film.story.is_told_by_ratio:
        return []
    number = film.pen.number(
        magnitude("slope_ratio", film.story.slope_ratio), film.theme.backward, NUMBER
    )
    name = film.pen.label("times less learned", size=LABEL).next_to(number, mn.RIGHT, buff=GAP / 2)
    ratio = mn.VGroup(number, name.on_baseline(number.baseline))
    ratio.move_to(point(NEAR.left, NEAR.bottom + GAP), aligned_edge=mn.DL)
    lowest = float(film.x.outlines[..., 1].min())
    return [ratio] if ratio.get_top()[1] < lowest - GAP else []


def _with_slopes(film: LayerStage) -> Region:
    """Return the rectangle that holds the network and the slopes beside it."""
    home, right = film.home, float(film.slope.outlines[..., 0].max())
    return Region(home.left, right, home.bottom, home.top)


def poster(story: LayerStory) -> Sentence:
    """Describe the last picture."""
    return sentence(
        "A layer of {m} units and {n} inputs; its edges are amber and as wide as the gradient of "
        "their weight. Beside each unit stands its slope, from {a} to {b}: flat units have thin "
        "edges.",
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
    dW = np.abs(film.story.arrays["dW"])
    drawn = np.array([dW[at] for at in film.indices("W")])
    # An edge of full width has the steepest slope there is, and the largest input.
    shares = drawn / (film.story.most_learned or 1.0)
    # A hair is the least that can be seen; what is zero is fainter.
    widths = np.maximum(HAIR_EDGE, WIDEST_EDGE * shares)
    amber, grey = film.theme.backward, film.theme.muted
    paints = [Paint.solid(amber) if share else Paint.solid(grey, NOTHING) for share in shares]
    return widths, paints
