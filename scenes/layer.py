"""Layer: the three lines of NumPy that are one layer, as the network and as its arrays.

Storyboard, with the numbers of the default experiment (moons, 4 sigmoids of gain 3, 2 inputs):

1. Two inputs, four units, eight edges across the picture; light runs. Which weights will learn?
2. The edges lie down beside their units: the cells of W. Inputs become x, above; units open.
3. x moves down onto the first row: 1.16 - 4.14 = -2.97 runs together beside its unit.
4. The dot slides along the curve to that sum, the tangent tilts, and z comes out: 0.0486. Then the
   other rows: 0.418, 0.613, 0.0471.
5. z becomes a column of amber ones, the gradient of sum(z); beams run to the rims of the units.
6. Question: which of these units lets least of it through? A pause.
7. The beams pass, as wide as the slopes: 0.0462, 0.243, 0.237, 0.0449. Where z has rounded to its
   limit, one more beat: the code loses slopes that the arrays keep.
8. W turns over about its diagonal, with its digits: W.T.
9. Its rows meet the slopes: dx is 0.351 and 0.385.
10. W turns back. x from above, slopes from the right: each crossing takes a number of dW.
11. The cells fly back onto the edges, as wide as their gradient: the flattest unit, with 5.4 times
    less slope, has the thinnest edges.
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
        "run back, and their gradient flies back onto the edges: flat units have thin ones."
    )
    opening_question = (
        "Which of the two gradients needs the inputs of the layer, and which needs its weights?"
    )
    misconception = (
        "Students take the slope of a unit for the gradient of its weights. The slope is only one "
        "factor: for a weight it is multiplied by the input, and for the input by the weight."
    )
    seconds = 62
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
