"""The first act: a question, the neuron opens, and numbers run forward."""

from __future__ import annotations

from itertools import zip_longest

import manim as mn

from scenes.beats.circuit.stage import (
    CURVES,
    DIM,
    FAINT,
    HIDDEN,
    NEARBY,
    CircuitStage,
    dots,
)
from scenes.kit.beat import Beat
from scenes.kit.film import MOVE, QUICK
from scenes.kit.layout import GAP
from scenes.kit.motion import fade
from scenes.kit.stage.dim import Dim
from scenes.kit.stage.gate_light import Through
from scenes.kit.stage.gate_pass import LIFT, Pass, Passage
from scenes.kit.stage.word_changes import Emerge, Vanish
from scenes.kit.type.typesetting import Typeset
from scenes.stories.circuit import A_HUNDREDTH, EXP, NUDGED, SUM, CircuitStory, wire_name
from scenes.words.figures import Sentence, constant, count, sentence

FIRST, STEP = 1.1, 0.7
"""Seconds that a number takes through the first gate of the chain, and through each other one."""


class Nudge(Beat[CircuitStory, CircuitStage]):
    """The question of the film."""

    def says(self, story: CircuitStory) -> Sentence:
        """Ask what a nudge does."""
        if story.nudge == A_HUNDREDTH:
            return sentence("Nudge this weight by a hundredth. How far does the output move?")
        return sentence("Nudge this weight a little. How far does the output move?")

    def shows(self, story: CircuitStory) -> Sentence:
        """Describe neuron and rail."""
        before = story.nudged[0]
        template = (
            "One neuron, a large circle, with {n} input and its weight, and a bias, at its left. "
            "Light runs through it. A knob on a rail moves its weight {w} from {before} by {step}; "
            "a flash runs through the neuron, to a question mark at its output."
            if story.inputs == 1
            else "One neuron, a large circle, with {n} inputs, their weights and a bias at its "
            "left. Light runs through it. A knob on a rail moves the weight {w} from {before} by "
            "{step}; a flash runs through the neuron, to a question mark at its output."
        )
        return sentence(
            template,
            n=count("inputs", story.inputs),
            w=wire_name(NUDGED),
            before=before,
            step=story.step,
        )

    def moves(self, film: CircuitStage) -> None:
        """Slide the knob; a flash runs through; wait."""
        gates = film.gates
        film.play(Through(gates, gates.leaves), run_time=1.0)
        film.play(film.rail.slides(1.0), run_time=0.6)
        mark = film.asked.next_to(gates.beside("a"), mn.UP, buff=GAP)
        film.play(Through(gates, [NUDGED]), run_time=0.9)
        film.play(Emerge(mark), run_time=QUICK)
        film.pause(1.5)


class Opens(Beat[CircuitStory, CircuitStage]):
    """The neuron becomes its gates."""

    def says(self, story: CircuitStory) -> Sentence:
        """Say what gates are."""
        return sentence("Inside are gates. Each does one simple thing.")

    def shows(self, story: CircuitStory) -> Sentence:
        """Name the gates."""
        one, inverse = constant("one", "1"), constant("gate", "1/x")
        return sentence(
            "The circle grows, and inside is a graph of gates: each input is multiplied by its "
            "weight, a plus adds the products and the bias, and then come −x, e to the x, +{one} "
            "and {inverse}. The numbers appear at the left.",
            one=one,
            inverse=inverse,
        )

    def moves(self, film: CircuitStage) -> None:
        """Open the neuron, and take the nudge back; the numbers come."""
        film.play(
            film.gates.opens(),
            film.rail.slides(0.0),
            Vanish(film.asked),
            film.heading_leaves(),
            run_time=1.9,
        )
        film.play(
            *(Emerge(value) for value in film.values.values()),
            film.veil(list(film.gates.names.values()), 1.0, early=False),
            run_time=0.6,
        )


class Forward(Beat[CircuitStory, CircuitStage]):
    """Numbers run forward."""

    def says(self, story: CircuitStory) -> Sentence:
        """Say what runs."""
        return sentence("Forward: numbers go in, and each gate makes one new number.")

    def shows(self, story: CircuitStory) -> Sentence:
        """Tell the numbers."""
        values = story.values()
        return sentence(
            "Numbers travel along the wires, and change in the gates: the sum is {z}. Each gate "
            "behind it opens and shows a curve: a number goes in along it, and another comes out "
            "at the height of the curve. {a} arrives at the output.",
            z=values["z"],
            a=values["a"],
        )

    def moves(self, film: CircuitStage) -> None:
        """Let the numbers travel; the camera goes with them."""
        gates, story = film.gates, film.story
        figures = story.values()
        for gate, z in dots(story).items():
            gates.marks[gate].hold(CURVES[gate], z)
        made = {name: film.value(figures[name], 2.0) for name in gates.products()}
        passages = []
        for name, number in made.items():
            given = {n: _again(film, n) for n in gates.plan[name].inputs}
            passages.append(Passage(name, given, {name: number}))
        factors = [v for name, v in film.values.items() if name != "b"]
        film.play(
            Pass(gates, passages),
            film.comes_back(factors),
            film.veil([*gates.names.values(), *film.ticks], DIM),
            run_time=1.1,
        )
        total = film.value(figures[SUM], 2.8, NEARBY)
        terms = {**made, "b": _again(film, "b")}
        fade(film.values["b"], 0.0)
        lift = film.drop(total, LIFT)
        film.play(
            film.near(gates.chain()[0]),
            film.veil([*film.words_of_ends(), gates.names["a"]], HIDDEN),
            Dim(film.rail, [film.rail], FAINT),
            Pass(gates, [Passage(SUM, terms, {SUM: total}, lifts={SUM: lift})]),
            run_time=1.3,
        )
        number, follows = total, gates.chain()[1:]
        for name, following in zip_longest(gates.chain(), follows):
            before, number = number, film.value(figures[name], 2.8, NEARBY)
            lift = film.drop(number, LIFT)
            source = gates.plan[name].inputs[0]
            ride = [film.near(following)] if following else []
            through = Passage(name, {source: before}, {name: number}, lifts={name: lift})
            first = name == gates.chain()[0]
            film.play(*ride, Pass(gates, [through]), run_time=FIRST if first else STEP)
        film.output = number


class BeyondFloats(Beat[CircuitStory, CircuitStage]):
    """Say what floats would have made of the exponential."""

    def when(self, story: CircuitStory) -> bool:
        """Return whether the exponential leaves the range of floats."""
        return story.leaves_float64

    def says(self, story: CircuitStory) -> Sentence:
        """Say what floats would have made of the exponential."""
        floats = constant("dtype", "float64")
        if story.neuron.value[EXP] > 1:
            return sentence(
                "In {f} this exponential would overflow: we go on in decimals.", f=floats
            )
        return sentence("In {f} this exponential would be zero: we go on in decimals.", f=floats)

    def shows(self, story: CircuitStory) -> Sentence:
        """Describe the colour."""
        return sentence(
            "The value that the gate e to the x makes, {n}, comes back above its wire, in the "
            "colour of what is lost.",
            n=story.values()[EXP],
        )

    def moves(self, film: CircuitStage) -> None:
        """Show the exponential in the colour of what is lost."""
        mark, theme = film.gates.marks[EXP], film.theme
        film.play(film.near(EXP), film.veil([film.output], HIDDEN), run_time=1.2)
        number = film.pen.number(film.story.values()[EXP], theme.saturated, 40).fit_width(4.0)
        number.halo(theme.background)
        number.move_to(mark.middle + (mark.radius + 2 * GAP) * mn.UP)
        film.play(Emerge(number, mark.middle), run_time=MOVE)
        film.rest(0.5)
        film.exponential = number


def _again(film: CircuitStage, name: str) -> Typeset:
    """Return another copy of the value at a free end, which stays there."""
    copy: Typeset = film.values[name].copy()
    return copy
