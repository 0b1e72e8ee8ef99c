"""The third act: four gates become one, and the nudge is predicted and measured."""

from __future__ import annotations

import manim as mn

from scenes.beats.circuit.stage import FAINT, HIDDEN, LARGE, LATE, VALUE, CircuitStage
from scenes.beats.opened_units import curve_of
from scenes.kit.beat import Beat
from scenes.kit.film import QUICK
from scenes.kit.layout import GAP, point
from scenes.kit.stage.dim import Dim
from scenes.kit.stage.gates import LARGER
from scenes.kit.stage.pose import PoseChange
from scenes.kit.stage.word_changes import Become, Emerge
from scenes.kit.theme import LABEL
from scenes.kit.type.typesetting import Typeset
from scenes.stories.circuit import EXP, NUDGED, OUTPUT, SUM, CircuitStory, wire_name
from scenes.words.figures import Figure, Sentence, constant, sentence

FARTHEST = 30.0
"""A dot is not drawn farther out than this; a sigmoid is flat there."""
UPPER, LOWER = 1.85, 0.95
"""How far above the output wire the rails of prediction and measurement lie."""
WIDEST = 9.0
ABOVE, BELOW = 1.0, 0.5
"""How far above the gate its equation stands, and how far below that the names of its terms."""


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
        gates, story = film.gates, film.story
        chain = gates.chain()
        amber = list(film.gradients.values())
        film.play(
            film.on_chain(),
            film.veil([*amber, *film.words_of_ends()], HIDDEN),
            film.veil(list(film.slopes.values()), 1.0, early=False),
            *film.tied_slopes(),
            run_time=1.4,
        )
        slopes = [film.slopes.pop(name) for name in chain]
        row = mn.VGroup(*(slope.copy() for slope in slopes)).arrange(mn.RIGHT, buff=GAP)
        middle = (gates.marks[chain[0]].middle + gates.marks[chain[-1]].middle) / 2
        mark = gates.marks[OUTPUT]
        row.move_to(point(middle[0], middle[1] + LARGER * mark.radius + ABOVE))
        together = [slope.animate.move_to(place) for slope, place in zip(slopes, row, strict=True)]
        film.play(*together, gates.folds(story.folded.gates[-1]), run_time=1.6)
        z = min(max(float(story.neuron.value[SUM]), -FARTHEST), FARTHEST)
        mark.hold(curve_of("sigmoid"), z)
        figure = story.sigma()[0]
        slope = film.pen.label(sentence("{n}", n=figure), film.theme.ink, LARGE)
        slope.move_to(row)
        film.play(
            Become(slopes, [slope]), PoseChange(mark, {"opened": 1.0, "named": 1.0}), run_time=1.0
        )
        film.equation = [slope]

    def moves_on(self, film: CircuitStage) -> None:
        """Write the slope as a product; the output comes down into it."""
        (slope,), mark = film.equation, film.gates.marks[OUTPUT]
        gates = film.gates
        figure, a, rest = film.story.sigma()
        equation, names = _equation(film, (figure, a, rest), slope)
        output = film.value(a, 2.6, LARGE).move_to(gates.wires[OUTPUT].at(0.4) + 0.45 * mn.UP)
        film.play(Emerge(output, mark.middle), run_time=QUICK)
        film.play(
            Become([slope], equation[:2]),
            Become([output], [*equation[2:], *names]),
            run_time=1.0,
        )
        film.equation = [*equation, *names]


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
            film.veil([w, gates.names[NUDGED], gates.names["a"], *film.ticks], 1.0, early=False),
            Dim(film.rail, [film.rail], 1 / FAINT, LATE),
            film.tie(NUDGED),
            run_time=1.5,
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
        words.halo(film.theme.background)
        line = film.predicted.place(0.0)[1]
        right = float(film.predicted.ends[0][0]) - GAP
        words.move_to(point(right, line), aligned_edge=mn.RIGHT)
        film.play(
            Become([w.copy()], [words]),
            film.comes_back([w], 1.0),
            mn.Create(film.predicted),
            run_time=1.0,
        )
        change = story.change("predicted", story.predicted)
        number = film.gradient(change, 3.4, LARGE - 4)
        number.move_to(point(right, line), aligned_edge=mn.RIGHT)
        film.play(
            Become([words], [number]),
            film.predicted.slides(story.ratio(story.predicted)),
            run_time=1.0,
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
        film.play(mn.Create(film.measured), run_time=0.5)
        story = film.story
        way = story.ratio(story.moved)
        film.measurement = film.nudge(story.change("measured", story.moved), way)


def _equation(
    film: CircuitStage, figures: tuple[Figure, Figure, Figure], slope: Typeset
) -> tuple[list[Typeset], list[Typeset]]:
    """Write the slope, the equals sign and the two factors, and the names of these."""
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
    one = constant("one", "1")
    names = [
        pen.label("a", theme.forward, LABEL),
        pen.label(sentence("{one} \N{MINUS SIGN} a", one=one), theme.forward, LABEL),
    ]
    for name, part in zip(names, parts[2:], strict=True):
        name.move_to(part).on_baseline(base - BELOW)
    return parts, names
