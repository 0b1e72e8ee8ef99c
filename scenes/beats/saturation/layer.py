"""The second act: a layer, and the two ways on which its gradient leaves."""

from __future__ import annotations

from dataclasses import replace

import manim as mn
from manim.typing import Point3D

from scenes.beats.saturation.stage import LAYER, LAYER_RIGHT, SaturationStage, Story, bounds
from scenes.kit.beat import Beat
from scenes.kit.layout import GAP, SAFE, STAGE, Region
from scenes.kit.motion import Motion
from scenes.kit.stage.tiles import sampled
from scenes.kit.stage.wall import MOST
from scenes.stories.saturation import SCALES
from scenes.words.figures import Sentence, count, percent, sentence
from scenes.words.spoken import counted

MARK = 80
LATE = 0.25
"""The part of a camera move after which what comes into view is lit."""


class Layer(Beat[Story, SaturationStage]):
    """The camera goes back: the unit is one of a layer."""

    speaks_last = True

    def says(self, story: Story) -> Sentence:
        """Say what the tiles are."""
        units, shown = len(story.weights), len(sampled(len(story.weights), MOST))
        word = story.example_word
        if units == 1:
            return sentence(f"It is the one unit of a real layer, and reads one {word}.")
        if shown < units:
            return sentence(
                f"It is one of {{n}} units in a layer. Here are {{m}}, reading one {word}.",
                n=count("units", units),
                m=counted("shown", shown),
            )
        return sentence(
            f"It is one of {{n}} units in a real layer, reading one {word}.",
            n=counted("units", units),
        )

    def shows(self, story: Story) -> Sentence:
        """Describe the wall."""
        if story.border is None:
            return sentence(
                "The camera goes back: the unit is a tile in a wall of units, each with its dot "
                "and its tangent on its own curve."
            )
        return sentence(
            "The camera goes back: the unit is a tile in a wall of units, each with its dot and "
            f"its tangent on its own curve. Over all examples {{p}} are {story.state}.",
            p=percent("saturated[1]", story.passes[0].saturated),
        )

    def moves(self, film: SaturationStage) -> None:
        """Go to where the tile's unit stands, and back from it."""
        film.build_layer()
        unit, wall, k = film.unit, film.wall, film.first
        leaving = [each for each in (film.names, film.slope, film.state) if len(each)]
        film.play(
            unit.slide_to(float(wall.pose.z[k])),
            unit.withdraw(),
            *map(mn.FadeOut, leaving),
            run_time=1.0,
        )
        # The layer stands in the middle first, and makes room for its gradient later.
        aside = (STAGE.center[0] - bounds(wall).center[0]) * mn.RIGHT
        mn.VGroup(wall, film.tags).shift(aside)
        seen, place = _around(unit.middle, unit.radius), _around(wall.centers[k], wall.radius)
        wall.scale(seen.width / place.width, about_point=place.center)
        wall.shift(seen.center - place.center)
        wall.draw(replace(wall.pose, light=0.0))
        film.add(wall, unit)
        look = film.look(seen, place)
        film.play(look, wall.lit(rate_func=_late), _follow(unit), run_time=2.4)
        film.remove(unit)

    def moves_on(self, film: SaturationStage) -> None:
        """Let the example in, and show how many are saturated over all examples."""
        example = film.example
        if example is not None:
            film.fixed.append(example)
            film.play(mn.FadeIn(example, shift=GAP * mn.RIGHT), run_time=0.6)
            film.play(example.enter(film.wall.centers), run_time=2.2)
        if film.story.border is not None:
            film.play(mn.FadeIn(film.tags[1]), run_time=0.6)


class Streams(Beat[Story, SaturationStage]):
    """A gradient comes in, and leaves on two ways."""

    def says(self, story: Story) -> Sentence:
        """Name the two ways."""
        return sentence(
            "A gradient comes in, and leaves twice: for the weights, and back to the input."
        )

    def shows(self, story: Story) -> Sentence:
        """Describe the streams."""
        return sentence(
            "An amber stream comes in at the right and narrows as it passes the layer, as slopes "
            "let it through. Two streams leave at the left: dW, to the weights of the layer, "
            "and dx, back to the input. Both are as wide as they are large."
        )

    def moves(self, film: SaturationStage) -> None:
        """Let the streams run."""
        (passed, own, source), (times, *_) = film.streams, film.tags
        home = Region(LAYER, LAYER_RIGHT, STAGE.bottom, SAFE.top)
        now, x = bounds(film.wall), bounds(film.wall).center[0]
        there = home.center[0] - x
        goal = Region(now.left + there, now.right + there, now.bottom, now.top)
        times.shift(there * mn.RIGHT)
        film.play(film.look(now, goal), run_time=1.2)
        film.add(film.parting, film.wall)
        film.play(film.parting.come(), mn.FadeIn(source), run_time=2.8)
        film.play(
            film.parting.run_on(run_time=2.0),
            mn.LaggedStart(*map(mn.FadeIn, (own, passed, times)), lag_ratio=0.7, run_time=1.6),
        )


class Question(Beat[Story, SaturationStage]):
    """The question."""

    def says(self, story: Story) -> Sentence:
        """Ask which of the two grows."""
        return sentence(
            "Make its weights {n} times larger. Which of the two grows?",
            n=counted("largest_scale", SCALES[-1]),
        )

    def shows(self, story: Story) -> Sentence:
        """Describe the question marks."""
        return sentence("A question mark stands on each of the two streams.")

    def moves(self, film: SaturationStage) -> None:
        """Put a question mark on each stream, and wait."""
        film.marks = mn.VGroup()
        for name in ("own", "passed"):
            mark = film.pen.label("?", film.theme.ink, MARK).halo(film.theme.background)
            film.marks.add(mark.move_to(film.parting.straight(name)))
        film.play(
            mn.LaggedStart(*(mn.GrowFromCenter(each) for each in film.marks), lag_ratio=0.5),
            run_time=1.2,
        )
        film.pause()


def _around(middle: Point3D, radius: float) -> Region:
    x, y, _ = middle
    return Region(x - radius, x + radius, y - radius, y + radius)


def _follow(unit: mn.VMobject) -> Motion:
    """Let the lines of a unit be as wide as suits its size while the camera moves."""
    return Motion(unit, lambda: lambda part: unit.wear(None))


def _late(part: float) -> float:
    return float(mn.smooth(max(0.0, (part - LATE) / (1 - LATE))))
