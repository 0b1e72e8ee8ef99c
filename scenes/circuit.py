"""Circuit: one neuron as a graph of gates.

Storyboard, with the numbers of the default experiment (weights 2 and -3, bias -3, inputs -1, -2):

1. The neuron, taken apart into gates; the weights and inputs stand at its wires.
2. Forward, gate by gate: products -2 and 6, their sum with the bias 1, output 0.731.
3. Backward begins at the output with a gradient of 1.
4. The rule, at the gate 1/x: it receives 1, its local gradient is -0.534, it passes on -0.534.
5. The same at three more gates: 0.197 arrives at the sum.
6. Add shares: each product and the bias get 0.197.
7. Multiply swaps: w0 gets 0.197 times x0 = -1, x0 gets 0.197 times w0 = 2.
8. Four gates fold into one sigma gate: local gradient (1 - 0.731) times 0.731 = 0.197.
9. A max gate beside it routes all of its gradient to the larger product, 6.
10. Add shares, multiply swaps, max routes.

Where exp(-z) is out of the range of float64 a beat between 2 and 3 says so; where the first local
gradient is, beat 4 does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import manim as mn

from scenes.kit.beat import Beat
from scenes.kit.charts.legend import Legend
from scenes.kit.charts.readout import Product
from scenes.kit.film import QUICK, Film
from scenes.kit.layout import GAP, STAGE, Region
from scenes.kit.parts.circuit_diagram import SYMBOLS, CircuitDiagram
from scenes.kit.theme import NARRATION
from scenes.stories.circuit import EXP, CircuitStory, number_of, wire_name
from scenes.words.figures import Sentence, constant, count, sentence, setting

PULSE = 0.6
NAME_ROOM = 0.85
"""Width of the names of products beside the max gate."""


class TakenApart(Beat[CircuitStory, "Circuit"]):
    """Show the gates, weights and inputs."""

    def says(self, story: CircuitStory) -> Sentence:
        """Say what the picture shows."""
        return sentence(
            "One neuron, taken apart: each circle is a gate that does one simple thing."
        )

    def shows(self, story: CircuitStory) -> Sentence:
        """Name the gates."""
        one = constant("one", "1")
        inverse = constant("gate", "1/x")
        template = (
            "A graph of gates from left to right. {n} multiply gate for a weight and an input "
            "each; an add gate sums their products and the bias to z; then come the gates −x, e to "
            "the x, +{one} and {inverse}, whose output is a. The given values stand at the free "
            "ends, the neuron as formulas above: z is the sum, a = {one} / ({one} + e to the −z)."
            if story.inputs == 1
            else "A graph of gates from left to right. {n} multiply gates for a weight and an "
            "input each; an add gate sums their products and the bias to z; then come the gates "
            "−x, e to the x, +{one} and {inverse}, whose output is a. The given values stand at "
            "the free ends, the neuron as formulas above: z is the sum, a = {one} / ({one} + e to "
            "the −z)."
        )
        return sentence(
            template,
            n=count("inputs", story.inputs),
            one=one,
            inverse=inverse,
        )

    def moves(self, film: Circuit) -> None:
        """Show the gates, weights and inputs."""
        film.play(mn.FadeIn(film.formulas), run_time=QUICK)
        film.play(_shown(film.diagram.values, film.diagram.leaves), run_time=QUICK)


class Forward(Beat[CircuitStory, "Circuit"]):
    """Let values flow to the output."""

    def says(self, story: CircuitStory) -> Sentence:
        """Say what the forward pass does, and what comes out."""
        a = number_of("value[a]", story.neuron.value["a"])
        return sentence("Forward: gate by gate, numbers flow to the output, which is {a}.", a=a)

    def shows(self, story: CircuitStory) -> Sentence:
        """Describe the flashes."""
        return sentence(
            "From left to right flashes run along the wires; each gate lights up, and what "
            "it makes is written above its wire."
        )

    def moves(self, film: Circuit) -> None:
        """Let values flow to the output."""
        film.explain("value, forward", film.theme.forward)
        film.flow(film.diagram, film.products)
        for gate in film.single:
            film.flow(film.diagram, [gate])


class BeyondFloats(Beat[CircuitStory, "Circuit"]):
    """Say what floats would have made of the exponential."""

    def when(self, story: CircuitStory) -> bool:
        """Return whether the exponential leaves the range of floats."""
        return story.leaves_float64

    def says(self, story: CircuitStory) -> Sentence:
        """Say what floats would have made of the exponential."""
        floats = constant("dtype", "float64")
        if story.neuron.value[EXP] > 1:
            return sentence(
                "In {f} this exponential would overflow: the film goes on in decimals.", f=floats
            )
        return sentence(
            "In {f} this exponential would be zero: the film goes on in decimals.", f=floats
        )

    def shows(self, story: CircuitStory) -> Sentence:
        """Describe the colour."""
        return sentence("The value of exp(−z) turns to the colour of what is lost.")

    def moves(self, film: Circuit) -> None:
        """Say what floats would have made of the exponential."""
        exponential = film.diagram.values["exp(-z)"]
        film.play(exponential.animate.set_fill(film.theme.saturated), run_time=QUICK)


class Backward(Beat[CircuitStory, "Circuit"]):
    """Start the backward pass at the output."""

    def says(self, story: CircuitStory) -> Sentence:
        """Say where the backward pass begins."""
        one = number_of("gradient[a]", story.neuron.gradient["a"])
        return sentence(
            "Backward: begin at the output, whose gradient with respect to itself is {one}.",
            one=one,
        )

    def shows(self, story: CircuitStory) -> Sentence:
        """Describe the first gradient."""
        return sentence(
            "The formulas leave. At the output the first gradient is written, below the wire."
        )

    def moves(self, film: Circuit) -> None:
        """Start the backward pass at the output."""
        film.play(mn.FadeOut(film.formulas), run_time=QUICK)
        film.explain("gradient of a, backward", film.theme.backward)
        film.begin(film.diagram)


class Rule(Beat[CircuitStory, "Circuit"]):
    """Apply the rule at the last gate."""

    def says(self, story: CircuitStory) -> Sentence:
        """Say what each gate does to a gradient."""
        if float(story.neuron.local["a"][0]) == 0:
            return sentence(
                "Each gate multiplies by its local gradient; in {f} this one would be zero.",
                f=constant("dtype", "float64"),
            )
        return sentence("Every gate multiplies the gradient it receives by its own local gradient.")

    def shows(self, story: CircuitStory) -> Sentence:
        """Describe the equation."""
        inverse = constant("gate", "1/x")
        return sentence(
            "Above the chain an equation: what is passed on = what was received × the local "
            "gradient of {inverse}. The gradient passed on is written below the next wire.",
            inverse=inverse,
        )

    def moves(self, film: Circuit) -> None:
        """Apply the rule at the last gate."""
        film.explain("× local gradient of the gate", film.theme.ink)
        film.pass_on("a")


class Chain(Beat[CircuitStory, "Circuit"]):
    """Apply the rule at the gates between output and sum."""

    def says(self, story: CircuitStory) -> Sentence:
        """Say what arrives at the sum."""
        g = story.at_sum
        if story.saturated:
            return sentence(
                "The neuron is saturated: gate by gate, only {g} arrives at the sum.", g=g
            )
        return sentence("The same rule, gate by gate: {g} arrives at the sum.", g=g)

    def shows(self, story: CircuitStory) -> Sentence:
        """Describe the way back."""
        return sentence(
            "From right to left, gate by gate, the equation is written anew, a flash runs "
            "back, and the gradient appears below the wire."
        )

    def moves(self, film: Circuit) -> None:
        """Apply the rule at the gates between output and sum."""
        for gate in reversed(film.single[1:-1]):
            film.pass_on(gate)


class AddGate(Beat[CircuitStory, "Circuit"]):
    """Share the gradient of the sum."""

    def says(self, story: CircuitStory) -> Sentence:
        """Say what an add gate does."""
        return sentence(
            "Add shares: its local gradients are {one}, so each input gets the same {g}.",
            one=constant("local", "1"),
            g=story.at_sum,
        )

    def shows(self, story: CircuitStory) -> Sentence:
        """Describe the equal shares."""
        return sentence(
            "The gradient of z is passed on along every wire that enters the sum, the same to each."
        )

    def moves(self, film: Circuit) -> None:
        """Share the gradient of the sum."""
        film.pass_on("z")


class MultiplyGates(Beat[CircuitStory, "Circuit"]):
    """Show that each factor of a product gets its gradient from the other factor."""

    def says(self, story: CircuitStory) -> Sentence:
        """Say what a multiply gate does."""
        i = story.told_product
        w, x = (story.neuron.value[f"{kind}{i}"] for kind in "wx")
        names = {"w": wire_name(f"w{i}"), "x": wire_name(f"x{i}")}
        if w and x:
            return sentence(
                "Multiply swaps: each input gets the gradient times the other one's value."
            )
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
        """Describe the two equations."""
        w, x = (wire_name(f"{kind}{story.told_product}") for kind in "wx")
        return sentence(
            "Two equations: the gradient of {w} is what its product received times {x}, and that "
            "of {x} is the same times {w}. Then the gradients of all weights and inputs appear.",
            w=w,
            x=x,
        )

    def moves(self, film: Circuit) -> None:
        """Show that each factor of a product gets its gradient from the other factor."""
        w, x = (f"{kind}{film.story.told_product}" for kind in "wx")
        upper, lower = film.upper.inset(bottom=GAP).rows(1, 1, gap=GAP)
        film.show_equation(
            mn.VGroup(film.swapped(upper, w, x, w + x), film.swapped(lower, x, w, w + x))
        )
        film.give_back(film.diagram, film.products)


class Fold(Beat[CircuitStory, "Circuit"]):
    """Fold the chain into one gate."""

    def says(self, story: CircuitStory) -> Sentence:
        """Say what folding does."""
        one = constant("one", "1")
        if story.leaves_float64 and story.neuron.value[EXP] > 1:
            return sentence(
                "Folded into σ, nothing need overflow; its local gradient is ({one} − a) × a.",
                one=one,
            )
        return sentence(
            "Four gates fold into one, σ, whose local gradient is ({one} − a) × a.", one=one
        )

    def shows(self, story: CircuitStory) -> Sentence:
        """Describe the gate that is left."""
        one = constant("one", "1")
        inverse = constant("gate", "1/x")
        return sentence(
            "The gates from −x to {inverse} become one gate, σ. The equation above: its local "
            "gradient = ({one} − a) × a.",
            inverse=inverse,
            one=one,
        )

    def moves(self, film: Circuit) -> None:
        """Fold the chain into one gate."""
        diagram, theme = film.diagram, film.theme
        inner = [
            numbers[n] for n in film.single[1:-1] for numbers in (diagram.values, diagram.gradients)
        ]
        film.play(mn.FadeOut(film.equation, film.locals, *inner), run_time=QUICK)
        for move, seconds in zip(
            diagram.fold(film.story.folded.gates[-1]), (QUICK, 1.0, QUICK), strict=True
        ):
            film.play(move, run_time=seconds)
        slope, rest, a = film.story.sigma()
        one_minus = sentence("{one} − a", one=constant("one", "1"))
        terms = (
            (slope, _of("sigmoid"), theme.ink),
            (rest, one_minus, theme.forward),
            (a, "a", theme.forward),
        )
        local = diagram.local("a", slope)
        film.equation = Product(film.upper, terms, film.pen)
        film.play(mn.FadeIn(film.equation, local), run_time=QUICK)
        film.play(diagram.give_back(["a"]), run_time=PULSE)
        film.play(diagram.darken(["a"]), run_time=QUICK)


class MaxGate(Beat[CircuitStory, "Circuit"]):
    """Route a gradient through a max gate."""

    def says(self, story: CircuitStory) -> Sentence:
        """Say what a max gate does."""
        if story.is_tie:
            return sentence(
                "Max routes; its inputs are equal here: by convention the first gets all."
            )
        larger = story.routed_values()["max"]
        if larger.is_zero:
            larger = setting(larger.name, 0.0)
        return sentence("Max routes: all of its gradient goes to the larger input, {m}.", m=larger)

    def shows(self, story: CircuitStory) -> Sentence:
        """Describe the second graph."""
        return sentence(
            "Above the neuron a second graph: a max gate over the first two terms of the "
            "sum. Values flow to it, and its gradient flows back to one of them; the other gets "
            "nothing."
        )

    def moves(self, film: Circuit) -> None:
        """Route a gradient through a max gate."""
        routing = film.routing
        film.show_equation(routing)
        film.play(_shown(routing.values, routing.leaves), run_time=QUICK)
        film.flow(routing, ["max"])
        film.begin(routing)
        film.give_back(routing, ["max"])


class Verdict(Beat[CircuitStory, "Circuit"]):
    """Sum up the rules of the gates."""

    def says(self, story: CircuitStory) -> Sentence:
        """Sum up the rules of the gates."""
        if story.saturated:
            return sentence(
                "Add shares, multiply swaps, max routes; a saturated sigma lets almost nothing by."
            )
        return sentence(
            "Add shares, multiply swaps, max routes: so a gradient is read off a graph."
        )

    def shows(self, story: CircuitStory) -> Sentence:
        """Describe what remains on screen."""
        return sentence("Both graphs stay.")

    def moves(self, film: Circuit) -> None:
        """Sum up the rules of the gates."""
        film.cite()


class Circuit(Film):
    """Values flow forward through the gates of one neuron, and gradients flow back."""

    order = 30
    title = "One neuron, gate by gate"
    summary = "A neuron as a graph of gates: values forward, local gradients, gradients backward"
    description = (
        "One neuron as a graph of gates: values flow forward, gradients flow back, each gate "
        "multiplies by its local gradient. Four gates fold into one sigma; add shares, "
        "multiply swaps, max routes."
    )
    seconds = 55
    reads = ("circuit", "film")
    sources = (
        "CS231n, Backpropagation, Intuitions; Karpathy, Yes you should understand backprop (2016)"
    )

    equation: mn.VGroup
    """The present content of the space above the chain."""
    locals: mn.VGroup

    beats = (
        TakenApart(),
        Forward(),
        BeyondFloats(),
        Backward(),
        Rule(),
        Chain(),
        AddGate(),
        MultiplyGates(),
        Fold(),
        MaxGate(),
        Verdict(),
    )

    story: CircuitStory

    def compute(self) -> None:
        """Pass the inputs through the neuron, forward and backward."""
        self.story = CircuitStory.of(self.experiment)

    def subtitle(self) -> Sentence:
        """Describe the neuron."""
        return self.story.subtitle()

    def poster(self) -> Sentence:
        """Describe the last picture."""
        return poster(self.story)

    # Motion

    def explain(self, words: str, color: str) -> None:
        """Add an entry to the key."""
        self.play(mn.FadeIn(self.key.entry(words, "dot", color)), run_time=QUICK)

    def flow(self, diagram: CircuitDiagram, gates: Sequence[str]) -> None:
        """Send values through gates."""
        self.play(diagram.arrive(gates), run_time=PULSE)
        self.play(diagram.light(gates), _shown(diagram.values, gates), run_time=QUICK)

    def begin(self, diagram: CircuitDiagram) -> None:
        """Start the backward pass at the output."""
        output = diagram.output
        self.play(diagram.begin(), _shown(diagram.gradients, [output]), run_time=QUICK)

    def give_back(self, diagram: CircuitDiagram, gates: Sequence[str]) -> None:
        """Send gradients from gates back along their inputs."""
        self.play(diagram.give_back(gates), run_time=PULSE)
        inputs = [name for gate in gates for name in diagram.plan[gate].inputs]
        self.play(diagram.darken(gates), _shown(diagram.gradients, inputs), run_time=QUICK)

    def pass_on(self, gate: str) -> None:
        """Multiply a gradient by the local gradient of a gate, and pass it on."""
        gradients, plan = self.story.gradients(), self.diagram.plan[gate]
        slope = self.story.local(gate)
        terms = (
            (gradients[plan.inputs[0]], "passed on", self.theme.backward),
            (gradients[gate], "received", self.theme.backward),
            (slope, _of(plan.operation), self.theme.ink),
        )
        local = self.diagram.local(gate, slope)
        self.locals.add(local)
        self.show_equation(Product(self.upper, terms, self.pen), local)
        self.give_back(self.diagram, [gate])

    def swapped(self, region: Region, to: str, other: str, product: str) -> Product:
        """Write the gradient of a factor: what its product receives times the other factor."""
        gradients, theme = self.story.gradients(), self.theme
        terms = (
            (gradients[to], sentence("gradient of {w}", w=wire_name(to)), theme.backward),
            (gradients[product], "received", theme.backward),
            (
                self.story.values()[other],
                sentence("local gradient: {w}", w=wire_name(other)),
                theme.forward,
            ),
        )
        return Product(region, terms, self.pen)

    def show_equation(self, equation: mn.VGroup, *more: mn.Mobject) -> None:
        """Show an equation and other mobjects in place of the previous equation."""
        if len(self.equation):
            self.play(mn.FadeOut(self.equation), run_time=QUICK / 2)
        self.play(mn.FadeIn(equation, *more), run_time=QUICK)
        self.equation = equation

    # The stage

    def lay_out(self) -> None:
        """Draw the gates, and prepare the numbers and labels at them."""
        story, pen = self.story, self.pen
        names = {n: _math(n) for n in (*story.neuron.value, *story.routing.gates[0].inputs)}
        self.diagram = CircuitDiagram(STAGE, story.neuron.gates, names, pen)
        self.diagram.write(story.values(), story.gradients())
        self.products = [g.output for g in story.neuron.gates if g.operation == "multiply"]
        self.single = [g.output for g in story.neuron.gates if g.operation != "multiply"]
        self.upper, lower = self.diagram.free(STAGE)
        self.key = Legend(lower, pen)
        self.routing = CircuitDiagram(
            self.upper, story.routing.gates, names, pen, name_room=NAME_ROOM
        )
        self.routing.write(story.routed_values(), story.routed_gradients())
        self.formulas = self._formulas()
        self.equation, self.locals = mn.VGroup(), mn.VGroup()
        self.add(self.diagram)

    def _formulas(self) -> mn.VGroup:
        """Write the neuron as two lines of mathematics."""
        terms = [_math(name) for name in (*self.products, "b")]
        lines = (
            tuple(
                f"{part[0]} = {' + '.join(part[1:])}"
                for part in zip(("z", "z"), *terms, strict=True)
            ),
            ("a = 1 / (1 + e^(-z))", "a = 1 / (1 + e⁻ᶻ)"),
        )
        inks = [self.pen.formula(code, plain, size=NARRATION) for code, plain in lines]
        return mn.VGroup(*inks).arrange(mn.DOWN, buff=GAP).move_to(self.upper.center)


def _shown(numbers: Mapping[str, mn.Mobject], names: Sequence[str]) -> mn.Animation:
    return mn.FadeIn(*(numbers[name] for name in names))


def _of(operation: str) -> Sentence:
    return sentence("local gradient of {gate}", gate=constant("gate", SYMBOLS[operation][1]))


def _math(name: str) -> tuple[str, str]:
    """Return the name of a wire as Typst math and as text."""
    return re.sub(r"(\d)", r"_\1 ", name).strip(), name


def poster(story: CircuitStory) -> Sentence:
    """Describe the last picture."""
    values, gradients = story.values(), story.gradients()
    template = (
        "One neuron as a graph of gates, with the value above each wire and the gradient of the "
        "output below it: {n} product and a bias sum to z = {z}, a sigma gate makes a = {a} of "
        "it, and a gradient of {g} comes back to the sum. Above, a max gate hands all of its "
        "gradient to one of its two inputs."
        if story.inputs == 1
        else "One neuron as a graph of gates, with the value above each wire and the gradient of "
        "the output below it: {n} products and a bias sum to z = {z}, a sigma gate makes a = {a} "
        "of it, and a gradient of {g} comes back to the sum. Above, a max gate hands all of its "
        "gradient to one of its two inputs."
    )
    return sentence(
        template,
        n=count("inputs", story.inputs),
        z=values["z"],
        a=values["a"],
        g=gradients["z"],
    )
