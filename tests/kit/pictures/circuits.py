"""Pictures of a neuron as gates: closed, with numbers under way, open, folded; and rails."""

from collections.abc import Callable, Mapping

import manim as mn
import numpy as np

from backprop_core.passes.circuit import FOLDED, neuron_circuit
from scenes.kit.layout import STAGE
from scenes.kit.stage.activation_curve import ActivationCurve
from scenes.kit.stage.gate_choice import Choose, Stops
from scenes.kit.stage.gate_fold import Fold
from scenes.kit.stage.gate_pass import Pass, Passage
from scenes.kit.stage.gate_trio import GateTrio
from scenes.kit.stage.gates import Gates
from scenes.kit.stage.rail import Rail, ring_at
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.words.figures import measured

LEAVES = ("w0", "x0", "w1", "x1", "b")
RECIPROCAL = ActivationCurve(lambda x: 1 / x, lambda x: -1 / x**2, (0.35, 3.2), (0.25, 2.9))


def gates_of(pen: Pen) -> Gates:
    neuron = neuron_circuit((2.0, -3.0, -3.0), (-1.0, -2.0))
    names = {name: (name[0], name) for name in (*LEAVES, "a")}
    return Gates(STAGE.inset(0, 0, 0.2, 0.9), neuron.gates, names, 0.6, pen)


def number(pen: Pen, value: float, color: str) -> Typeset:
    return pen.number(measured("value", value), color, 40).halo(pen.theme.background)


def begun(move: mn.Animation, share: float) -> mn.Animation:
    """Show a moment of a motion."""
    move._setup_scene(None)
    move.begin()
    move.interpolate(share)
    return move


def passing(pen: Pen, gates: Gates, share: float) -> mn.Mobject:
    """Let two factors go into a product, and a gradient out of the sum."""
    blue, amber = pen.theme.forward, pen.theme.backward
    given = {name: number(pen, value, blue) for name, value in (("w0", 2.0), ("x0", -1.0))}
    for name, word in given.items():
        word.move_to(gates.ends[name])
    product = Passage("w0x0", given, {"w0x0": number(pen, -2.0, blue)})
    copies = {name: number(pen, 0.197, amber) for name in ("w1x1", "b")}
    back = Passage("z", {}, copies, {"w1x1": 0.197, "b": 0.0})
    moved = [begun(Pass(gates, [product]), share), begun(Pass(gates, [back], back=True), share)]
    return mn.VGroup(gates, *(one for each in moved for one in each.mobject.submobjects[1:]))


def closed(pen: Pen) -> mn.Mobject:
    """The neuron, and the rail at its first weight, moved."""
    gates = gates_of(pen)
    gates.closed()
    place = gates.ends["w0"].get_center() + 0.5 * mn.UP
    rail = Rail(place, 2.0, (0.0, 1.0), pen.theme.forward, pen)
    rail.draw(0.6)
    return mn.VGroup(gates, *gates.names.values(), rail)


def under_way(pen: Pen) -> mn.Mobject:
    """The open circuit; numbers have come half of their way, and others all of it."""
    gates = gates_of(pen)
    early = passing(pen, gates, 0.2)
    return mn.VGroup(early, *gates.names.values())


def arrived(pen: Pen) -> mn.Mobject:
    """Numbers rest at their wires; a wire without gradient is dark; the last gate is open."""
    gates = gates_of(pen)
    moved = passing(pen, gates, 1.0)
    gates.marks["a"].hold(RECIPROCAL, 1.368)
    begun(gates.marks["a"].opens(), 1.0)
    return mn.VGroup(moved, *gates.names.values())


def folded(pen: Pen) -> mn.Mobject:
    """Four gates have become one; a rail with a bar to the left."""
    gates = gates_of(pen)
    move = begun(Fold(gates, FOLDED[0]), 1.0)
    move.finish()
    gates.marks["a"].hold(
        ActivationCurve.fitted(
            lambda z: 1 / (1 + np.exp(-z)), np.ones_like, (-6.0, 6.0), saturated_below=0.0
        ),
        1.0,
    )
    begun(gates.marks["a"].opens(), 1.0)
    ruler = Rail(gates.ends["a"].get_center(), 1.6, (-1.3, 1.3), pen.theme.forward, pen, mn.UP, 5)
    ruler.draw(-1.0)
    ring = ring_at(ruler.place(-1.0), pen.theme.backward)
    return mn.VGroup(gates, ruler, ring)


def chosen(pen: Pen) -> mn.Mobject:
    """A sum has become a max: light on one wire, and stops across the others."""
    gates = gates_of(pen)
    begun(gates.marks["z"].turns_into("max"), 1.0)
    terms = ("w0x0", "w1x1", "b")
    stops = Stops({name: gates.wires[name] for name in terms}, pen)
    stops.draw({"w0x0": 1.0, "b": 1.0})
    begun(Choose(gates, "z", "w1x1", stops, 9.0), 0.8)
    return mn.VGroup(gates, stops)


def trio(pen: Pen) -> mn.Mobject:
    """Three gates side by side, with light on their wires."""
    three = GateTrio(STAGE.inset(0, 0, 0.5, 0.5), pen)
    begun(three.comes([(mn.ORIGIN, 0.3)] * 3), 1.0)
    begun(three.streams(), 1.0)
    return mn.VGroup(three, *three.names, *three.crossing)


PICTURES: Mapping[str, Callable[[Pen], mn.Mobject]] = {
    "gates_closed": closed,
    "gates_under_way": under_way,
    "gates_arrived": arrived,
    "gates_folded": folded,
    "gates_chosen": chosen,
    "gates_trio": trio,
}
