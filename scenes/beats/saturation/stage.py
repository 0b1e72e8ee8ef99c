"""The stage of the film `saturation`: what its beats move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import manim as mn
import numpy as np

from scenes.beats.opened_units import curve_of
from scenes.kit.film import Film
from scenes.kit.layout import FRAME, GAP, SAFE, STAGE, Region, point
from scenes.kit.live_number import LiveNumber
from scenes.kit.stage.beam import Beam
from scenes.kit.stage.channels import Channels
from scenes.kit.stage.digit_strip import FILLED, FeatureStrip
from scenes.kit.stage.knob import Knob
from scenes.kit.stage.parting import Parting
from scenes.kit.stage.sheaf import Sheaf
from scenes.kit.stage.soaked import Soaked
from scenes.kit.stage.tiles import sampled
from scenes.kit.stage.unit import Unit
from scenes.kit.stage.wall import MOST, Wall
from scenes.kit.theme import LABEL, SMALL
from scenes.kit.type.typesetting import Typeset
from scenes.stories.recorded_saturation import RecordedSaturation
from scenes.stories.saturation import SCALES, SaturationStory
from scenes.words.figures import Figure, Kind, Sentence, coordinate, count, sentence

Story = SaturationStory

RADIUS = 2.6
BEAM, FAR = 0.7, 60.0
"""Height of the beam, and how far it reaches: it is still as long where the unit is a tile."""
START = -0.6
"""Where the first unit stands at the beginning, as a part of the span."""
LAYER, LAYER_RIGHT = 0.15, 6.25
"""The x between which the layer lies."""
PICTURE = 2.8
"""Side of the example; what goes back is as wide at most."""
PICTURE_TOP = 2.36
WEIGHTS, WEIGHTS_RIGHT = -2.6, -1.45
"""The x between which the weights lie."""
OWN, OWN_ROOM = (-4.0, -1.9), 1.1
"""Where the stream for the weights ends, and how wide it may be."""
WEIGHTS_WORD = (-2.6, 2.52)
"""Where the word "weights" begins, on the lines of the weights, and its baseline."""
KNOB_RADIUS = 0.3
"""Radius of the knob that comes to this word."""
NUMBER = 44
DECIMALS = 3
"""Of a slope: as many for each, so that its digits stand still while it changes."""


class SaturationStage(Film):
    """One unit, which becomes a tile of a layer, and the streams of the layer's gradient.

    Attributes
    ----------
    unit, slope, names, state
        The first act: a unit, its slope, the words beside it, and those for a unit that is far out.
    wall, first
        The layer, and the tile that the unit becomes.
    example, soaked
        What the layer reads, if it can be shown, and how the gradient reaches it.
    weights, weights_word
        The weights between the two, and their name.
    parting, ways
        Its gradient, and the words at the ends of its two ways.
    knob, scale_tag, share_tag
        What turns the weights up, by what factor, and how many units are saturated.
    marks, before, factors, chain
        The question marks on the two ways, the names of the dashes, what became of both, and why.
    grown
        How far the weights have grown: from 0, once, to 1, thirty times.
    """

    story: Story
    unit: Unit
    state: mn.VGroup
    wall: Wall
    example: FeatureStrip | None
    soaked: Soaked | None
    weights: Sheaf
    weights_word: Typeset
    parting: Parting
    marks: mn.VGroup
    before: dict[str, mn.VGroup]
    factors: dict[str, Typeset]
    chain: mn.VGroup

    def compute(self) -> None:
        """Draw the layer and pass the examples through it."""
        self.story = (
            RecordedSaturation.of_recording(self.recorded[0])
            if self.recorded
            else SaturationStory.of(self.experiment)
        )

    def lay_out(self) -> None:
        """Create the unit, and the words beside it."""
        self.curve = curve_of(self.story.activation)
        self.span = self.curve.span[1]
        beam = Beam(BEAM, right=FAR, left=FAR)
        middle = STAGE.center
        self.unit = Unit(middle, RADIUS, self.curve, self.pen, z=START * self.span, beam=beam)
        self.slope = self.unit.count(self._slope, self._slope(self.curve.steepest), self.pen)
        self.grown = mn.ValueTracker(0.0)
        self.names = self._names()
        self.add(self.unit, self.slope, self.names)

    def build_layer(self) -> None:
        """Create the layer before it reads anything, its weights, and its streams."""
        story = self.story
        place = Region(LAYER, LAYER_RIGHT, STAGE.bottom, SAFE.top)
        z = np.array(story.z(0.0))
        self.first = self._tile_for(Wall(place, z, self.curve, self.pen))
        self.wall = Wall(place, z, self.curve, self.pen, spread=0.0, first=self.first)
        self.example = self._example()
        channels = self._channels()
        table = story.sizes.sizes
        largest = (float(table[:, 1].max()), float(table[:, 2].max()))
        self.parting = Parting(channels, story.sizes.at(1.0), largest, self.pen)
        self.weights = self._sheaf()
        self.weights_word = self.word("weights", *WEIGHTS_WORD, mn.LEFT)
        self.soaked = self._soaked()
        self.ways = self._ways()
        self.knob, self.scale_tag = self._knob()
        self.share_tag = self._share_tag()

    @property
    def scale(self) -> float:
        """The factor on the weights now."""
        return float(SCALES[-1] ** self.grown.get_value())

    @property
    def turned(self) -> list[mn.Mobject]:
        """What turns the weights up: their name, the knob, and the factor."""
        return [self.weights_word, self.knob, self.scale_tag]

    @property
    def live(self) -> list[LiveNumber]:
        """The numbers that follow the weights."""
        members = [*self.scale_tag.get_family(), *self.share_tag.get_family()]
        return [each for each in members if isinstance(each, LiveNumber)]

    def word(self, words: str | Sentence, x: float, baseline: float, side: np.ndarray) -> Typeset:
        """Set a label that begins, or ends, at x."""
        label = self.pen.label(words, size=LABEL).align_to(point(x), side)
        return label.on_baseline(baseline)

    def spot(self, name: str) -> np.ndarray:
        """Return where a word may stand on a leaving stream, "own" or "passed"."""
        channels = self.parting.channels
        end = channels.end(name)
        x = (channels.weights.left + max(float(end[0]), FRAME.left)) / 2
        return point(x if name == "passed" else channels.weights.left, float(end[1]))

    def _slope(self, slope: float) -> Figure:
        name = f"slope[{float(self.unit.pose.z)!r}]"
        return replace(coordinate(name, slope, DECIMALS), kind=Kind.MEASURED)

    def _names(self) -> mn.VGroup:
        amber, unit = self.theme.backward, self.unit
        y, half = float(unit.middle[1]), BEAM * unit.radius / 2
        slope = self.pen.label("slope", self.theme.ink, SMALL)
        slope.halo(self.theme.background).next_to(self.slope, mn.UP, buff=GAP / 2).align_to(
            self.slope, mn.RIGHT
        )
        return mn.VGroup(
            self.word("gradient", SAFE.right, y + half + GAP, mn.RIGHT).set_color(amber),
            self.word("gradient × slope", SAFE.left, y + half + GAP, mn.LEFT).set_color(amber),
            slope,
        )

    def _tile_for(self, wall: Wall) -> int:
        """Choose a tile near the middle whose unit has a slope, if there is one."""
        middle = wall.get_center()
        away = np.linalg.norm(wall.centers - middle, axis=1)
        away += 100 * wall.pose.curve.saturated(self.story.z(1.0)[wall.shown])
        return int(np.argmin(away))

    def _channels(self) -> Channels:
        """Lay out where the streams run."""
        layer, centers = bounds(self.wall), self.wall.centers
        back = FRAME.left - GAP
        if self.example is not None:
            back = float(self.example.get_right()[0])
        return Channels(
            source=FRAME.right,
            layer=layer,
            parts=float(centers[:, 0].min()),
            weights=Region(WEIGHTS, WEIGHTS_RIGHT, PICTURE_TOP - PICTURE, PICTURE_TOP),
            back=back,
            own=point(*OWN),
            own_room=OWN_ROOM,
        )

    def _sheaf(self) -> Sheaf:
        """Let the weights run from what is read to the first units."""
        channels = self.parting.channels
        layer, weights, back = channels.layer, channels.weights, channels.back
        return Sheaf(
            Region(back - PICTURE, back, weights.bottom, weights.top),
            Region(channels.parts, layer.right, layer.bottom, layer.top),
            self.pen,
        )

    def _example(self) -> FeatureStrip | None:
        """Put the example where the gradient will go back to, if it can be shown."""
        if (picture := self.story.picture) is None:
            return None
        place = Region(SAFE.left, SAFE.left + PICTURE, PICTURE_TOP - PICTURE, PICTURE_TOP)
        return FeatureStrip(place, picture, self.pen, square=self.story.is_picture)

    def _soaked(self) -> Soaked | None:
        strip = self.example
        if strip is None:
            return None
        # It runs into the gaps between the cells, too.
        return Soaked(strip.centers, strip.side / FILLED, self.story.reached, self.pen)

    def _ways(self) -> mn.VGroup:
        """Name the two ways at their ends."""
        amber, (x, y) = self.theme.backward, OWN
        back = self.word("back to the input", SAFE.left, PICTURE_TOP + 2 * GAP / 3, mn.LEFT)
        own = self.word("to the weights", x - GAP / 2, y - GAP / 4, mn.RIGHT)
        return mn.VGroup(back.set_color(amber), own.set_color(amber))

    def _knob(self) -> tuple[Knob, mn.VGroup]:
        """Create the knob of the weights beside their name, and the factor that it sets."""
        baseline = WEIGHTS_WORD[1]
        x = float(self.weights_word.get_right()[0]) + GAP + KNOB_RADIUS
        times = self.pen.label("×", size=NUMBER).align_to(point(x + KNOB_RADIUS + GAP), mn.LEFT)
        times.on_baseline(baseline)
        number = self._live(
            lambda: coordinate("scale", self.scale, 0),
            float(times.get_right()[0]) + GAP / 2,
            baseline,
        )
        return Knob(point(x, baseline + GAP / 3), KNOB_RADIUS, self.pen), mn.VGroup(times, number)

    def _share_tag(self) -> mn.VGroup:
        """Count the tiles that are saturated, above them; nothing for units that never are."""
        if self.story.border is None:
            return mn.VGroup()
        theme, place = self.theme, self.wall.tag_place
        shown, baseline = len(self.wall.shown), float(place.center[1]) - GAP / 3
        words = self.pen.label(
            sentence(f"of {{n}} {self.story.state}", n=count("shown", shown)),
            theme.saturated,
            LABEL,
        )

        def read() -> Figure:
            name = f"shown_saturated[{self.scale!r}]"
            return count(name, stuck(self.story, self.scale), kind=Kind.MEASURED)

        number = self._live(read, 0.0, baseline, color=theme.saturated)
        words.align_to(point(1.4 * GAP), mn.LEFT).on_baseline(baseline)
        tag = mn.VGroup(number, words)
        return tag.set_x(float(place.center[0]))

    def _live(
        self, read: Callable[[], Figure], x: float, baseline: float, color: str | None = None
    ) -> LiveNumber:
        side = mn.LEFT if color is None else mn.RIGHT
        x = x if color is None else x + GAP
        return LiveNumber(
            self.pen,
            read,
            left=x,
            side=side,
            baseline=baseline,
            color=color or self.theme.ink,
            size=NUMBER,
        )


def stuck(story: Story, scale: float) -> int:
    """Return how many of the units that are shown are saturated, at a scale of the weights."""
    z = story.z(scale)[sampled(len(story.weights), MOST)]
    return int(curve_of(story.activation).saturated(z).sum())


def bounds(wall: Wall) -> Region:
    """Return the area of the tiles."""
    (left, low, _), (right, high, _) = wall.centers.min(axis=0), wall.centers.max(axis=0)
    radius = wall.radius
    return Region(left - radius, right + radius, low - radius, high + radius)
