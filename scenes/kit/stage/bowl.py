"""The bowl of a letter: the hole that its strokes enclose, through which a camera can go."""

from __future__ import annotations

from scenes.kit.layout import Region
from scenes.kit.type.typesetting import Typeset


def bowl_of(word: Typeset) -> Region:
    """Return the largest hole in the letters of a word, the first of several.

    Raises
    ------
    ValueError
        If no letter of the word has one.
    """
    boxes = []
    for part in word.get_subpaths():
        (left, bottom), (right, top) = part[:, :2].min(axis=0), part[:, :2].max(axis=0)
        boxes.append(Region(float(left), float(right), float(bottom), float(top)))
    holes = [box for box in boxes if any(_encloses(other, box) for other in boxes)]
    if not holes:
        raise ValueError(f"no letter of {word.plain!r} has a bowl")
    # Letters of one shape differ by rounding.
    widest = max(hole.width * hole.height for hole in holes)
    large = [hole for hole in holes if hole.width * hole.height > 0.99 * widest]
    return min(large, key=lambda hole: hole.left)


def _encloses(outer: Region, inner: Region) -> bool:
    return (
        outer.left < inner.left
        and inner.right < outer.right
        and outer.bottom < inner.bottom
        and inner.top < outer.top
    )
