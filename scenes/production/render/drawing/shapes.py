"""Shapes in cairo's precision: paths in steps of 1/256 pixel, and their coverage of each pixel.

A mobject that fades keeps its shape; its points change only in their last bits. So a shape is used
for many frames, and what was computed for it is kept with it.
"""

from __future__ import annotations

from math import ceil, floor
from typing import NamedTuple, TypeAlias

import cairo
import manim as mn
import numpy as np
from manim.camera.camera import CAP_STYLE_MAP, LINE_JOIN_MAP
from numpy.typing import NDArray

from scenes.production.render.drawing.boxes import NOTHING, Box, tiled

Context: TypeAlias = "cairo.Context[cairo.ImageSurface]"
Points: TypeAlias = NDArray[np.float64]

CURVE = 4
"""Points of a cubic curve: an anchor, two handles, an anchor."""
_STEPS = 256.0
"""Cairo rounds coordinates to this many steps per pixel."""
_MITER = 10.0
"""Cairo's default miter limit: how far a sharp corner may stand out, in half line widths."""
_MARGIN = 2
"""Pixels around a shape that its box includes."""
_WORTH = 500
"""A mask of this many pixels is painted as fast as one curve is filled or stroked."""
_CLOSE, _CLOSE_TO = 1e-6, 1e-5
"""Manim's tolerances for equal points: absolute, in units of the scene, and relative."""


class Lines(NamedTuple):
    """How a shape is stroked. Widths are in units of the scene; the second is under the fill."""

    width: float
    width_below: float
    joint: mn.LineJointType
    cap: mn.CapStyleType


class Plane(NamedTuple):
    """Where the points of a scene lie in a picture of `width` x `height` pixels.

    Attributes
    ----------
    scale
        Pixels per unit across and down. The second is negative, as y points up in a scene.
    origin
        The pixel of the origin.
    """

    width: int
    height: int
    scale: tuple[float, float]
    origin: tuple[float, float]

    def matrix(self, left: int = 0, top: int = 0) -> cairo.Matrix:
        """Return the matrix from points to pixels of the part that begins at left, top."""
        across, down = self.scale
        return cairo.Matrix(across, 0, 0, down, self.origin[0] - left, self.origin[1] - top)

    def steps(self, points: Points) -> Points:
        """Return points in cairo's steps, rounded as cairo does, (n, 2)."""
        pixels: Points = points[:, :2] * self.scale + self.origin
        return np.rint(pixels * _STEPS)


class Shape:
    """A path and its strokes.

    Parameters
    ----------
    points
        Points of the scene, (4 curves, 3).
    steps
        The same points in the picture; see `Plane.steps`.
    lines
        How they are stroked.
    plane
        The picture.

    Attributes
    ----------
    box
        The pixels that it may touch; empty if a point is not finite.
    lines, plane
        As given.
    """

    __slots__ = ("_filled", "_mask", "_path", "_points", "_steps", "box", "lines", "plane")

    def __init__(self, points: Points, steps: Points, lines: Lines, plane: Plane) -> None:
        self.lines, self.plane = lines, plane
        self._points, self._steps = points, steps
        self._path: cairo.Path | None = None
        self._mask: cairo.ImageSurface | None = None
        self._filled = False
        self.box = self._box()

    def looks_like(self, steps: Points, lines: Lines) -> bool:
        """Tell whether these points, stroked in this way, cover the same pixels."""
        return self.lines == lines and np.array_equal(self._steps, steps)

    def cover(self, context: Context, width: float | None, *, opaque: bool) -> None:
        """Fill the shape with the colour that the context holds, or stroke it.

        Parameters
        ----------
        context
            The context of the whole picture, in units of the scene.
        width
            Width of the stroke, in units of the scene; None to fill.
        opaque
            Whether cairo may take the colour for opaque. It rounds such colours differently
            through a mask, so no mask is used; nor for strokes, of which it rounds all colours so.
        """
        if width is None and not opaque and self._is_worth_a_mask():
            left, top = self.box[:2]
            context.identity_matrix()
            context.mask_surface(self._filling(), left, top)
        else:
            self._trace(context, width)

    def _is_worth_a_mask(self) -> bool:
        """Tell whether a mask pays: it was filled before and has many curves for its size."""
        if not self._filled:
            self._filled = True
            return False
        return self.box[2] * self.box[3] < _WORTH * len(self._points) // CURVE

    def _filling(self) -> cairo.ImageSurface:
        if self._mask is None:
            left, top, across, down = self.box
            self._mask = cairo.ImageSurface(cairo.Format.A8, across, down)
            context = cairo.Context(self._mask)
            context.set_matrix(self.plane.matrix(left, top))
            self._trace(context, None, left, top)
            self._mask.flush()
        return self._mask

    def _trace(self, context: Context, width: float | None, left: int = 0, top: int = 0) -> None:
        matrix = context.get_matrix()
        if self._path is None:
            self._path = self._traced()
        context.new_path()
        context.set_matrix(cairo.Matrix(x0=-left, y0=-top))
        context.append_path(self._path)
        context.set_matrix(matrix)
        if width is None:
            context.fill()
            return
        context.set_line_width(width)
        context.set_line_join(LINE_JOIN_MAP[self.lines.joint])
        context.set_line_cap(CAP_STYLE_MAP[self.lines.cap])
        context.stroke()

    def _traced(self) -> cairo.Path:
        """Trace the path as Manim's camera does, in pixels."""
        context = cairo.Context(cairo.ImageSurface(cairo.Format.A8, 1, 1))
        if self.box == NOTHING:
            return context.copy_path()
        count = len(self._points) // CURVE
        curves = (self._steps[: CURVE * count] / _STEPS).reshape(count, 2 * CURVE).tolist()
        firsts, closed = _subpaths(self._points[: CURVE * count, :2])
        ends = [*firsts[1:], count]
        for first, end, close in zip(firsts, ends, closed, strict=True):
            context.new_sub_path()
            context.move_to(*curves[first][:2])
            for curve in curves[first:end]:
                context.curve_to(*curve[2:])
            if close:
                context.close_path()
        return context.copy_path()

    def _box(self) -> Box:
        if len(self._points) < CURVE or not np.isfinite(self._steps).all():
            return NOTHING
        left, top = (self._steps.min(axis=0) / _STEPS).tolist()
        right, bottom = (self._steps.max(axis=0) / _STEPS).tolist()
        pad = max(self.lines.width, self.lines.width_below) / 2 * self.plane.scale[0]
        pad = pad * (_MITER if len(self._points) > CURVE else 2) + _MARGIN
        return tiled(
            *(floor(left - pad), floor(top - pad), ceil(right + pad), ceil(bottom + pad)),
            *(self.plane.width, self.plane.height),
        )


def _subpaths(points: Points) -> tuple[list[int], list[bool]]:
    """Return the first curve of each subpath, and whether it is closed.

    Parameters
    ----------
    points
        (4 curves, 2).
    """
    starts, ends = points[::CURVE], points[CURVE - 1 :: CURVE]
    firsts = np.flatnonzero(np.concatenate([[True], ~_close(ends[:-1], starts[1:])]))
    lasts = np.append(firsts[1:], len(starts)) - 1
    return firsts.tolist(), _close(starts[firsts], ends[lasts]).tolist()


def _close(these: Points, those: Points) -> NDArray[np.bool_]:
    """Tell which pairs of points are equal for Manim, (n,)."""
    near: NDArray[np.bool_] = np.abs(these - those) <= _CLOSE + _CLOSE_TO * np.abs(those)
    return near[:, 0] & near[:, 1]
