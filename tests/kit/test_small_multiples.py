"""Profiles in small panels: where they run, where they leave the axis, what is exactly zero."""

import numpy as np
import pytest

from scenes.kit.charts.marks import STAMPS
from scenes.kit.layout import STAGE
from scenes.kit.panel_axes import Decades, LayerAxis
from scenes.kit.panel_grid import Labels, PanelGrid, left_room
from scenes.kit.small_multiples import Profile, SmallMultiples, exits, looks, visible
from scenes.kit.theme import THEMES, Theme
from scenes.kit.type.typesetting import Ink, Pen
from scenes.words.figures import sentence

AXIS = Decades(-6, 2)
DOWN = np.array([-5.0, -3.5, -2.0, -0.5, 0.5])


def grid(pen: Pen, panels: int, y: Decades = AXIS) -> PanelGrid:
    words = tuple(sentence(word) for word in ("first", "second", "third", "fourth")[:panels])
    left = left_room(["gain"], (y.low, y.high), pen)
    return PanelGrid(STAGE, 1, panels, Labels("gain", words), LayerAxis.of([5]), y, left, pen)


def drawn(pen: Pen, *panels: list[Profile | None]) -> SmallMultiples:
    return SmallMultiples(grid(pen, len(panels)), panels, looks(len(panels[0]), pen.theme))


def paths(picture: SmallMultiples, color: str) -> list[np.ndarray]:
    return [
        member.points
        for member in picture.get_family()
        if len(member.points)
        and not isinstance(member, Ink)
        and color.upper() in {member.get_color().to_hex(), member.get_fill_color().to_hex()}
    ]


def test_a_profile_runs_through_its_numbers(pen: Pen) -> None:
    picture = drawn(pen, [DOWN], [DOWN - 1])
    for panel, log10 in zip(picture.grid.panels, (DOWN, DOWN - 1), strict=True):
        line = next(
            p for p in paths(picture, pen.theme.backward) if panel.left < p[0, 0] < panel.right
        )
        corners = np.concatenate([line[:1], line[3::4]])
        unit = picture.grid.at(panel, 0.0, 1.0) - picture.grid.at(panel, 0.0, 0.0)
        zero = picture.grid.at(panel, 0.0, 0.0)
        assert (corners[:, 1] - zero[1]) / unit[1] == pytest.approx(log10)
        assert (corners[:, 0] - panel.left) / panel.width == pytest.approx(picture.grid.x.places(5))


def test_a_line_is_cut_where_it_leaves_the_axis() -> None:
    x = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    y = np.array([-10.0, -2.0, 1.0, 5.0, -7.0])
    ((along, up),) = [part for part in visible(x, y, AXIS) if 1.0 in part[0]]
    assert along == pytest.approx([0.5, 1.0, 2.0, 2.25])
    assert up == pytest.approx([-6.0, -2.0, 1.0, 2.0])
    assert sorted(exits(x, y, AXIS)) == [
        (pytest.approx(0.5), False),
        (pytest.approx(2.25), True),
        (pytest.approx(3.25), True),
        (pytest.approx(3 + 11 / 12), False),
    ]
    # It may do so in a layer.
    corner = np.array([0.0, -6.0, -7.0, -6.0, 2.0])
    assert sorted(exits(x, corner, AXIS)) == [(1.0, False), (3.0, False)]
    assert [len(part[0]) for part in visible(x, corner, AXIS)] == [2, 2]
    inside = list(visible(x, np.linspace(-6, 2, 5), AXIS))
    assert len(inside) == 1
    assert list(exits(x, np.linspace(-6, 2, 5), AXIS)) == []


def test_a_line_beyond_the_axis_is_marked_in_its_middle() -> None:
    x = np.linspace(0, 1, 5)
    assert list(visible(x, np.full(5, -9.0), AXIS)) == []
    assert list(exits(x, np.full(5, -9.0), AXIS)) == [(pytest.approx(0.5), False)]
    assert list(exits(x, np.full(5, 9.0), AXIS)) == [(pytest.approx(0.5), True)]


def test_zeros_interrupt_a_line_and_lie_on_the_floor(pen: Pen) -> None:
    log10 = np.array([-np.inf, -np.inf, -2.0, -1.0, 0.0])
    picture = drawn(pen, [log10])
    (panel,) = picture.grid.panels
    (floor,) = paths(picture, pen.theme.saturated)
    places = picture.grid.x.places(5)
    border = (places[1] + places[2]) / 2
    assert floor[:, 0].min() == pytest.approx(panel.left)
    assert (floor[:, 0].max() - panel.left) / panel.width == pytest.approx(border)
    assert floor[:, 1].min() == pytest.approx(panel.bottom)
    ((along, _),) = visible(places, log10, AXIS)
    assert along == pytest.approx(places[2:])


def test_a_network_that_there_is_not_says_so(pen: Pen) -> None:
    picture = drawn(pen, [None, None], [DOWN, None], [DOWN, DOWN - 1])
    words = [m for m in picture.get_family() if isinstance(m, Ink) and m.plain == "failed"]
    nothing, one, both = picture.grid.panels
    assert [tuple(word.get_center()) for word in words] == [tuple(nothing.center)]
    crosses = paths(picture, pen.theme.saturated)
    assert len(crosses) == 1
    assert one.left < crosses[0][:, 0].min() < crosses[0][:, 0].max() < one.right
    assert both.left > one.right


def test_lines_that_run_together_show_a_mark_of_each(pen: Pen) -> None:
    many = np.linspace(-5, 0, 9)
    styles = looks(3, pen.theme)
    picture = SmallMultiples(grid(pen, 1), [[many, many, many]], styles)
    marks = [paths(picture, look.color)[-1] for look in styles]
    spots = [sorted({round(float(x), 2) for x in mark[::16, 0]}) for mark in marks]
    assert all(spots)
    assert len({x for spot in spots for x in spot}) == sum(map(len, spots))


def test_looks_are_told_apart_by_shape_and_colour(theme: Theme) -> None:
    six = looks(len(STAMPS), theme)
    assert [look.shape for look in six] == list(STAMPS)
    assert len({look.color for look in six}) == len(six)
    assert looks(1, THEMES["dark"])[0].color == THEMES["dark"].backward


def test_numbers_stand_on_the_outer_edges_alone(pen: Pen) -> None:
    labels = Labels(
        "gain", (sentence("low"), sentence("high")), "depth", (sentence("a"), sentence("b"))
    )
    made = PanelGrid(STAGE, 2, 2, labels, LayerAxis.of([5]), AXIS, 1.2, pen)
    words = [m.plain for m in made.get_family() if isinstance(m, Ink)]
    assert sorted(w for w in words if w.isalpha()) == sorted(
        ["layer", "gain", "depth", "low", "high", "a", "b"]
    )
    # The layers below each column, the powers beside each row.
    assert words.count("1") == 2 + 2 * (0 in AXIS.ticks(made.panels[0].height))
    assert words.count("5") == 2
    assert words.count("10⁻⁶") == 2
    assert STAGE.holds(made)
