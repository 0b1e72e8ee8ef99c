"""Sums as they are written out: beside the first row of W, and below W.T."""

from __future__ import annotations

from collections.abc import Sequence

import manim as mn

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
    signs = [_sign(film, word, plan.inputs.cut and k == last) for k, word in enumerate(words)]
    pairs = [(None, words[0]), *zip(signs[1:], words[1:], strict=True), (None, _equals(film))]
    groups = [[one for one in pair if one is not None] for pair in pairs]
    end = film.u.numbers[i].copy().move_to(film.u.centers[i]).get_left()[0]
    for one in reversed([one for group in groups for one in group]):
        one.move_to(point(end - SPACE - one.width / 2, plan.rows[i]))
        end = float(one.get_left()[0])
    begin = plan.cells("b" if film.story.biased else "W")[..., 0].max()
    return groups if end >= begin + SPACE else []


def of_tipped_row(film: LayerStage, j: int) -> list[list[Typeset]]:
    """Write the terms of a row of W.T below its columns, after the place of their sum.

    Where they have no room, nothing is written.
    """
    plan, entry = film.plan, film.story.entry
    column, y = plan.inputs.indices[j], plan.below_tipped
    words = [film.ink(entry("term", i, column, plan.digits)) for i in plan.units.indices]
    # What comes before the first term is the cell in which the sum appears.
    end, last = plan.dx + plan.widths["dx"] / 2, len(words) - 1
    groups: list[list[Typeset]] = []
    for k, (word, x) in enumerate(zip(words, plan.tipped, strict=True)):
        word.move_to(point(x, y))
        sign = _sign(film, word, plan.units.cut and k == last) if k else _equals(film)
        left = float(word.get_left()[0])
        if left - end < (SPACE / 2 if sign is None else sign.width + SPACE / 4):
            return []
        if sign is not None:
            sign.move_to(point((end + left) / 2, y))
        groups.append([one for one in (sign, word) if one is not None])
        end = float(word.get_right()[0])
    return groups


def written(groups: Sequence[Sequence[Typeset]], share: float) -> mn.Animation:
    """Let the groups of an equation come one after the other, in a share of an even lag."""
    return mn.LaggedStart(*(mn.FadeIn(mn.VGroup(*group)) for group in groups), lag_ratio=share)


def _equals(film: LayerStage) -> Typeset:
    return film.pen.text("=", size=film.plan.size)


def _sign(film: LayerStage, word: Typeset, cut: bool) -> Typeset | None:
    """Return what stands before a term; a negative one brings its own sign."""
    if cut:
        return film.pen.text("+ … +" if word.figures[0].value > 0 else "+ …", size=film.plan.size)
    return film.pen.text("+", size=film.plan.size) if word.figures[0].value >= 0 else None
