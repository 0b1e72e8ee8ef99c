"""The third act: four gates become one, and the nudge is predicted and measured."""

from __future__ import annotations

import manim as mn

from scenes.beats.circuit.stage import FAINT, HIDDEN, LARGE, VALUE, CircuitStage
from scenes.beats.opened_units import curve_of
from scenes.kit.beat import Beat
from scenes.kit.layout import GAP, point
from scenes.kit.motion import fade
from scenes.kit.stage.dim import Dim
from scenes.kit.stage.gate_fold import LARGER
from scenes.kit.stage.gate_fold import Fold as FoldChain
from scenes.kit.stage.gate_light import Ripple
from scenes.kit.stage.pose import PoseChange
from scenes.kit.stage.rail import ring_at
from scenes.kit.stage.word_changes import Become, Emerge, Tied
from scenes.kit.theme import LABEL
from scenes.kit.type.typesetting import Typeset
from scenes.stories.circuit import EXP, NUDGED, OUTPUT, SUM, CircuitStory, wire_name
from scenes.words.figures import Figure, Sentence, constant, sentence

FARTHEST = 30.0
"""A dot is not drawn farther out than this; a sigmoid is flat there."""
ASIDE = 0.5
"""How far beside the ruler its numbers stand."""
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
        film.play(
            film.on_chain(),
            film.veil([*film.slopes.values(), film.output], 1.0, early=False),
            *film.tied_slopes(),
            film.tie(SUM),
            film.output_rests(),
            run_time=0.9,
        )
        slopes = [film.slopes.pop(name) for name in chain]
        row = mn.VGroup(*(slope.copy() for slope in slopes)).arrange(mn.RIGHT, buff=GAP)
        middle = (gates.marks[chain[0]].middle + gates.marks[chain[-1]].middle) / 2
        mark = gates.marks[OUTPUT]
        row.move_to(point(middle[0], middle[1] + LARGER * mark.radius + ABOVE))
        together = [slope.animate.move_to(place) for slope, place in zip(slopes, row, strict=True)]
        before = gates.ends[NUDGED].get_center()
        film.play(
            *together,
            FoldChain(gates, story.folded.gates[-1]),
            film.tie(SUM),
            film.output_rests(),
            run_time=1.1,
        )
        # What stands at the free ends is out of sight, and goes with them.
        mn.Group(film.rail, *film.ticks).shift(gates.ends[NUDGED].get_center() - before)
        z = min(max(float(story.neuron.value[SUM]), -FARTHEST), FARTHEST)
        mark.hold(curve_of("sigmoid"), z)
        figure = story.sigma()[0]
        slope = film.pen.label(sentence("{n}", n=figure), film.theme.ink, LARGE)
        slope.move_to(row)
        film.play(
            Become(slopes, [slope]),
            PoseChange(mark, {"opened": 1.0, "sloped": 1.0, "named": 1.0}),
            run_time=0.8,
        )
        film.equation = [slope]

    def moves_on(self, film: CircuitStage) -> None:
        """Write the slope as a product; the output comes up into it."""
        (slope,), output = film.equation, film.output
        equation, names = _equation(film, film.story.sigma(), slope)
        film.play(
            Become([slope], equation[:2]),
            Become([output.copy()], [*equation[2:], *names]),
            film.comes_back([output], 1.0),
            run_time=1.2,
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
            "A tall ruler stands at the output, with a question mark. The gradient of {w}, {g}, "
            "times {step} gives {p}: an amber ring goes to that place on the ruler.",
            w=wire_name(NUDGED),
            g=story.gradients()[NUDGED],
            step=story.step,
            p=story.change("predicted", story.predicted),
        )

    def moves(self, film: CircuitStage) -> None:
        """Put a ruler at the output; the prediction comes out of the gradient."""
        gates, story, theme = film.gates, film.story, film.theme
        w = film.gradients[NUDGED]
        rest = [n for name, n in film.gradients.items() if name != NUDGED]
        film.ruler = film.ruler_at(gates.ends[OUTPUT].get_center())
        zero = film.ruler.place(0.0)
        film.asked = film.pen.text("?", size=LARGE, color=theme.forward)
        film.asked.move_to(zero + ASIDE * mn.RIGHT, aligned_edge=mn.LEFT)
        name = gates.names["a"]
        film.named = name.copy().move_to(film.ruler.ends[1] + GAP * mn.UP)
        fade(film.named, 1.0)
        film.play(
            film.veil(rest, HIDDEN),
            film.veil([gates.names[NUDGED], *film.ticks], 1.0),
            film.veil([name, film.output], HIDDEN),
            Emerge(film.named),
            Dim(film.rail, [film.rail], 1 / FAINT),
            Emerge(film.ruler, zero),
            Emerge(film.asked, zero),
            run_time=0.7,
        )
        words = sentence(
            "{g} \N{MULTIPLICATION SIGN} {step}", g=story.gradients()[NUDGED], step=story.step
        )
        product = film.pen.label(words, theme.backward, VALUE).fit_width(4.5)
        product.halo(theme.background)
        left = max(float(film.ticks[1].get_right()[0]) + 2 * GAP, 0.0)
        product.move_to(point(left, film.rail.ends[0][1]), aligned_edge=mn.LEFT)
        film.play(Become([w.copy()], [product]), film.comes_back([w], 1.0), run_time=0.8)
        change = story.change("predicted", story.predicted)
        number = film.prediction = film.gradient(change, 2.2, LARGE)
        number.move_to(product, aligned_edge=mn.LEFT)
        way = float(story.predicted.compare(0))
        film.target = ring_at(zero, theme.backward)
        film.play(Become([product], [number]), Emerge(film.target), run_time=0.6)
        goal = film.ruler.place(way)
        film.play(
            Tied(film.target, lambda: goal),
            Tied(number, lambda: goal + (ASIDE + number.width / 2) * mn.LEFT),
            run_time=1.0,
        )


class Measure(Beat[CircuitStory, CircuitStage]):
    """The weight is nudged, and the output measured."""

    speaks_last = True

    def says(self, story: CircuitStory) -> Sentence:
        """Compare prediction and measurement."""
        if not story.moved and not story.predicted:
            return sentence("Right where we said: it does not move.")
        if story.agree:
            return sentence("Right where we said.")
        return sentence("Right where we said, to within one percent.")

    def shows(self, story: CircuitStory) -> Sentence:
        """Tell the measurement."""
        return sentence(
            "The knob moves the weight again, a flash runs through, and a blue point at the output "
            "slides along the ruler into the amber ring. The question mark becomes the measured "
            "change: {m}. The prediction was {p}.",
            m=story.change("measured", story.moved),
            p=story.change("predicted", story.predicted),
        )

    def moves(self, film: CircuitStage) -> None:
        """Nudge, and measure."""
        gates, story = film.gates, film.story
        product = gates.plan[SUM].inputs[0]
        # The flash comes as far as something changes.
        reached = [[NUDGED], [product], [SUM], [OUTPUT]][: 4 if story.moved else 2]
        film.play(film.rail.slides(1.0), Ripple(gates, reached), run_time=1.0)
        way = float(story.predicted.compare(0)) * story.way_measured
        asked, ruler = film.asked, film.ruler
        goal = ruler.place(way) + ASIDE * mn.RIGHT
        film.play(
            ruler.slides(way),
            Tied(asked, lambda: goal + asked.width / 2 * mn.RIGHT),
            run_time=1.2,
        )
        number = film.value(story.change("measured", story.moved), 2.2, LARGE)
        number.move_to(goal, aligned_edge=mn.LEFT)
        film.play(Become([asked], [number]), run_time=0.5)
        film.asked = number


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
