"""The numbers of `landscape`, from scores and the core's own hinge instead of ramps."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.optimize import linprog
from scipy.spatial import ConvexHull, HalfspaceIntersection

import backprop_core as core
from backprop_core.passes.losses import comparison, targets
from scenes.stories.landscape import ASPECT, LandscapeStory
from tests.scenes.recompute.again import Again, Table


def table(again: Again) -> Table:
    """Return what only this film shows."""
    story = LandscapeStory.of(again.experiment)
    land = core.landscape(again.experiment).starting_with(story.example)
    U, V = land.directions
    classes, inputs = land.weights.shape
    t = targets(land.y, classes, "hinge", np.dtype(np.float64))
    others = t == 0
    hinge = comparison("identity", "hinge")
    reach = np.array([land.reach, ASPECT * land.reach])

    def scores(a: float, b: float = 0.0) -> np.ndarray:
        return np.asarray(land.x @ (land.weights + a * U + b * V).T)

    def margins(a: float) -> np.ndarray:
        z = scores(a)
        return np.asarray(z[0] - z[0, land.y[0]] + 1)[others[0]]

    def slope(a: str) -> float:
        residual = hinge(scores(float(a)), t).residual[0]
        return float(residual @ (U @ land.x[0]))

    @cache
    def losses() -> np.ndarray:
        return np.array([[hinge(scores(a, b), t).loss for a in story.a] for b in story.b])

    def mean(n: str) -> np.ndarray:
        return np.asarray(losses()[..., : int(n)].mean(axis=-1))

    @cache
    def lines(n: str) -> np.ndarray:
        """Each term as a plane, through its heights at three places."""
        heights = [
            (z - (z * t).sum(axis=1, keepdims=True) + 1)[: int(n)][others[: int(n)]]
            for z in (scores(0, 0), scores(1, 0), scores(0, 1))
        ]
        return np.column_stack([heights[0], heights[1] - heights[0], heights[2] - heights[0]])

    def crossing(n: str) -> int:
        corners = np.array([[1, i, j] for i in (-1, 1) for j in (-1, 1)]) * [1, *reach]
        heights = lines(n) @ corners.T
        return int(np.sum((heights.min(axis=1) < 0) & (heights.max(axis=1) > 0)))

    def flat(n: str) -> float:
        c, d, e = lines(n).T
        frame = [[1, 0, -reach[0]], [-1, 0, -reach[0]], [0, 1, -reach[1]], [0, -1, -reach[1]]]
        planes = np.concatenate([np.column_stack([d, e, c]), frame])
        norms = np.hypot(planes[:, 0], planes[:, 1])
        # The middle of the largest circle inside, if there is one.
        found = linprog(
            [0, 0, -1],
            A_ub=np.column_stack([planes[:, :2], norms]),
            b_ub=-planes[:, 2],
            bounds=[(None, None), (None, None), (0, None)],
        )
        if not found.success or found.x[2] < 1e-12:
            return 0.0
        corners = HalfspaceIntersection(planes, found.x[:2]).intersections
        return float(ConvexHull(corners).volume / (4 * reach[0] * reach[1]))

    kinks = land.c[0] / -land.d[0, 0]
    return {
        "classes": lambda _: classes,
        "inputs": lambda _: inputs,
        "wrong_classes": lambda _: classes - 1,
        "kinks": lambda _: np.sum(np.abs(kinks) < land.reach),
        "all_kinks": lambda _: classes - 1,
        "averaged": lambda n: min(int(n), len(land.y)),
        "slice.loss": lambda a: hinge(scores(float(a)), t).loss[0],
        "slice.slope": slope,
        "slice.counting": lambda a: np.sum(margins(float(a)) > 0),
        "lowest": lambda n: mean(n).min(),
        "highest": lambda n: mean(n).max(),
        "kink_lines": crossing,
        "flat": flat,
    }
