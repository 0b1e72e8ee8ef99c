"""The fourth act: bars to scale, a dive of the scale, and the logarithmic axis that it becomes."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import manim as mn
import numpy as np

from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.verdicts.trend import Trend, median_factor
from scenes.beats.vanishing.stage import WHOLE, Story, VanishingStage, ends
from scenes.kit.beat import Beat
from scenes.kit.charts.scales import Logarithmic, covering
from scenes.kit.film import MOVE
from scenes.kit.layout import GAP, point
from scenes.kit.motion import phase
from scenes.kit.stage.dive import LEAST_MARGIN, Dive
from scenes.kit.type.typesetting import Typeset
from scenes.stories.recorded_vanishing import RecordedVanishing
from scenes.words.figures import Figure, Kind, Sentence, magnitude, power_tick, sentence, setting
from scenes.words.spoken import counted, part_of, share_or_digits, times

BAR_ROOM = 0.45
"""Room for half a bar."""
LONGEST = 4.4
"""Seconds of the longest dive."""
FACTOR = 44
"""Size of the factor of a layer."""
SAMPLES = 20
MOST_SAID = 6
"""The largest power of ten that is said in words."""
MOST_LINES = 8
"""Most lines of the axis."""
AGREES = float(np.log10(1.05))
"""Factors of a layer that are so close, in decades, are about the same."""
KEEPS, GROWS = float(np.log10(0.8)), float(np.log10(1.25))
"""Layers that pass on more than that, in decades, have weights that make up for the slopes, and
more than make up for them."""
STRIP, RISEN = 1.1, 2.3
"""Seconds in which the network becomes a strip, and in which the bars have risen too."""
IN_SIGHT = float(np.log10(2.0))
"""A smaller zoom, in decades, is none."""


class Bars(Beat[Story, VanishingStage]):
    """The network becomes a strip, and bars rise under it."""

    def says(self, story: Story) -> Sentence:
        """Say what the bars are."""
        if abs(story.zoom) < IN_SIGHT and story.trend is Trend.HOLDS:
            return sentence("Now draw it as heights. All are in sight.")
        return sentence("Now draw it as heights.")

    def shows(self, story: Story) -> Sentence:
        """Describe the bars."""
        return sentence(
            "The network moves up and becomes a strip. Under each of its columns a bar rises, as "
            "tall as the gradient of that layer."
        )

    def moves(self, film: VanishingStage) -> None:
        """Make the strip, and let the bars rise."""
        story, network = film.story, film.network
        upper, lower = WHOLE.rows(0.26, 0.74, gap=GAP)
        xs = np.linspace(lower.left + LEAST_MARGIN + BAR_ROOM, lower.right - BAR_ROOM, story.depth)
        places = {layer: float(x) for layer, x in enumerate(xs, start=1)}
        places[0] = max(lower.left + BAR_ROOM, float(2 * xs[0] - xs[1]))
        film.dive = Dive(lower, xs, story.profile, film.pen, decades=axis_of(story))
        leaving = [mn.FadeOut(film.counted)] if len(film.counted) else []
        film.play(
            *leaving,
            network.strip(upper, places, run_time=STRIP),
            film.dive.rise(run_time=RISEN, rate_func=_once_the_strip_is_up),
        )


class Search(Beat[Story, VanishingStage]):
    """The scale dives."""

    def when(self, story: Story) -> bool:
        """Leave it out where all layers are in sight."""
        return bool(abs(story.zoom) >= IN_SIGHT)

    def says(self, story: Story) -> Sentence:
        """Say what is looked for."""
        if story.zoom < 0:
            return sentence("Some stand out of the picture. How far must we step back?")
        return sentence("Where is the first one? Zoom in until it fills the picture.")

    def shows(self, story: Story) -> Sentence:
        """Name the factor."""
        zoom = story.zoom
        way = "enlarged" if zoom >= 0 else "shrunk"
        return sentence(
            f"The scale is {way} in one take, by {{z}} in all; bars grow out of the picture or "
            "into it.",
            z=magnitude("zoom", abs(zoom)),
        )

    def moves(self, film: VanishingStage) -> None:
        """Dive."""
        with film.counting(film.dive.number):
            film.play(film.dive.dive(run_time=min(LONGEST, 2 + abs(film.story.zoom))))


class Found(Beat[Story, VanishingStage]):
    """The factor, in words."""

    def when(self, story: Story) -> bool:
        """Leave it out where `Search` is."""
        return bool(abs(story.zoom) >= IN_SIGHT)

    def says(self, story: Story) -> Sentence:
        """Say by how much the scale had to change."""
        factor = times("zoom", abs(story.zoom), capital=True)
        if story.zoom < 0:
            return sentence("{z} times: so much larger is the largest.", z=factor)
        if np.isneginf(story.profile[0]):
            return sentence("{z} times, and the first still gets nothing.", z=factor)
        return sentence("{z} times.", z=factor)

    def shows(self, story: Story) -> Sentence:
        """Say what is pointed at."""
        return sentence("The first layer of the strip swells once.")

    def moves(self, film: VanishingStage) -> None:
        """Point at the first layer."""
        film.play(film.network.pulse(1), run_time=MOVE)


class Axis(Beat[Story, VanishingStage]):
    """Equal zooms become a logarithmic axis."""

    def says(self, story: Story) -> Sentence:
        """Say what a line of the axis is."""
        words = "Now every line down means {f} times less."
        if np.isneginf(story.profile).any():
            words += " An open circle is exactly zero."
        return sentence(words, f=_of_a_line(story))

    def shows(self, story: Story) -> Sentence:
        """Describe the axis."""
        return sentence(
            "The tops of the bars sink, and each stops at its place on a logarithmic axis, whose "
            "lines come in one below the other."
        )

    def moves(self, film: VanishingStage) -> None:
        """Turn the axis."""
        film.play(film.dive.to_axis(run_time=2.2))
        film.play(film.dive.to_dots(run_time=0.8))


class Steps(Beat[Story, VanishingStage]):
    """A line joins the layers, with the factor of each step."""

    def when(self, story: Story) -> bool:
        """Leave it out where no gradient sets out, or where it ends on the way."""
        return bool(np.isfinite(story.profile).all())

    def says(self, story: Story) -> Sentence:
        """Say what a layer passes on."""
        factor = share_or_digits("mean_factor", story.mean_factor)
        return sentence("On average, a layer passes on {f} of what it gets.", f=factor)

    def shows(self, story: Story) -> Sentence:
        """Describe the line."""
        return sentence(
            "A line joins the layers, from the last to the first: {b} at layer {l}, {a} at layer "
            "{k}, times {f} a layer.",
            f=magnitude("mean_factor", story.mean_factor),
            **ends(story),
        )

    def moves(self, film: VanishingStage) -> None:
        """Draw the line, and write what a layer makes of the gradient, where there is room."""
        film.play(film.dive.line())
        factor = magnitude("mean_factor", film.story.mean_factor)
        words = sentence("× {n} a layer", n=factor)
        label = film.pen.label(words, film.theme.backward, FACTOR).halo(film.theme.background)
        if _find_room(label, film.dive):
            film.factor.add(label)
            film.play(mn.FadeIn(film.factor, shift=GAP * mn.UP), run_time=MOVE)


class Why(Beat[Story, VanishingStage]):
    """What the largest slope alone would make of the gradient, as stairs."""

    def when(self, story: Story) -> bool:
        """Show it where the largest slope is less than one, and each layer gets some gradient."""
        return _has_stairs(story)

    def says(self, story: Story) -> Sentence:
        """Say whether slopes alone explain the profile."""
        top = replace(part_of("max_slope", _top(story)), kind=Kind.CONSTANT)
        best = f"The best slope of a {story.activation} is {{s}}."
        steps = story.depth - 1
        off = story.mean_factor - float(np.log10(_top(story)))
        if off < -AGREES:
            return sentence(f"{best} Here a layer passes on less.", s=top)
        if off > AGREES:
            helps = "make up for it" if story.mean_factor > KEEPS else "help"
            if story.mean_factor > GROWS:
                helps = "more than make up for it"
            return sentence(f"{best} Here the weights {helps}.", s=top)
        if steps == 1:
            return sentence(best, s=top)
        count = counted("steps_back", steps, capital=True)
        return sentence(f"{best} {{n}} quarters in a row.", s=top, n=count)

    def shows(self, story: Story) -> Sentence:
        """Describe the stairs."""
        return sentence(
            "Stairs go down from the last layer, each to {s} of the one before: what the largest "
            "slope alone would make of the gradient.",
            s=setting("max_slope", _top(story)),
        )

    def moves(self, film: VanishingStage) -> None:
        """Go down the stairs."""
        story = film.story
        agrees = abs(story.mean_factor - float(np.log10(_top(story)))) <= AGREES
        quarter = sentence("× {n}", n=Figure("max_slope", _top(story), "¼", kind=Kind.CONSTANT))
        assert story.bound is not None
        film.play(film.dive.stairs(story.bound, quarter if agrees else None, run_time=3.2))


class Later(Beat[Story, VanishingStage]):
    """What became of the profile in a recorded training."""

    def when(self, story: Story) -> bool:
        """Show it of a recording with a later pass."""
        return story.other is not None

    def says(self, story: Story) -> Sentence:
        """Say what the last pass is like."""
        assert isinstance(story, RecordedVanishing)
        return story.later()

    def shows(self, story: Story) -> Sentence:
        """Name its factor."""
        assert story.other is not None
        return sentence(
            "One more line, of the last pass: a factor of {f} a layer.",
            f=magnitude("contrast_factor", median_factor(story.other)),
        )

    def moves(self, film: VanishingStage) -> None:
        """Draw the profile of the last pass."""
        story = film.story
        assert isinstance(story, RecordedVanishing)
        assert story.other is not None
        film.play(film.dive.later(story.other, story.later_name()), run_time=1.5)


def _once_the_strip_is_up(share: float) -> float:
    """Return how far bars have risen: they begin as soon as the network leaves their place."""
    return float(phase(share, 0.6 * STRIP / RISEN, 1.0))


def axis_of(story: Story) -> Logarithmic:
    """Return the logarithmic axis, which holds every profile that is drawn."""
    profiles = [story.profile]
    if story.other is not None:
        profiles.append(story.other)
    if _has_stairs(story):
        assert story.bound is not None
        profiles.append(story.bound)
    return replace(covering(*profiles), most_ticks=MOST_LINES)


def _of_a_line(story: Story) -> Figure:
    """Return by how much one line of the axis is smaller than the next above it."""
    powers = [power for power, _ in axis_of(story).ticks()]
    step = powers[1] - powers[0]
    if step > MOST_SAID:
        return replace(power_tick(round(step)), name="line_of_axis", kind=Kind.CONSTANT)
    return replace(times("line_of_axis", step), kind=Kind.CONSTANT)


def _has_stairs(story: Story) -> bool:
    known = story.bound is not None and bool(np.isfinite(story.profile).all())
    return known and _top(story) < 1


def _top(story: Story) -> float:
    """Return the largest slope of the activation."""
    return ACTIVATIONS[story.activation or "identity"].max_slope


def _find_room(label: Typeset, dive: Dive) -> bool:
    """Put a label into an upper corner of the chart where the line leaves room, if one does.

    It stands between the highest two lines of the axis that have room for it.
    """
    plot, line = dive.bars.plot, dive.positions
    between = [
        (low + high) / 2
        for low, high in pairwise(sorted(dive.grid_heights))
        if high - low > label.height + GAP / 2
    ]
    y = max(between, default=plot.top - label.height / 2)
    for side in (mn.LEFT, mn.RIGHT):
        x = plot.left if side is mn.LEFT else plot.right
        label.move_to(point(x, y), aligned_edge=side)
        over = np.linspace(label.get_left()[0] - GAP, label.get_right()[0] + GAP, SAMPLES)
        if np.interp(over, line[:, 0], line[:, 1]).max() < label.get_bottom()[1] - 2 * GAP:
            return True
    return False
