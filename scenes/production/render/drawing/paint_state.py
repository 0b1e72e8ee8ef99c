"""The paint state of mobjects, which decides their pixels, and how they are painted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import cairo
import manim as mn
import numpy as np
from manim.mobject.types.image_mobject import AbstractImageMobject
from numpy.typing import NDArray

from scenes.production.render.drawing.shapes import Context, Lines, Plane, Shape

_OPAQUE = 0.99
"""Cairo, which rounds opacities to steps of 1/65535, takes no colour below this for opaque."""


class PaintState(NamedTuple):
    """Everything that decides the pixels of a mobject."""

    points: bytes
    fill: bytes
    stroke: bytes
    below: bytes
    """Colours of the stroke under the fill."""
    lines: Lines
    gradient: tuple[float, ...] | None
    """The x and y at which the gradient begins and ends, if there are several colours."""


class Painted:
    """A mobject as it was painted last.

    Parameters
    ----------
    thing
        The mobject. It is kept alive so that no other gets its `id`; it may have changed since.
    state
        How it was painted.
    shape
        The pixels that it covered.
    """

    __slots__ = ("_coats", "shape", "state", "thing")

    def __init__(self, thing: mn.VMobject, state: PaintState, shape: Shape) -> None:
        self.thing, self.state, self.shape = thing, state, shape
        self._coats: list[tuple[cairo.Pattern, float | None, bool]] | None = None

    def paint(self, context: Context) -> None:
        """Paint the stroke under the fill, then the fill, then the stroke over it."""
        if self._coats is None:
            self._coats = list(_coats(self.state))
        for color, width, opaque in self._coats:
            context.set_matrix(self.shape.plane.matrix())
            context.set_source(color)
            self.shape.cover(context, width, opaque=opaque)


def visible(mobjects: Iterable[mn.Mobject]) -> list[mn.VMobject]:
    """Return the mobjects and parts of mobjects that can be painted, in Manim's painting order.

    Raises
    ------
    TypeError
        If one is an image or a cloud of points, which no part of the kit draws.
    """
    members: list[mn.Mobject] = []
    for mobject in mobjects:
        _gather(mobject, members)
    found = []
    # If a mobject is listed twice, its last place counts.
    for member in reversed(dict.fromkeys(reversed(members))):
        if isinstance(member, (mn.PMobject, AbstractImageMobject)):
            raise TypeError(f"{type(member).__name__} cannot be painted; allowed shapes of curves")
        # A ValueTracker is never drawn.
        if isinstance(member, mn.VMobject) and len(member.points):
            found.append(member)
    return sorted(found, key=_height)


def _gather(mobject: mn.Mobject, members: list[mn.Mobject]) -> None:
    members.append(mobject)
    for part in mobject.submobjects:
        _gather(part, members)


def _height(mobject: mn.Mobject) -> float:
    return float(mobject.z_index)


def seen(mobject: mn.VMobject, before: Painted | None, plane: Plane, unit: float) -> Painted:
    """Return how a mobject is painted now; this is `before` itself if nothing has changed.

    Parameters
    ----------
    unit
        Unit of stroke widths, in units of the scene.
    """
    state = _paint_state(mobject, unit)
    if before is not None and before.state == state:
        return before
    points = np.frombuffer(state.points, np.float64).reshape(-1, 3)
    steps = plane.steps(points)
    if before is not None and before.shape.looks_like(steps, state.lines):
        return Painted(mobject, state, before.shape)
    return Painted(mobject, state, Shape(points, steps, state.lines, plane))


def _paint_state(mobject: mn.VMobject, unit: float) -> PaintState:
    fill, stroke = mobject.get_fill_rgbas(), mobject.get_stroke_rgbas()
    below = mobject.get_stroke_rgbas(background=True)
    gradient = None
    if max(len(fill), len(stroke), len(below)) > 1:
        ends = mobject.get_gradient_start_and_end_points()
        gradient = tuple(float(value) for end in ends for value in end[:2])
    lines = Lines(
        mobject.get_stroke_width() * unit,
        mobject.get_stroke_width(background=True) * unit,
        mobject.joint_type,
        mobject.cap_style,
    )
    return PaintState(
        mobject.points.tobytes(), fill.tobytes(), stroke.tobytes(), below.tobytes(), lines, gradient
    )


def _coats(state: PaintState) -> Iterable[tuple[cairo.Pattern, float | None, bool]]:
    """Yield the visible colours, each with the width of its stroke, or None for a fill."""
    lines = state.lines
    layers = ((state.below, lines.width_below), (state.fill, None), (state.stroke, lines.width))
    for raw, width in layers:
        rgbas: NDArray[np.float64] = np.frombuffer(raw, np.float64).reshape(-1, 4)
        if width != 0 and (len(rgbas) > 1 or rgbas[0, 3] > 0):
            # Colours of a gradient are left to cairo's rounding, as in Manim.
            opaque = len(rgbas) > 1 or bool(rgbas[0, 3] >= _OPAQUE)
            yield _color(rgbas, state.gradient), width, opaque


def _color(rgbas: NDArray[np.float64], gradient: tuple[float, ...] | None) -> cairo.Pattern:
    # Cairo stores the bytes of a pixel as blue, green, red; everything else as red, green, blue.
    swapped = rgbas[:, (2, 1, 0, 3)].tolist()
    if len(swapped) == 1:
        return cairo.SolidPattern(*swapped[0])
    assert gradient is not None
    pattern = cairo.LinearGradient(*gradient)
    for offset, rgba in zip(np.linspace(0, 1, len(swapped)).tolist(), swapped, strict=True):
        pattern.add_color_stop_rgba(offset, *rgba)
    return pattern
