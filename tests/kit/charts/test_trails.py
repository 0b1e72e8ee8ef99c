"""Lines that are drawn as time goes on, and the charts made of them."""

from __future__ import annotations

from itertools import pairwise

import manim as mn
import numpy as np
import pytest

from scenes.kit.charts.scales import Logarithmic, covering
from scenes.kit.charts.trails import MOST_POINTS, Trails, end_names
from scenes.kit.layout import STAGE, Region
from scenes.kit.parts.layer_speeds import LayerSpeeds
from scenes.kit.parts.loss_curves import LossCurves
from scenes.kit.parts.network_diagram import end_layers
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import count, sentence

LEFT, RIGHT = STAGE.columns(0.4, 0.6)
CLIMB = np.array([[0.0, 0.0, 0.0], [1.0, 2.0, 0.0], [3.0, 2.0, 0.0]])


def ends_of(trails: mn.VGroup) -> list[np.ndarray]:
    return [line[-1].points[-1] for line in trails if len(line.submobjects)]


@pytest.mark.parametrize(
    ("x", "end"), [(-1.0, (0, 0)), (0.5, (0.5, 1)), (1.0, (1, 2)), (2.0, (2, 2)), (9.0, (3, 2))]
)
def test_a_trail_ends_at_the_present(x: float, end: tuple[float, float], pen: Pen) -> None:
    trails = Trails(pen)
    trails.trail(CLIMB, "#FFFFFF")
    trails.draw_to(x)
    assert ends_of(trails)[0][:2] == pytest.approx(end)
    tip = trails[-1]
    assert tip.get_center()[:2] == pytest.approx(end)


def test_a_trail_is_changed_in_place(pen: Pen) -> None:
    trails = Trails(pen)
    trails.trail(CLIMB, "#FFFFFF")
    before = [id(member) for member in trails.get_family()]
    trails.draw_to(2.0)
    assert [id(member) for member in trails.get_family()] == before


def test_a_long_line_is_drawn_through_some_of_its_points(pen: Pen) -> None:
    x = np.linspace(0, 5, 10_000)
    trails = Trails(pen)
    trails.trail(np.stack([x, x**2, 0 * x], axis=-1), "#FFFFFF", tip=False)
    trails.draw_to(5.0)
    (line,) = trails
    assert len(line[0].points) <= 4 * MOST_POINTS
    assert line[0].points[-1][:2] == pytest.approx((5, 25))


def test_what_recedes_is_muted(pen: Pen) -> None:
    trails = Trails(pen)
    trails.trail(CLIMB, "#123456")
    trails.draw_to(3.0)
    animation = trails.recede()
    animation.begin()
    animation.finish()
    line, tip = trails
    assert line[-1].get_stroke_color().to_hex() == pen.theme.muted
    assert tip.get_fill_color().to_hex() == pen.theme.muted
    assert line[0].get_stroke_color().to_hex() == pen.theme.background


def test_names_at_the_ends_do_not_touch(pen: Pen) -> None:
    names = [pen.label(sentence("{n} layers", n=count("n", n))) for n in (2, 5, 9)]
    plot = Region(0, 4, 0, 2)
    end_names(plot, names, [0.0, 0.01, 0.3])
    tops = sorted((name.get_bottom()[1], name.get_top()[1]) for name in names)
    assert all(low[1] < high[0] for low, high in pairwise(tops))
    assert all(name.get_left()[0] > plot.right for name in names)


def speeds(log10: np.ndarray, pen: Pen) -> LayerSpeeds:
    depth = log10.shape[1]
    return LayerSpeeds(
        (LEFT, RIGHT),
        (64, *[30] * (depth - 1), 10),
        log10,
        covering(log10),
        Logarithmic(-4, -1),
        -3.0,
        pen,
        y_name="update:weight",
        left=1.0,
        right=1.2,
    )


@pytest.mark.parametrize("epochs", [1, 2, 30, 2000])
@pytest.mark.parametrize("depth", [2, 9, 10, 1000])
def test_speeds_of_any_network(epochs: int, depth: int, pen: Pen) -> None:
    log10 = np.linspace(-9, -1, depth)[None, :] + np.linspace(0, 0.5, epochs)[:, None]
    picture = speeds(log10, pen)
    picture.draw_to(epochs)
    picture.glow_at(epochs)
    assert LEFT.holds(picture.diagram, slack=0.1)
    assert RIGHT.holds(picture.chart, slack=0.1)
    plot = picture.chart.plot
    for name in picture.names:
        assert plot.bottom <= name.get_bottom()[1]
        assert name.get_top()[1] <= plot.top + 1e-6
    first, last = picture.names
    assert first.get_bottom()[1] > last.get_top()[1]
    assert set(picture.diagram.edges) >= {1, depth}
    ticks = [
        float(label.plain.replace(",", ""))
        for label in picture.chart.x_labels
        if isinstance(label, Typeset)
    ]
    assert all(tick == int(tick) for tick in ticks)


def test_edges_glow_by_the_speed_of_their_epoch(pen: Pen) -> None:
    log10 = np.array([[-4.0, -1.0], [-1.0, -np.inf]])
    picture = speeds(log10, pen)
    edges, theme = picture.diagram.edges, pen.theme

    def colors() -> tuple[str, str]:
        return tuple(edges[layer].get_stroke_color().to_hex() for layer in (1, 2))

    dark, bright = theme.magnitude(0).to_hex(), theme.magnitude(1).to_hex()
    picture.glow_at(0.5)
    assert colors() == (dark, bright)
    assert edges[1].get_stroke_width() < edges[2].get_stroke_width()
    picture.glow_at(1.0)
    assert colors() == (theme.magnitude(0.5).to_hex(),) * 2
    picture.glow_at(2.0)
    assert colors() == (bright, dark)


def test_a_mean_over_an_epoch_stands_at_its_middle(pen: Pen) -> None:
    picture = speeds(np.array([[-3.0, -1.0], [-2.0, -1.0]]), pen)
    places = picture.line(picture.log10[:, 0])
    expected = picture.chart.positions([0, 0.5, 1.5, 2], [-3, -3, -2, -2])
    np.testing.assert_allclose(places, expected)


def test_names_of_equal_speeds_do_not_lie_on_each_other(pen: Pen) -> None:
    for log10 in (np.full((3, 2), -2.0), np.full((3, 2), -np.inf)):
        first, last = speeds(log10, pen).names
        apart_up = first.get_bottom()[1] > last.get_top()[1]
        apart_aside = first.get_right()[0] < last.get_left()[0]
        assert apart_up or apart_aside


def test_a_deep_network_shows_both_ends() -> None:
    assert end_layers(9, 9, 3) == tuple(range(10))
    assert end_layers(60, 9, 3) == (0, 1, 2, 3, 57, 58, 59, 60)


def test_losses_of_many_runs(pen: Pen) -> None:
    losses = {"a": np.array([4.0, 2.0, 1.0]), "b": np.array([4.0, 1.0, 0.9])}
    chart = LossCurves(RIGHT, 2, 4.0, pen, left=1.0, right=1.3)
    for run, values in losses.items():
        name = pen.label(sentence("{n} layers", n=count("n", len(values))))
        chart.enter(run, values, pen.theme.ink, name)
    a, b = chart.names.values()
    assert a.get_bottom()[1] > b.get_top()[1]
    chart.draw_to("a", 1.5)
    np.testing.assert_allclose(ends_of(chart.trails["a"])[0], chart.positions(1.5, 1.5))
    drop, ring = chart.milestone("b", 1)
    np.testing.assert_allclose(ring.get_center(), chart.positions(1, 1.0), atol=1e-9)
    assert drop.get_bottom()[1] == pytest.approx(chart.plot.bottom)
    low, high = np.array([3.0, 1.0, 0.5]), np.array([4.0, 2.0, 1.0])
    area = chart.band(low, high, pen.theme.ink)
    assert area.get_bottom()[1] == pytest.approx(chart.positions(0, 0.5)[1])


def test_a_loss_of_zero_has_an_axis(pen: Pen) -> None:
    chart = LossCurves(RIGHT, 3, 0.0, pen, left=1.0, right=1.3)
    assert chart.y_scale.high > 0
