"""What is lit: how much of the stage it takes, and how many things it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import manim as mn
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.spatial import ConvexHull, QhullError

from scenes.kit.film import Film
from scenes.kit.layout import STAGE
from scenes.kit.theme import Theme
from scenes.kit.type.typesetting import Typeset
from tests.review.motion import Leaf, leaves, seen

LIT = 0.6
"""Opacity from which something is lit."""
CELLS = (160, 90)
"""Columns and rows into which the stage is cut."""
BY_MANIM = {"mobjects", "foreground_mobjects", "moving_mobjects", "static_mobjects"}
"""Attributes of a scene that hold whatever is on screen, so that they name nothing."""


def lit(mobjects: Iterable[mn.Mobject], theme: Theme) -> list[Leaf]:
    """Return what is lit: no words, and nothing in the colour of the background or of a grid."""
    dull = {theme.background.lower(), theme.grid.lower()}
    return [
        leaf
        for leaf in leaves(mobjects)
        if not isinstance(leaf, Typeset) and seen(leaf) and any(_paints(leaf, dull))
    ]


def _paints(leaf: Leaf, dull: set[str]) -> Iterator[bool]:
    yield leaf.get_fill_opacity() >= LIT and leaf.get_fill_color().to_hex().lower() not in dull
    if leaf.stroke_width > 0:
        color = leaf.get_stroke_color().to_hex().lower()
        yield leaf.get_stroke_opacity() >= LIT and color not in dull


def share(lights: Iterable[Leaf]) -> float:
    """Return the share of the stage's cells, from 0 to 1, that the convex hull of any leaf touches.

    A path of many edges or bars thus takes the area between them, and so do many single edges,
    which leave few cells free.
    """
    columns, rows = CELLS
    picture = Image.new("1", CELLS)
    draw = ImageDraw.Draw(picture)
    for leaf in lights:
        x = (leaf.points[:, 0] - STAGE.left) * columns / STAGE.width
        y = (STAGE.top - leaf.points[:, 1]) * rows / STAGE.height
        corners = [tuple(corner) for corner in _hull(np.stack([x, y], axis=-1))]
        draw.polygon(corners, fill=1, outline=1)
    return float(np.asarray(picture).mean())


def _hull(places: NDArray[np.float64]) -> NDArray[np.float64]:
    try:
        return places[ConvexHull(places).vertices]
    except QhullError:  # they lie on a line
        order = np.lexsort(places.T)
        return places[order[[0, -1]]]


def groups(film: Film, lights: Iterable[Leaf]) -> set[str]:
    """Name the groups of which anything is lit.

    A group is an attribute of the film, or a member of one that is a list or the like. A group
    within a larger one counts as the larger one. What belongs to none counts once for each class.
    """
    owners: dict[int, str] = {}
    for name, family in sorted(_named(film), key=lambda each: -len(each[1])):
        for member in family:
            owners.setdefault(id(member), name)
    return {owners.get(id(leaf), f"a {type(leaf).__name__}") for leaf in lights}


def _named(film: Film) -> Iterator[tuple[str, list[mn.Mobject]]]:
    for name, value in vars(film).items():
        if name in BY_MANIM:
            continue
        if isinstance(value, mn.Mobject):
            yield name, value.get_family()
        elif isinstance(value, list | tuple | dict):
            several = value.values() if isinstance(value, dict) else value
            for number, one in enumerate(several):
                if isinstance(one, mn.Mobject):
                    yield f"{name}[{number}]", one.get_family()
