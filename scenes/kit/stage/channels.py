"""Where the streams of a gradient run, and how wide they are there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from manim.typing import Point3D
from numpy.typing import NDArray

from scenes.kit.charts.marks import Points
from scenes.kit.layout import Region, point
from scenes.kit.motion import eased, phase

Array = NDArray[np.float64]

NARROWS = 0.6
"""The share of the layer after which the stream narrows."""
SAMPLES, HEAD_SAMPLES = 48, 14
"""Points along each bank of a stream, and along each side of its round head."""
HAIRLINE = 0.02
"""Least width of a stream that is not zero, in frame units: it can still be seen."""
BEND = 0.55
"""The part of its way in which the stream for the weights bends away."""
FLUSH = 0.9
"""The part of its way after which the head of the stream that goes back becomes flat."""
OUTLINED = 0.65
"""Where the outline of an earlier width begins, as a part of the way of the lower stream."""
HIDDEN = 0.9
"""A head is at most this part of what has come of its stream."""
STEP = 1e-3
"""A distance over which the direction of a stream is measured."""


@dataclass(frozen=True)
class Channels:
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


@dataclass(frozen=True)
class Flow:
    """The shapes of streams on their channels.

    Attributes
    ----------
    channels
        Where they run.
    unit
        The width of a gradient of 1, in frame units.
    """

    channels: Channels
    unit: float

    def entering(self, pose: PartingPose, x: Array) -> tuple[Array, Array]:
        """Return middle and width of the stream that comes in, at places x."""
        channels, band = self.channels, pose.band
        # The layer is one gate: its units stand side by side, whatever the tiles look like, so the
        # stream keeps its width until it leaves.
        passed = (channels.layer.right - x) / (channels.layer.right - channels.parts)
        inside = eased(np.clip((passed - NARROWS) / (1 - NARROWS), 0, 1))
        widths = self.widths((1 - inside) + inside * pose.slope)
        if pose.slope <= 0:
            widths *= inside < 1
        middle = np.full_like(x, channels.level)
        if band is None:
            return middle, widths
        part = pose.inherited
        return (1 - part) * band.y + part * middle, (1 - part) * band.height + part * widths

    def leaving(self, pose: PartingPose, name: str, x: Array) -> tuple[Array, Array]:
        """Return middle and width of a stream that leaves, at places x."""
        channels, end = self.channels, self.channels.end(name)
        if name == "own":
            turned = _eased_between(
                x, channels.bends, channels.bends + BEND * (end[0] - channels.bends)
            )
            widths = self.widths((1 - turned) * pose.slope + turned * pose.own)
        else:
            turned = _eased_between(x, channels.bends, channels.weights.right)
            before = pose.passed / pose.weights
            grown = _eased_between(x, channels.weights.right, channels.weights.left)
            sizes = (1 - turned) * pose.slope + turned * before
            widths = self.widths(sizes + grown * (pose.passed - before))
        return (1 - turned) * channels.level + turned * end[1], widths

    def arm(self, pose: PartingPose, name: str, out: float) -> Points:
        """Return the corners of a leaving stream that has come this part of its way."""
        begin, end = self.channels.parts, self.channels.end(name)[0]
        front = begin + out * (end - begin)
        half = float(self.leaving(pose, name, np.array([front]))[1][0]) / 2
        head = min(half, HIDDEN * (begin - front))
        if name == "passed":
            # It ends at what the layer has read, or outside the frame.
            head *= 1 - phase(out, FLUSH, 1)
        upper, lower = self.banks(pose, name, np.linspace(begin, front + head, SAMPLES))
        middle, across = (upper[-1] + lower[-1]) / 2, (upper[-1] - lower[-1]) / 2
        along = np.array([-across[1], across[0], 0]) * (head / half if half > 0 else 0)
        angles = np.linspace(0, np.pi, HEAD_SAMPLES)[1:-1, None]
        tip = middle + np.cos(angles) * across + np.sin(angles) * along
        return np.concatenate([upper, tip, lower[::-1], upper[:1]])

    def banks(self, pose: PartingPose, name: str, x: Array) -> tuple[Points, Points]:
        """Return both banks of a leaving stream at places x of its middle; it bends as a whole."""
        middle, widths = self.leaving(pose, name, x)
        ahead = self.leaving(pose, name, x - STEP)[0]
        behind = self.leaving(pose, name, x + STEP)[0]
        rise = (behind - ahead) / (2 * STEP)
        across = np.stack([-rise, np.ones_like(x), 0 * x], axis=-1)
        across *= (widths / 2 / np.hypot(1, rise))[:, None]
        spine = np.stack([x, middle, 0 * x], axis=-1)
        return spine + across, spine - across

    def earlier(self, name: str, width: float) -> Points:
        """Return the outline of a leaving stream of an earlier width, from bank to bank."""
        channels, end = self.channels, self.channels.end(name)
        begin = channels.parts + OUTLINED * (end[0] - channels.parts)
        half = width / 2
        if name == "passed":
            begin = channels.weights.right
            around = np.array([point(end[0], end[1] + half), point(end[0], end[1] - half)])
        else:
            angles = np.linspace(0, np.pi, 2 * HEAD_SAMPLES)
            around = np.array(
                [point(end[0] + half * (1 - np.sin(a)), end[1] + half * np.cos(a)) for a in angles]
            )
        first, final = point(begin, end[1] + half), point(begin, end[1] - half)
        return np.concatenate([[first], around, [final]])

    def widths(self, sizes: Array) -> Array:
        """Return widths in frame units; one that is not nothing can be seen."""
        return np.where(sizes > 0, np.maximum(sizes * self.unit, HAIRLINE), 0.0)


def size_of(pose: PartingPose, name: str) -> float:
    """Return the size of a leaving stream."""
    return pose.own if name == "own" else pose.passed


def out_of(pose: PartingPose, name: str) -> float:
    """Return the part of its way that a leaving stream has come."""
    return pose.own_out if name == "own" else pose.passed_out


def _eased_between(x: Array, right: float, left: float) -> Array:
    """Return 0 right of one place, 1 left of another, and a smooth step between them."""
    return eased(np.clip((right - x) / (right - left), 0, 1))


def outline(x: Array, middle: Array, widths: Array) -> Points:
    """Return the corners of a stream, (2n + 1, 3)."""
    upper = np.stack([x, middle + widths / 2, 0 * x], axis=-1)
    lower = np.stack([x, middle - widths / 2, 0 * x], axis=-1)
    return np.concatenate([upper, lower[::-1], upper[:1]])
