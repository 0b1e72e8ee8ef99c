"""What a play does: change what is on the stage, or bring and take pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum

import manim as mn
import numpy as np

from scenes.kit.type.typesetting import Typeset
from tests.review.motion import leaves


class Does(Enum):
    """What a play does, the most telling first.

    `TRANSFORM`: something on the stage moves, is turned into something else, or changes its colour
    or width; a tracker drives it; light runs along it. `FADE`: a picture comes or goes. `DIM`: only
    an opacity changes. `WORDS`: nothing happens but to words. `WAIT`: nothing happens.
    """

    TRANSFORM = "transform"
    FADE = "fade"
    DIM = "dim"
    WORDS = "words"
    WAIT = "wait"


def does(animations: Iterable[mn.Animation]) -> Does:
    """Return the most telling of what the animations of a play do, once it has been played."""
    found = {_does(one) for one in single(animations)}
    return next((kind for kind in Does if kind in found), Does.WAIT)


def moves_camera(animations: Iterable[mn.Animation]) -> bool:
    """Tell whether the world moves in a play."""
    return any(_is_camera_move(one) for one in single(animations))


def single(animations: Iterable[mn.Animation]) -> Iterator[mn.Animation]:
    """Yield the animations in groups, and groups that say what they are."""
    for animation in animations:
        if isinstance(animation, mn.AnimationGroup) and not _says_so(animation):
            yield from single(animation.animations)
        else:
            yield animation


def _does(animation: mn.Animation) -> Does:
    if isinstance(animation, mn.Wait):
        return Does.WAIT
    if _says_so(animation):
        return Does.TRANSFORM
    if _is_of_words(animation.mobject):
        return Does.WORDS
    if isinstance(animation, mn.ShowPassingFlash):  # it comes and goes, but is light that runs
        return Does.TRANSFORM
    if animation.is_introducer() or animation.is_remover():
        return Does.FADE
    if isinstance(animation, mn.Transform) and not isinstance(animation.mobject, mn.ValueTracker):
        return _difference(animation.starting_mobject, animation.target_copy)
    return Does.TRANSFORM


def _says_so(animation: mn.Animation) -> bool:
    """Tell whether one of our own animations says that it transforms."""
    return bool(getattr(animation, "transforms", False) or _is_camera_move(animation))


def _is_camera_move(animation: mn.Animation) -> bool:
    return bool(getattr(animation, "is_camera_move", False))


def _is_of_words(mobject: mn.Mobject) -> bool:
    parts = leaves([mobject])
    return bool(parts) and all(isinstance(part, Typeset) for part in parts)


def _difference(start: mn.Mobject, end: mn.Mobject) -> Does:
    """Tell what turns `start` into `end`, words aside."""
    pairs = list(zip(_drawn(start), _drawn(end), strict=False))
    if len(_drawn(start)) != len(_drawn(end)) or any(_reshaped(*pair) for pair in pairs):
        return Does.TRANSFORM
    if any(_dimmed(*pair) for pair in pairs):
        return Does.DIM
    return Does.WORDS if any(isinstance(part, Typeset) for part in leaves([start])) else Does.WAIT


def _drawn(mobject: mn.Mobject) -> list[mn.VMobject]:
    return [part for part in leaves([mobject]) if not isinstance(part, Typeset)]


def _reshaped(start: mn.VMobject, end: mn.VMobject) -> bool:
    return (
        not _alike(start.points, end.points)
        or start.stroke_width != end.stroke_width
        or not _alike(start.fill_rgbas[:, :3], end.fill_rgbas[:, :3])
        or not _alike(start.stroke_rgbas[:, :3], end.stroke_rgbas[:, :3])
    )


def _dimmed(start: mn.VMobject, end: mn.VMobject) -> bool:
    return not (
        _alike(start.fill_rgbas, end.fill_rgbas) and _alike(start.stroke_rgbas, end.stroke_rgbas)
    )


def _alike(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and bool(np.allclose(a, b, atol=1e-6))
