"""Gates open, numbers travel through them, and a chain of them becomes one."""

import manim as mn
import numpy as np
import pytest

from backprop_core.passes.circuit import FOLDED, neuron_circuit
from scenes.kit.layout import STAGE, Region
from scenes.kit.stage.gate_light import Drain, Flood, Ripple
from scenes.kit.stage.gate_pass import LIFT, Cross, Pass, Passage, rest_of
from scenes.kit.stage.gate_wire import THINNEST, WIDEST, width_of
from scenes.kit.stage.gates import NEURON, Gates
from scenes.kit.stage.world import Look
from scenes.kit.type.typesetting import Pen
from tests.kit.pictures.circuits import gates_of, number
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
    assert all(mark.radius == pytest.approx(NEURON) for mark in gates.marks.values())
    disc = gates.marks["z"]
    for name in ("w0x0", "z", "-z"):
        points = gates.wires[name].base.points
        assert np.linalg.norm(points - disc.middle, axis=1).max() < NEURON + 1e-6
    assert all(mark.symbol.get_fill_opacity() == 0 for mark in gates.marks.values())
    played(gates.opens(), 0.2, 0.7)
    assert alike(gates, gates_of(pen))


def test_a_wire_is_coloured_as_far_as_a_number_has_come(pen: Pen) -> None:
    gates, blue, amber = gates_of(pen), pen.theme.forward, pen.theme.backward
    given = {name: number(pen, 2.0, blue) for name in ("w0", "x0")}
    made = number(pen, -2.0, blue)
    played(Pass(gates, [Passage("w0x0", given, {"w0x0": made})]), 0.5)
    assert [gates.wires[n].painted(blue) for n in ("w0", "x0")] == [(0.0, 1.0), (0.0, 1.0)]
    assert gates.wires["w0x0"].painted(blue) == (0.0, 0.5)
    assert gates.wires["w1"].painted(blue) == (0.0, 0.0)
    rest = gates.wires["w0x0"].at(rest_of(gates, "w0x0")) + LIFT * mn.UP
    assert np.allclose(made.get_center(), rest)
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
    played(Flood(gates, "a", 5.0), 0.2)
    assert gates.wires["a"].painted(amber) == (0.0, 1.0)


def test_a_motion_needs_no_frame_but_its_last(pen: Pen) -> None:
    ends = []
    for steps in ((), (0.1, 0.45, 0.55, 0.9)):
        gates = gates_of(pen)
        given = {"b": number(pen, -3.0, pen.theme.forward).move_to(gates.ends["b"])}
        made = number(pen, 1.0, pen.theme.forward)
        played(Pass(gates, [Passage("z", given, {"z": made})]), *steps)
        played(Ripple(gates, ["w0", "a"]), *steps)
        played(gates.marks["z"].turns_into("max"), *steps)
        ends.append(mn.VGroup(gates, made))
    assert alike(*ends)


def test_a_flash_leaves_nothing(pen: Pen) -> None:
    gates = gates_of(pen)
    played(Ripple(gates, ["w0", "a"]), 0.3, 0.8)
    assert alike(gates, gates_of(pen))


def test_numbers_that_cross_change_places(pen: Pen) -> None:
    gates = gates_of(pen)
    words = {name: number(pen, value, pen.theme.forward) for name, value in (("w0", 2), ("x0", 1))}
    for name, word in words.items():
        word.move_to(gates.ends[name])
    lifts = {"w0": LIFT, "x0": -LIFT}
    played(Cross(gates, "w0x0", words, lifts), 0.4)
    for name, other in (("w0", "x0"), ("x0", "w0")):
        rest = gates.wires[other].at(rest_of(gates, other)) + lifts[other] * mn.UP
        assert np.allclose(words[name].get_center(), rest)


def test_a_chain_becomes_one_gate_with_a_wire_on_each_side(pen: Pen) -> None:
    gates = gates_of(pen)
    places = [gates.marks[name].middle for name in gates.chain()]
    move = gates.folds(FOLDED[0])
    played(move, 0.5)
    assert gates.chain() == ["a"]
    assert set(gates.wires) == {"w0", "x0", "w1", "x1", "b", "w0x0", "w1x1", "z", "a"}
    mark = gates.marks["a"]
    assert np.allclose(mark.middle, np.mean(places, axis=0))
    assert np.allclose(gates.wires["z"].end, mark.middle + mark.radius * mn.LEFT)
    assert np.allclose(gates.wires["a"].start, mark.middle + mark.radius * mn.RIGHT)


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
