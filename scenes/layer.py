"""Layer: the three lines of NumPy that are one layer, as the network and as its arrays.

Storyboard, with the numbers of the default experiment (moons, 4 sigmoids of gain 3, 2 inputs). Its
seed was chosen so that each sum that is written out, with two digits, can be checked by eye:

1. Two inputs, four units, eight edges as wide as their weights. Light runs, and in each unit a dot
   slides to its place on the curve. Which will barely learn? A pause.
2. The edges lie down beside their units: the cells of W. Inputs become x, above.
3. x slides down onto the first row, below its line of code: -1.7 - 1.8 = -3.5, beside the unit.
4. The dot slides along the curve to that sum, the tangent tilts, and z comes out: 0.028. Then the
   other rows, all at once: 0.97, 0.27, 0.15.
5. z becomes a column of amber ones; beams run to the rims of the units.
6. The beams pass, as wide as the slopes: 0.028, 0.029, 0.20, 0.13. Where z has rounded to its
   limit, one more beat: the code loses slopes that the arrays keep.
7. The columns of W lie down as rows, one after the other: W.T.
8. The slopes slide onto its rows, as x did onto those of W: dx is -0.28 and -0.49.
9. W.T leaves. x from above, slopes from the right: where rays cross, cells of dW grow.
10. One more example comes as a row of x below the first. The dots slide, its own dW grows and
    slides onto the first one, and the code takes the form for a batch.
11. Back to one example: the cells of dW fly onto the edges, as wide as their gradient. The two flat
    units, with 7 times less slope, have the thinnest edges.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from scenes.beats.layer.backward import Ones, PassedOn, Rounding, Slopes, Transposed
from scenes.beats.layer.forward import Matrix, Output, Product, Question
from scenes.beats.layer.gradient import Batch, OwnGradient
from scenes.beats.layer.stage import LayerStage
from scenes.beats.layer.verdict import Verdict, poster
from scenes.words.figures import Sentence


class Layer(LayerStage):
    """A layer whose edges become arrays, and arrays that become edges again."""

    order = 20
    asked_by = ("question",)
    title = "One layer, line by line"
    summary = "The forward and the backward pass of a layer: its edges become arrays, and back"
    description = (
        "The edges of one layer lie down and become a matrix. One line of NumPy runs forward, two "
        "run back, and their gradient flies back onto the edges: flat units have thin ones. Many "
        "examples are more rows of the same arrays."
    )
    opening_question = (
        "Which of the two gradients needs the inputs of the layer, and which needs its weights?"
    )
    misconception = (
        "Students take the slope of a unit for the gradient of its weights. The slope is only one "
        "factor: for a weight it is multiplied by the input, and for the input by the weight."
    )
    seconds = 67
    reads = ("seed", "dtype", "network", "data", "film")
    directed = True
    defaults: ClassVar[Mapping[str, object]] = {
        "seed": 181497,
        "network.width": 4,
        "network.gain": 3.0,
        "data.name": "moons",
    }
    sources = ("karpathy",)

    beats = (
        Question(),
        Matrix(),
        Product(),
        Output(),
        Ones(),
        Slopes(),
        Rounding(),
        Transposed(),
        PassedOn(),
        OwnGradient(),
        Batch(),
        Verdict(),
    )

    def subtitle(self) -> Sentence:
        """Describe the layer."""
        return self.story.subtitle()

    def poster(self) -> Sentence:
        """Describe the last picture."""
        return poster(self.story)
