"""The third act: four gates become one, and the nudge is predicted and measured."""

from __future__ import annotations

import manim as mn

from scenes.beats.circuit.stage import HIDDEN, LARGE, VALUE, CircuitStage
from scenes.kit.beat import Beat
from scenes.kit.film import MOVE, QUICK
from scenes.kit.layout import GAP, STAGE, point
from scenes.kit.stage.activation_curve import ActivationCurve
from scenes.kit.stage.gate_pass import Become, Ripple
from scenes.kit.type.typesetting import Typeset
from scenes.stories.circuit import EXP, NUDGED, OUTPUT, SUM, CircuitStory, wire_name
from scenes.words.figures import Figure, Sentence, constant, sentence

from backprop_core.passes.activations import ACTIVATIONS

SIGMA_SPAN = (-6.0, 6.0)
UPPER, LOWER = 1.75, 0.85
"""How far above the output wire the rails of prediction and measurement lie."""
WIDEST = 9.0


class Fold(Beat[CircuitStory, CircuitStage]):
    """The chain becomes one gate."""

    speaks_last = True

    def says(self, story: CircuitStory) -> Sentence:
        """Say what folding does."""
        if story.leaves_float64 and story.neuron.value[EXP] > 1:
            return sentence("Four slopes make one, and in this gate nothing need overflow.")
        return sentence("Four slopes make one: a, times one minus a.")

    def shows(self, story: CircuitStory) -> Sentence:
        """Tell the numbers."""
        slope, a, rest = story.sigma()
        return sentence(
            "The four gates and their slopes slide together, and become one gate, σ, with one "
            "slope: {s} = {a} × {r}, which is a times {one} − a.",
            s=slope,
            a=a,
            r=rest,
            one=constant("one", "1"),
        )

    def moves(self, film: CircuitStage) -> None:
        """Let gates and slopes slide together; write what they make."""
        gates, story, pen = film.gates, film.story, film.pen
        chain = gates.chain()
        amber = [*(film.gradients[n] for n in film.gradients if n not in chain and n != SUM)]
        old = [film.gradients.pop(name) for name in chain]
        film.play(
            film.on_chain(),
            film.veil([*amber, *film.words_of_ends()], HIDDEN),
            film.veil(list(film.slopes.values()), 1.0, early=False),
            run_time=1.8,
        )
        film.remove(*old)
        slopes = [film.slopes.pop(name) for name in chain]
        y = slopes[0].get_center()[1]
        row = mn.VGroup(*(slope.copy() for slope in slopes)).arrange(mn.RIGHT, buff=GAP / 2)
        middle = (gates.marks[chain[0]].middle + gates.marks[chain[-1]].middle) / 2
        row.move_to(point(middle[0], y + GAP))
        together = [slope.animate.move_to(place) for slope, place in zip(slopes, row, strict=True)]
        film.play(*together, gates.folds(story.folded.gates[-1]), run_time=2.2)
        mark = gates.marks[OUTPUT]
        f = ACTIVATIONS["sigmoid"]
        z = min(max(float(story.neuron.value[SUM]), -30.0), 30.0)
        mark.hold(ActivationCurve.fitted(f.f, f.slope, SIGMA_SPAN, saturated_below=0.0), z)
        figure, a, rest = story.sigma()
        slope = film.pen.label(sentence("{n}", n=figure), film.theme.ink, LARGE)
        slope.move_to(row)
        film.play(Become(slopes, [slope]), mark.opens(), run_time=1.2)
        equation = _equation(film, (figure, a, rest), slope)
        output = film.value(a, 2.6).move_to(gates.wires[OUTPUT].at(0.6) + 0.4 * mn.UP)
        film.play(mn.GrowFromPoint(output, mark.middle), run_time=QUICK)
        film.play(Become([slope], equation[:2]), Become([output], equation[2:]), run_time=1.2)
        film.equation = equation


class Predict(Beat[CircuitStory, CircuitStage]):
    """The gradient tells what the nudge will do."""

    def says(self, story: CircuitStory) -> Sentence:
        """Say how one predicts."""
        return sentence("So predict: the gradient of the weight, times the nudge.")

    def shows(self, story: CircuitStory) -> Sentence:
        """Tell the prediction."""
        return sentence(
            "The whole circuit again. The gradient of {w}, {g}, times {step} gives {p}: an amber "
            "bar at the output, as long as that.",
            w=wire_name(NUDGED),
            g=story.gradients()[NUDGED],
            step=story.step,
            p=story.change("predicted", story.predicted),
        )

    def moves(self, film: CircuitStage) -> None:
        """Go home; the prediction comes out of the gradient."""
        gates, story = film.gates, film.story
        w = film.gradients[NUDGED]
        rest = [n for name, n in film.gradients.items() if name != NUDGED]
        ends = [gates.names[NUDGED], film.values[NUDGED]]
        film.play(
            film.at_home(),
            film.veil([*film.equation, *rest], HIDDEN),
            film.veil([w, gates.names[NUDGED], *film.ticks], 1.0, early=False),
            film.tie(NUDGED),
            run_time=2.0,
        )
        film.remove(*film.equation, *rest, *ends[1:], *film.values.values())
        film.gradients = {NUDGED: w}
        film.predicted = film.output_rail(UPPER, film.theme.backward)
        words = film.pen.label(
            sentence(
                "{g} \N{MULTIPLICATION SIGN} {step}", g=story.gradients()[NUDGED], step=story.step
            ),
            film.theme.backward,
            VALUE,
        ).fit_width(4.5)
        line = film.predicted.place(0.0)[1]
        right = STAGE.right - 2 * 1.9 - GAP
        words.move_to(point(right, line), aligned_edge=mn.RIGHT)
        film.play(Become([w.copy()], [words]), mn.Create(film.predicted), run_time=1.3)
        change = story.change("predicted", story.predicted)
        number = film.gradient(change, 3.4, LARGE - 4)
        number.move_to(point(right, line), aligned_edge=mn.RIGHT)
        film.play(
            Become([words], [number]),
            film.predicted.slides(float(story.predicted / story.nudge)),
            run_time=1.4,
        )
        film.prediction = number


class Measure(Beat[CircuitStory, CircuitStage]):
    """The weight is nudged, and the output measured."""

    speaks_last = True

    def says(self, story: CircuitStory) -> Sentence:
        """Compare prediction and measurement."""
        if not story.moved and not story.predicted:
            return sentence("Predicted and measured agree: nothing moves.")
        if story.agree:
            return sentence("Predicted and measured agree.")
        return sentence("Predicted and measured agree, to within one percent.")

    def shows(self, story: CircuitStory) -> Sentence:
        """Tell the measurement."""
        return sentence(
            "The knob moves the weight again, a flash runs through, and a blue bar at the output, "
            "below the amber one, grows to the measured change: {m}. The prediction was {p}.",
            m=story.change("measured", story.moved),
            p=story.change("predicted", story.predicted),
        )

    def moves(self, film: CircuitStage) -> None:
        """Nudge, and measure."""
        film.measured = film.output_rail(LOWER, film.theme.forward)
        film.play(mn.Create(film.measured), film.rail.slides(1.0), run_time=1.3)
        story = film.story
        way = float(story.moved / story.nudge)
        film.measurement = film.nudge(story.change("measured", story.moved), way)


def _equation(
    film: CircuitStage, figures: tuple[Figure, Figure, Figure], slope: Typeset
) -> list[Typeset]:
    """Write the slope, the equals sign and the two factors, each with its name."""
    pen, theme = film.pen, film.theme
    slope_figure, a, rest = figures
    parts = [
        pen.label(sentence("{n}", n=slope_figure), theme.ink, LARGE),
        pen.label("=", theme.ink, LARGE),
        pen.label(sentence("{n}", n=a), theme.forward, LARGE),
        pen.label(sentence("\N{MULTIPLICATION SIGN} {n}", n=rest), theme.forward, LARGE),
    ]
    row = mn.VGroup(*parts).arrange(mn.RIGHT, buff=GAP)
    if row.width > WIDEST:
        for part in parts:
            part.scale(WIDEST / row.width)
        row.arrange(mn.RIGHT, buff=GAP)
    row.move_to(slope)
    base = slope.baseline
    for part in parts:
        part.on_baseline(base)
    return parts
