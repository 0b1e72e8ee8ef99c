"""The gradient of a layer as streams: one comes in, and two go out, for its weights and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import manim as mn
import numpy as np
from manim.typing import Point3D
from numpy.typing import NDArray

from scenes.kit.charts.marks import Points, dashed, strokes
from scenes.kit.layout import Region, point
from scenes.kit.motion import Frame, Motion, eased, phase
from scenes.kit.stage.pose import PoseChange
from scenes.kit.theme import CURVE, LINE
from scenes.kit.type.typesetting import Pen

Array = NDArray[np.float64]

NARROWS = 0.6
"""The share of the layer after which the stream narrows."""
SAMPLES, HEAD_SAMPLES = 48, 14
"""Points along each bank of a stream, and along each side of its round head."""
HAIRLINE = 0.02
"""Least width of a stream that is not zero, in frame units: it can still be seen."""
EVEN = 4.5
"""A background that has less contrast with white is a light one, and shines itself."""
BEND = 0.55
"""The part of its way in which the stream for the weights bends away."""
PULSE, BRIGHT = (1.8, 1.4, 1.0, 0.6), 0.12
"""Lengths of the layers of a light that runs along the arms, and the opacity of each."""
PULSE_SAMPLES = 16
"""Points along each bank of such a light."""
WIDEST = 0.62
"""How wide the gradient comes in at most, as a part of the layer's height."""
FLUSH = 0.9
"""The part of its way after which the head of a stream that ends at something becomes flat."""
THINNEST = 0.15
"""A stream that was thinner leaves no outline: it would cover it."""
OUTLINED = 0.65
"""Where the outline of an earlier width begins, as a part of the way of the lower stream."""
HIDDEN = 0.9
"""A head is at most this part of what has come of its stream."""
STEP = 1e-3
"""A distance over which the direction of a stream is measured."""
GROWS = 0.4
"""The part of a camera move after which the beam of one unit widens to that of the layer."""


@dataclass(frozen=True)
class Course:
    """Where the streams run.

    Attributes
    ----------
    source
        The x at which the gradient comes in.
    layer
        The area of the units.
    parts
        The x from which on they are two, behind the left column of units.
    weights
        Where the weights lie: what goes back passes them from right to left. It is as high as
        what goes back may be wide.
    back
        The x at which the stream ends that goes back.
    own
        Where the stream ends that is for the weights.
    own_room
        How wide that one may be.
    """

    source: float
    layer: Region
    parts: float
    weights: Region
    back: float
    own: Point3D
    own_room: float

    @property
    def bends(self) -> float:
        """The x at which the streams bend apart: until then they run as one."""
        return self.layer.left

    @property
    def level(self) -> float:
        """The height at which the gradient comes in."""
        return float(self.layer.center[1])

    def end(self, name: str) -> Point3D:
        """Return where a leaving stream ends, "own" or "passed"."""
        return self.own if name == "own" else point(self.back, float(self.weights.center[1]))


@dataclass(frozen=True)
class Band:
    """The beam that enters one unit: where it ends, and how high it is."""

    x: float
    y: float
    height: float


@dataclass(frozen=True)
class PartingPose:
    """What the streams show.

    Attributes
    ----------
    slope, own, passed
        Sizes of what leaves the slopes, of the gradient of the weights, and of what goes back;
        what comes in is 1.
    weights
        The factor on the weights: by so much what goes back widens when it passes them.
    band, inherited
        The beam of one unit, and how far it has become the stream of the whole layer.
    own_out, passed_out
        The parts of their ways that the streams have come that leave.
    own_light, passed_light
        Their opacities.
    relit
        The part of its way on which what goes back is lit again.
    marks
        Opacity of the outlines of an earlier width.
    pulse
        How far a light has run along the arms; there is none at 0 and at 1.
    """

    slope: float
    own: float
    passed: float
    weights: float = 1.0
    band: Band | None = None
    inherited: float = 1.0
    own_out: float = 0.0
    passed_out: float = 0.0
    own_light: float = 1.0
    passed_light: float = 1.0
    relit: float = 0.0
    marks: float = 0.0
    pulse: float = 0.0


class Parting(mn.VGroup):
    """Three streams, as wide as the gradient is large, on one scale.

    The gradient comes in at the right, and slopes narrow it while it passes the layer. Then it
    leaves twice: times the input as the gradient of the weights, and times the weights back to the
    input. Before the weights, what goes back is as wide as it would be if they had not grown.

    Parameters
    ----------
    course
        Where they run.
    sizes
        Slope, own and passed at first; see `PartingPose`.
    largest
        The largest sizes of own and passed that will be drawn.
    pen
        Provides the colours.
    flush
        Whether what goes back ends at something, so that its head becomes flat there.
    """

    def __init__(
        self,
        course: Course,
        sizes: tuple[float, float, float],
        largest: tuple[float, float],
        pen: Pen,
        *,
        flush: bool = True,
    ) -> None:
        super().__init__()
        theme = pen.theme
        self.course, self._flush = course, flush
        rooms = (course.own_room, course.weights.height)
        self.unit = min(
            [
                WIDEST * course.layer.height,
                *(r / s for r, s in zip(rooms, largest, strict=True) if s > 0),
            ]
        )
        self.streams = {
            name: mn.VMobject(stroke_width=0, fill_color=theme.backward, fill_opacity=1.0)
            for name in ("passed", "relit", "own", "entering")
        }
        self._first = PartingPose(*sizes)
        self._marks = {
            name: mn.VGroup(
                *(
                    mn.VMobject(stroke_color=color, stroke_width=width, fill_opacity=0)
                    for color, width in ((theme.background, CURVE + LINE), (theme.ink, LINE))
                )
            )
            for name in ("own", "passed")
        }
        bright = theme.background if theme.contrast_of("#FFFFFF", 1.0) < EVEN else theme.ink
        self._pulses = [
            mn.VMobject(stroke_width=0, fill_color=bright, fill_opacity=BRIGHT) for _ in PULSE
        ]
        self.add(*self.streams.values(), *self._pulses, *self._marks.values())
        self.draw(self._first)

    # What it says of itself

    def marked(self, name: str) -> float:
        """Return how wide a leaving stream was at first, in frame units."""
        return float(self._widths(np.array([_size(self._first, name)]))[0])

    def width_of(self, name: str) -> float:
        """Return the width of a leaving stream at its end, in frame units."""
        return float(self._widths(np.array([_size(self.pose, name)]))[0])

    def has_outline(self, name: str) -> bool:
        """Return whether a leaving stream was wide enough to leave its outline."""
        return self.marked(name) >= THINNEST

    # Verbs

    def inherit(self, band: Callable[[], Band], **how: Any) -> mn.Animation:
        """Let the beam of one unit, wherever it is, become the stream of the layer."""

        def prepare() -> Frame:
            def frame(part: float) -> None:
                grown = float(eased(np.array(phase(part, GROWS, 1))))
                self.draw(replace(self.pose, band=band(), inherited=grown))

            return frame

        return Motion(self, prepare, **{"rate_func": mn.linear} | how)

    def leave(self, **how: Any) -> mn.Animation:
        """Let the gradient leave on both ways."""
        return PoseChange(self, {"own_out": 1.0, "passed_out": 1.0}, **how)

    def light(self, own: float, passed: float, **how: Any) -> mn.Animation:
        """Dim the leaving streams, or light them again."""
        return PoseChange(self, {"own_light": own, "passed_light": passed}, **how)

    def relight(self, **how: Any) -> mn.Animation:
        """Let what goes back set out once more, bright, along where it runs."""
        return PoseChange(self, {"relit": 1.0}, **how)

    def run_on(self, **how: Any) -> mn.Animation:
        """Let a light run along the streams that leave."""
        return self._changed({"pulse": lambda part: part}, **{"rate_func": mn.linear} | how)

    def take(
        self, sizes: Callable[[float], tuple[float, float, float, float]], **how: Any
    ) -> mn.Animation:
        """Change the widths; `sizes` gives slope, own, passed and weights from 0 to 1."""
        names = ("slope", "own", "passed", "weights")
        return self._changed(
            {name: _picked(sizes, number) for number, name in enumerate(names)}, **how
        )

    def mark(self, marks: float = 1.0, **how: Any) -> mn.Animation:
        """Show how wide both streams were at first, as long as they are there."""
        return PoseChange(self, {"marks": marks}, **how)

    def _changed(self, ways: Mapping[str, Callable[[float], object]], **how: Any) -> mn.Animation:
        return PoseChange(self, ways=dict(ways), **how)

    # Drawing

    def draw(self, pose: PartingPose) -> None:
        """Draw this pose."""
        self.pose = pose
        band, course = pose.band, self.course
        end = course.parts
        if band is not None:
            end = (1 - pose.inherited) * band.x + pose.inherited * end
        x = np.linspace(course.source, end, SAMPLES)
        _show(self.streams["entering"], _outline(x, *self._entering(pose, x)), seen=True)
        lights = {"own": pose.own_light, "passed": pose.passed_light, "relit": 1.0}
        for key, light in lights.items():
            name = "own" if key == "own" else "passed"
            out = pose.relit if key == "relit" else _out(pose, name)
            seen = out > 0 and _size(pose, name) > 0 and pose.slope > 0
            _show(self.streams[key], self._arm(pose, name, out), seen=seen)
            self.streams[key].set_fill(opacity=light)
        for name in self._marks:
            self._draw_mark(name, pose.marks * (_out(pose, name) == 1))
        self._draw_pulse(pose)

    def _entering(self, pose: PartingPose, x: Array) -> tuple[Array, Array]:
        """Return middle and width of the stream that comes in, at places x."""
        course, band = self.course, pose.band
        # The layer is one gate: its units stand side by side, whatever the tiles look like, so the
        # stream keeps its width until it leaves.
        passed = (course.layer.right - x) / (course.layer.right - course.parts)
        inside = eased(np.clip((passed - NARROWS) / (1 - NARROWS), 0, 1))
        widths = self._widths((1 - inside) + inside * pose.slope)
        if pose.slope <= 0:
            widths *= inside < 1
        middle = np.full_like(x, course.level)
        if band is None:
            return middle, widths
        part = pose.inherited
        return (1 - part) * band.y + part * middle, (1 - part) * band.height + part * widths

    def _leaving(self, pose: PartingPose, name: str, x: Array) -> tuple[Array, Array]:
        """Return middle and width of a stream that leaves, at places x."""
        course, end = self.course, self.course.end(name)
        if name == "own":
            turned = _eased_between(x, course.bends, course.bends + BEND * (end[0] - course.bends))
            widths = self._widths((1 - turned) * pose.slope + turned * pose.own)
        else:
            turned = _eased_between(x, course.bends, course.weights.right)
            before = pose.passed / pose.weights
            grown = _eased_between(x, course.weights.right, course.weights.left)
            sizes = (1 - turned) * pose.slope + turned * before
            widths = self._widths(sizes + grown * (pose.passed - before))
        return (1 - turned) * course.level + turned * end[1], widths

    def _arm(self, pose: PartingPose, name: str, out: float) -> Points:
        """Return the corners of a leaving stream that has come this part of its way."""
        begin, end = self.course.parts, self.course.end(name)[0]
        front = begin + out * (end - begin)
        half = float(self._leaving(pose, name, np.array([front]))[1][0]) / 2
        head = min(half, HIDDEN * (begin - front))
        if self._flush and name == "passed":
            head *= 1 - phase(out, FLUSH, 1)
        upper, lower = self._banks(pose, name, np.linspace(begin, front + head, SAMPLES))
        middle, across = (upper[-1] + lower[-1]) / 2, (upper[-1] - lower[-1]) / 2
        along = np.array([-across[1], across[0], 0]) * (head / half if half > 0 else 0)
        angles = np.linspace(0, np.pi, HEAD_SAMPLES)[1:-1, None]
        tip = middle + np.cos(angles) * across + np.sin(angles) * along
        return np.concatenate([upper, tip, lower[::-1], upper[:1]])

    def _banks(self, pose: PartingPose, name: str, x: Array) -> tuple[Points, Points]:
        """Return both banks of a leaving stream at places x of its middle; it bends as a whole."""
        middle, widths = self._leaving(pose, name, x)
        ahead = self._leaving(pose, name, x - STEP)[0]
        behind = self._leaving(pose, name, x + STEP)[0]
        rise = (behind - ahead) / (2 * STEP)
        across = np.stack([-rise, np.ones_like(x), 0 * x], axis=-1)
        across *= (widths / 2 / np.hypot(1, rise))[:, None]
        spine = np.stack([x, middle, 0 * x], axis=-1)
        return spine + across, spine - across

    def _draw_pulse(self, pose: PartingPose) -> None:
        """Draw the light that runs along the streams that leave."""
        begin = self.course.parts
        end = min(self.course.own[0], self.course.back)
        middle = begin + PULSE[0] / 2 - pose.pulse * (begin - end + PULSE[0])
        for path, length in zip(self._pulses, PULSE, strict=True):
            path.set_points(self._lit(pose, middle + length / 2, middle - length / 2))

    def _lit(self, pose: PartingPose, high: float, low: float) -> Points:
        """Return the points of what lies between two places of the streams that leave."""
        found = [np.empty((0, 3))]
        for name in ("own", "passed"):
            begin, end = self.course.parts, self.course.end(name)[0]
            x = np.linspace(min(high, begin), max(low, end), PULSE_SAMPLES)
            lit = len(self.streams[name].points) and _light(pose, name) == 1
            if lit and x[0] > x[-1] and 0 < pose.pulse < 1:
                upper, lower = self._banks(pose, name, x)
                corners = np.concatenate([upper, lower[::-1], upper[:1]])
                found.append(strokes(corners[:-1], corners[1:]))
        return np.concatenate(found)

    def _draw_mark(self, name: str, light: float) -> None:
        corners = np.empty((0, 3))
        if self.has_outline(name) and light > 0:
            corners = dashed(self._earlier(name), "#000000").points
        for line in self._marks[name]:
            line.set_points(corners).set_stroke(opacity=light)

    def _earlier(self, name: str) -> Points:
        """Return the outline of a leaving stream as it was at first, from bank to bank."""
        course, end = self.course, self.course.end(name)
        begin = course.parts + OUTLINED * (end[0] - course.parts)
        if name == "passed":
            begin = course.weights.right
        half = self.marked(name) / 2
        if name == "passed" and self._flush:
            around = np.array([point(end[0], end[1] + half), point(end[0], end[1] - half)])
        else:
            angles = np.linspace(0, np.pi, 2 * HEAD_SAMPLES)
            around = np.array(
                [point(end[0] + half * (1 - np.sin(a)), end[1] + half * np.cos(a)) for a in angles]
            )
        first, final = point(begin, end[1] + half), point(begin, end[1] - half)
        return np.concatenate([[first], around, [final]])

    def _widths(self, sizes: Array) -> Array:
        return np.where(sizes > 0, np.maximum(sizes * self.unit, HAIRLINE), 0.0)


def _show(stream: mn.VMobject, corners: Points, *, seen: bool) -> None:
    stream.set_points(strokes(corners[:-1], corners[1:]) if seen else np.empty((0, 3)))


def _picked(sizes: Callable[[float], tuple[float, ...]], number: int) -> Callable[[float], float]:
    return lambda part: sizes(part)[number]


def _size(pose: PartingPose, name: str) -> float:
    return pose.own if name == "own" else pose.passed


def _out(pose: PartingPose, name: str) -> float:
    return pose.own_out if name == "own" else pose.passed_out


def _light(pose: PartingPose, name: str) -> float:
    return pose.own_light if name == "own" else pose.passed_light


def _eased_between(x: Array, right: float, left: float) -> Array:
    """Return 0 right of one place, 1 left of another, and a smooth step between them."""
    return eased(np.clip((right - x) / (right - left), 0, 1))


def _outline(x: Array, middle: Array, widths: Array) -> Points:
    """Return the corners of a stream, (2n + 1, 3)."""
    upper = np.stack([x, middle + widths / 2, 0 * x], axis=-1)
    lower = np.stack([x, middle - widths / 2, 0 * x], axis=-1)
    return np.concatenate([upper, lower[::-1], upper[:1]])
