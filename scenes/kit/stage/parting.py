"""The gradient of a layer as streams: one comes in, and two go out, for its weights and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import manim as mn
import numpy as np
from manim.typing import Point3D
from numpy.typing import NDArray

from scenes.kit.charts.marks import Points, strokes
from scenes.kit.layout import GAP, Region, point
from scenes.kit.motion import eased, phase
from scenes.kit.stage.pose import PoseChange
from scenes.kit.theme import CURVE, LINE
from scenes.kit.type.typesetting import Pen

Array = NDArray[np.float64]

NARROWS = 0.7
"""The share of the layer after which the stream narrows."""
SAMPLES = 60
"""Points along each bank of a stream."""
HAIRLINE = 0.02
"""Least width of a stream that is not zero, in frame units: it can still be seen."""
EVEN = 4.5
"""A background that has less contrast with white is a light one, and shines itself."""
HEAD = 0.45
"""Length of a stream's tip."""
BEND = 0.45
"""The part of the way of a leaving stream in which it bends, and its width changes."""
PULSE, BRIGHT = (1.8, 1.4, 1.0, 0.6), 0.12
"""Lengths of the layers of a light that runs along a stream, and the opacity of each."""
PULSE_SAMPLES = 16
"""Points along each bank of such a light."""
INSIDE = 0.45
"""The part of the time in which the gradient comes in and passes the layer."""
PASSED_SHARE = 0.72
"""The part of the height that belongs to the stream that goes back."""
WORDS = 0.6
"""Where words may stand, as a part of the way."""
THINNEST = 0.15
"""A stream that was thinner is not marked: marks would cover it."""
MARKED = (0.5, 0.85)
"""Where marks of an earlier width stand, as parts of the way of a stream."""


@dataclass(frozen=True)
class PartingPose:
    """What the streams show.

    Attributes
    ----------
    slope, own, passed
        Sizes of what leaves the slopes, of the gradient of the weights, and of what goes back;
        what comes in is 1.
    entered
        The part of its way that the gradient has come, until it leaves the layer.
    own_out, passed_out
        The parts of their ways that the streams have come that leave.
    gone
        The part of the whole way that their end has come, when they run off.
    marks
        Opacity of the marks of an earlier width.
    pulse
        How far a light has run along all streams; there is none at 0 and at 1.
    """

    slope: float
    own: float
    passed: float
    entered: float = 0.0
    own_out: float = 0.0
    passed_out: float = 0.0
    gone: float = 0.0
    marks: float = 0.0
    pulse: float = 0.0


class Parting(mn.VGroup):
    """Three streams, as wide as the gradient is large, on one scale.

    It comes in at the right, and slopes narrow it while it passes the layer. Then it leaves twice:
    times the input as the gradient of the weights, and times the weights back to the input.

    Parameters
    ----------
    region
        The area from the mouths, at the left, to the source, at the right.
    layer
        Where the layer lies in it.
    sizes
        Slope, own and passed at first; see `PartingPose`.
    largest
        The largest sizes of own and passed that will be drawn.
    pen
        Provides the colours.
    """

    def __init__(
        self,
        region: Region,
        layer: Region,
        sizes: tuple[float, float, float],
        largest: tuple[float, float],
        pen: Pen,
    ) -> None:
        super().__init__()
        theme = pen.theme
        free = region.height - GAP
        rooms = (free * (1 - PASSED_SHARE), free * PASSED_SHARE)
        self.unit = min(
            [free * PASSED_SHARE, *(r / s for r, s in zip(rooms, largest, strict=True) if s > 0)]
        )
        y = float(layer.center[1])
        self._seat = mn.VMobject(stroke_width=0, fill_opacity=0).set_points(
            np.array(
                [
                    point(region.right, y),
                    point(layer.right, y),
                    point(layer.left, y),
                    point(region.left, region.bottom + rooms[0] / 2),
                    point(region.left, region.top - rooms[1] / 2),
                ]
            )
        )
        self.streams = {
            name: mn.VMobject(stroke_width=0, fill_color=theme.backward, fill_opacity=1.0)
            for name in ("own", "passed", "entering")
        }
        self._marks = {
            name: mn.VGroup(
                *(
                    mn.VMobject(stroke_color=color, stroke_width=width, fill_opacity=0)
                    for color, width in ((theme.background, CURVE + LINE), (theme.ink, LINE))
                )
            )
            for name in ("own", "passed")
        }
        self._marked = dict(zip(self._marks, sizes[1:], strict=True))
        bright = theme.background if theme.contrast_of("#FFFFFF", 1.0) < EVEN else theme.ink
        self._pulses = [
            mn.VMobject(stroke_width=0, fill_color=bright, fill_opacity=BRIGHT) for _ in PULSE
        ]
        self.add(self._seat, *self.streams.values(), *self._pulses, *self._marks.values())
        self.draw(PartingPose(*sizes))

    # What it says of itself

    def mouth(self, name: str) -> Point3D:
        """Return where the tip of a stream lies at the end, "own" or "passed"."""
        return np.array(self._seat.points[3 if name == "own" else 4])

    def straight(self, name: str) -> Point3D:
        """Return where words may stand on a leaving stream: there its width is that of its end."""
        start, mouth = self._seat.points[2], self.mouth(name)
        return point(start[0] + WORDS * (mouth[0] - start[0]), mouth[1])

    def marked(self, name: str) -> float:
        """Return how wide a leaving stream was at first, in frame units."""
        return float(self._widths(np.array([self._marked[name]]))[0])

    def width_of(self, name: str) -> float:
        """Return the width of a leaving stream, in frame units."""
        return float(self._widths(np.array([_size(self.pose, name)]))[0])

    @property
    def source(self) -> Point3D:
        """Where the gradient comes in."""
        return np.array(self._seat.points[0])

    # Verbs

    def come(self, **how: Any) -> mn.Animation:
        """Let the gradient come in and leave, in both ways."""
        return self._changed(
            {
                "entered": lambda part: phase(part, 0, INSIDE),
                "own_out": lambda part: phase(part, INSIDE, 1),
                "passed_out": lambda part: phase(part, INSIDE, 1),
            },
            **how,
        )

    def enter(self, **how: Any) -> mn.Animation:
        """Let the gradient come in, and leave for the weights alone."""
        return self._changed(
            {
                "entered": lambda part: phase(part, 0, INSIDE),
                "own_out": lambda part: phase(part, INSIDE, 1),
            },
            **how,
        )

    def pass_back(self, **how: Any) -> mn.Animation:
        """Let the gradient leave through the weights, back to the input."""
        return self._changed({"passed_out": lambda part: part}, **how)

    def run_on(self, **how: Any) -> mn.Animation:
        """Let a light run along the streams that are there."""
        return self._changed({"pulse": lambda part: part}, **{"rate_func": mn.linear} | how)

    def drain(self, **how: Any) -> mn.Animation:
        """Let all streams run off to the left."""
        return Drain(self, **how)

    def take(
        self, sizes: Callable[[float], tuple[float, float, float]], **how: Any
    ) -> mn.Animation:
        """Change the widths; `sizes` gives slope, own and passed from 0, the start, to 1."""
        names = ("slope", "own", "passed")
        return self._changed(
            {name: _picked(sizes, number) for number, name in enumerate(names)}, **how
        )

    def mark(self, **how: Any) -> mn.Animation:
        """Show how wide both streams were at first, as long as they are there."""
        return PoseChange(self, {"marks": 1.0}, **how)

    def _changed(self, ways: Mapping[str, Callable[[float], object]], **how: Any) -> mn.Animation:
        return PoseChange(self, ways=dict(ways), **how)

    # Drawing

    def draw(self, pose: PartingPose) -> None:
        """Draw this pose where the streams are now."""
        self.pose = pose
        source, _, left = self._seat.points[:3]
        mouth = self.mouth("own")
        tail = source[0] + pose.gone * (mouth[0] - source[0])
        front = source[0] + pose.entered * (left[0] - source[0])
        begun = pose.entered > 0 and tail > front
        x = np.linspace(tail, front, SAMPLES)
        tip = HEAD if pose.entered < 1 else 0.0
        entering = _outline(x, *self._inside(pose, x), front, tip)
        _show(self.streams["entering"], entering, begun)
        gone = float(np.clip((left[0] - tail) / (left[0] - mouth[0]), 0, 1))
        for name in ("own", "passed"):
            out = _out(pose, name)
            seen = out > gone and _size(pose, name) > 0 and pose.slope > 0
            x = left[0] + np.linspace(gone, out, SAMPLES) * (mouth[0] - left[0])
            shape = self._leaving(pose, name, x)
            _show(self.streams[name], _outline(x, *shape, float(x[-1])), seen)
            light = pose.marks * phase(out, BEND, 1) * (1 - phase(gone, 0, BEND))
            self._draw_mark(name, light * seen)
        self._draw_pulse(pose)

    def _inside(self, pose: PartingPose, x: Array) -> tuple[Array, Array]:
        """Return middle and width of the stream that comes in, at places x."""
        source, right, left = self._seat.points[:3]
        # The layer is one gate: its units stand side by side, whatever the tiles look like, so the
        # stream keeps its width until it leaves.
        passed = (right[0] - x) / (right[0] - left[0])
        inside = eased(np.clip((passed - NARROWS) / (1 - NARROWS), 0, 1))
        widths = self._widths((1 - inside) + inside * pose.slope)
        if pose.slope <= 0:
            widths *= inside < 1
        return np.full_like(x, source[1]), widths

    def _leaving(self, pose: PartingPose, name: str, x: Array) -> tuple[Array, Array]:
        """Return middle and width of a stream that leaves, at places x."""
        start, mouth = self._seat.points[2], self.mouth(name)
        turned = eased(np.clip((start[0] - x) / (start[0] - mouth[0]) / BEND, 0, 1))
        middle = (1 - turned) * start[1] + turned * mouth[1]
        return middle, self._widths((1 - turned) * pose.slope + turned * _size(pose, name))

    def _draw_pulse(self, pose: PartingPose) -> None:
        """Draw the light that runs along the streams."""
        source = self._seat.points[0]
        mouth = self.mouth("own")
        middle = source[0] + PULSE[0] / 2 - pose.pulse * (source[0] - mouth[0] + PULSE[0])
        for path, length in zip(self._pulses, PULSE, strict=True):
            path.set_points(self._lit(pose, middle + length / 2, middle - length / 2))

    def _lit(self, pose: PartingPose, high: float, low: float) -> Points:
        """Return the points of what lies between two places of the streams that are there."""
        source, _, left = self._seat.points[:3]
        mouth = self.mouth("own")
        places = [(source[0], left[0], "entering")]
        places += [(left[0], mouth[0], name) for name in ("own", "passed")]
        found = [np.empty((0, 3))]
        for begin, end, name in places:
            x = np.linspace(min(high, begin), max(low, end), PULSE_SAMPLES)
            there = x[0] > x[-1] and 0 < pose.pulse < 1 and len(self.streams[name].points)
            if there and name == "entering":
                corners = _outline(x, *self._inside(pose, x), float(end), 0.0)
            elif there:
                corners = _outline(x, *self._leaving(pose, name, x), float(end))
            else:
                continue
            found.append(strokes(corners[:-1], corners[1:]))
        return np.concatenate(found)

    def _draw_mark(self, name: str, light: float) -> None:
        mouth, start = self.mouth(name), self._seat.points[2]
        half = self.marked(name) / 2
        first, last = (start[0] + part * (mouth[0] - start[0]) for part in MARKED)
        sides = [mouth[1] + half, mouth[1] - half] if 2 * half >= THINNEST else []
        shown = (
            strokes(
                np.array([point(first, y) for y in sides]),
                np.array([point(last, y) for y in sides]),
            )
            if sides
            else np.empty((0, 3))
        )
        for line in self._marks[name]:
            line.set_points(shown).set_stroke(opacity=light)

    def _widths(self, sizes: Array) -> Array:
        return np.where(sizes > 0, np.maximum(sizes * self.unit, HAIRLINE), 0.0)


class Drain(PoseChange):
    """Let streams run off; at the end there are none, and they may come again."""

    def __init__(self, streams: Parting, **how: Any) -> None:
        self._streams = streams
        super().__init__(streams, {"gone": 1.0}, **how)

    def finish(self) -> None:
        """Have them where they set out."""
        super().finish()
        self._streams.draw(
            replace(self._streams.pose, entered=0.0, own_out=0.0, passed_out=0.0, gone=0.0)
        )


def _show(stream: mn.VMobject, corners: Points, seen: bool) -> None:
    stream.set_points(strokes(corners[:-1], corners[1:]) if seen else np.empty((0, 3)))


def _picked(sizes: Callable[[float], tuple[float, ...]], number: int) -> Callable[[float], float]:
    return lambda part: sizes(part)[number]


def _size(pose: PartingPose, name: str) -> float:
    return pose.own if name == "own" else pose.passed


def _out(pose: PartingPose, name: str) -> float:
    return pose.own_out if name == "own" else pose.passed_out


def _outline(x: Array, middle: Array, widths: Array, end: float, tip: float = HEAD) -> Points:
    """Return the corners of a stream, whose tip lies at `end`, (2n + 1, 3)."""
    if tip > 0:
        widths = widths * np.clip((x - end) / tip, 0, 1)
    upper = np.stack([x, middle + widths / 2, 0 * x], axis=-1)
    lower = np.stack([x, middle - widths / 2, 0 * x], axis=-1)
    return np.concatenate([upper, lower[::-1], upper[:1]])
