"""Gates open, numbers travel through them, and a chain of them becomes one."""

import manim as mn
import numpy as np
import pytest

from backprop_core.passes.circuit import FOLDED, neuron_circuit
from scenes.kit.layout import STAGE, Region
from scenes.kit.stage.gate_choice import AT, Choose, Jump, Stops
from scenes.kit.stage.gate_cross import Cross
from scenes.kit.stage.gate_fold import FOLDED_NEXT, Fold, PassOn
from scenes.kit.stage.gate_light import Drain, Ripple, Through
from scenes.kit.stage.gate_mark import SYMBOLS, GateMark
from scenes.kit.stage.gate_pass import LIFT, REST_AT_END, Pass, Passage, lift_of, rest_of
from scenes.kit.stage.gate_trio import GateTrio
from scenes.kit.stage.gate_wire import THINNEST, WIDEST, width_of
from scenes.kit.stage.gates import NEURON, Gates
from scenes.kit.stage.rail import KNOB, Rail
from scenes.kit.stage.world import Look
from scenes.kit.type.typesetting import Pen
from tests.kit.pictures.circuits import RECIPROCAL, gates_of, number
from tests.kit.stage.activations import alike, played


@pytest.mark.parametrize("inputs", [1, 2, 4])
def test_gates_lie_apart_in_their_region(inputs: int, pen: Pen) -> None:
    neuron = neuron_circuit([1.0] * (inputs + 1), [1.0] * inputs)
    leaves = [f"{kind}{i}" for i in range(inputs) for kind in "wx"]
    names = {name: (name[0], name) for name in (*leaves, "b", "a")}
    gates = Gates(STAGE, neuron.gates, names, 1.35, pen)
    marks = list(gates.marks.values())
    for number_, mark in enumerate(marks):
        assert STAGE.holds(mark)
        for other in marks[number_ + 1 :]:
            distance = float(np.linalg.norm(mark.middle - other.middle))
            assert distance > mark.radius + other.radius
    for name, wire in gates.wires.items():
        user = next((g.output for g in neuron.gates if name in g.inputs), None)
        place = gates.ends["a"].get_center() if user is None else gates.marks[user].middle
        reach = 0.0 if user is None else gates.marks[user].radius
        assert np.linalg.norm(wire.end - place) == pytest.approx(reach)
        source = gates.marks.get(name)
        start = gates.ends[name].get_center() if source is None else source.middle
        assert np.linalg.norm(wire.start - start) == pytest.approx(source.radius if source else 0)


def test_a_neuron_that_opens_ends_as_gates_that_were_never_closed(pen: Pen) -> None:
    gates = gates_of(pen)
    gates.closed()
    assert gates.ring.width == pytest.approx(2 * NEURON)
    for name in ("w0x0", "z", "-z"):
        mark, wire = gates.marks[name], gates.wires[name]
        assert np.linalg.norm(mark.middle - gates.neuron) + mark.radius < NEURON
        assert mark.symbol.get_fill_opacity() == mark.disc.get_fill_opacity() == 0
        assert wire.base.get_stroke_opacity() == 0
    for name in gates.leaves:
        reach = np.linalg.norm(gates.wires[name].end - gates.neuron)
        assert reach == pytest.approx(NEURON)
    move = gates.opens()
    played(move, 0.2, 0.7)
    assert alike(gates, gates_of(pen))


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6, 0.9])
def test_no_rims_cross_while_the_neuron_opens(share: float, pen: Pen) -> None:
    gates = gates_of(pen)
    gates.closed()
    move = gates.opens()
    move.begin()
    move.interpolate(share)
    marks = list(gates.marks.values())
    for number_, mark in enumerate(marks):
        for other in marks[number_ + 1 :]:
            distance = float(np.linalg.norm(mark.middle - other.middle))
            assert distance > mark.radius + other.radius


def test_light_runs_through_the_closed_neuron_and_leaves_nothing(pen: Pen) -> None:
    gates, closed = gates_of(pen), gates_of(pen)
    for each in (gates, closed):
        each.closed()
    move = Through(gates, gates.leaves)
    move.begin()
    move.interpolate(0.5)
    assert gates.ring.get_fill_color() != closed.ring.get_fill_color()
    played(move)
    assert alike(gates, closed)


def test_a_wire_is_coloured_as_far_as_a_number_has_come(pen: Pen) -> None:
    gates, blue, amber = gates_of(pen), pen.theme.forward, pen.theme.backward
    given = {name: number(pen, 2.0, blue) for name in ("w0", "x0")}
    made = number(pen, -2.0, blue)
    played(Pass(gates, [Passage("w0x0", given, {"w0x0": made})]), 0.5)
    assert [gates.wires[n].painted(blue) for n in ("w0", "x0")] == [(0.0, 1.0), (0.0, 1.0)]
    assert gates.wires["w0x0"].painted(blue) == (0.0, 0.5)
    assert gates.wires["w1"].painted(blue) == (0.0, 0.0)
    rest = gates.wires["w0x0"].at(rest_of(gates, "w0x0", made.width)) + LIFT * mn.UP
    assert np.allclose(made.get_center(), rest)
    assert made.get_left()[0] > gates.wires["w0x0"].start[0]
    assert made.get_fill_opacity() == 1
    assert all(word.get_fill_opacity() == 0 for word in given.values())
    copies = {name: number(pen, 0.2, amber) for name in ("w0x0", "w1x1", "b")}
    each = {"w0x0": 1.0, "w1x1": 0.5, "b": 0.0}
    played(Pass(gates, [Passage("z", {}, copies, each)], back=True), 0.5)
    assert gates.wires["w0x0"].painted(amber) == (0.5, 1.0)
    assert gates.wires["b"].painted(amber) == (0.0, 0.0)
    assert gates.wires["w0x0"].width_in(amber) == 2 * gates.wires["w1x1"].width_in(amber)
    played(Drain(gates), 0.5)
    assert all(np.ptp(wire.painted(amber)) == 0 for wire in gates.wires.values())


def test_a_motion_needs_no_frame_but_its_last(pen: Pen) -> None:
    ends = []
    for steps in ((), (0.1, 0.45, 0.55, 0.9)):
        gates = gates_of(pen)
        given = {"b": number(pen, -3.0, pen.theme.forward).move_to(gates.ends["b"])}
        made = number(pen, 1.0, pen.theme.forward)
        played(Pass(gates, [Passage("z", given, {"z": made})]), *steps)
        played(Ripple(gates, [["w0"], ["a"]]), *steps)
        played(gates.marks["z"].turns_into("max"), *steps)
        ends.append(mn.VGroup(gates, made))
    assert alike(*ends)


def test_a_flash_leaves_nothing(pen: Pen) -> None:
    gates = gates_of(pen)
    played(Ripple(gates, [["w0"], ["a"]]), 0.3, 0.8)
    assert alike(gates, gates_of(pen))


def test_numbers_that_cross_change_places(pen: Pen) -> None:
    gates = gates_of(pen)
    words = {name: number(pen, value, pen.theme.forward) for name, value in (("w0", 2), ("x0", 1))}
    for name, word in words.items():
        word.move_to(gates.ends[name])
    lifts = {"w0": LIFT, "x0": -LIFT}
    played(Cross(gates, "w0x0", words, lifts), 0.4)
    for name, other in (("w0", "x0"), ("x0", "w0")):
        rest = gates.wires[other].at(REST_AT_END) + lifts[other] * mn.UP
        assert np.allclose(words[name].get_center(), rest)


def test_a_chain_becomes_one_gate_with_a_wire_on_each_side(pen: Pen) -> None:
    gates = gates_of(pen)
    places = [gates.marks[name].middle for name in gates.chain()]
    move = Fold(gates, FOLDED[0])
    played(move, 0.5)
    assert gates.chain() == ["a"]
    assert set(gates.wires) == {"w0", "x0", "w1", "x1", "b", "w0x0", "w1x1", "z", "a"}
    mark = gates.marks["a"]
    assert np.allclose(mark.middle, np.mean(places, axis=0))
    assert np.allclose(gates.wires["z"].end, mark.middle + mark.radius * mn.LEFT)
    assert np.allclose(gates.wires["a"].start, mark.middle + mark.radius * mn.RIGHT)


def test_what_leads_to_a_folded_chain_closes_up(pen: Pen) -> None:
    gates = gates_of(pen)
    width, unit = (
        gates.bounds.width,
        gates.marks["a"].middle[0] - gates.marks["1+exp(-z)"].middle[0],
    )
    played(Fold(gates, FOLDED[0]), 0.3)
    between = gates.marks["a"].middle[0] - gates.marks["z"].middle[0]
    assert between == pytest.approx(FOLDED_NEXT * unit)
    assert gates.bounds.width < width
    for name, end in gates.ends.items():
        assert gates.bounds.left < end.get_center()[0] < gates.bounds.right, name
    played(PassOn(gates), 0.5)
    assert np.allclose(gates.wires["z"].end, gates.ends["a"].get_center(), atol=0.05)


def test_under_a_gradient_nothing_of_the_forward_colour_is_drawn(pen: Pen) -> None:
    wire, blue, amber = gates_of(pen).wires["z"], pen.theme.forward, pen.theme.backward
    wire.paint(blue, 0.0, 1.0)
    wire.paint(amber, 0.4, 1.0, THINNEST)
    (under,) = [path for path in wire if path.get_stroke_color().to_hex() == blue][:1]
    assert np.allclose(under.points[-1], wire.at(0.4))
    assert wire.painted(blue) == (0.0, 1.0)
    wire.paint(amber, 1.0, 1.0, THINNEST)
    assert np.allclose(under.points[-1], wire.end)


def test_a_number_goes_along_the_curve_of_a_gate(pen: Pen) -> None:
    """Its symbol has made room before the number comes; another leaves at the curve's height."""
    gates = gates_of(pen)
    mark, blue = gates.marks["a"], pen.theme.forward
    mark.hold(RECIPROCAL, 1.368)
    came, made = number(pen, 1.37, blue), number(pen, 0.731, blue)
    came.move_to(gates.wires["1+exp(-z)"].at(0.5))
    move = Pass(gates, [Passage("a", {"1+exp(-z)": came}, {"a": made})])
    move.begin()
    move.interpolate(0.45)
    assert mark.is_open
    assert mark.symbol.get_bottom()[1] > came.get_top()[1]
    assert np.linalg.norm(came.get_center() - mark.stands) < mark.radius / 2
    move.interpolate(0.52)
    assert made.get_center()[1] == pytest.approx(mark.stands[1], abs=0.05)
    played(move)
    assert mark.pose.opened == 1
    assert mark.pose.sloped == 0


def test_a_gate_whose_colour_drains_away_is_as_before(pen: Pen) -> None:
    mark = GateMark("add", mn.ORIGIN, 1.0, pen)
    for color in (pen.theme.backward, pen.theme.muted):
        for share in (0.0, 0.5, 1.0):
            mark.tint(color, share)
    assert alike(mark, GateMark("add", mn.ORIGIN, 1.0, pen))


@pytest.mark.parametrize("operation", SYMBOLS)
def test_the_symbol_of_an_open_gate_stays_inside_its_rim(operation: str, pen: Pen) -> None:
    mark = GateMark(operation, mn.ORIGIN, 1.5, pen)
    mark.hold(RECIPROCAL, 1.0)
    played(mark.opens())
    assert np.linalg.norm(mark.symbol.points, axis=1).max() < mark.radius


def test_numbers_keep_off_wires_that_rise(pen: Pen) -> None:
    neuron = neuron_circuit([1.0] * 5, [1.0] * 4)
    leaves = [f"{kind}{i}" for i in range(4) for kind in "wx"]
    names = {name: (name[0], name) for name in (*leaves, "b", "a")}
    gates = Gates(STAGE, neuron.gates, names, 1.35, pen)
    assert lift_of(gates, "w0x0") == LIFT
    assert lift_of(gates, "w3x3") == -LIFT


def test_light_chooses_one_wire_and_jumps_to_another(pen: Pen) -> None:
    gates, amber = gates_of(pen), pen.theme.backward
    terms = ("w0x0", "w1x1", "b")
    stops = Stops({name: gates.wires[name] for name in terms}, pen)
    played(stops.closes(("w0x0", "b")))
    assert stops.closed == {"w0x0": 1.0, "w1x1": 0.0, "b": 1.0}
    move = Choose(gates, "z", "w1x1", stops, 9.0)
    move.begin()
    move.interpolate(0.55)
    for name in terms:
        # It meets the stops.
        assert gates.wires[name].painted(amber)[0] == pytest.approx(AT)
    played(move)
    lit = {name: np.ptp(gates.wires[name].painted(amber)) for name in terms}
    assert lit == pytest.approx({"w0x0": 0.0, "w1x1": 1.0, "b": 0.0})
    jump = Jump(gates, ("w1x1", "w0x0"), stops, 0.5)
    jump.begin()
    jump.interpolate(0.49)
    assert np.ptp(gates.wires["w1x1"].painted(amber)) == pytest.approx(1.0)
    played(jump)
    lit = {name: np.ptp(gates.wires[name].painted(amber)) for name in terms}
    assert lit == pytest.approx({"w0x0": 1.0, "w1x1": 0.0, "b": 0.0})
    assert stops.closed == {"w0x0": 0.0, "w1x1": 1.0, "b": 1.0}


def test_three_gates_come_from_a_circuit_and_take_their_light(pen: Pen) -> None:
    trio, amber = GateTrio(STAGE, pen), pen.theme.backward
    goals = [cell.mark.middle for cell in trio.cells.values()]
    starts = [(np.array([n, 1.0, 0.0]), 0.3) for n in range(3)]
    move = trio.comes(starts)
    move.begin()
    assert [cell.mark.radius for cell in trio.cells.values()] == pytest.approx([0.3] * 3)
    played(move, 0.5)
    assert np.allclose([cell.mark.middle for cell in trio.cells.values()], goals)
    for mobject in (trio, *trio.names):
        assert STAGE.holds(mobject)
    played(trio.streams(), 0.3, 0.6)
    lit = {
        name: [float(np.ptp(wire.painted(amber))) for wire in cell.inputs]
        for name, cell in trio.cells.items()
    }
    assert lit == {"add": [1.0] * 3, "multiply": [1.0] * 2, "max": [1.0, 0.0, 0.0]}
    widths = [wire.width_in(amber) for wire in trio.cells["add"].inputs]
    assert len(set(widths)) == 1
    (upper, lower), (w, x) = trio.cells["multiply"].inputs, trio.crossing
    assert abs(w.get_center()[1] - lower.start[1]) < abs(w.get_center()[1] - upper.start[1])
    assert abs(x.get_center()[1] - upper.start[1]) < abs(x.get_center()[1] - lower.start[1])


@pytest.mark.parametrize("along", [mn.RIGHT, mn.UP])
def test_a_knob_hides_no_line_that_shines_through_it(along: np.ndarray, pen: Pen) -> None:
    rail = Rail(mn.ORIGIN, 2.0, (-1.0, 1.0), pen.theme.forward, pen, along)
    played(rail.slides(0.5), 0.4)
    assert np.allclose(rail.knob, along)
    assert np.allclose(rail.place(-1.0), -2 * along)
    ends = np.concatenate([path.points for path in rail if len(path.points) == 8])
    inside = np.linalg.norm(ends - rail.knob, axis=1) < KNOB - 1e-9
    assert not inside.any()


def test_gates_know_where_the_camera_is(pen: Pen) -> None:
    gates = gates_of(pen)
    home = gates.bounds
    near = Region(-1.0, 1.0, -1.0, 1.0)
    played(Look([gates], gates.around("a", air=1.0, rows=1.0), near))
    assert np.allclose(gates.marks["a"].middle, 0)
    assert gates.marks["a"].radius == pytest.approx(1.0)
    played(Look([gates], gates.bounds, home))
    assert np.allclose([gates.bounds.left, gates.bounds.top], [home.left, home.top])


def test_width_is_in_proportion_between_its_ends() -> None:
    assert width_of(0.5) == 0.5 * WIDEST
    assert width_of(-7.0) == width_of(1.0) == WIDEST
    assert width_of(1e-300) == THINNEST
