"""Networks of all sizes fit, light fills them to scale, and they become strips."""

from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import manim as mn
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenes.kit.layout import STAGE, Region
from scenes.kit.settings import rendering
from scenes.kit.stage.changed import changed
from scenes.kit.stage.columns import MOST_COLUMNS, MOST_UNITS, drawn_units, picked
from scenes.kit.stage.network import PASSED, UNLIT, NetworkStage
from scenes.kit.stage.river import River
from scenes.kit.stage.world import Look
from scenes.kit.theme import SMALL, THEMES
from scenes.kit.type.typesetting import Pen
from scenes.production.render.drawing.canvas import Canvas
from tests.kit.pictures.networks import (
    fills,
    gradients,
    last_two,
    lit,
    network_in,
    river_in,
    strip_of,
)
from tests.kit.stage.activations import one_by_one, played
from tests.selection import quick_cases

SIZES = {
    "one": [1, 1],
    "two": [2, 4, 2],
    "nine": [64, *[30] * 8, 10],
    "eleven": [3, *[9] * 10, 3],
    "twelve": [3, *[9] * 11, 3],
    "two hundred": [2, *[5] * 199, 3],
    "two thousand": [64, *[100] * 1999, 10],
    "wide": [4096] * 4,
    "mixed": [64, 3, 300, 7, 10],
}
QUICK = ("one", "nine", "two thousand", "wide")
every_size = pytest.mark.parametrize("widths", quick_cases(SIZES.values(), *QUICK, ids=SIZES))
few_and_many = pytest.mark.parametrize("widths", [[12, 4, 4, 3], [3, *[4] * 39, 12, 5, 3]])
STRIP = Region(STAGE.left, STAGE.right, 1.0, 2.6)
PEN = Pen(THEMES["dark"])


def rims(network: NetworkStage) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Yield the layer of each edge, and its ends."""
    paths = [(layer, path) for layer, path in network.edges.items()]
    paths += [(layer, path) for layer, light in network.lights.items() for path in light]
    for layer, path in paths:
        for edge in path.points.reshape(-1, 4, 3):
            yield layer, edge[0], edge[3]


@every_size
def test_every_network_fits_its_region(pen: Pen, widths: list[int]) -> None:
    network = network_in(STAGE, widths, pen)
    whole = mn.VGroup(network, network.labels)
    assert STAGE.holds(whole, 0.01)
    columns = list(network.columns.values())
    assert len(columns) <= MOST_COLUMNS
    some = np.unique(np.linspace(0, network.last, 40).astype(int))
    assert (np.diff([network.place_of(int(layer)) for layer in some]) > 0).all()
    for column in columns:
        assert len(column.nodes) == len(drawn_units(column.width_of_layer)) <= MOST_UNITS
        assert bool(len(column.ellipsis)) == (column.width_of_layer > MOST_UNITS)
        heights = column.centers[:, 1]
        assert len(heights) == 1 or abs(np.diff(heights)).min() > 2 * column.radius
    assert np.diff([column.x for column in columns]).min() > 2 * columns[0].radius
    assert network.is_sampled == (len(widths) > MOST_COLUMNS or max(widths) > MOST_UNITS)


@every_size
def test_edges_go_from_rim_to_rim_as_in_a_weight_matrix(pen: Pen, widths: list[int]) -> None:
    network = network_in(STAGE, widths, pen)
    for layer, path in network.edges.items():
        before, after = network.columns[layer - 1], network.columns[layer]
        edges = path.points.reshape(len(after.nodes), len(before.nodes), 4, 3)
        for (i, j), _ in np.ndenumerate(np.empty(edges.shape[:2])):
            way = after.centers[i] - before.centers[j]
            way = way / np.linalg.norm(way)
            assert edges[i, j, 0] == pytest.approx(before.centers[j] + before.radius * way)
            assert edges[i, j, 3] == pytest.approx(after.centers[i] - after.radius * way)


def test_the_entries_of_drawn_edges_are_picked() -> None:
    matrix = np.arange(20.0 * 3).reshape(20, 3)
    chosen = picked(matrix, (20, 3))
    assert chosen.tolist() == matrix[[0, 1, 2, 3, 16, 17, 18, 19]].tolist()


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from([1, 2, 3, 9, 10, 64, 300, 4096]), min_size=2, max_size=14),
    st.floats(5.0, STAGE.width),
)
def test_labels_are_true_and_never_lie_on_each_other(widths: list[int], width: float) -> None:
    region = Region(STAGE.left, STAGE.left + width, STAGE.bottom, STAGE.top)
    network = network_in(region, widths, PEN)
    for label in network.labels:
        assert region.holds(label, 0.01)
        assert label.font_size >= SMALL
        assert label.get_top()[1] < network.bounds.bottom
        (number,) = label.figures
        assert number.value == widths[int(number.name[6:-1])]
        words = label.plain.split(" ")
        if len(words) > 1 and "a" not in words:
            assert words[-1].endswith("s") == (number.value != 1)
    for one, other in combinations(network.labels, 2):
        gap = abs(one.get_center()[0] - other.get_center()[0]) - (one.width + other.width) / 2
        assert gap > 0.1
    # However little room there is, inputs and outputs are counted.
    assert {"width[0]", f"width[{len(widths) - 1}]"} <= {
        label.figures[0].name for label in network.labels
    }


@every_size
def test_forward_fills_are_exactly_the_levels(pen: Pen, widths: list[int]) -> None:
    network = network_in(STAGE, widths, pen)
    levels = fills(network)
    played(network.forward(levels))
    for layer, column in network.columns.items():
        shown = [float(node.get_fill_opacity()) for node in column.nodes]
        assert shown == levels[layer][list(column.units)].tolist()


@pytest.mark.parametrize("length", [0.6, 1.3])
def test_light_is_of_one_length_and_its_head_at_one_place(pen: Pen, length: float) -> None:
    network = network_in(STAGE, SIZES["nine"], pen)
    motion = network.race(length)
    motion.begin()
    gap = network.place_of(1) - network.place_of(0)
    flashes = [part for part in motion.mobject if part is not network]
    heads = []
    for alpha in (0.4, 0.5, 0.6):
        motion.interpolate(alpha)
        lit = np.concatenate([flash.points for flash in flashes if len(flash.points)])
        heads.append(lit[:, 0].max())
        # Between the rims of units there is no edge.
        assert np.ptp(lit[:, 0]) == pytest.approx(length * gap, abs=2.2 * network.columns[0].radius)
    assert np.diff(heads) == pytest.approx(np.diff(heads).mean(), abs=network.columns[0].radius)


def test_units_fill_when_light_arrives_and_what_has_no_level_stays(pen: Pen) -> None:
    network = network_in(STAGE, SIZES["nine"], pen)
    levels = {n: np.ones(network.widths[n]) for n in range(9)}
    motion = network.forward(levels)
    motion.begin()
    motion.interpolate(0.5)
    filled = [float(c.nodes[0].get_fill_opacity()) for c in network.columns.values()]
    assert (np.diff(filled) <= 0).all()
    assert filled[0] == 1
    assert filled[8] == 0
    motion.finish()
    assert network.columns[9].nodes[0].get_fill_opacity() == 0


@few_and_many
def test_racing_light_leaves_nothing_behind(pen: Pen, widths: list[int]) -> None:
    network = network_in(STAGE, widths, pen)
    still = [node.fill_rgbas.copy() for c in network.columns.values() for node in c.nodes]
    motion = network.race()
    motion.begin()
    motion.interpolate(0.5)
    flashes = [one for one in motion.mobject[1:] if len(one.points)]
    assert flashes
    motion.finish()
    assert not any(len(one.points) for one in motion.mobject[1:])
    now = [node.fill_rgbas for c in network.columns.values() for node in c.nodes]
    assert all(np.array_equal(a, b) for a, b in zip(now, still, strict=True))


@every_size
def test_light_that_ran_back_stays_to_scale(pen: Pen, widths: list[int]) -> None:
    network = network_in(STAGE, widths, pen)
    edges, units, layers = gradients(network)
    played(network.backward(edges, units, layers))
    for layer, column in network.columns.items():
        if not layer:
            continue
        for node, level in zip(column.nodes, units[layer], strict=True):
            assert node.get_fill_opacity() == pytest.approx(level)
            assert node.get_stroke_opacity() == pytest.approx(max(UNLIT, level))
            # A small unit is mostly rim.
            assert node.get_stroke_color() == node.get_fill_color()
        for dot in column.ellipsis:
            assert dot.get_fill_opacity() == pytest.approx(PASSED)
    for layer, carried in edges.items():
        bright = np.rint(np.clip(carried, 0, 1) * 8).astype(int)
        drawn = sum(len(path.points) // 4 for path in network.lights[layer])
        assert drawn == (bright > 0).sum()
        starts, ends = {}, {}
        for path in network.lights[layer]:
            for edge in path.points.reshape(-1, 4, 3):
                starts[tuple(edge[0].round(9))] = ends[tuple(edge[3].round(9))] = path
        # Light runs from the layer to the one before it.
        ours = network.edges[layer].points.reshape(-1, 4, 3)
        for edge, level in zip(ours, bright.ravel(), strict=True):
            path = starts.get(tuple(edge[3].round(9)))
            if level:
                assert path is not None
                assert tuple(edge[0].round(9)) in ends


@every_size
def test_a_strip_is_inside_its_region_and_its_units_are_round(pen: Pen, widths: list[int]) -> None:
    network = lit(network_in(STAGE, widths, pen))
    motion_ends = np.linspace(STRIP.left + 0.4, STRIP.right - 0.4, len(widths))
    strip_of(network, STRIP)
    assert STRIP.holds(network, 0.1)
    for layer, column in network.columns.items():
        assert column.x == pytest.approx(motion_ends[layer])
        for node in column.nodes:
            assert node.width == pytest.approx(node.height, rel=1e-9)
            assert node.width > 0
    radius = network.columns[0].radius
    least = np.diff([column.x for column in network.columns.values()]).min()
    assert least > 2 * radius
    # Edges and their light still go from rim to rim.
    for layer, start, end in rims(network):
        for column in (network.columns[layer - 1], network.columns[layer]):
            away = [np.linalg.norm(column.centers - one, axis=1).min() for one in (start, end)]
            assert min(away) == pytest.approx(radius)


@few_and_many
def test_a_strip_keeps_units_round_all_the_way(pen: Pen, widths: list[int]) -> None:
    network = lit(network_in(STAGE, widths, pen))
    places = np.linspace(STRIP.left, STRIP.right, len(widths))
    motion = network.strip(STRIP, dict(enumerate(places.tolist())))
    motion.begin()
    for alpha in (0.2, 0.5, 0.9, 1.0):
        motion.interpolate(alpha)
        for column in network.columns.values():
            for node in column.nodes:
                assert node.width == pytest.approx(node.height, rel=1e-9)


VERBS: dict[str, Callable[[NetworkStage], mn.Animation]] = {
    "pulse": lambda network: network.pulse(1),
    "race": lambda network: network.race(),
    "forward": lambda network: network.forward(fills(network)),
    "backward": lambda network: network.backward(*gradients(network)),
    "changed": lambda network: changed(network, *gradients(network)[::2]),
    "receive": lambda network: network.receive(network.last, np.array([0.5, 1.0, 0.2])),
    "strip": lambda network: network.strip(
        STRIP, dict(enumerate(np.linspace(STRIP.left, STRIP.right, network.last + 1).tolist()))
    ),
}


@few_and_many
@pytest.mark.parametrize("verb", VERBS)
def test_a_jump_to_the_end_equals_every_step(pen: Pen, verb: str, widths: list[int]) -> None:
    assert one_by_one(lambda: network_in(STAGE, widths, pen), VERBS[verb])


def test_a_pulse_ends_where_it_began(pen: Pen) -> None:
    for widths, layer in (([12, 4, 3], 1), (SIZES["two hundred"], 80)):
        network = network_in(STAGE, widths, pen)
        looked = network.columns[1].nodes[0] if 1 in network.columns else network.slit_of(layer)
        points, width = looked.points.copy(), looked.get_stroke_width()
        motion = network.pulse(layer)
        motion.begin()
        motion.interpolate(0.5)
        if 1 in network.columns:
            assert looked.height > np.ptp(points[:, 1]) * 1.2
        else:
            # A slit that grew would reach behind the words below it.
            assert looked.height == pytest.approx(np.ptp(points[:, 1]))
        assert looked.get_stroke_width() > 1.5 * width
        motion.finish()
        assert looked.points == pytest.approx(points)
        assert looked.get_stroke_width() == pytest.approx(width)


def test_parts_are_found_where_they_are_now(pen: Pen) -> None:
    network = network_in(STAGE, SIZES["mixed"], pen)
    bounds = network.bounds
    assert bounds.height == pytest.approx(network.columns[0].nodes.height)
    outside = {id(node) for node in network.nodes_outside(0.0, 9.0)}
    for column in network.columns.values():
        for node in (*column.nodes, *column.ellipsis):
            assert (id(node) in outside) == (node.get_center()[1] <= 0)
    spoken = network.columns[1].nodes
    rest = {id(path) for path in network.all_but(spoken)}
    assert not rest & {id(node) for node in spoken}
    assert all(id(path) in rest for path in network.edges.values())
    # The three units of layer 1 stand beside the three in the middle of layer 3.
    assert network.columns[3].beside(spoken.get_all_points()[::32]).stop <= 7
    assert network.columns[3].beside(network.columns[1].centers) == slice(2, 5)


def test_a_slit_is_the_nearest_to_its_layer(pen: Pen) -> None:
    network = network_in(STAGE, SIZES["two thousand"], pen)
    assert network.tape is not None
    for layer in (1, 2, 777, 1994):
        slit = network.slit_of(layer)
        nearest = min(network.tape, key=lambda one: abs(one.get_x() - network.place_of(layer)))
        assert slit is nearest


def test_our_canvas_and_the_camera_of_manim_paint_the_same(pen: Pen, tmp_path: Path) -> None:
    with rendering(str(tmp_path), "low", pixel_width=426, pixel_height=240):
        network = network_in(STAGE, [12, 4, 4, 3], pen)
        river: list[River] = []

        def flow() -> mn.Animation:
            river.append(river_in(network, pen))
            return river[0].flow(river[0].mouth)

        canvas = Canvas()
        verbs: list[Callable[[], mn.Animation]] = [
            lambda: network.forward(fills(network)),
            lambda: Look([network], last_two(network), STAGE.inset(left=3)),
            flow,
            lambda: Look([network, *river], network.bounds, STAGE),
            lambda: network.backward(*gradients(network)),
            lambda: network.strip(STRIP, dict(enumerate([-5.0, -2.0, 1.0, 4.0]))),
        ]
        for verb in verbs:
            motion = verb()
            motion.begin()
            for alpha in (0.3, 0.8, 1.0):
                motion.interpolate(alpha)
                shown = mn.VGroup(network, *river, *motion.mobject[1:])
                family = [one for one in shown.get_family() if len(one.points)]
                canvas.show(family)
                camera = mn.Camera()
                camera.capture_mobjects(family)
                assert np.array_equal(canvas.pixel_array, camera.pixel_array), (motion, alpha)
