"""Networks of any size in one picture."""

from itertools import pairwise

import manim as mn
import numpy as np
import pytest

from scenes.kit.charts.scales import Layers, place
from scenes.kit.layout import Region
from scenes.kit.parts.network_diagram import (
    INPUT_GAP,
    MOST_UNITS,
    NetworkDiagram,
    drawn_layers,
    drawn_units,
)
from scenes.kit.type.typesetting import Pen

REGION = Region(-6.6, 3.0, -1.0, 1.2)
LEFT = 1.25
SHAPES = {
    "shallow and thin": (2, 1, 2),
    "default": (64, *[30] * 8, 10),
    "a dozen": (64, *[7] * 11, 10),
    "one more": (64, *[7] * 12, 10),
    "deep": (64, *[100] * 59, 10),
    "deeper": (2, *[1] * 199, 100),
    "deepest": (64, *[30] * 1999, 10),
    "wide": (4096, 4096, 1000),
    "changing": (3, 5, 6, 1, 4096, 2),
}


class Passed:
    """Activations without a network."""

    def __init__(self, *a: list[float]) -> None:
        self.a = tuple(np.array([layer]) for layer in a)

    def log10_norm(self, kind: str) -> np.ndarray:
        raise AssertionError("the diagram is given its colours")


def diagram(widths: tuple[int, ...], pen: Pen) -> NetworkDiagram:
    """Return a diagram whose layers stand above those of a chart, as in a film."""
    depth = len(widths) - 1
    start, width = REGION.left + LEFT, REGION.width - LEFT - 1.0
    columns = start + place(Layers(depth), np.arange(depth + 1)) * width
    return NetworkDiagram(REGION, widths, columns, pen)


@pytest.mark.parametrize("depths", np.array_split(np.arange(2, 2001), 4), ids=lambda d: f"{d[0]}-")
def test_first_and_last_layers_are_always_drawn(depths: np.ndarray) -> None:
    for depth in depths.tolist():
        drawn = drawn_layers(depth)
        assert drawn[:2] == (0, 1)
        assert drawn[-1] == depth
        assert list(drawn) == sorted(set(drawn))
        assert len(drawn) <= 13
        if depth <= 12:
            assert drawn == tuple(range(depth + 1))
        else:
            # Columns that stand for many keep a share of the width between them.
            assert min(b - a for a, b in pairwise(drawn[1:])) >= depth / 17


def test_the_units_that_are_drawn() -> None:
    for width in range(1, 4097):
        drawn = drawn_units(width)
        assert len(drawn) == min(width, MOST_UNITS - (width > MOST_UNITS))
        assert drawn[0] == 0
        assert drawn[-1] == width - 1
        assert list(drawn) == sorted(set(drawn))


@pytest.mark.parametrize("widths", SHAPES.values(), ids=SHAPES)
def test_everything_has_its_place(widths: tuple[int, ...], pen: Pen) -> None:
    picture = diagram(widths, pen)
    assert REGION.holds(picture)
    for left, right in pairwise(picture.labels):
        assert right.get_left()[0] - left.get_right()[0] >= 0.119
    assert {round(label.baseline, 6) for label in picture.labels} == {-0.87}
    said = [label.plain for label in picture.labels]
    assert said[0] == f"{_written(widths[0])} inputs"
    assert said[-1] == f"{_written(widths[-1])} outputs"
    nodes = [node for layer in picture.nodes.values() for node in layer]
    assert min(node.width for node in nodes) > 0.1, "units too small to be seen"
    centers = np.array([node.get_center() for node in nodes])
    apart = np.linalg.norm(centers[:, None] - centers[None], axis=-1) + 9 * np.eye(len(nodes))
    assert apart.min() > nodes[0].width
    assert picture.labels.get_top()[1] < centers[:, 1].min() - nodes[0].width / 2


def _written(number: int) -> str:
    return f"{number:,}"


@pytest.mark.parametrize("widths", SHAPES.values(), ids=SHAPES)
def test_what_is_left_out_is_named(widths: tuple[int, ...], pen: Pen) -> None:
    picture = diagram(widths, pen)
    skipped = sum(b - a > 1 for a, b in pairwise(picture.drawn))
    wide = sum(widths[layer] > MOST_UNITS for layer in picture.drawn)
    assert len(picture.ellipses) == skipped + wide
    assert picture.is_sampled == bool(skipped + wide)
    assert set(picture.edges) == {b for a, b in pairwise(picture.drawn) if b - a == 1}
    for layer, edges in picture.edges.items():
        pairs = len(drawn_units(widths[layer - 1])) * len(drawn_units(widths[layer]))
        assert len(edges.points) == 4 * pairs


def test_every_edge_runs_from_rim_to_rim_of_its_own_pair(pen: Pen) -> None:
    picture = diagram((2, 4, 4, 1, 2), pen)
    for layer, edges in picture.edges.items():
        before, after = (
            np.array([node.get_center() for node in picture.nodes[n]]) for n in (layer - 1, layer)
        )
        radius = picture.nodes[layer][0].width / 2
        pairs = set()
        for curve in edges.points.reshape(-1, 4, 3):
            sides = (before - curve[0], after - curve[3])
            ends = [np.linalg.norm(side, axis=1) for side in sides]
            assert [end.min() for end in ends] == pytest.approx([radius, radius])
            pairs.add(tuple(int(end.argmin()) for end in ends))
        assert len(pairs) == len(before) * len(after)


def test_the_layers_stand_above_those_of_the_chart(pen: Pen) -> None:
    columns = np.linspace(-5.0, 2.0, 10)
    picture = NetworkDiagram(REGION, SHAPES["default"], columns, pen)
    assert [picture.nodes[n].get_center()[0] for n in range(10)] == pytest.approx(columns)
    columns[0] = columns[1] - 0.01
    picture = NetworkDiagram(REGION, SHAPES["default"], columns, pen)
    assert picture.nodes[1].get_x() - picture.nodes[0].get_x() == pytest.approx(INPUT_GAP)
    assert columns[0] == columns[1] - 0.01


def finished(animations: list[mn.Animation]) -> None:
    for animation in animations:
        animation._setup_scene(None)
        animation.begin()
        animation.finish()


def test_forward_fills_each_layer_to_its_largest(pen: Pen) -> None:
    picture = diagram((2, 3, 2), pen)
    finished(picture.forward(Passed([4.0, -2.0], [0.1, 0.2, 0.4], [0.0, -30.0])))
    fills = {n: [node.get_fill_opacity() for node in layer] for n, layer in picture.nodes.items()}
    assert fills[0] == pytest.approx([1.0, 0.5])
    assert fills[1] == pytest.approx([0.25, 0.5, 1.0])
    assert fills[2] == pytest.approx([0.0, 1.0])
    assert {node.get_fill_color().to_hex() for node in picture.nodes[1]} == {
        pen.theme.forward.upper()
    }


def test_a_layer_that_is_off_stays_empty(pen: Pen) -> None:
    picture = diagram((1, 2, 2), pen)
    finished(picture.forward(Passed([0.0], [0.0, 0.0], [0.0, 7.0])))
    assert [n.get_fill_opacity() for n in picture.nodes[1]] == [0.0, 0.0]


def test_of_a_wide_layer_the_drawn_units_show_their_own_values(pen: Pen) -> None:
    picture = diagram((1, 100, 2), pen)
    values = np.linspace(0, 1, 100)
    finished(picture.forward(Passed([1.0], values, [0.5, 0.5])))
    shown = [node.get_fill_opacity() for node in picture.nodes[1]]
    assert shown == pytest.approx(values[list(drawn_units(100))])


def test_a_gradient_colours_units_and_the_weights_below_them(pen: Pen) -> None:
    picture = diagram((2, 3, 2), pen)
    red, green = mn.ManimColor("#FF0000"), mn.ManimColor("#00FF00")
    down = picture.backward({1: green, 2: red})
    assert len(down) == 2
    finished(down[:1])  # the output comes first
    assert picture.nodes[2][0].get_fill_color() == red
    assert picture.edges[2].get_stroke_color() == red
    assert picture.edges[2].get_stroke_opacity() == 1.0
    assert picture.nodes[1][0].get_fill_opacity() == 0
    finished(down[1:])
    assert picture.nodes[1][0].get_fill_color() == green
    assert picture.edges[1].get_stroke_color() == green
    # The input has no gradient.
    assert picture.nodes[0][0].get_fill_opacity() == 0


def test_where_layers_were_left_out_only_the_units_receive(pen: Pen) -> None:
    picture = diagram(SHAPES["deep"], pen)
    colors = {layer: mn.ManimColor("#FF0000") for layer in picture.drawn}
    finished(picture.backward(colors))
    assert picture.nodes[60][0].get_fill_color() == colors[60]
    assert 60 not in picture.edges
