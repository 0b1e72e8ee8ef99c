"""The share of the stage that is lit, and the names of what is lit."""

from types import SimpleNamespace
from typing import Any, cast

import manim as mn
import pytest

from scenes.kit.film import Film
from scenes.kit.layout import STAGE
from scenes.kit.theme import THEMES
from scenes.kit.type.typesetting import Pen
from tests.review.light import groups, lit, share

THEME = THEMES["dark"]


def _half(**how: Any) -> mn.Rectangle:
    """Return a rectangle on the left half of the stage."""
    half = mn.Rectangle(width=STAGE.width / 2, height=STAGE.height, stroke_width=0)
    half.set_fill(THEME.forward, opacity=1.0).move_to(STAGE.center).shift(STAGE.width / 4 * mn.LEFT)
    return half.set_style(**how)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({}, 0.5),
        ({"fill_opacity": 0.6}, 0.5),
        ({"fill_opacity": 0.59}, 0.0),
        ({"fill_color": THEME.background}, 0.0),
        ({"fill_color": THEME.grid}, 0.0),
        ({"fill_opacity": 0.0, "stroke_width": 2.0, "stroke_color": THEME.ink}, 0.5),
    ],
)
def test_the_share_of_half_of_the_stage(how: dict[str, Any], expected: float) -> None:
    assert share(lit([_half(**how)], THEME)) == pytest.approx(expected, abs=0.01)


def test_what_overlaps_counts_once_and_what_is_outside_does_not() -> None:
    outside = _half().shift(STAGE.width * mn.LEFT)
    assert share(lit([_half(), _half(), outside], THEME)) == pytest.approx(0.5, abs=0.01)


def test_a_line_is_as_thin_as_a_cell() -> None:
    line = mn.Line(STAGE.left * mn.RIGHT, STAGE.right * mn.RIGHT, color=THEME.ink)
    assert 0 < share(lit([line], THEME)) < 0.03


def test_words_are_not_lit() -> None:
    assert lit([Pen(THEME).text("words")], THEME) == []


def test_groups_have_the_names_of_attributes() -> None:
    net, dots, line = mn.VGroup(_half(), _half()), [mn.Dot(), mn.Dot()], mn.Line()
    film = SimpleNamespace(net=net, part=net[0], dots=dots, mobjects=[net, *dots, line])
    lights = lit(film.mobjects, THEME)
    names = {"net", "dots[0]", "dots[1]", "a Line"}
    assert groups(cast("Film", film), lights) == names
    net.set_opacity(0.3)
    assert groups(cast("Film", film), lit(film.mobjects, THEME)) == names - {"net"}
