"""The second act: the gradient rides back, and each gate does to it what it does."""

from __future__ import annotations

from collections.abc import Sequence

from scenes.beats.circuit.stage import (
    DIM,
    FAINT,
    HIDDEN,
    MEANWHILE,
    NEARBY,
    VALUE,
    CircuitStage,
)
from scenes.kit.beat import Beat
from scenes.kit.stage.gate_cross import Cross
from scenes.kit.stage.gate_light import Begin
from scenes.kit.stage.gate_pass import LIFT, Pass, Passage
from scenes.kit.stage.gate_wire import width_of
from scenes.kit.stage.word_changes import Become, Emerge, Veil
from scenes.kit.theme import LABEL
from scenes.kit.type.typesetting import Typeset
from scenes.stories.circuit import OUTPUT, SUM, CircuitStory, wire_name
from scenes.stories.circuit_numbers import number_of
from scenes.words.figures import Sentence, constant, sentence

WIDEST = 1.75
"""Width of a product that stands on a wire, at most."""


class Back(Beat[CircuitStory, CircuitStage]):
    """The gradient begins at the output."""

    def says(self, story: CircuitStory) -> Sentence:
        """Say where the way back begins."""
        return sentence("Now back. The output's gradient is one.")

    def shows(self, story: CircuitStory) -> Sentence:
        """Describe the last gate."""
        one, inverse = story.gradients()[OUTPUT], constant("gate", "1/x")
        return sentence(
            "In the last gate, {inverse}, the tangent to the curve appears where the dot stands. "
            "At its output an amber {one} appears, and above the gate the slope: times {s}.",
            s=story.local(OUTPUT),
            inverse=inverse,
            one=one,
        )

    def moves(self, film: CircuitStage) -> None:
        """Draw the tangent in the last gate; the gradient begins."""
        gates = film.gates
        if film.exponential is not None:
            film.play(film.near(OUTPUT), film.veil([film.exponential], HIDDEN), run_time=0.9)
            film.remove(film.exponential)
        one = film.gradient(film.story.gradients()[OUTPUT], size=NEARBY)
        film.gradients[OUTPUT] = one
        film.play(
            gates.marks[OUTPUT].leans(),
            Begin(gates, OUTPUT, one, width_of(1.0)),
            film.output_rests(),
            run_time=1.0,
        )
        slope = film.slopes[OUTPUT] = film.slope(OUTPUT, film.story.local(OUTPUT))
        film.rest(0.6)
        film.play(Emerge(slope, gates.marks[OUTPUT].middle), run_time=0.6)


class Slope(Beat[CircuitStory, CircuitStage]):
    """The last gate multiplies by its slope."""

    speaks_last = True

    def says(self, story: CircuitStory) -> Sentence:
        """Say what each gate does to a gradient."""
        if float(story.neuron.local[OUTPUT][0]) == 0:
            return sentence(
                "Each gate multiplies by its own slope; in {f} this one would be zero.",
                f=constant("dtype", "float64"),
            )
        return sentence("Each gate multiplies by its own slope, and passes it on.")

    def shows(self, story: CircuitStory) -> Sentence:
        """Tell the numbers."""
        gradients = story.gradients()
        return sentence(
            "The {one} goes in at the right of the gate and comes out at the left, times {s}, as "
            "{g}. The camera rides with it through the other gates.",
            s=story.local(OUTPUT),
            one=gradients[OUTPUT],
            g=gradients["1+exp(-z)"],
        )

    def moves(self, film: CircuitStage) -> None:
        """Let the gradient through."""
        film.play(film.passing_back(OUTPUT, width=2.8, size=NEARBY), run_time=1.2)

    def moves_on(self, film: CircuitStage) -> None:
        """Ride with the gradient through the other gates."""
        gates, story = film.gates, film.story
        for gate in reversed(gates.chain()[:-1]):
            behind = [*film.slopes.values(), film.output, gates.names["a"]]
            film.play(
                film.near(gate),
                gates.marks[gate].leans(),
                film.veil(behind, HIDDEN),
                run_time=0.4,
            )
            slope = film.slopes[gate] = film.slope(gate, story.local(gate))
            film.play(
                Emerge(slope, gates.marks[gate].middle),
                film.passing_back(gate, width=2.8, size=NEARBY),
                run_time=0.75,
            )


class Chain(Beat[CircuitStory, CircuitStage]):
    """What is left behind the chain."""

    def says(self, story: CircuitStory) -> Sentence:
        """Say what arrives at the sum."""
        g = number_of(f"gradient[{SUM}]", story.neuron.gradient[SUM], digits=1)
        if story.saturated:
            return sentence("The neuron is saturated: only about {g} gets back to the plus.", g=g)
        return sentence("About {g} gets back to the plus.", g=g)

    def shows(self, story: CircuitStory) -> Sentence:
        """Tell the numbers."""
        return sentence(
            "The whole circuit again, with one gate, σ, in place of four. What is left of the "
            "gradient waits between it and the plus: {g}. {a} stays at the output.",
            g=story.at_sum,
            a=story.values()[OUTPUT],
        )

    def moves(self, film: CircuitStage) -> None:
        """Back away; what is left is rounded to what products need."""
        gates, story = film.gates, film.story
        exact = film.gradients[SUM]
        left = film.gradients[SUM] = film.gradient(story.at_sum, 1.75)
        left.move_to(exact)
        film.play(Become([exact], [left]), run_time=0.5)
        film.play(
            film.at_home(),
            film.veil([*film.equation, film.output], HIDDEN),
            *film.tied_leaves(),
            film.veil([*film.values.values(), *gates.names.values()], DIM, early=False),
            film.tie(SUM),
            run_time=1.3,
        )
        film.remove(*film.equation, film.output)
        film.output = film.value(story.values()[OUTPUT], 1.75, LABEL)
        film.output.move_to(film.rest_place(OUTPUT, film.output))
        film.play(Emerge(film.output), run_time=0.3)


class Add(Beat[CircuitStory, CircuitStage]):
    """The gradient passes the sum."""

    speaks_last = True

    def says(self, story: CircuitStory) -> Sentence:
        """Say what an add gate does."""
        return sentence("Add copies: every input gets the same.")

    def shows(self, story: CircuitStory) -> Sentence:
        """Describe the copies."""
        return sentence(
            "The number goes in at the plus, and copies of it, {g} each, come out along every "
            "wire.",
            g=story.at_sum,
        )

    def moves(self, film: CircuitStage) -> None:
        """Let copies run out of the sum."""
        film.play(film.passing_back(SUM, width=1.75), run_time=1.3)


class Multiply(Beat[CircuitStory, CircuitStage]):
    """The gradient passes the products."""

    speaks_last = True

    def says(self, story: CircuitStory) -> Sentence:
        """Say what a multiply gate does."""
        i = story.told_product
        w, x = (story.neuron.value[f"{kind}{i}"] for kind in "wx")
        names = {"w": wire_name(f"w{i}"), "x": wire_name(f"x{i}")}
        if w and x:
            return sentence("Multiply swaps: each gets it times the other's value.")
        if not w and not x:
            return sentence(
                "Multiply swaps: {w} and {x} are both zero, so neither gets any gradient.", **names
            )
        if w:
            return sentence(
                "Multiply swaps: {x} is zero, so its weight {w} gets no gradient.", **names
            )
        return sentence("Multiply swaps: {w} is zero, so no gradient passes to {x}.", **names)

    def shows(self, story: CircuitStory) -> Sentence:
        """Tell the numbers."""
        i, gradients, values = story.told_product, story.gradients(), story.values()
        return sentence(
            "The values of the inputs of the multiply gate, {w} and {x}, cross over "
            "in the gate. Each is multiplied by {g}: {gw} for {nw}, {gx} for {nx}. Then the other "
            "products do the same.",
            w=values[f"w{i}"],
            x=values[f"x{i}"],
            g=story.at_sum,
            gw=gradients[f"w{i}"],
            gx=gradients[f"x{i}"],
            nw=wire_name(f"w{i}"),
            nx=wire_name(f"x{i}"),
        )

    def moves(self, film: CircuitStage) -> None:
        """Let the values cross over, and the gradient meet them."""
        product, names = _told(film.story)
        crossing = self._crosses(film, product, names)
        self._meets(film, product, names, crossing)
        gates = film.gates
        film.play(
            film.at_home(),
            *film.tied_leaves(),
            *(film.tie(name) for name in film.gradients),
            film.light_all(),
            film.veil([*film.gradients.values(), film.output], 1.0, early=False),
            film.veil([film.values[name] for name in names], FAINT),
            film.veil([gates.names[n] for n in gates.leaves if n not in names], DIM, early=False),
            run_time=0.8,
        )

    def moves_on(self, film: CircuitStage) -> None:
        """Let the other products do the same."""
        told, _ = _told(film.story)
        others = [name for name in film.gates.products() if name != told]
        if others:
            film.play(film.passing_back(*others, width=1.75), run_time=1.4)

    def _crosses(self, film: CircuitStage, product: str, names: tuple[str, str]) -> list[Typeset]:
        """Go to the product while copies of its inputs' values change places; return these."""
        gates = film.gates
        others = [word for name, word in film.gradients.items() if name != product]
        unused = [
            word
            for words in (film.values, gates.names)
            for name, word in words.items()
            if name not in names
        ]
        film.play(
            film.at_product(product),
            *film.tied_leaves(),
            film.tie(product),
            film.dim_all_but(product, *names),
            film.veil([*others, film.output, *unused], FAINT),
            film.veil([gates.names[name] for name in names], 1.0),
            film.veil([film.values[name] for name in names], 1.0),
            run_time=0.9,
        )
        crossing = {name: film.values[name].copy() for name in names}
        film.play(
            Cross(gates, product, crossing, _lifts(names)),
            film.comes_back([film.values[name] for name in names], 1.0),
            run_time=1.7,
        )
        return list(crossing.values())

    def _meets(
        self,
        film: CircuitStage,
        product: str,
        names: tuple[str, str],
        crossing: Sequence[Typeset],
    ) -> None:
        """Let the gradient meet the values, and write the products."""
        both = self._products(film, product, names)
        given = {product: film.gradients.pop(product)}
        passage = Passage(product, given, both, film.widths(names), _lifts(names))
        film.play(
            Pass(film.gates, [passage], back=True),
            Veil(crossing, HIDDEN, MEANWHILE),
            run_time=1.1,
        )
        film.remove(*crossing)
        film.rest(0.8)
        for name in names:
            number = film.gradients[name] = film.gradient(film.story.gradients()[name], 1.75)
            number.move_to(film.rest_place(name, number))
        film.play(*(Become([both[n]], [film.gradients[n]]) for n in names), run_time=0.6)

    def _products(
        self, film: CircuitStage, product: str, names: tuple[str, str]
    ) -> dict[str, Typeset]:
        """Write the gradient times what comes over from the other input, for each input."""
        story = film.story
        gradient, values = story.gradients()[product], story.values()
        both = {}
        for name, other in (names, names[::-1]):
            words = sentence("{g} \N{MULTIPLICATION SIGN} {v}", g=gradient, v=values[other])
            ink = film.pen.label(words, film.theme.backward, VALUE).fit_width(WIDEST)
            both[name] = ink.halo(film.theme.background)
        return both


def _told(story: CircuitStory) -> tuple[str, tuple[str, str]]:
    """Return the product that is told of, and its two factors."""
    w, x = (f"{kind}{story.told_product}" for kind in "wx")
    return w + x, (w, x)


def _lifts(names: tuple[str, str]) -> dict[str, float]:
    """Return how far above its wire a number at each input rests: below, at the second."""
    return {names[0]: LIFT, names[1]: -LIFT}
