"""The last act: the sum of this circuit becomes a max."""

from __future__ import annotations

import manim as mn

from scenes.beats.circuit.stage import DIM, HIDDEN, LARGE, CircuitStage
from scenes.kit.beat import Beat
from scenes.kit.film import MOVE
from scenes.kit.layout import Region
from scenes.kit.stage.gate_pass import LIFT, Drain, Pass, Passage, Veil
from scenes.stories.circuit import NUDGED, OUTPUT, SUM, CircuitStory, wire_name
from scenes.words.figures import Sentence, sentence

MIDDLE = Region(-6.2, 6.2, -2.6, 2.3)
"""Where the gate and the wires around it lie."""


class Exchange(Beat[CircuitStory, CircuitStage]):
    """The plus becomes a max."""

    def says(self, story: CircuitStory) -> Sentence:
        """Ask where the gradient will go."""
        return sentence("Make the plus a max. Who gets the gradient now?")

    def shows(self, story: CircuitStory) -> Sentence:
        """Describe the new gate."""
        return sentence(
            "The amber drains away. The camera goes to the plus, which turns into max; the numbers "
            "that come in stand on its wires."
        )

    def moves(self, film: CircuitStage) -> None:
        """Go to the sum, and turn it into a max."""
        gates, story = film.gates, film.story
        film.play(
            Drain(gates),
            film.rail.slides(0.0),
            mn.ShrinkToCenter(mn.Group(film.predicted, film.measured)),
            Veil([film.prediction, film.measurement, film.gradients.pop(NUDGED)], HIDDEN),
            run_time=MOVE,
        )
        figures = story.routed_values()
        film.terms = {name: film.value(figures[name], 1.9) for name in story.terms}
        mark = gates.marks[SUM]
        region = Region(
            gates.marks[gates.products()[0]].middle[0] - mark.radius,
            gates.marks[OUTPUT].middle[0] + mark.radius,
            min(gates.wires[n].start[1] for n in story.terms) - mark.radius,
            max(gates.wires[n].start[1] for n in story.terms) + mark.radius,
        )
        film.play(
            film.look(region, MIDDLE),
            film.veil([*film.words_of_ends(), *film.ticks, gates.names[OUTPUT]], HIDDEN),
            run_time=1.8,
        )
        for name, number in film.terms.items():
            number.move_to(gates.wires[name].at(0.4) + LIFT * mn.UP)
        film.play(
            mark.turns_into("max"),
            *(mn.GrowFromPoint(n, gates.wires[name].at(0.2)) for name, n in film.terms.items()),
            run_time=1.2,
        )
        film.pause()


class MaxGate(Beat[CircuitStory, CircuitStage]):
    """The gradient passes the max gate."""

    speaks_last = True

    def says(self, story: CircuitStory) -> Sentence:
        """Say what a max gate does."""
        if story.is_tie:
            return sentence("Max sends it all one way; of equal inputs, the first gets it.")
        return sentence("Max sends it all to the largest. The others get nothing.")

    def shows(self, story: CircuitStory) -> Sentence:
        """Tell the numbers."""
        return sentence(
            "Only {m} comes out of the gate. Back comes a gradient of {g}, and all of it goes along "
            "the wire of that input; the other wires go dark.",
            m=story.routed_values()[SUM],
            g=story.routed_gradients()[SUM],
        )

    def moves(self, film: CircuitStage) -> None:
        """Let numbers through, and a gradient back."""
        gates, story = film.gates, film.story
        figures, gradients = story.routed_values(), story.routed_gradients()
        largest = film.value(figures[SUM], 1.9)
        copies = {name: number.copy() for name, number in film.terms.items()}
        losers = [name for name in story.terms if name != story.winner]
        film.play(
            Pass(gates, [Passage(SUM, copies, {SUM: largest})]),
            Veil([film.terms[name] for name in losers], DIM),
            run_time=1.5,
        )
        back = film.gradient(gradients[SUM], 1.9)
        film.play(
            Pass(gates, [Passage(OUTPUT, {SUM: largest}, {})]),
            run_time=1.0,
        )
        slope = {SUM: float(story.routed.gradient[SUM])}
        film.play(Pass(gates, [Passage(OUTPUT, {}, {SUM: back}, slope)], back=True), run_time=1.2)
        out = {name: film.gradient(gradients[name], 1.9) for name in story.terms}
        each = {name: float(story.routed.gradient[name]) for name in story.terms}
        film.play(
            Pass(gates, [Passage(SUM, {SUM: back}, out, each)], back=True),
            Veil(list(film.terms.values()), HIDDEN),
            film.darkens(losers),
            run_time=1.6,
        )
        film.remove(*film.terms.values())
        film.gradients = out


class Still(Beat[CircuitStory, CircuitStage]):
    """The nudge once more."""

    speaks_last = True

    def says(self, story: CircuitStory) -> Sentence:
        """Say what the nudge does now."""
        w = wire_name(NUDGED)
        if not story.routed_moved:
            return sentence("Nudge {w} again: no gradient, and nothing moves.", w=w)
        return sentence("Nudge {w} again: the output moves, as the gradient is its own.", w=w)

    def shows(self, story: CircuitStory) -> Sentence:
        """Tell the measurement."""
        return sentence(
            "The whole circuit again, with one path lit. The knob moves {w} once more, and the "
            "output moves by {m}.",
            w=wire_name(NUDGED),
            m=story.change("max.measured", story.routed_moved),
        )

    def moves(self, film: CircuitStage) -> None:
        """Go home, let the gradient reach the ends, and nudge."""
        gates, story = film.gates, film.story
        gradients = story.routed_gradients()
        numbers = list(film.gradients.values())
        film.play(
            film.at_home(),
            film.veil(numbers, HIDDEN),
            film.veil([*film.ticks, *gates.names.values()], 1.0, early=False),
            run_time=1.8,
        )
        film.remove(*numbers)
        passages = []
        for name in gates.products():
            inputs = gates.plan[name].inputs
            each = {n: float(story.routed.gradient[n]) for n in inputs}
            out = {NUDGED: film.gradient(gradients[NUDGED], 1.75)} if NUDGED in inputs else {}
            passages.append(Passage(name, {}, out, each))
        film.measured = film.output_rail(0.85, film.theme.forward)
        film.play(Pass(gates, passages, back=True), mn.Create(film.measured), run_time=1.3)
        film.play(film.rail.slides(1.0), run_time=1.2)
        way = float(story.routed_moved / story.nudge)
        change = story.change("max.measured", story.routed_moved)
        film.measurement = film.nudge(change, way, LARGE)

    def moves_on(self, film: CircuitStage) -> None:
        """Cite the sources once the sentence is read."""
        film.cite()
