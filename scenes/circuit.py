"""Circuit: one neuron as a graph of gates.

Storyboard, with the numbers of the default experiment (weights 2 and -3, bias -3, inputs -1, -2):

1. One neuron. A knob moves w0 from 2 to 2.01. Question: how far will the output move?
2. The neuron opens into its gates.
3. Numbers run forward: products -2 and 6, the sum 1, then -1, 0.3679, 1.368; 0.7311 comes out.
4. The last gate from near: 1/x, its tangent. A gradient of 1 appears at the output.
5. Its slope is -0.5344: 1 goes in, -0.5344 comes out.
6. The gradient rides back: times 1, times 0.3679, times -1. 0.1966 arrives at the sum.
7. Add: three copies.
8. Multiply: 2 and -1 cross over. 0.1966 times -1 is for w0, 0.1966 times 2 for x0.
9. Four slopes slide together, 0.1966 = 0.7311 times 0.2689, and the four gates are one.
10. Prediction: -0.1966 times 0.01 is -0.00197.
11. The knob again. Measured: -0.00197.
12. The plus becomes a max. Question: who gets the gradient?
13. Only 6 comes through, and only its wire gets the gradient, 0.00247; two wires go dark.
14. The knob again: nothing moves.

Where exp(-z) is out of the range of float64 a beat between 3 and 4 says so.
"""

from __future__ import annotations

from scenes.beats.circuit.backward import Add, Back, Chain, Multiply, Slope
from scenes.beats.circuit.fold import Fold, Measure, Predict
from scenes.beats.circuit.forward import BeyondFloats, Forward, Nudge, Opens
from scenes.beats.circuit.routing import Exchange, MaxGate, Still
from scenes.beats.circuit.stage import CircuitStage
from scenes.stories.circuit import NUDGED, SUM, wire_name
from scenes.words.figures import Sentence, count, sentence


class Circuit(CircuitStage):
    """A neuron opens into gates; numbers run forward, and a gradient rides back."""

    order = 30
    asked_by = ("nudge",)
    title = "One neuron, gate by gate"
    summary = "A neuron as a graph of gates: values forward, local gradients, gradients backward"
    description = (
        "How far does a nudge of one weight move the output? A neuron opens into gates; numbers "
        "run forward, and a gradient rides back and changes in each gate. Then the plus becomes a "
        "max."
    )
    opening_question = "A weight is nudged. Which way does the output go, and how far?"
    misconception = (
        "Students expect a max gate to share the gradient among its inputs. The largest input "
        "gets all of it, and the others get exactly zero."
    )
    seconds = 82
    reads = ("circuit", "film")
    directed = True
    sources = ("cs231n circuits", "karpathy")

    beats = (
        Nudge(),
        Opens(),
        Forward(),
        BeyondFloats(),
        Back(),
        Slope(),
        Chain(),
        Add(),
        Multiply(),
        Fold(),
        Predict(),
        Measure(),
        Exchange(),
        MaxGate(),
        Still(),
    )

    def subtitle(self) -> Sentence:
        """Describe the neuron."""
        return self.story.subtitle()

    def poster(self) -> Sentence:
        """Describe the last picture."""
        story = self.story
        template = (
            "One neuron as a graph of gates: {n} product and a bias go into a max gate, and a "
            "sigma gate makes the output of it. One path is amber, with a gradient of {g}; the "
            "other wires are dark. A knob has moved {w} by {step}, and the output by {m}."
            if story.inputs == 1
            else "One neuron as a graph of gates: {n} products and a bias go into a max gate, and "
            "a sigma gate makes the output of it. One path is amber, with a gradient of {g}; the "
            "other wires are dark. A knob has moved {w} by {step}, and the output by {m}."
        )
        return sentence(
            template,
            n=count("inputs", story.inputs),
            g=story.routed_gradients()[SUM],
            w=wire_name(NUDGED),
            step=story.step,
            m=story.change("max.measured", story.routed_moved),
        )
