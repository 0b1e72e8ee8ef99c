"""The last act: the sum of this circuit becomes a max."""

from __future__ import annotations

import manim as mn

from scenes.beats.circuit.fold import FARTHEST, LOWER
from scenes.beats.circuit.stage import FEW, HIDDEN, LARGE, CircuitStage
from scenes.kit.beat import Beat
from scenes.kit.stage.gate_light import Drain, Flood
from scenes.kit.stage.gate_pass import LIFT, Pass, Passage, rest_of
from scenes.kit.stage.gate_wire import width_of
from scenes.kit.stage.word_changes import Emerge, Vanish, Veil
from scenes.stories.circuit import NUDGED, OUTPUT, SUM, CircuitStory, wire_name
from scenes.words.figures import Sentence, sentence


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
            Vanish(film.predicted, film.measured),
            Veil([film.prediction, film.measurement, film.gradients.pop(NUDGED)], HIDDEN),
            run_time=0.7,
        )
        figures = story.routed_values()
        film.terms = {name: film.value(figures[name], 1.9) for name in story.terms}
        film.play(
            film.at_junction(),
            film.veil([*film.words_of_ends(), gates.names[OUTPUT]], HIDDEN),
            run_time=1.4,
        )
        for name, number in film.terms.items():
            number.move_to(gates.wires[name].at(rest_of(gates, name)) + LIFT * mn.UP)
        film.play(
            gates.marks[SUM].turns_into("max"),
            *(Emerge(n) for n in film.terms.values()),
            run_time=1.0,
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
            "Only {m} comes out of the gate. Back comes a gradient of {g}, and all of it goes "
            "along the wire of that input; the other wires go dark.",
            m=story.routed_values()[SUM],
            g=story.routed_gradients()[SUM],
        )

    def moves(self, film: CircuitStage) -> None:
        """Let numbers through, and a gradient back."""
        gates, story = film.gates, film.story
        figures, gradients = story.routed_values(), story.routed_gradients()
        largest = film.value(figures[SUM], 1.9)
        losers = [name for name in story.terms if name != story.winner]
        film.play(
            Pass(gates, [Passage(SUM, film.terms, {SUM: largest})]),
            run_time=1.2,
        )
        back = film.gradient(gradients[SUM], 1.9)
        film.play(
            Pass(gates, [Passage(OUTPUT, {SUM: largest}, {})]),
            run_time=1.0,
        )
        # The slope that comes back is the one where the sigmoid stands now.
        z = min(max(float(story.routed.value[SUM]), -FARTHEST), FARTHEST)
        film.play(gates.marks[OUTPUT].slides_to(z), run_time=0.8)
        slope = {SUM: float(story.routed.gradient[SUM])}
        film.play(
            Pass(gates, [Passage(OUTPUT, {}, {SUM: back}, slope)], back=True),
            Flood(gates, OUTPUT, width_of(1.0)),
            run_time=1.2,
        )
        shown = story.terms if story.inputs <= FEW else [story.winner]
        out = {name: film.gradient(gradients[name], 1.9) for name in shown}
        each = {name: float(story.routed.gradient[name]) for name in shown}
        film.play(
            Pass(gates, [Passage(SUM, {SUM: back}, out, each)], back=True),
            film.darkens(losers),
            run_time=1.4,
        )
        film.gradients = out

    def moves_on(self, film: CircuitStage) -> None:
        """Go home."""
        numbers = list(film.gradients.values())
        film.rest(0.4)
        film.play(
            film.at_home(),
            film.veil(numbers, HIDDEN),
            film.veil([*film.ticks, *film.gates.names.values()], 1.0, early=False),
            run_time=1.5,
        )
        film.remove(*numbers)


class Still(Beat[CircuitStory, CircuitStage]):
    """The nudge once more."""

    speaks_last = True

    def says(self, story: CircuitStory) -> Sentence:
        """Say what the nudge does now."""
        w = wire_name(NUDGED)
        gradient = story.routed.gradient[NUDGED]
        if not story.routed_moved:
            if gradient:
                return sentence("Nudge {w} again: another input takes over, nothing moves.", w=w)
            return sentence("Nudge {w} again: no gradient, and nothing moves.", w=w)
        if not gradient:
            return sentence("Nudge {w} again: now it is the largest, and the output moves.", w=w)
        return sentence("Nudge {w} again: all the gradient is its own, so the output moves.", w=w)

    def shows(self, story: CircuitStory) -> Sentence:
        """Tell the measurement."""
        return sentence(
            "The whole circuit again, with one path lit. The knob moves {w} once more, and the "
            "output moves by {m}.",
            w=wire_name(NUDGED),
            m=story.change("max.measured", story.routed_moved),
        )

    def moves(self, film: CircuitStage) -> None:
        """Let the gradient reach the ends, and nudge."""
        gates, story = film.gates, film.story
        gradients = story.routed_gradients()
        number = film.gradient(gradients[NUDGED], 1.75)
        wire = gates.wires[NUDGED]
        number.move_to(wire.at(rest_of(gates, NUDGED)) + LIFT * mn.UP)
        film.measured = film.output_rail(LOWER, film.theme.forward)
        won = gates.plan[story.winner].inputs if story.winner in gates.plan else ()
        slopes = {name: float(story.routed.gradient[name]) for name in (story.winner, *won)}
        lights: list[mn.Animation] = [
            Flood(gates, name, width_of(slope)) for name, slope in slopes.items() if slope
        ]
        if won:
            lights.append(Pass(gates, [Passage(story.winner, {}, {})], back=True))
        film.play(Emerge(number), *lights, mn.Create(film.measured), run_time=1.0)
        way = story.ratio(story.routed_moved)
        change = story.change("max.measured", story.routed_moved)
        film.measurement = film.nudge(change, way, LARGE)

    def moves_on(self, film: CircuitStage) -> None:
        """Move the knob back and forth; cite the sources once the sentence is read."""
        way = film.measured.at
        for share in (0.0, 1.0):
            film.play(film.rail.slides(share), film.measured.slides(share * way), run_time=0.9)
        film.cite()
