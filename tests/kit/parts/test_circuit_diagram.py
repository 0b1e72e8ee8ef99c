"""A graph of gates keeps its numbers apart, whatever they are."""

from dataclasses import dataclass
from itertools import combinations

import manim as mn
import numpy as np
import pytest

from scenes.kit.layout import STAGE, Region
from scenes.kit.parts.circuit_diagram import SYMBOLS, CircuitDiagram
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import Figure, magnitude, measured
from tests.selection import quick_cases


@dataclass(frozen=True)
class Gate:
    operation: str
    inputs: tuple[str, ...]
    output: str


CHAIN = (
    Gate("negate", ("z",), "n"),
    Gate("exp", ("n",), "e"),
    Gate("add_one", ("e",), "d"),
    Gate("reciprocal", ("d",), "a"),
)
SIGMA = Gate("sigmoid", ("z",), "a")


def neuron(inputs: int) -> tuple[Gate, ...]:
    products = [Gate("multiply", (f"w{i}", f"x{i}"), f"p{i}") for i in range(inputs)]
    return (*products, Gate("add", (*(p.output for p in products), "b"), "z"), *CHAIN)


def diagram(inputs: int, pen: Pen, figure: Figure) -> CircuitDiagram:
    gates = neuron(inputs)
    wires = {name for gate in gates for name in (*gate.inputs, gate.output)}
    drawn = CircuitDiagram(STAGE, gates, {name: (name[0], name) for name in wires}, pen)
    value = FIGURES["small"] if figure.is_zero else figure
    drawn.write(dict.fromkeys(wires, value), dict.fromkeys(wires, figure))
    return drawn


FIGURES = {
    "plain": measured("v", -0.534),
    "zero": measured("v", 0.0),
    "small": measured("v", -1.23e-5),
    "beyond floats": magnitude("v", -3473488.3, digits=1, negative=True),
}


@pytest.fixture(params=FIGURES)
def figure(request: pytest.FixtureRequest) -> Figure:
    return FIGURES[request.param]


def box(mobject: mn.Mobject) -> tuple[float, float, float, float]:
    (left, bottom, _), (right, top, _) = mobject.get_corner(mn.DL), mobject.get_corner(mn.UR)
    return left, bottom, right, top


def touch(one: mn.Mobject, other: mn.Mobject) -> bool:
    a, b = box(one), box(other)
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@pytest.mark.parametrize("inputs", quick_cases([1, 2, 3, 4], 4))
def test_nothing_lies_on_anything(inputs: int, figure: Figure, pen: Pen) -> None:
    drawn = diagram(inputs, pen, figure)
    locals_ = [drawn.local(gate, measured("l", -1.0)) for gate in drawn.gates if gate[0] != "p"]
    numbers = [*drawn.values.values(), *drawn.gradients.values(), *locals_]
    everything = [*numbers, *drawn.names, *(mark.circle for mark in drawn.gates.values())]
    for one, other in combinations(everything, 2):
        assert not touch(one, other)
    assert STAGE.holds(mn.VGroup(drawn, *numbers))


@pytest.mark.parametrize("inputs", [1, 4])
def test_wires_run_from_rim_to_rim_beside_their_numbers(
    inputs: int, figure: Figure, pen: Pen
) -> None:
    drawn = diagram(inputs, pen, figure)
    for gate in neuron(inputs):
        mark = drawn.gates[gate.output]
        radius = mark.circle.width / 2
        for name in gate.inputs:
            wire = drawn.wires[name]
            assert np.linalg.norm(wire.line.get_end() - mark.get_center()) == pytest.approx(radius)
            value, gradient = drawn.values[name], drawn.gradients[name]
            height = wire.line.get_start()[1]
            assert gradient.get_top()[1] < height < value.get_bottom()[1]
        start = drawn.wires[gate.output].line.get_start()
        np.testing.assert_allclose(start, mark.circle.get_right(), atol=1e-9)


def test_values_are_blue_and_gradients_orange(pen: Pen) -> None:
    drawn = diagram(2, pen, FIGURES["plain"])
    assert drawn.values["z"].get_color().to_hex() == pen.theme.forward
    assert drawn.gradients["z"].get_color().to_hex() == pen.theme.backward


def test_what_is_free_lies_beside_the_chain(figure: Figure, pen: Pen) -> None:
    drawn = diagram(2, pen, figure)
    numbers = [*drawn.values.values(), *drawn.gradients.values()]
    numbers += [drawn.local(gate, figure) for gate in ("z", "n", "e")]
    for region in drawn.free(STAGE):
        area = mn.Rectangle(width=region.width, height=region.height).move_to(region.center)
        assert STAGE.holds(area)
        assert not any(touch(area, each) for each in (*numbers, *drawn.wires.values()))


def finish(animation: mn.Animation) -> None:
    animation._setup_scene(None)
    animation.begin()
    animation.finish()


def stroke(drawn: CircuitDiagram, name: str) -> str:
    return drawn.wires[name].line.get_stroke_color().to_hex()


def test_only_wires_that_carry_a_gradient_take_its_colour(pen: Pen) -> None:
    routing = CircuitDiagram(
        Region(-3, 3, -2, 2),
        (Gate("max", ("p", "q"), "m"),),
        {"p": ("p", "p"), "q": ("q", "q")},
        pen,
    )
    one, none = measured("g", 1.0), measured("g", 0.0)
    routing.write(dict.fromkeys("pqm", one), {"p": none, "q": one, "m": one})
    finish(routing.light(["m"]))
    assert {stroke(routing, name) for name in "pqm"} == {pen.theme.forward}
    finish(routing.begin())
    finish(routing.darken(["m"]))
    assert stroke(routing, "p") == pen.theme.forward
    assert {stroke(routing, name) for name in "qm"} == {pen.theme.backward}
    assert len(routing.give_back(["m"]).animations) == 1


def test_a_chain_folds_into_one_gate(pen: Pen) -> None:
    drawn = diagram(2, pen, FIGURES["plain"])
    ends = drawn.wires["z"].line.get_start(), drawn.wires["a"].line.get_end()
    for move in drawn.fold(SIGMA):
        finish(move)
    assert set(drawn.gates) == {"p0", "p1", "z", "a"}
    assert drawn.plan["a"] is SIGMA
    assert not {"n", "e", "d"} & set(drawn.wires)
    mark, before, after = drawn.gates["a"], drawn.wires["z"].line, drawn.wires["a"].line
    np.testing.assert_allclose(before.get_start(), ends[0])
    np.testing.assert_allclose(before.get_end(), mark.circle.get_left(), atol=1e-9)
    np.testing.assert_allclose(after.get_start(), mark.circle.get_right(), atol=1e-9)
    np.testing.assert_allclose(after.get_end(), ends[1])


def test_every_gate_of_the_core_has_a_symbol() -> None:
    from backprop_core.passes.circuit import OPERATIONS

    assert set(SYMBOLS) == set(OPERATIONS)
