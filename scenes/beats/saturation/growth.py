"""The third act: the weights grow, the two gradients part ways, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import manim as mn

from scenes.beats.saturation.factors import (
    chain_of,
    factors,
    grow_factor,
    name_before,
    own_words,
    product,
)
from scenes.beats.saturation.stage import SaturationStage, Story, stuck
from scenes.kit.beat import Beat
from scenes.kit.motion import Motion, cruise
from scenes.kit.stage.dim import Dim
from scenes.kit.stage.tiles import sampled
from scenes.kit.stage.wall import MOST
from scenes.stories.saturation import SCALES
from scenes.words.figures import Kind, Sentence, count, measured, sentence
from scenes.words.spoken import counted

MORE = 0.05
"""A share of stuck units that changes by more than this has changed."""
LARGER = 1.2
"""How much a factor swells when it is said."""
FAINT = 0.22
"""Opacity of what is not spoken of."""


class Grow(Beat[Story, SaturationStage]):
    """One take from the weights as they are to thirty times as much."""

    speaks_last = True

    def says(self, story: Story) -> Sentence:
        """Say how many units are stuck now, of those that are seen."""
        shown = len(sampled(len(story.weights), MOST))
        first, last = stuck(story, 1.0), stuck(story, float(SCALES[-1]))
        ends = story.state == "saturated"
        where = "stuck at the ends" if ends else story.state
        if story.no_weights:
            return sentence("The weights are zero, and stay zero at any scale.")
        if story.border is None:
            return sentence("The units move far out, and their slope stays the same.")
        if shown == 1:
            if last:
                return sentence("Now it is stuck at an end." if ends else f"Now it is {where}.")
            return sentence(f"It is not {story.state}.")
        if last == 0:
            return sentence(f"No unit is {story.state}.")
        if abs(last - first) <= MORE * shown:
            return sentence(f"As many units are {story.state} as before.")
        if last == 1:
            one = "stuck at an end" if ends else story.state
            return sentence(f"Now one of {{n}} is {one}.", n=counted("shown", shown))
        if last == shown:
            return sentence(f"Now all {{n}} are {where}.", n=counted("shown", shown))
        name = f"shown_saturated[{float(SCALES[-1])!r}]"
        return sentence(
            f"{{k}} of {{n}} are {where}."
            if last > first
            else f"{{k}} of {{n}} are still {where}.",
            k=counted(name, last, capital=True, kind=Kind.MEASURED),
            n=counted("shown", shown),
        )

    def shows(self, story: Story) -> Sentence:
        """Describe the take."""
        last = story.passes[-1]
        figures = {
            "s": count("largest_scale", SCALES[-1]),
            "a": measured(f"dW[{float(SCALES[-1])!r}]", last.rms_dW),
            "b": measured(f"dx[{float(SCALES[-1])!r}]", last.rms_dx),
        }
        state = f" Whatever tile becomes {story.state} turns rust and is hatched, and is counted."
        return sentence(
            "The knob turns, and the lines of the weights get thicker, up to {s} times. The dots "
            f"slide along their curves.{'' if story.border is None else state} The widths of the "
            "arms follow, and dashes keep what they were: for the weights it is {a} now, and back "
            "to the input {b}.",
            **figures,
        )

    def moves(self, film: SaturationStage) -> None:
        """Let the weights grow, and all that follows them follow."""
        story = film.story
        how: dict[str, Any] = {"rate_func": cruise, "run_time": 4.4}

        def sizes(part: float) -> tuple[float, float, float, float]:
            scale = SCALES[-1] ** part
            return (*story.sizes.at(scale), scale)

        with film.counting(*film.live):
            film.play(
                mn.FadeOut(film.marks, run_time=0.5),
                film.parting.mark(run_time=0.5),
                film.wall.take(lambda part: story.z(SCALES[-1] ** part), **how),
                film.parting.take(sizes, **how),
                film.weights.take(lambda part: SCALES[-1] ** part, **how),
                film.knob.turn(**how),
                _growing(film, **how),
            )

    def moves_on(self, film: SaturationStage) -> None:
        """Let the streams run on."""
        film.play(film.parting.run_on(run_time=1.8))


class Own(Beat[Story, SaturationStage]):
    """What became of the gradient of the weights."""

    speaks_last = True

    def says(self, story: Story) -> Sentence:
        """Say what became of dW, and why."""
        if story.passes[-1].rms_dW == 0:
            return sentence("Without any slope, its own gradient is exactly zero.")
        if story.own_way == "falls" and story.slope_way == "falls":
            return sentence("Less slope: the layer's own gradient shrinks.")
        if story.own_way == "rises" and story.slope_way == "rises":
            return sentence("More slope: the layer's own gradient grows.")
        return sentence(
            {
                "falls": "Its own gradient shrinks.",
                "rises": "Its own gradient grows.",
                "holds": "Its own gradient is slope times input: it hardly changes.",
            }[story.own_way]
        )

    def shows(self, story: Story) -> Sentence:
        """Describe what is lit."""
        found = factors(story)
        if "own" not in found:
            return sentence("Only the lower arm stays lit.")
        return sentence(
            "Only the lower arm stays lit, which leaves before the weights: beside the dashes of "
            "before stands times {a}.",
            a=found["own"],
        )

    def moves(self, film: SaturationStage) -> None:
        """Light the lower arm alone, and put its factor beside it."""
        aside = [film.ways[0], *film.turned]
        film.factors, film.before = {}, {"own": name_before(film, "own")}
        film.play(
            film.parting.light(1.0, FAINT),
            film.weights.shine(FAINT),
            *(Dim(each, [each], FAINT) for each in _with_example(film, aside)),
            *map(mn.FadeIn, film.before["own"]),
            *([mn.FadeOut(film.share_tag)] if len(film.share_tag) else []),
            run_time=0.7,
        )
        grow_factor(film, "own")

    def moves_on(self, film: SaturationStage) -> None:
        """Let it run on."""
        film.play(film.parting.run_on(run_time=1.4))


class Passed(Beat[Story, SaturationStage]):
    """Why the other gradient does something else: it passes the weights."""

    speaks_last = True

    def says(self, story: Story) -> Sentence:
        """Say what became of dx, and why."""
        if story.no_weights:
            return sentence("And weights of zero send nothing back.")
        if story.passes[-1].rms_dx == 0:
            return sentence("So nothing at all goes back.")
        if story.passed_way == "rises":
            return product(story) or sentence("But what goes back also meets the larger weights.")
        if story.passed_way == "falls":
            return sentence("What goes back shrinks too, in spite of larger weights.")
        return sentence("What goes back hardly changes: larger weights make up for less slope.")

    def shows(self, story: Story) -> Sentence:
        """Describe the second stream."""
        found = factors(story)
        if "passed" not in found:
            return sentence("Only the upper arm and the weights stay lit.")
        return sentence(
            "The upper arm is lit anew from the layer on. It sets out times {a}, passes the "
            "weights, times {n}, and arrives times {b}.",
            a=found["slope"],
            n=count("largest_scale", SCALES[-1]),
            b=found["passed"],
        )

    def moves(self, film: SaturationStage) -> None:
        """Follow what goes back through the weights, with a factor at each place."""
        knob = film.turned
        film.play(
            film.parting.light(FAINT, FAINT),
            film.weights.shine(1.0),
            *(Dim(each, [each], 1 / FAINT) for each in _with_example(film, [film.ways[0], *knob])),
            Dim(film.ways[1], [film.ways[1]], FAINT),
            *map(mn.FadeOut, own_words(film)),
            run_time=0.7,
        )
        film.chain = chain_of(film)
        film.play(
            film.parting.relight(rate_func=mn.linear, run_time=1.8),
            mn.LaggedStart(
                *map(mn.GrowFromCenter, film.chain),
                mn.Indicate(film.scale_tag, color=film.theme.ink, scale_factor=1.15),
                lag_ratio=0.6,
                run_time=1.6,
            ),
        )
        film.before["passed"] = name_before(film, "passed")
        grow_factor(film, "passed", *map(mn.FadeIn, film.before["passed"]))

    def moves_on(self, film: SaturationStage) -> None:
        """Point at the factors in the order in which they are said."""
        theme = film.theme
        said = [(word, theme.ink) for word in (*film.chain, film.scale_tag)]
        if (word := film.factors.get("passed")) is not None:
            said.append((word, str(word.get_fill_color())))
        points = [
            mn.Indicate(each, color=color, scale_factor=LARGER, run_time=1.1)
            for each, color in said
        ]
        film.play(mn.LaggedStart(*points, lag_ratio=0.7))


def _with_example(film: SaturationStage, parts: Sequence[mn.Mobject]) -> list[mn.Mobject]:
    return [*parts] if film.example is None else [*parts, film.example]


def _growing(film: SaturationStage, **how: Any) -> Motion:
    """Let the weights grow, for the numbers that are read from them."""

    def frame(part: float) -> None:
        film.grown.set_value(part)

    return Motion(film.grown, lambda: frame, **how)
