"""Glyph outlines: the SVG of Typst, parsed into cubic Bézier curves.

Manim makes a mobject of each glyph of an SVG. That takes 0.2 to 0.4 s for a sentence, and leaves
sixty mobjects to draw in every frame. Typst uses a small, regular subset of SVG (glyphs by
reference, bars as stroked lines). Here a sentence becomes one path, and each glyph is parsed
once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree

import numpy as np
import svgelements as svg
from numpy.typing import NDArray

from scenes.kit.type.typst_cache import svg_of

Curves = NDArray[np.float64]
"""Cubic Bézier curves, (4 * curves, 3): anchor, two handles, anchor; in points, y upwards."""

_NUMBER = re.compile(r"-?[\d.]+(?:e-?\d+)?")
_LINK = "{http://www.w3.org/1999/xlink}href"


@dataclass(frozen=True)
class Outline:
    """Typeset text as one path.

    Attributes
    ----------
    curves
        The closed curves of all glyphs, read-only, in Typst points, y upwards.
    baseline
        The height of the baseline of the first glyph.
    """

    curves: Curves
    baseline: float


@lru_cache(maxsize=2048)
def outline(source: str) -> Outline:
    """Compile a Typst document and return its shapes."""
    root = ElementTree.fromstring(svg_of(source))
    symbols = {s.get("id", ""): s for s in root.iter() if _tag(s) == "symbol"}
    pieces: list[Curves] = []
    baseline: float | None = None
    for element, matrix in _drawn(root, np.eye(3)):
        if _tag(element) == "use":
            symbol = symbols[element.attrib[_LINK].removeprefix("#")]
            glyph = _curves("".join(path.get("d", "") for path in symbol))
            place = matrix @ _translation(float(element.get("x", 0)), float(element.get("y", 0)))
            baseline = -float(place[1, 2]) if baseline is None else baseline
        elif element.get("fill", "none") == "none":
            glyph, place = _bar(element), matrix
        else:
            glyph, place = _curves(element.get("d", "")), matrix
        pieces.append(glyph @ place[:2, :2].T + place[:2, 2])
    flat = np.concatenate(pieces) if pieces else np.empty((0, 2))
    curves = np.column_stack([flat[:, 0], -flat[:, 1], np.zeros(len(flat))])
    curves.flags.writeable = False
    return Outline(curves, baseline or 0.0)


def _drawn(
    parent: ElementTree.Element, matrix: NDArray[np.float64]
) -> Iterator[tuple[ElementTree.Element, NDArray[np.float64]]]:
    for element in parent:
        if _tag(element) == "defs":
            continue
        inner = matrix @ _transform(element.get("transform", ""))
        if _tag(element) in {"use", "path"}:
            yield element, inner
        yield from _drawn(element, inner)


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _translation(x: float, y: float) -> NDArray[np.float64]:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])


def _transform(text: str) -> NDArray[np.float64]:
    numbers = [float(number) for number in _NUMBER.findall(text)]
    if text.startswith("matrix"):
        a, b, c, d, e, f = numbers
        return np.array([[a, c, e], [b, d, f], [0, 0, 1.0]])
    if text.startswith("translate"):
        return _translation(numbers[0], numbers[1] if len(numbers) > 1 else 0.0)
    if text.startswith("scale"):
        return np.diag([numbers[0], numbers[-1], 1.0])
    if text:
        raise ValueError(f"Typst wrote a transform that is not read here: {text}")
    return np.eye(3)


@lru_cache(maxsize=4096)
def _curves(path: str) -> Curves:
    """Return the curves of an SVG path, (4 * curves, 2), every subpath closed."""
    curves: list[list[complex]] = []
    start = 0j
    for segment in svg.Path(path):
        if isinstance(segment, svg.Move):
            start = complex(segment.end)
        elif isinstance(segment, svg.CubicBezier):
            ends = (segment.start, segment.control1, segment.control2, segment.end)
            curves.append([complex(point) for point in ends])
        elif isinstance(segment, svg.QuadraticBezier):
            a, b, c = (complex(p) for p in (segment.start, segment.control, segment.end))
            curves.append([a, a + 2 / 3 * (b - a), c + 2 / 3 * (b - c), c])
        else:
            a = complex(segment.start)
            b = start if isinstance(segment, svg.Close) else complex(segment.end)
            if a != b:
                curves.append([a, a + (b - a) / 3, b - (b - a) / 3, b])
    points = np.array(curves).reshape(-1)
    return np.column_stack([points.real, points.imag])


def _bar(element: ElementTree.Element) -> Curves:
    """Return the rectangle of a stroked straight line, such as the bar of a fraction."""
    box = svg.Path(element.get("d", "")).bbox()
    half = float(element.get("stroke-width", 1)) / 2
    left, top, right, bottom = box
    wide, high = (0.0, half) if right - left >= bottom - top else (half, 0.0)
    left, right, top, bottom = left - wide, right + wide, top - high, bottom + high
    return _curves(f"M {left} {top} L {right} {top} L {right} {bottom} L {left} {bottom} Z")
