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
from collections.abc import Callable, Mapping, Sequence

import manim as mn

from scenes.kit.charts.legend import Legend
from scenes.kit.charts.readout import Product
from scenes.kit.film import QUICK, Film
from scenes.kit.layout import GAP, STAGE, Region
from scenes.kit.parts.circuit_diagram import SYMBOLS, CircuitDiagram
from scenes.kit.theme import NARRATION
from scenes.stories.circuit import CircuitStory, wire_name
from scenes.stories.seen import circuit
from scenes.words.figures import Sentence, constant, sentence

PULSE = 0.6
NAME_ROOM = 0.85
"""For the names of products, beside the max gate."""


class Circuit(Film):
    """Values flow forward through the gates of one neuron, and gradients flow back."""

    title = "One neuron, gate by gate"
    summary = "A neuron as a graph of gates: values forward, local gradients, gradients backward"
    reads = ("circuit", "film")
    sources = (
        "CS231n, Backpropagation, Intuitions; Karpathy, Yes you should understand backprop (2016)"
    )

    equation: mn.VGroup
    """What stands in the space above the chain."""
    locals: mn.VGroup

    def compute(self) -> None:
        """Pass the inputs through the neuron, forward and backward."""
        self.story = CircuitStory.of(self.experiment)

    def subtitle(self) -> Sentence:
        """Describe the neuron."""
        return self.story.subtitle()

    def seen(self) -> Mapping[str, str | Sentence]:
        """Describe the beats."""
        return circuit.seen(self.story)

    def poster(self) -> Sentence:
        """Describe the last picture."""
        return circuit.poster(self.story)

    def script(self) -> Sequence[Callable[[], None]]:
        """Return the beats."""
        return (
            self.taken_apart,
            self.forward,
            *((self.beyond_floats,) if self.story.leaves_float64 else ()),
            self.backward,
            self.rule,
            self.chain,
            self.add_gate,
            self.multiply_gates,
            self.fold,
            self.max_gate,
            self.verdict,
        )

    # The beats

    def taken_apart(self) -> None:
        """Show the gates, and what is given."""
        self._lay_out()
        self.add(self.diagram)
        self.say(self.story.taken_apart())
        self.play(mn.FadeIn(self.formulas), run_time=QUICK)
        self.play(_shown(self.diagram.values, self.diagram.leaves), run_time=QUICK)

    def forward(self) -> None:
        """Let values flow to the output."""
        self.say(self.story.forward())
        self._explain("value, forward", self.theme.forward)
        self._flow(self.diagram, self.products)
        for gate in self.single:
            self._flow(self.diagram, [gate])

    def beyond_floats(self) -> None:
        """Say what floats would have made of the exponential."""
        self.say(self.story.beyond_floats())
        exponential = self.diagram.values["exp(-z)"]
        self.play(exponential.animate.set_fill(self.theme.saturated), run_time=QUICK)

    def backward(self) -> None:
        """Begin at the output."""
        self.say(self.story.backward())
        self.play(mn.FadeOut(self.formulas), run_time=QUICK)
        self._explain("gradient of a, backward", self.theme.backward)
        self._begin(self.diagram)

    def rule(self) -> None:
        """Apply the rule at the last gate."""
        self.say(self.story.rule())
        self._explain("× local gradient of the gate", self.theme.ink)
        self._pass_on("a")

    def chain(self) -> None:
        """Apply it at the gates between output and sum."""
        self.say(self.story.chain())
        for gate in reversed(self.single[1:-1]):
            self._pass_on(gate)

    def add_gate(self) -> None:
        """Share the gradient of the sum."""
        self.say(self.story.add())
        self._pass_on("z")

    def multiply_gates(self) -> None:
        """Let the two values of a product change places."""
        self.say(self.story.multiply())
        w, x = (f"{kind}{self.story.told_product}" for kind in "wx")
        upper, lower = self.upper.inset(bottom=GAP).rows(1, 1, gap=GAP)
        self._show_equation(
            mn.VGroup(self._swapped(upper, w, x, w + x), self._swapped(lower, x, w, w + x))
        )
        self._return(self.diagram, self.products)

    def fold(self) -> None:
        """Fold the chain into one gate."""
        self.say(self.story.fold())
        diagram, theme = self.diagram, self.theme
        inner = [
            numbers[n] for n in self.single[1:-1] for numbers in (diagram.values, diagram.gradients)
        ]
        self.play(mn.FadeOut(self.equation, self.locals, *inner), run_time=QUICK)
        for move, seconds in zip(
            diagram.fold(self.story.folded.gates[-1]), (QUICK, 1.0, QUICK), strict=True
        ):
            self.play(move, run_time=seconds)
        slope, rest, a = self.story.sigma()
        one_minus = sentence("{one} − a", one=constant("one", "1"))
        terms = (
            (slope, _of("sigmoid"), theme.ink),
            (rest, one_minus, theme.forward),
            (a, "a", theme.forward),
        )
        local = diagram.local("a", slope)
        self.equation = Product(self.upper, terms, self.pen)
        self.play(mn.FadeIn(self.equation, local), run_time=QUICK)
        self.play(diagram.give_back(["a"]), run_time=PULSE)
        self.play(diagram.darken(["a"]), run_time=QUICK)

    def max_gate(self) -> None:
        """Route a gradient through a max gate."""
        self.say(self.story.routes())
        routing = self.routing
        self._show_equation(routing)
        self.play(_shown(routing.values, routing.leaves), run_time=QUICK)
        self._flow(routing, ["max"])
        self._begin(routing)
        self._return(routing, ["max"])

    def verdict(self) -> None:
        """Say what to remember."""
        self.say(self.story.verdict())
        self.cite()

    # What moves

    def _explain(self, words: str, color: str) -> None:
        self.play(mn.FadeIn(self.key.entry(words, "dot", color)), run_time=QUICK)

    def _flow(self, diagram: CircuitDiagram, gates: Sequence[str]) -> None:
        """Send values through gates."""
        self.play(diagram.arrive(gates), run_time=PULSE)
        self.play(diagram.light(gates), _shown(diagram.values, gates), run_time=QUICK)

    def _begin(self, diagram: CircuitDiagram) -> None:
        """Let a gradient begin at the output."""
        output = diagram.output
        self.play(diagram.begin(), _shown(diagram.gradients, [output]), run_time=QUICK)

    def _return(self, diagram: CircuitDiagram, gates: Sequence[str]) -> None:
        """Send gradients from gates back along their inputs."""
        self.play(diagram.give_back(gates), run_time=PULSE)
        inputs = [name for gate in gates for name in diagram.plan[gate].inputs]
        self.play(diagram.darken(gates), _shown(diagram.gradients, inputs), run_time=QUICK)

    def _pass_on(self, gate: str) -> None:
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
        self._show_equation(Product(self.upper, terms, self.pen), local)
        self._return(self.diagram, [gate])

    def _swapped(self, region: Region, to: str, other: str, product: str) -> Product:
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

    def _show_equation(self, equation: mn.VGroup, *more: mn.Mobject) -> None:
        """Put an equation, or what else needs the space, in place of the last one."""
        if len(self.equation):
            self.play(mn.FadeOut(self.equation), run_time=QUICK / 2)
        self.play(mn.FadeIn(equation, *more), run_time=QUICK)
        self.equation = equation

    # The stage

    def _lay_out(self) -> None:
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
