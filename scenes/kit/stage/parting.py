"""The gradient of a layer as streams: one comes in, and two go out, for its weights and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import manim as mn
import numpy as np
from numpy.typing import NDArray

from scenes.kit.charts.marks import Points, dashed, strokes
from scenes.kit.motion import Frame, Motion, eased, phase
from scenes.kit.stage.channels import (
    SAMPLES,
    Band,
    Channels,
    Flow,
    PartingPose,
    out_of,
    outline,
    size_of,
)
from scenes.kit.stage.pose import PoseChange
from scenes.kit.theme import CURVE, LINE
from scenes.kit.type.typesetting import Pen

Array = NDArray[np.float64]

EVEN = 4.5
"""A background that has less contrast with white is a light one, and shines itself."""
WIDEST = 0.62
"""How wide the gradient comes in at most, as a part of the layer's height."""
THINNEST = 0.15
"""A stream that was thinner leaves no outline: it would cover it."""
WITHIN = 1.5
"""A stream that is wider by this factor than it was has its outline well within itself."""
GROWS = 0.15
"""The part of a camera move after which the beam of one unit widens to that of the layer."""
PULSE, BRIGHT = (1.8, 1.4, 1.0, 0.6), 0.12
"""Lengths of the layers of a light that runs along the arms, and the opacity of each."""
PULSE_SAMPLES = 16
"""Points along each bank of such a light."""


class Parting(mn.VGroup):
    """Three streams, as wide as the gradient is large, on one scale.

    The gradient comes in at the right, and slopes narrow it while it passes the layer. Then it
    leaves twice: times the input as the gradient of the weights, and times the weights back to the
    input. Before the weights, what goes back is as wide as it would be if they had not grown.

    Parameters
    ----------
    channels
        Where they run.
    sizes
        Slope, own and passed at first; see `PartingPose`.
    largest
        The largest sizes of own and passed that will be drawn.
    pen
        Provides the colours.
    """

    def __init__(
        self,
        channels: Channels,
        sizes: tuple[float, float, float],
        largest: tuple[float, float],
        pen: Pen,
    ) -> None:
        super().__init__()
        theme = pen.theme
        self.channels = channels
        rooms = (channels.own_room, channels.weights.height)
        self.unit = min(
            [
                WIDEST * channels.layer.height,
                *(r / s for r, s in zip(rooms, largest, strict=True) if s > 0),
            ]
        )
        self._flow = Flow(channels, self.unit)
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
        return float(self._flow.widths(np.array([size_of(self._first, name)]))[0])

    def width_of(self, name: str) -> float:
        """Return the width of a leaving stream at its end, in frame units."""
        return float(self._flow.widths(np.array([size_of(self.pose, name)]))[0])

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
        band, channels = pose.band, self.channels
        end = channels.parts
        if band is not None:
            end = (1 - pose.inherited) * band.x + pose.inherited * end
        x = np.linspace(channels.source, end, SAMPLES)
        _show(self.streams["entering"], outline(x, *self._flow.entering(pose, x)), seen=True)
        lights = {"own": pose.own_light, "passed": pose.passed_light, "relit": 1.0}
        for key, light in lights.items():
            name = "own" if key == "own" else "passed"
            out = pose.relit if key == "relit" else out_of(pose, name)
            seen = out > 0 and size_of(pose, name) > 0 and pose.slope > 0
            _show(self.streams[key], self._flow.arm(pose, name, out), seen=seen)
            self.streams[key].set_fill(opacity=light)
        for name in self._marks:
            self._draw_mark(pose, name)
        self._draw_pulse(pose)

    def _draw_pulse(self, pose: PartingPose) -> None:
        """Draw the light that runs along the streams that leave."""
        begin = self.channels.parts
        end = min(self.channels.own[0], self.channels.back)
        middle = begin + PULSE[0] / 2 - pose.pulse * (begin - end + PULSE[0])
        for path, length in zip(self._pulses, PULSE, strict=True):
            path.set_points(self._lit(pose, middle + length / 2, middle - length / 2))

    def _lit(self, pose: PartingPose, high: float, low: float) -> Points:
        """Return the points of what lies between two places of the streams that leave."""
        found = [np.empty((0, 3))]
        for name in ("own", "passed"):
            begin, end = self.channels.parts, self.channels.end(name)[0]
            x = np.linspace(min(high, begin), max(low, end), PULSE_SAMPLES)
            lit = len(self.streams[name].points) and _light(pose, name) == 1
            if lit and x[0] > x[-1] and 0 < pose.pulse < 1:
                upper, lower = self._flow.banks(pose, name, x)
                corners = np.concatenate([upper, lower[::-1], upper[:1]])
                found.append(strokes(corners[:-1], corners[1:]))
        return np.concatenate(found)

    def _draw_mark(self, pose: PartingPose, name: str) -> None:
        """Draw how wide a leaving stream was, as bright as the stream.

        Dashes on the background are of ink with a dark rim; within a wider stream the rim alone is
        seen, as one line.
        """
        lit = max(_light(pose, name), float(name == "passed" and pose.relit))
        light = pose.marks * lit * (out_of(pose, name) == 1)
        corners, marked = np.empty((0, 3)), self.marked(name)
        within = 0.0
        if self.has_outline(name) and light > 0:
            corners = dashed(self._flow.earlier(name, marked), "#000000").points
            within = phase(self.width_of(name), marked, WITHIN * marked)
        for line, opacity in zip(self._marks[name], (light, light * (1 - within)), strict=True):
            line.set_points(corners).set_stroke(opacity=opacity)


def _show(stream: mn.VMobject, corners: Points, *, seen: bool) -> None:
    stream.set_points(strokes(corners[:-1], corners[1:]) if seen else np.empty((0, 3)))


def _picked(sizes: Callable[[float], tuple[float, ...]], number: int) -> Callable[[float], float]:
    return lambda part: sizes(part)[number]


def _light(pose: PartingPose, name: str) -> float:
    return pose.own_light if name == "own" else pose.passed_light
