"""The stage of the film `circuit`: what its beats move."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

import manim as mn
import numpy as np
from manim.typing import Point3D

from scenes.kit.film import Film
from scenes.kit.layout import STAGE, Region, point
from scenes.kit.live_number import LiveNumber
from scenes.kit.motion import fade
from scenes.kit.stage.activation_curve import ActivationCurve
from scenes.kit.stage.dim import Dim
from scenes.kit.stage.gate_choice import Stops
from scenes.kit.stage.gate_mark import SYMBOLS
from scenes.kit.stage.gate_pass import LIFT, Pass, Passage, lift_of, rest_of
from scenes.kit.stage.gate_trio import GateTrio
from scenes.kit.stage.gates import NAME_ROOM, VALUE_GAP, Gates
from scenes.kit.stage.rail import Rail
from scenes.kit.stage.word_changes import Tied, Veil
from scenes.kit.theme import LABEL
from scenes.kit.type.typesetting import Typeset
from scenes.stories.circuit import NUDGED, SUM, CircuitStory
from scenes.words.figures import Figure, sentence

VALUE, NEARBY, LARGE = 40, 50, 52
"""Sizes of numbers on the things that they measure."""
HOME = Region(STAGE.left, STAGE.right, -2.75, 1.75)
"""Where the circuit lies."""
FOLDED = Region(STAGE.left, 5.4, -2.8, 1.9)
"""Where it lies once its chain is folded; at its right there is room for a ruler."""
PRODUCT = Region(STAGE.left, STAGE.right, -2.7, 2.6)
"""Where a product and the sum lie when the camera shows these."""
CHAIN = Region(-6.7, 6.7, -2.6, 2.2)
"""Where its chain lies when the camera shows all of it."""
NEAR = Region(-6.8, 6.8, -2.6, 2.2)
"""Where a gate of the chain and its neighbours lie when the camera rides along."""
SLOPE_ABOVE = 0.45
"""How far above a gate the middle of its slope stands."""
LONGEST_BAR = 2.5
RAIL_ABOVE, RAIL_GAP = 0.78, 0.25
RULER = 4.2
"""Height of the ruler at the output."""
SHOWN = 0.75
"""The part of the ruler, from its middle to an end, that a change takes."""
LEAF_VALUE = 1.35
"""Widest value at a free end."""
CHAIN_GAP, DROP = 1.85, 1.95
"""The widest number between two gates of the chain; a wider one rests so far below its wire."""
AROUND, BEHIND = 1.5, 0.5
"""What the camera sees above and below a gate, and behind the output, in radii."""
BELOW = 0.45
"""How far below its wire the value of the output rests."""
FEW = 2
"""More inputs than that are close to each other."""
DIM, FAINT, HIDDEN = 0.35, 0.2, 0.0
EARLY, MEANWHILE, LATE = (0.0, 0.3), (0.5, 0.7), (0.8, 1.0)
CURVES = {
    "a": ActivationCurve(lambda x: 1 / x, lambda x: -1 / x**2, (0.35, 3.2), (0.25, 2.9)),
    "exp(-z)": ActivationCurve(np.exp, np.exp, (-3.0, 1.2), (0.0, 3.4)),
    "1+exp(-z)": ActivationCurve(lambda x: x + 1, np.ones_like, (-0.5, 3.0), (0.1, 4.4)),
    "-z": ActivationCurve(lambda x: -x, lambda x: -np.ones_like(x), (-3.0, 3.0), (-3.75, 3.75)),
}
"""What the gates of the chain compute, as it is drawn in them."""


class CircuitStage(Film):
    """The circuit across the stage, a rail at its first weight, and a ruler at its output.

    Attributes
    ----------
    gates, rail
        On stage from the beginning.
    values, gradients, slopes
        The numbers that are on stage, by wire or gate.
    output
        The value at the output.
    asked
        The question mark at the output, which becomes the answer.
    ticks
        The numbers beside the rail, before and after the nudge.
    exponential, equation
        What beats leave for others: a value beyond floats, the slope of sigma.
    ruler, named, target, prediction
        The ruler at the output, and its name; a ring on it where the output should go, and the
        number of that.
    terms, stops
        What max compares, and what closes its inputs.
    live, turned, turning
        The numbers that count while the weight is turned: its product, the largest, and itself;
        how far it is turned; and the rail for that.
    trio
        The three gates of the last picture.
    """

    story: CircuitStory
    output: Typeset
    exponential: Typeset | None = None
    equation: Sequence[Typeset] = ()
    ruler: Rail
    named: Typeset
    target: mn.Circle
    prediction: Typeset
    terms: dict[str, Typeset]
    stops: Stops
    live: tuple[LiveNumber, LiveNumber, LiveNumber]
    turned: float = 0.0
    turning: Rail | None = None
    trio: GateTrio

    def compute(self) -> None:
        """Pass the inputs through the neuron, forward and backward."""
        self.story = CircuitStory.of(self.experiment)

    def lay_out(self) -> None:
        """Draw the closed neuron and the rail at its first weight."""
        story, pen = self.story, self.pen
        values = story.values()
        leaves = [f"{kind}{i}" for i in range(story.inputs) for kind in "wx"] + ["b"]
        self.values = {name: self.value(values[name], LEAF_VALUE) for name in leaves}
        self.room = room = max(word.width for word in self.values.values())
        names = {name: _math(name) for name in (*leaves, "a")}
        self.gates = Gates(HOME, story.neuron.gates, names, room, pen)
        for name, word in self.values.items():
            word.move_to(self.gates.value_place(name), aligned_edge=mn.RIGHT)
        for symbol in SYMBOLS.values():
            self.ledger.record("", pen.formula(*symbol).figures)
        # The camera moves it past the end of its wire.
        self.gates.names["a"].halo(self.theme.background)
        self.gates.closed()
        for name, word in self.gates.names.items():
            word.set_fill(opacity=1.0 if name in {NUDGED, "a"} else DIM)
        self.gradients: dict[str, Typeset] = {}
        self.slopes: dict[str, Typeset] = {}
        self.asked = pen.text("?", size=LARGE + 20, color=self.theme.forward)
        self._lay_rail()
        self.add(self.gates, self.rail, *self.ticks, *self.gates.names.values())

    def _lay_rail(self) -> None:
        """Draw the rail at the first weight, and the numbers at its ends."""
        zero = self.gates.ends[NUDGED].get_center() + RAIL_ABOVE * mn.UP
        self.rail = Rail(zero, LONGEST_BAR, (0.0, 1.0), self.theme.forward, self.pen)
        before, after = self.story.nudged
        if before.plain == after.plain:
            step = self.story.step
            after = Figure("nudge", step.value, f"+ {step.mantissa}", step.exponent)
        self.ticks = self.at_ends(self.rail, (before, after))

    def at_ends(self, rail: Rail, figures: tuple[Figure, Figure]) -> list[Typeset]:
        """Write a number at each end of a level rail."""
        words = [self.pen.number(each, size=LABEL + 4) for each in figures]
        left, right = rail.ends
        words[0].move_to(left + RAIL_GAP * mn.LEFT, aligned_edge=mn.RIGHT)
        words[1].move_to(right + RAIL_GAP * mn.RIGHT, aligned_edge=mn.LEFT)
        return words

    def ruler_at(self, place: Point3D) -> Rail:
        """Draw a ruler through a place, on which a change of 1 is the one that is expected."""
        half = RULER / 2
        reach = 1 / SHOWN
        unit, color = half / reach, self.theme.forward
        return Rail(place, unit, (-reach, reach), color, self.pen, mn.UP, divided=5)

    # Numbers

    def value(self, figure: Figure, width: float, size: float = VALUE) -> Typeset:
        """Typeset a number of the forward pass."""
        return self._number(figure, self.theme.forward, width, size)

    def gradient(self, figure: Figure, width: float = 2.6, size: float = VALUE) -> Typeset:
        """Typeset a number of the backward pass."""
        return self._number(figure, self.theme.backward, width, size)

    def slope(self, gate: str, figure: Figure) -> Typeset:
        """Typeset the slope of a gate above it."""
        words = sentence("\N{MULTIPLICATION SIGN} {n}", n=figure)
        ink = self.pen.label(words, self.theme.ink, NEARBY - 4).fit_width(2.9)
        ink.halo(self.theme.background)
        mark = self.gates.marks[gate]
        return ink.move_to(mark.middle + (mark.radius + SLOPE_ABOVE) * mn.UP)

    def _number(self, figure: Figure, color: str, width: float, size: float) -> Typeset:
        return self.pen.number(figure, color, size).fit_width(width).halo(self.theme.background)

    def widths(self, names: Iterable[str]) -> dict[str, float]:
        """Return the gradients of wires, which make them wide."""
        return {name: float(self.story.neuron.gradient[name]) for name in names}

    def passing_back(self, *gates: str, width: float = 2.6, size: float = VALUE) -> mn.Animation:
        """Return the motion of the gradient through gates."""
        figures, passages = self.story.gradients(), []
        for gate in gates:
            names = self.gates.plan[gate].inputs
            out = {name: self.gradient(figures[name], width, size) for name in names}
            in_chain = {name: self.drop(number, LIFT) for name, number in out.items()}
            lifts = in_chain if len(names) == 1 else {}
            given = {gate: self.gradients.pop(gate)}
            passages.append(Passage(gate, given, out, self.widths(names), lifts))
            self.gradients |= out
        return Pass(self.gates, passages, back=True)

    def output_rests(self) -> mn.Animation:
        """Let the value of the output make room above its wire, and rest below it."""
        wire, farthest = self.gates.wires["a"], STAGE.right - self.output.width / 2

        def place() -> Point3D:
            x, y, _ = wire.at(0.5)
            return point(min(float(x), farthest), float(y) - BELOW)

        return Tied(self.output, place)

    def rest_place(self, name: str, number: Typeset) -> Point3D:
        """Return where a number of a wire rests."""
        place = self.gates.wires[name].at(rest_of(self.gates, name, number.width))
        return np.asarray(place + lift_of(self.gates, name) * mn.UP)

    def tie(self, name: str) -> mn.Animation:
        """Let a gradient rest at its wire again, wherever the camera moves that."""
        number = self.gradients[name]
        return Tied(number, lambda: self.rest_place(name, number))

    def tied_leaves(self) -> list[mn.Animation]:
        """Let names and values stand at the free ends again, wherever the camera moves these."""
        values = [Tied(word, self._place_of_value(n, word)) for n, word in self.values.items()]
        return [*values, *(Tied(w, self._place_of_name(n, w)) for n, w in self.gates.names.items())]

    def _place_of_value(self, name: str, word: Typeset) -> Callable[[], Point3D]:
        end, gap = self.gates.ends[name], VALUE_GAP + word.width / 2
        return lambda: end.get_center() + gap * mn.LEFT

    def _place_of_name(self, name: str, word: Typeset) -> Callable[[], Point3D]:
        end, half = self.gates.ends[name], word.width / 2
        if name not in self.gates.leaves:
            return lambda: end.get_center() + (VALUE_GAP + half) * mn.RIGHT
        gap = VALUE_GAP + self.room + NAME_ROOM - half
        return lambda: end.get_center() + gap * mn.LEFT

    def tied_slopes(self) -> list[mn.Animation]:
        """Let all slopes stand above their gates again."""
        return [self._tie_slope(gate, word) for gate, word in self.slopes.items()]

    def _tie_slope(self, gate: str, word: Typeset) -> mn.Animation:
        mark = self.gates.marks[gate]
        return Tied(word, lambda: mark.middle + (mark.radius + SLOPE_ABOVE) * mn.UP)

    def dim_all_but(self, *names: str) -> mn.Animation:
        """Dim all gates and wires but these."""
        gates = self.gates
        others = [name for name in gates.wires if name not in names]
        self._dimmed = gates.parts(*others)
        return Dim(gates, self._dimmed, FAINT, EARLY)

    def light_all(self) -> mn.Animation:
        """Light again what was dimmed."""
        return Dim(self.gates, self._dimmed, 1 / FAINT, LATE)

    def drop(self, number: Typeset, above: float) -> float:
        """Return how far above its wire of the chain a number rests: below, if it is too wide."""
        return above if number.width < CHAIN_GAP else -DROP

    # The camera

    def words_of_ends(self) -> list[Typeset]:
        """Return the names and values of the free ends that are on stage, and of the rail."""
        words = [w for n, w in self.gates.names.items() if n != "a"]
        return [*words, *self._on_stage(self.values.values()), *self._on_stage(self.ticks)]

    def _on_stage(self, words: Iterable[Typeset]) -> list[Typeset]:
        there = {id(m) for mobject in self.mobjects for m in mobject.get_family()}
        return [word for word in words if id(word) in there]

    def on_chain(self) -> mn.Animation:
        """Move the camera to the sum, the chain, and the output."""
        gates = self.gates
        seen = gates.around(SUM, *gates.chain(), air=1.0, rows=AROUND)
        end = gates.ends["a"].get_center()[0] + BEHIND * gates.marks["a"].radius
        return self.look(Region(seen.left, end, seen.bottom, seen.top), CHAIN)

    def near(self, gate: str) -> mn.Animation:
        """Move the camera to a gate of the chain, with the whole of its neighbours."""
        gates = self.gates
        row = [SUM, *gates.chain()]
        at = row.index(gate)
        seen = gates.around(*row[at - 1 : at + 2], air=1.0, rows=AROUND)
        right = seen.right
        if gate == row[-1]:
            right = gates.ends["a"].get_center()[0] + BEHIND * gates.marks[gate].radius
        return self.look(Region(seen.left, right, seen.bottom, seen.top), NEAR)

    def at_product(self, product: str) -> mn.Animation:
        """Move the camera to a product, its inputs, and the sum."""
        gates = self.gates
        total = gates.marks[SUM]
        rows = [gates.ends[name].get_center()[1] for name in gates.plan[product].inputs]
        high = max(*rows, total.middle[1]) + gates.row
        low = min(*rows, total.middle[1]) - total.radius
        right = total.middle[0] + 2 * total.radius
        return self.look(Region(gates.bounds.left, right, low, high), PRODUCT)

    def at_home(self) -> mn.Animation:
        """Move the camera back, so that the whole circuit is seen."""
        folded = len(self.gates.chain()) == 1
        return self.look(self.gates.bounds, FOLDED if folded else HOME)

    def comes_back(self, words: Sequence[Typeset], opacity: float = DIM) -> mn.Animation:
        """Hide values of which copies travel, and show them again once these have left."""
        for word in words:
            fade(word, 0.0)
        return self.veil(words, opacity, early=False)

    def veil(self, words: Sequence[Typeset], opacity: float, *, early: bool = True) -> mn.Animation:
        """Dim words, in the first or the last part of a move."""
        return Veil(words, opacity, EARLY if early else LATE)


def _math(name: str) -> tuple[str, str]:
    """Return the name of a wire as Typst math and as text."""
    return re.sub(r"(\d)", r"_\1 ", name).strip(), name


def dots(story: CircuitStory) -> dict[str, float]:
    """Return where each gate of the chain stands on its curve, as far as a float can hold it."""
    given = {"-z": "z", "exp(-z)": "-z", "1+exp(-z)": "exp(-z)", "a": "1+exp(-z)"}
    return {
        gate: float(np.clip(float(story.neuron.value[wire]), -30, 30))
        for gate, wire in given.items()
    }
