"""Circuit: one neuron as a graph of gates.

Storyboard, with the numbers of the default experiment (weights 2 and -3, bias -3, inputs -1, -2):

1. One neuron. A knob moves w0 from 2 to 2.01. Question: how far will the output move?
2. The neuron opens into its gates.
3. Numbers run forward: products -2 and 6, the sum 1, then -1, 0.368, 1.37; 0.731 comes out.
4. The last gate from near: 1/x, its tangent. A gradient of 1 appears at the output.
5. Its slope is -0.534: 1 goes in, -0.534 comes out. The gradient rides back through the others.
6. Four slopes slide together, 0.197 = 0.731 times 0.269, and the four gates are one.
7. About 0.2 arrives at the sum.
8. Add: three copies.
9. Multiply: 2 and -1 cross over. 0.2 times -1 is for w0, 0.2 times 2 for x0.
10. Prediction: -0.2 times 0.01 is -0.002; a ring on a ruler at the output.
11. The knob again. The output slides into the ring.
12. The plus becomes a max. Question: who gets the gradient?
13. All of it goes to the wire of 6; bars close the others.
14. w0 is turned until its product passes 6: the light jumps to its wire, and the output moves.
15. Three gates side by side: copies, swaps, chooses.

Where exp(-z) is out of the range of float64 a beat between 3 and 4 says so.
"""

from __future__ import annotations

from scenes.beats.circuit.backward import Add, Back, Chain, Multiply, Slope
from scenes.beats.circuit.fold import Fold, Measure, Predict
from scenes.beats.circuit.forward import BeyondFloats, Forward, Nudge, Opens
from scenes.beats.circuit.routing import Exchange, MaxGate, Three, Turn
from scenes.beats.circuit.stage import CircuitStage
from scenes.words.figures import Sentence, sentence


class Circuit(CircuitStage):
    """A neuron opens into gates; numbers run forward, and a gradient rides back."""

    order = 30
    asked_by = ("nudge",)
    title = "One neuron, gate by gate"
    summary = "A neuron as a graph of gates: values forward, local gradients, gradients backward"
    description = (
        "How far does a nudge of one weight move the output? A neuron opens into gates; numbers "
        "run forward, and a gradient rides back and changes in each gate. Then the plus becomes a "
        "max, which chooses."
    )
    opening_question = "A weight is nudged. Which way does the output go, and how far?"
    misconception = (
        "Students expect a max gate to share the gradient among its inputs. The largest input "
        "gets all of it, and the others get exactly zero."
    )
    seconds = 73
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
        Fold(),
        Chain(),
        Add(),
        Multiply(),
        Predict(),
        Measure(),
        Exchange(),
        MaxGate(),
        Turn(),
        Three(),
    )

    def subtitle(self) -> Sentence:
        """Describe the neuron."""
        return self.story.subtitle()

    def poster(self) -> Sentence:
        """Describe the last picture."""
        return sentence(
            "Three gates side by side, with amber light on their wires. Plus copies: three equal "
            "streams. Times swaps: the names of its two inputs have changed places. Max chooses: "
            "one stream, and bars close the other wires."
        )
