"""The fourth act: bars to scale, a dive of the scale, and the logarithmic axis that it becomes."""

from __future__ import annotations

from itertools import pairwise

import manim as mn
import numpy as np

from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.verdicts.trend import Trend, median_factor
from scenes.beats.vanishing.stage import WHOLE, Story, VanishingStage, ends
from scenes.kit.beat import Beat
from scenes.kit.charts.scales import covering
from scenes.kit.film import MOVE, QUICK
from scenes.kit.layout import GAP, point
from scenes.kit.stage.dive import LEAST_MARGIN, Dive
from scenes.kit.theme import SMALL
from scenes.stories.recorded_vanishing import RecordedVanishing
from scenes.stories.vanishing import BAND, CLOSE, FEWEST_FOR_BAND, NEAR, VanishingStory
from scenes.words.figures import (
    Sentence,
    count,
    joined,
    magnitude,
    measured,
    sentence,
    setting,
)
from scenes.words.spoken import times

BAR_ROOM = 0.45
"""Room for half a bar."""
LONGEST = 5.0
"""Seconds of the longest dive."""
MOST_FACTORS = 10
"""More steps than this have no room for their factors."""
ABOVE = 0.42
"""How far above the line a factor stands."""
IN_SIGHT = float(np.log10(2.0))
"""A smaller zoom, in decades, is none."""


class Bars(Beat[Story, VanishingStage]):
    """The network becomes a strip, and bars drop from it."""

    def says(self, story: Story) -> Sentence:
        """Say what the bars are."""
        if abs(story.zoom) < IN_SIGHT and story.trend is Trend.HOLDS:
            return sentence("To scale: under each layer, its gradient. All are in sight.")
        return sentence("To scale: under each layer, its gradient.")

    def shows(self, story: Story) -> Sentence:
        """Describe the bars."""
        return sentence(
            "The network moves up and becomes a strip. Under each of its columns a bar drops, as "
            "tall as the gradient of that layer."
        )

    def moves(self, film: VanishingStage) -> None:
        """Make the strip, and drop the bars."""
        story, network = film.story, film.network
        upper, lower = WHOLE.rows(0.26, 0.74, gap=GAP)
        xs = np.linspace(lower.left + LEAST_MARGIN + BAR_ROOM, lower.right - BAR_ROOM, story.depth)
        places = {layer: float(x) for layer, x in enumerate(xs, start=1)}
        places[0] = max(lower.left + BAR_ROOM, float(2 * xs[0] - xs[1]))
        profiles = [story.profile, *(story.band or ())]
        profiles += [each for each in (story.theory, story.other) if each is not None]
        film.dive = Dive(lower, xs, story.profile, film.pen, decades=covering(*profiles))
        film.play(network.strip(upper, places), run_time=1.2)
        film.play(film.dive.drop(run_time=2.4))


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
        """Say what the axis is."""
        if np.isneginf(story.profile).any():
            return sentence("Now equal zooms are equal steps. An open circle is exactly zero.")
        return sentence("Now equal zooms are equal steps.")

    def shows(self, story: Story) -> Sentence:
        """Describe the axis."""
        return sentence("The tops of the bars sink to their places on a logarithmic axis.")

    def moves(self, film: VanishingStage) -> None:
        """Turn the axis."""
        film.play(film.dive.to_axis())
        film.play(film.dive.to_dots())


class Steps(Beat[Story, VanishingStage]):
    """A line joins the layers, with the factor of each step."""

    speaks_last = True

    def when(self, story: Story) -> bool:
        """Leave it out where no gradient sets out, or where it ends on the way."""
        return bool(np.isfinite(story.profile).all())

    def says(self, story: Story) -> Sentence:
        """Say what a layer passes on."""
        factor = magnitude("mean_factor", story.mean_factor)
        return sentence("On average, a layer passes on {f} of what it gets.", f=factor)

    def shows(self, story: Story) -> Sentence:
        """Describe the line."""
        return sentence(
            "A line joins the layers, from the last to the first, with the factor of each step: "
            "{b} at layer {l}, {a} at layer {k}.",
            **ends(story),
        )

    def moves(self, film: VanishingStage) -> None:
        """Draw the line."""
        film.play(film.dive.line())

    def moves_on(self, film: VanishingStage) -> None:
        """Write the factors, one after the other."""
        film.factors = _factors(film)
        if len(film.factors):
            appear = mn.LaggedStart(*map(mn.FadeIn, reversed(film.factors)), lag_ratio=0.5)
            film.play(appear, run_time=2.2)


class Why(Beat[Story, VanishingStage]):
    """The bound, theory and other draws."""

    def when(self, story: Story) -> bool:
        """Leave it out where no gradient sets out, or where the units are not known."""
        return not story.no_gradient and story.bound is not None

    def says(self, story: Story) -> Sentence:
        """Say what the slopes alone would do, and what theory expects."""
        assert story.activation is not None
        top = setting("max_slope", ACTIVATIONS[story.activation].max_slope)
        if isinstance(story, VanishingStory) and story.off_theory is not None:
            off = story.off_theory
            how = "close" if off < CLOSE else "not far" if off < NEAR else "for wider layers"
            words = f"Dotted: a slope of {{s}} at each step. Dashed: theory, and it is {how}."
            return sentence(words, s=top)
        return sentence("A slope of {s} at each step would draw the dotted line.", s=top)

    def shows(self, story: Story) -> Sentence:
        """Describe the lines."""
        parts = [
            sentence(
                "A dotted line: what slopes of {s} alone would make of it.",
                s=setting("max_slope", ACTIVATIONS[story.activation or "identity"].max_slope),
            )
        ]
        if isinstance(story, VanishingStory):
            if story.theory is not None:
                factor = magnitude("theory_factor", median_factor(story.theory))
                parts.append(sentence("A dashed one: theory, {t} a layer.", t=factor))
            if story.band is not None:
                parts.append(joined([sentence("A band:"), _band_in_full(story)], " "))
        return joined(parts, " ")

    def moves(self, film: VanishingStage) -> None:
        """Draw them beside the measured line."""
        story, dive = film.story, film.dive
        assert story.bound is not None
        if len(film.factors):
            film.play(mn.FadeOut(film.factors), run_time=QUICK)
        top = setting("max_slope", ACTIVATIONS[story.activation or "identity"].max_slope)
        film.play(dive.bound(story.bound, sentence("slopes of {s}", s=top)), run_time=1.2)
        if story.theory is not None:
            film.play(dive.theory(story.theory, "theory"), run_time=1.2)
        if isinstance(story, VanishingStory) and story.band is not None:
            seeds = count("seeds", story.seeds)
            words = sentence(f"{{n}} draw{'s' * (story.seeds > 1)}", n=seeds)
            film.play(dive.band(*story.band, words), run_time=1.2)


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
        film.play(film.dive.theory(story.other, story.later_name()), run_time=1.5)


def _factors(film: VanishingStage) -> mn.VGroup:
    """Write the factor of each step above the line, where there is room."""
    story, labels = film.story, mn.VGroup()
    profile = story.profile
    if not np.isfinite(profile).all() or story.depth - 1 > MOST_FACTORS:
        return labels
    places = film.dive.positions
    for layer, (here, after) in enumerate(pairwise(places), start=1):
        factor = measured(f"factor[{layer}]", 10.0 ** float(profile[layer - 1] - profile[layer]))
        label = film.pen.label(sentence("× {n}", n=factor), film.theme.ink, SMALL)
        top = max(float(here[1]), float(after[1]), float((here + after)[1]) / 2 + ABOVE)
        middle = (here + after) / 2
        labels.add(label.halo(film.theme.background).move_to(point(middle[0], top)))
    return labels


def _band_in_full(story: VanishingStory) -> Sentence:
    """Say what the band holds."""
    seeds = count("seeds", story.seeds)
    if story.seeds < FEWEST_FOR_BAND:
        return sentence("all of {n} random draws.", n=seeds)
    low, high = (count("percentile", end) for end in BAND)
    return sentence(
        "in each layer by itself, {n} random draws from {low} to {high} %.",
        n=seeds,
        low=low,
        high=high,
    )
