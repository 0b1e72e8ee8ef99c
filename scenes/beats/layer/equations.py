"""Sums as they are written out: beside the first row of W, and below W.T."""

from __future__ import annotations

from collections.abc import Sequence

import manim as mn
import numpy as np

from scenes.beats.layer.stage import LayerStage
from scenes.kit.layout import GAP, point
from scenes.kit.type.typesetting import Typeset

SPACE = GAP / 2
"""Space between two terms."""


def of_row(film: LayerStage, i: int) -> list[list[Typeset]]:
    """Write the sum of a row of W left of its unit: term by term, and what leads to the sum.

    Where there is no room for it, nothing is written.
    """
    plan, entry = film.plan, film.story.entry
    row = plan.units.indices[i]
    terms = [entry("product", row, j, plan.digits) for j in plan.inputs.indices]
    if film.story.biased:
        terms.append(entry("b", row, 0, plan.digits))
    words = [film.ink(term) for term in terms]
    last = len(plan.inputs.indices) - 1
    groups = [
        [*([_sign(film, word, plan.inputs.cut and k == last)] if k else []), word]
        for k, word in enumerate(words)
    ]
    groups.append([film.pen.text("=", size=plan.size)])
    line = [one for group in groups for one in group if one is not None]
    end = film.u.numbers[i].copy().move_to(film.u.centers[i]).get_left()[0]
    for one in reversed(line):
        one.move_to(point(end - SPACE - one.width / 2, plan.rows[i]))
        end = float(one.get_left()[0])
    begin = plan.cells("b" if film.story.biased else "W")[..., 0].max()
    if end < begin + SPACE:
        return []
    return [[one for one in group if one is not None] for group in groups]


def of_tipped_row(film: LayerStage, j: int) -> list[list[Typeset]]:
    """Write the terms of a row of W.T below its columns, after the place of their sum."""
    plan, entry = film.plan, film.story.entry
    column, y = plan.inputs.indices[j], plan.below_tipped
    words = [film.ink(entry("term", i, column, plan.digits)) for i in plan.units.indices]
    total = film.dx.numbers[j].copy().move_to(point(plan.dx, y))
    groups: list[list[Typeset]] = []
    last = total
    for k, (word, x) in enumerate(zip(words, plan.tipped, strict=True)):
        word.move_to(point(x, y))
        sign: Typeset | None = film.pen.text("=", size=plan.size)
        if k:
            sign = _sign(film, word, plan.units.cut and k == len(words) - 1)
        group = [word]
        if sign is not None:
            sign.move_to(point(float(np.mean([last.get_right()[0], word.get_left()[0]])), y))
            group.insert(0, sign)
        groups.append(group)
        last = word
    return groups


def written(groups: Sequence[Sequence[Typeset]], share: float) -> mn.Animation:
    """Let the groups of an equation come one after the other, in a share of an even lag."""
    return mn.LaggedStart(*(mn.FadeIn(mn.VGroup(*group)) for group in groups), lag_ratio=share)


def _sign(film: LayerStage, word: Typeset, cut: bool) -> Typeset | None:
    """Return what stands before a term; a negative one brings its own sign."""
    if cut:
        return film.pen.text("+ … +" if word.figures[0].value > 0 else "+ …", size=film.plan.size)
    return film.pen.text("+", size=film.plan.size) if word.figures[0].value >= 0 else None
