"""Activations as films pass them to the stage, and comparisons of what is drawn."""

from collections.abc import Callable

import manim as mn
import numpy as np

from backprop_core.passes.activations import ACTIVATIONS, SATURATED_BELOW
from scenes.kit.stage.activation_curve import ActivationCurve

SPANS = {"sigmoid": 6.0, "tanh": 3.0, "relu": 3.0, "leaky_relu": 3.0, "identity": 3.0}


def curve(name: str) -> ActivationCurve:
    activation, reach = ACTIVATIONS[name], SPANS[name]
    limit = SATURATED_BELOW * activation.max_slope
    return ActivationCurve.fitted(
        activation.f, activation.slope, (-reach, reach), saturated_below=limit
    )


def looks(mobject: mn.Mobject) -> list[np.ndarray]:
    """Return all that decides how a mobject is painted."""
    parts = [m for m in mobject.get_family() if len(m.points)]
    rows = [(m.fill_rgbas, m.stroke_rgbas, m.background_stroke_rgbas) for m in parts]
    flat = [np.concatenate([np.ravel(rgbas) for rgbas in row]) for row in rows]
    widths = np.array([m.stroke_width for m in parts])
    return [widths, *(m.points for m in parts), *flat]


def alike(one: mn.Mobject, other: mn.Mobject) -> bool:
    pairs = (looks(one), looks(other))
    return len(pairs[0]) == len(pairs[1]) and all(
        a.shape == b.shape and np.allclose(a, b, atol=1e-9) for a, b in zip(*pairs, strict=True)
    )


def played(move: mn.Animation, *steps: float) -> None:
    """Play an animation frame by frame, to its end."""
    move._setup_scene(None)
    move.begin()
    for alpha in steps:
        move.interpolate(alpha)
    move.finish()
    move.clean_up_from_scene(mn.Scene())


def one_by_one(make: Callable[[], mn.Mobject], move: Callable[[mn.Mobject], mn.Animation]) -> bool:
    """Tell whether a motion ends alike, and has the same middle, whichever frames are drawn."""
    jumped, stepped = make(), make()
    played(move(jumped))
    played(move(stepped), *np.linspace(0, 1, 7))
    ends = alike(jumped, stepped)
    jumped, stepped = make(), make()
    for mobject, steps in ((jumped, [0.6]), (stepped, [0.1, 0.9, 0.3, 0.6])):
        motion = move(mobject)
        motion.begin()
        for alpha in steps:
            motion.interpolate(alpha)
    return ends and alike(jumped, stepped)
