"""The stage of the film `circuit`: what its beats move."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import manim as mn
import numpy as np
from manim.typing import Point3D

from scenes.kit.film import Film
from scenes.kit.layout import STAGE, Region, point
from scenes.kit.motion import fade
from scenes.kit.stage.activation_curve import ActivationCurve
from scenes.kit.stage.dim import Dim
from scenes.kit.stage.gate_light import Ripple
from scenes.kit.stage.gate_mark import SYMBOLS
from scenes.kit.stage.gate_pass import LIFT, Pass, Passage, rest_of
from scenes.kit.stage.gates import Gates
from scenes.kit.stage.rail import Rail
from scenes.kit.stage.word_changes import Emerge, Tied, Veil
from scenes.kit.theme import LABEL
from scenes.kit.type.typesetting import Typeset
from scenes.stories.circuit import NUDGED, SUM, CircuitStory
from scenes.words.figures import Figure, sentence

VALUE, NEARBY, LARGE = 40, 50, 52
"""Sizes of numbers on the things that they measure."""
HOME = Region(STAGE.left, STAGE.right, -2.75, 1.75)
"""Where the circuit lies."""
CHAIN = Region(-6.5, 6.4, -2.6, 2.2)
"""Where its chain lies when the camera shows all of it."""
NEAR = Region(-1.8, 1.8, -2.0, 1.6)
"""Where a gate of the chain lies when the camera rides along."""
JUNCTION = Region(-6.3, 6.3, -2.6, 2.4)
"""Where the sum and the wires around it lie."""
SLOPE_ABOVE = 0.45
"""How far above a gate the middle of its slope stands."""
LONGEST_BAR = 2.5
RAIL_ABOVE, RAIL_GAP = 0.78, 0.25
OTHER_SIDE = 0.2
"""Part of a rail of the output on the side of zero to which it does not move."""
LEAF_VALUE = 1.35
"""Widest value at a free end."""
CHAIN_GAP, DROP = 2.2, 2.15
"""The widest number between two gates of the chain; a wider one rests so far below its wire."""
AFTER_SUM, NEARER, FEW = 2.0, 0.6, 2
"""How far right of the next gate the camera sees, in radii, and which part of the way to inputs."""
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
    """The circuit across the stage, a rail at its first weight, and one at its output.

    Attributes
    ----------
    gates, rail
        On stage from the beginning.
    values, gradients, slopes
        The numbers that are on stage, by wire or gate.
    output
        The value at the output.
    ticks
        The numbers beside the rail, before and after the nudge.
    exponential, equation, terms
        What beats leave for others: a value beyond floats, the slope of sigma, what max compares.
    predicted, measured, prediction, measurement
        Rails of the output, and their numbers.
    """

    story: CircuitStory
    output: Typeset
    exponential: Typeset | None = None
    equation: Sequence[Typeset] = ()
    terms: dict[str, Typeset]
    predicted: Rail
    measured: Rail
    prediction: Typeset
    measurement: Typeset

    def compute(self) -> None:
        """Pass the inputs through the neuron, forward and backward."""
        self.story = CircuitStory.of(self.experiment)

    def lay_out(self) -> None:
        """Draw the closed neuron and the rail at its first weight."""
        story, pen = self.story, self.pen
        values = story.values()
        leaves = [f"{kind}{i}" for i in range(story.inputs) for kind in "wx"] + ["b"]
        self.values = {name: self.value(values[name], LEAF_VALUE) for name in leaves}
        room = max(word.width for word in self.values.values())
        names = {name: _math(name) for name in (*leaves, "a")}
        self.gates = Gates(HOME, story.neuron.gates, names, room, pen)
        for name, word in self.values.items():
            word.move_to(self.gates.value_place(name), aligned_edge=mn.RIGHT)
        for symbol in SYMBOLS.values():
            self.ledger.record("", pen.formula(*symbol).figures)
        self.gates.closed()
        for name, word in self.gates.names.items():
            word.set_fill(opacity=1.0 if name in {NUDGED, "a"} else DIM)
        self.gradients: dict[str, Typeset] = {}
        self.slopes: dict[str, Typeset] = {}
        self.asked = pen.text("?", size=LARGE + 20, color=self.theme.forward)
        self._lay_rails()
        self.add(self.gates, self.rail, *self.ticks, *self.gates.names.values())

    def _lay_rails(self) -> None:
        """Draw rails of one scale at the first weight and at the output."""
        story, pen, theme = self.story, self.pen, self.theme
        ways = [story.predicted, story.moved, story.routed_moved]
        most = max(1.0, *(abs(story.ratio(way)) for way in ways))
        self.unit = LONGEST_BAR / most
        zero = self.gates.ends[NUDGED].get_center() + RAIL_ABOVE * mn.UP
        self.rail = Rail(zero, self.unit, (0.0, 1.0), theme.forward, pen)
        before, after = story.nudged
        if before.plain == after.plain:
            after = Figure(
                "nudge", story.step.value, f"+ {story.step.mantissa}", story.step.exponent
            )
        self.ticks = [pen.number(each, size=LABEL + 4) for each in (before, after)]
        left, right = self.rail.ends
        for word, place, edge in zip(
            self.ticks,
            (left + RAIL_GAP * mn.LEFT, right + RAIL_GAP * mn.RIGHT),
            (mn.RIGHT, mn.LEFT),
            strict=True,
        ):
            word.move_to(place, aligned_edge=edge)

    def output_rail(self, rows: float, color: str) -> Rail:
        """Draw a rail of the output, so many rows above its wire."""
        reach = LONGEST_BAR / self.unit
        low, high = (-reach, OTHER_SIDE * reach)
        if self.story.neuron.gradient[NUDGED] > 0:
            low, high = -high, -low
        y = self.gates.ends["a"].get_center()[1] + rows
        return Rail(
            point(STAGE.right - high * self.unit, y), self.unit, (low, high), color, self.pen
        )

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
            lifts = {name: self.drop(number, LIFT) for name, number in out.items()}
            passages.append(
                Passage(
                    gate,
                    {gate: self.gradients.pop(gate)},
                    out,
                    self.widths(names),
                    lifts if len(names) == 1 else {},
                )
            )
            self.gradients |= out
        return Pass(self.gates, passages, back=True)

    def tie(self, name: str) -> mn.Animation:
        """Let a gradient rest at its wire again, wherever the camera moves that."""
        number, wire = self.gradients[name], self.gates.wires[name]
        rest = rest_of(self.gates, name)
        mark = self.gates.marks[SUM]

        def place() -> Point3D:
            # Above the gates at both ends of a short wire.
            lift = LIFT if name in self.gates.ends else mark.radius + LIFT / 2
            return np.asarray(wire.at(rest) + lift * mn.UP)

        return Tied(number, place)

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

    def nudge(self, change: Figure, way: float, size: float = LARGE - 4) -> Typeset:
        """Let a flash run from the first weight; the measured change appears at the output."""
        rail, product = self.measured, self.gates.plan[SUM].inputs[0]
        # The flash comes as far as something changes.
        path = [NUDGED, product] if change.is_zero else [NUDGED, product, SUM, "a"]
        self.play(self.rail.slides(1.0), mn.AnimationGroup(Ripple(self.gates, path)), run_time=1.4)
        number = self.value(change, 3.4, size)
        place = point(rail.ends[0][0] - 0.3, rail.place(0.0)[1])
        number.move_to(place, aligned_edge=mn.RIGHT)
        self.play(
            rail.slides(way),
            Emerge(number, rail.place(0.0)),
            run_time=1.0,
        )
        return number

    def darkens(self, names: Sequence[str]) -> mn.Animation:
        """Let wires, and what leads to them, go dark."""
        dark = [n for name in names for n in self._inward(name)]
        return Dim(self.gates, self.gates.parts(*dark), FAINT)

    def _inward(self, name: str) -> list[str]:
        gate = self.gates.plan.get(name)
        return [name, *(gate.inputs if gate else ())]

    # The camera

    def words_of_ends(self) -> list[Typeset]:
        """Return the names and values of the free ends that are on stage, and of the rail."""
        words = [w for n, w in self.gates.names.items() if n != "a"]
        return [*words, *self._on_stage(self.values.values()), *self._on_stage(self.ticks)]

    def _on_stage(self, words: Iterable[Typeset]) -> list[Typeset]:
        there = {id(m) for mobject in self.mobjects for m in mobject.get_family()}
        return [word for word in words if id(word) in there]

    def on_chain(self) -> mn.Animation:
        """Move the camera to the chain."""
        gates = self.gates
        chain = gates.chain()
        return self.look(gates.around(*chain, air=1.3, rows=1.0), CHAIN)

    def near(self, gate: str) -> mn.Animation:
        """Move the camera to a gate of the chain."""
        return self.look(self.gates.around(gate, air=1.0, rows=1.0), NEAR)

    def at_junction(self) -> mn.Animation:
        """Move the camera to the sum and the wires around it, and the next gate."""
        gates = self.gates
        mark = gates.marks[SUM]
        heights = [gates.wires[name].start[1] for name in self.story.terms]
        low, high = (end(heights) - mark.middle[1] for end in (min, max))
        part = NEARER if self.story.inputs <= FEW else 1.0
        left = min(gates.marks[name].middle[0] for name in gates.products())
        seen = Region(
            left - mark.radius,
            gates.marks[gates.chain()[0]].middle[0] + AFTER_SUM * mark.radius,
            mark.middle[1] + part * low - 1.2 * mark.radius,
            mark.middle[1] + part * high + 1.6 * mark.radius,
        )
        return self.look(seen, JUNCTION)

    def at_home(self) -> mn.Animation:
        """Move the camera back, so that the whole circuit is seen."""
        return self.look(self.gates.bounds, HOME)

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
