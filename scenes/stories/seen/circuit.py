"""What `circuit` shows, in words."""

from __future__ import annotations

from collections.abc import Mapping

from scenes.stories.circuit import CircuitStory, wire_name
from scenes.words.figures import Sentence, constant, count, sentence


def seen(story: CircuitStory) -> Mapping[str, str | Sentence]:
    """Describe the beats."""
    one, told, s = constant("one", "1"), story.told_product, "s" * (story.inputs != 1)
    inverse = constant("gate", "1/x")
    w, x = (wire_name(f"{kind}{told}") for kind in "wx")
    return {
        "taken_apart": sentence(
            f"A graph of gates from left to right. {{n}} multiply gate{s} for a weight and an "
            "input each; an add gate sums their products and the bias to z; then come the gates "
            "−x, e to the x, +{one} and {inverse}, whose output is a. The given values stand at "
            "the free ends, the neuron as formulas above: z is the sum, a = {one} / ({one} + e to "
            "the −z).",
            n=count("inputs", story.inputs),
            one=one,
            inverse=inverse,
        ),
        "forward": "From left to right flashes run along the wires; each gate lights up, and what "
        "it makes is written above its wire.",
        "beyond_floats": "The value of exp(−z) turns to the colour of what is lost.",
        "backward": "The formulas leave. At the output the first gradient is written, below the "
        "wire.",
        "rule": sentence(
            "Above the chain an equation: what is passed on = what was received × the local "
            "gradient of {inverse}. The gradient passed on is written below the next wire.",
            inverse=inverse,
        ),
        "chain": "From right to left, gate by gate, the equation is written anew, a flash runs "
        "back, and the gradient appears below the wire.",
        "add_gate": "The gradient of z is passed on along every wire that enters the sum, the "
        "same to each.",
        "multiply_gates": sentence(
            "Two equations: the gradient of {w} is what its product received times {x}, and that "
            "of {x} is the same times {w}. Then the gradients of all weights and inputs appear.",
            w=w,
            x=x,
        ),
        "fold": sentence(
            "The gates from −x to {inverse} become one gate, σ. The equation above: its local "
            "gradient = ({one} − a) × a.",
            inverse=inverse,
            one=one,
        ),
        "max_gate": "Above the neuron a second graph: a max gate over the first two terms of the "
        "sum. Values flow to it, and its gradient flows back to one of them; the other gets "
        "nothing.",
        "verdict": "Both graphs stay.",
    }


def poster(story: CircuitStory) -> Sentence:
    """Describe the last picture."""
    values, gradients, s = story.values(), story.gradients(), "s" * (story.inputs != 1)
    return sentence(
        "One neuron as a graph of gates, with the value above each wire and the gradient of the "
        f"output below it: {{n}} product{s} and a bias sum to z = {{z}}, a sigma gate makes "
        "a = {a} of it, and a gradient of {g} comes back to the sum. Above, a max gate hands all "
        "of its gradient to one of its two inputs.",
        n=count("inputs", story.inputs),
        z=values["z"],
        a=values["a"],
        g=gradients["z"],
    )
