"""A camera that paints only where the picture has changed.

Manim paints all that lies above the first thing that moves again for each frame, and prepares each
path anew. Here each thing is remembered as it was painted: what looks the same is painted again
only where something that moved lies over it or under it. What is painted is what Manim paints,
pixel for pixel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite
from typing import Any, NamedTuple

import av
import cairo
import manim as mn
import numpy as np
from manim.camera.camera import CAP_STYLE_MAP, LINE_JOIN_MAP
from manim.mobject.types.image_mobject import AbstractImageMobject
from numpy.typing import NDArray

from scenes.production.drawing.boxes import NOTHING, Box, merged, tiled, touches

_MITER = 10.0
"""How far a sharp corner may stand out, in half line widths: cairo's own limit."""
_MARGIN = 2
"""Pixels around a thing that are counted to it."""


class _Look(NamedTuple):
    """All that decides the pixels of a thing, as it was at one moment."""

    points: bytes
    fill: bytes
    stroke: bytes
    below: bytes
    """Of the stroke under the fill."""
    width: float
    width_below: float
    joint: mn.LineJointType
    cap: mn.CapStyleType
    gradient: tuple[float, ...] | None
    """x and y where its colours begin and end, if it has several."""


@dataclass(slots=True, eq=False)
class _Painted:
    """A thing as it was painted last.

    Attributes
    ----------
    thing
        Held, so that no other can take its identity. It may have changed since.
    box
        The pixels that it may touch.
    path
        As Manim's camera traces it.
    """

    thing: mn.VMobject
    look: _Look
    box: Box
    path: list[_Subpath] | None = None


@dataclass(slots=True, frozen=True)
class _Subpath:
    start: tuple[float, float]
    curves: list[list[float]]
    closed: bool


class Canvas(mn.Camera):
    """What Manim's camera paints, in a video frame that is always the same memory.

    Attributes
    ----------
    frame
        The picture, RGBA.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        shape = (self.pixel_height, self.pixel_width, 4)
        self.frame = av.VideoFrame(self.pixel_width, self.pixel_height, "rgba")
        (plane,) = self.frame.planes
        memory = np.frombuffer(plane, np.uint8)  # type: ignore[call-overload]
        # A row of the frame may be followed by bytes that are never shown.
        strides = (plane.line_size, 4, 1)
        self.pixel_array = np.lib.stride_tricks.as_strided(memory, shape, strides)
        self._sketch = np.empty(shape, np.uint8)
        self._context = self._new_context(self._sketch)
        self._lying: list[_Painted] = []
        self._painted: list[_Painted] = []
        self._whole = True

    def start_anew(self) -> None:
        """Forget what was painted, so that the next picture depends on nothing before it."""
        self._whole = True

    def lay(self, mobjects: Iterable[mn.Mobject]) -> None:
        """Say what lies still, below all that `show` is given, until this is called again."""
        known = {id(one.thing): one for one in self._painted}
        self._lying = self._seen(_plain(mobjects), known)

    def show(self, mobjects: Iterable[mn.Mobject]) -> list[Box]:
        """Paint what lies still and, above it, `mobjects`.

        Returns
        -------
        Where any pixel may have changed.
        """
        known = {id(one.thing): one for one in self._painted}
        painted = [*self._lying, *self._seen(_plain(mobjects), known)]
        if self._whole:
            boxes = [(0, 0, self.pixel_width, self.pixel_height)]
        else:
            boxes = merged(_changed(self._painted, painted))
        self._painted, self._whole = painted, False
        if boxes:
            self._repaint(boxes)
        return boxes

    def _seen(self, mobjects: list[mn.VMobject], known: dict[int, _Painted]) -> list[_Painted]:
        seen = []
        for mobject in mobjects:
            look = _look(mobject)
            one = known.get(id(mobject))
            if one is None or one.look != look:
                one = _Painted(mobject, look, self._box(mobject))
            seen.append(one)
        return seen

    def _new_context(self, pixels: NDArray[np.uint8]) -> cairo.Context[cairo.ImageSurface]:
        """Return a context in which one unit is one unit of the frame, and y points up."""
        surface = cairo.ImageSurface.create_for_data(
            pixels.data,
            cairo.Format.ARGB32,
            self.pixel_width,
            self.pixel_height,
        )
        context = cairo.Context(surface)
        across = self.pixel_width / self.frame_width
        up = self.pixel_height / self.frame_height
        x, y = self.frame_center[0], self.frame_center[1]
        context.set_matrix(
            cairo.Matrix(
                *(across, 0, 0, -up),
                self.pixel_width / 2 - x * across,
                self.pixel_height / 2 + y * up,
            )
        )
        return context

    def _box(self, mobject: mn.VMobject) -> Box:
        points = mobject.points
        left, low = points[:, :2].min(axis=0).tolist()
        right, high = points[:, :2].max(axis=0).tolist()
        if not (isfinite(left + low) and isfinite(right + high)):
            return NOTHING
        widths = mobject.get_stroke_width(), mobject.get_stroke_width(background=True)
        pad = max(widths) * self.cairo_line_width_multiple / 2
        pad *= _MITER if len(points) > mobject.n_points_per_cubic_curve else 2
        # y points up in the frame, and down in the picture.
        xs = self._context.user_to_device(left - pad, high + pad)
        ys = self._context.user_to_device(right + pad, low - pad)
        return tiled(
            *(floor(xs[0]) - _MARGIN, floor(xs[1]) - _MARGIN),
            *(ceil(ys[0]) + _MARGIN, ceil(ys[1]) + _MARGIN),
            *(self.pixel_width, self.pixel_height),
        )

    def _repaint(self, boxes: Sequence[Box]) -> None:
        """Paint boxes anew, and leave the rest as it is.

        Each thing is painted whole, on a sketch of which only the boxes are taken: clipped, its
        edges would be up to 4 levels lighter or darker.
        """
        assert self.background is not None
        places = [np.s_[y : y + height, x : x + width] for x, y, width, height in boxes]
        for place in places:
            self._sketch[place] = self.background[place]
        self._context.get_target().mark_dirty()
        for one in self._painted:
            if touches(one.box, boxes):
                self._paint(one)
        self._context.get_target().flush()
        for place in places:
            self.pixel_array[place] = self._sketch[place]

    def _paint(self, one: _Painted) -> None:
        look, context = one.look, self._context
        if one.path is None:
            one.path = _path(one.thing, _array(look.points, 3))
        context.new_path()
        for subpath in one.path:
            context.new_sub_path()
            context.move_to(*subpath.start)
            for curve in subpath.curves:
                context.curve_to(*curve)
            if subpath.closed:
                context.close_path()
        if look.width_below and self._dip(look.below, look.gradient):
            self._stroke(look, look.width_below)
        if self._dip(look.fill, look.gradient):
            context.fill_preserve()
        if look.width and self._dip(look.stroke, look.gradient):
            self._stroke(look, look.width)

    def _stroke(self, look: _Look, width: float) -> None:
        context = self._context
        context.set_line_width(width * self.cairo_line_width_multiple)
        context.set_line_join(LINE_JOIN_MAP[look.joint])
        context.set_line_cap(CAP_STYLE_MAP[look.cap])
        context.stroke_preserve()

    def _dip(self, colors: bytes, gradient: tuple[float, ...] | None) -> bool:
        """Take the colours to paint with; tell whether they leave a trace."""
        # The bytes of a pixel are read as blue, green, red here, and as red, green, blue elsewhere.
        rgbas = _array(colors, 4)[:, (2, 1, 0, 3)].tolist()
        if len(rgbas) == 1:
            self._context.set_source_rgba(*rgbas[0])
            return bool(rgbas[0][3] > 0)
        assert gradient is not None
        pattern = cairo.LinearGradient(*gradient)
        for offset, rgba in zip(np.linspace(0, 1, len(rgbas)).tolist(), rgbas, strict=True):
            pattern.add_color_stop_rgba(offset, *rgba)
        self._context.set_source(pattern)
        return True


def _plain(mobjects: Iterable[mn.Mobject]) -> list[mn.VMobject]:
    """Return what can be painted; trackers of values cannot be seen.

    Raises
    ------
    TypeError
        If one is an image or a cloud of points, which no part of the kit draws.
    """
    plain = []
    for mobject in mobjects:
        if isinstance(mobject, (mn.PMobject, AbstractImageMobject)):
            raise TypeError(f"{type(mobject).__name__} cannot be painted; allowed shapes of curves")
        if isinstance(mobject, mn.VMobject):
            plain.append(mobject)
    return plain


def _look(mobject: mn.VMobject) -> _Look:
    fill, stroke = mobject.get_fill_rgbas(), mobject.get_stroke_rgbas()
    below = mobject.get_stroke_rgbas(background=True)
    gradient = None
    if max(len(fill), len(stroke), len(below)) > 1:
        ends = mobject.get_gradient_start_and_end_points()
        gradient = tuple(float(value) for end in ends for value in end[:2])
    return _Look(
        mobject.points.tobytes(),
        fill.tobytes(),
        stroke.tobytes(),
        below.tobytes(),
        mobject.get_stroke_width(),
        mobject.get_stroke_width(background=True),
        mobject.joint_type,
        mobject.cap_style,
        gradient,
    )


def _array(raw: bytes, columns: int) -> NDArray[np.float64]:
    return np.frombuffer(raw, np.float64).reshape(-1, columns)


def _changed(before: Sequence[_Painted], now: Sequence[_Painted]) -> Iterable[Box]:
    """Yield the boxes in which two lists, painted in their order, differ."""
    if len(before) == len(now) and all(
        old is new or old.thing is new.thing for old, new in zip(before, now, strict=True)
    ):
        for old, new in zip(before, now, strict=True):
            if old is not new:
                yield old.box
                yield new.box
        return
    places = {id(one): n for n, one in enumerate(before)}
    kept, last = set(), -1
    for new in now:
        place = places.get(id(new))
        # What has changed its place in the order is painted again, even if it looks the same.
        if place is not None and place > last:
            kept.add(id(new))
            last = place
        else:
            yield new.box
    for old in before:
        if id(old) not in kept:
            yield old.box


def _path(mobject: mn.VMobject, points: NDArray[np.float64]) -> list[_Subpath]:
    """Return the path of a shape through these points as Manim's camera traces it."""
    if not np.isfinite(points).all():
        return []
    step = mobject.n_points_per_cubic_curve
    close: Callable[[Any, Any], bool] = mobject.consider_points_equals_2d
    found = []
    for start, end in mobject.get_subpath_split_indices_from_points(points, n_dims=2).tolist():
        if end - start < step:
            continue
        count = (end - start) // step
        curves = points[start : start + count * step, :2].reshape(count, 2 * step)
        found.append(
            _Subpath(
                (float(points[start, 0]), float(points[start, 1])),
                curves[:, 2:].tolist(),
                close(points[start], points[end - 1]),
            )
        )
    return found
