"""The stage of the film `saturation`: what its beats move."""

from __future__ import annotations

from collections.abc import Callable

import manim as mn
import numpy as np

from backprop_core.passes.layer import LayerPass
from scenes.beats.opened_units import curve_of
from scenes.kit.film import Film
from scenes.kit.layout import FRAME, GAP, SAFE, STAGE, Region, point
from scenes.kit.live_number import LiveNumber
from scenes.kit.stage.beam import Beam
from scenes.kit.stage.digit_strip import FeatureStrip
from scenes.kit.stage.heap import Heap
from scenes.kit.stage.parting import Parting
from scenes.kit.stage.unit import Unit
from scenes.kit.stage.wall import Wall
from scenes.kit.theme import LABEL, SMALL
from scenes.kit.type.typesetting import Typeset
from scenes.stories.recorded_saturation import RecordedSaturation
from scenes.stories.saturation import SCALES, SaturationStory
from scenes.words.figures import (
    Figure,
    Sentence,
    constant,
    coordinate,
    measured,
    percent,
)

Story = SaturationStory

RADIUS = 2.6
BEAM = 0.7
START = -0.6
"""Where the first unit stands at the beginning, as a part of the span."""
MOUTH, LAYER, LAYER_RIGHT = -3.75, -1.1, 5.5
"""The x at which streams leave, and those between which the layer lies."""
NUMBER = 44
TITLE_RISE, NUMBER_RISE = 0.1, -0.5
"""Baselines of the words and of the number at a mouth, from its height."""
PICTURE, PICTURE_DROP, PICTURE_LIFT = 1.7, 0.75, 1.35
"""Side of the example, how far it lies below the mouth of dx, and how far words rise for it."""
LEAST_SLOPE = 0.00123
"""Has as many digits as the longest slope on stage."""


class SaturationStage(Film):
    """One unit, which becomes a tile of a layer, and the streams of the layer's gradient.

    Attributes
    ----------
    unit, slope, names, state
        The first act: a unit, its slope, the words beside it, and those for a unit that is far out.
    wall, first
        The layer, and the tile that the unit becomes.
    example
        What the layer reads, if it can be shown.
    parting, streams
        Its gradient, and the words and numbers of it.
    heap
        The axis on which the slopes of the units heap up.
    home
        Where the layer lies beside its gradient.
    marks
        The question marks on them.
    tags
        The numbers above the layer: the scale of the weights and the share of saturated units.
    grown
        How far the weights have grown: from 0, once, to 1, thirty times.
    """

    story: Story
    unit: Unit
    state: mn.VGroup
    wall: Wall
    example: FeatureStrip | None
    parting: Parting
    home: Region
    heap: Heap
    marks: mn.VGroup

    def compute(self) -> None:
        """Draw the layer and pass the examples through it."""
        self.story = (
            RecordedSaturation.of_recording(self.recorded[0])
            if self.recorded
            else SaturationStory.of(self.experiment)
        )
        self._computed: tuple[float, LayerPass] = (1.0, self.story.passes[0])

    def lay_out(self) -> None:
        """Create the unit, and the words beside it."""
        self.curve = curve_of(self.story.activation)
        self.span = self.curve.span[1]
        far = FRAME.right / RADIUS
        beam = Beam(BEAM, right=far, left=far)
        middle = STAGE.center
        self.unit = Unit(middle, RADIUS, self.curve, self.pen, z=START * self.span, beam=beam)
        self.slope = self.unit.count(self._slope, measured("slope", LEAST_SLOPE), self.pen)
        self.grown = mn.ValueTracker(0.0)
        self.names = self._names()
        self.add(self.unit, self.slope, self.names)

    def build_layer(self) -> None:
        """Create the layer, its streams, and their numbers."""
        story = self.story
        place = Region(LAYER, LAYER_RIGHT, STAGE.bottom, SAFE.top)
        z = story.z(1.0)
        self.first = self._tile_for(Wall(place, z, self.curve, self.pen))
        self.wall = Wall(place, z, self.curve, self.pen, first=self.first)
        area = Region(MOUTH, FRAME.right, STAGE.bottom, STAGE.top)
        table = story.sizes.sizes
        largest = (float(table[:, 1].max()), float(table[:, 2].max()))
        sizes = story.sizes.at(1.0)
        self.parting = Parting(area, bounds(self.wall), sizes, largest, self.pen)
        self.example = self._example()
        self.streams = self._streams()
        self.tags = self._tags(bounds(self.wall))

    @property
    def scale(self) -> float:
        """The factor on the weights now."""
        return float(SCALES[-1] ** self.grown.get_value())

    @property
    def layer(self) -> LayerPass:
        """The layer with the weights of now."""
        scale = self.scale
        if self._computed[0] != scale:
            self._computed = scale, self.story.at(scale)
        return self._computed[1]

    @property
    def live(self) -> list[LiveNumber]:
        """The numbers that follow the weights."""
        members = [*self.streams.get_family(), *self.tags.get_family()]
        return [each for each in members if isinstance(each, LiveNumber)]

    def word(self, words: str | Sentence, x: float, baseline: float, side: np.ndarray) -> Typeset:
        """Set a label that begins, or ends, at x."""
        label = self.pen.label(words, size=LABEL).align_to(point(x), side)
        return label.on_baseline(baseline)

    def _slope(self, slope: float) -> Figure:
        return measured(f"slope[{float(self.unit.pose.z)!r}]", slope)

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
        away += 100 * wall.pose.curve.saturated(wall.pose.z)
        return int(np.argmin(away))

    def _streams(self) -> mn.VGroup:
        parting, theme = self.parting, self.theme
        found = mn.VGroup()
        for name, words in (("dx", "back to the input"), ("dW", "for the weights")):
            x, y, _ = parting.mouth("own" if name == "dW" else "passed")
            if name == "dx" and self.example is not None:
                y += PICTURE_LIFT
            title = self.pen.label(f"{name}, {words}", theme.backward, LABEL)
            title.fit_width(MOUTH - GAP - SAFE.left).align_to(point(x - GAP), mn.RIGHT)
            number = LiveNumber(
                self.pen,
                self._size_of(name),
                left=x - GAP,
                side=mn.RIGHT,
                baseline=y + NUMBER_RISE,
                color=theme.ink,
                size=NUMBER,
            )
            found.add(mn.VGroup(title.on_baseline(y + TITLE_RISE), number))
        source = parting.source[1] + parting.unit / 2
        one = self.pen.number(constant("upstream", "1"), theme.ink, NUMBER)
        above = self.pen.label("gradient", theme.backward, LABEL)
        above.align_to(point(SAFE.right), mn.RIGHT)
        one.move_to(above).on_baseline(source + GAP / 2)
        found.add(mn.VGroup(above.next_to(one, mn.UP, buff=GAP / 2), one))
        return found

    def _example(self) -> FeatureStrip | None:
        """Put the example where dx will go, if it can be shown."""
        if (picture := self.story.picture) is None:
            return None
        x, y, _ = self.parting.mouth("passed")
        right, middle = x - GAP, y - PICTURE_DROP
        place = Region(right - PICTURE, right, middle - PICTURE / 2, middle + PICTURE / 2)
        return FeatureStrip(place, picture, self.pen, square=self.story.is_picture)

    def _size_of(self, name: str) -> Callable[[], Figure]:
        def read() -> Figure:
            layer = self.layer
            size = layer.rms_dW if name == "dW" else layer.rms_dx
            return measured(f"{name}[{self.scale!r}]", size)

        return read

    def _tags(self, layer: Region) -> mn.VGroup:
        baseline = float(self.wall.tag_place.center[1]) - GAP / 2
        middle = (self.parting.mouth("own")[0] + layer.left) / 2
        times = self._tag(
            "weights ×",
            lambda: coordinate("scale", self.scale, 1),
            (middle, baseline),
            self.theme.ink,
        )
        if self.story.border is None:
            return mn.VGroup(times)
        share = self._tag(
            self.story.state,
            lambda: percent(f"saturated[{self.scale!r}]", self.layer.saturated),
            (float(layer.center[0]), baseline),
            self.theme.saturated,
            leads=False,
        )
        return mn.VGroup(times, share)

    def _tag(
        self,
        words: str,
        read: Callable[[], Figure],
        place: tuple[float, float],
        color: str,
        *,
        leads: bool = True,
    ) -> mn.VGroup:
        """Set a live number after words, or words after it."""
        x, baseline = place
        label = self.pen.label(words, color, LABEL)
        label.align_to(point(x), mn.RIGHT if leads else mn.LEFT).on_baseline(baseline)
        number = LiveNumber(
            self.pen,
            read,
            left=x + (1 if leads else -1) * GAP / 2,
            side=mn.LEFT if leads else mn.RIGHT,
            baseline=baseline,
            color=color,
            size=NUMBER,
        )
        return mn.VGroup(label, number)


def bounds(wall: Wall) -> Region:
    """Return the area of the tiles."""
    (left, low, _), (right, high, _) = wall.centers.min(axis=0), wall.centers.max(axis=0)
    radius = wall.radius
    return Region(left - radius, right + radius, low - radius, high + radius)
