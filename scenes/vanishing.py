"""Vanishing: a gradient on its way back through a network.

Storyboard, with the numbers of the default experiment (digits, depth 9, 30 sigmoids a layer):

1. The network trains. Its loss stands at 7.19, falls once, to 3.25, and sticks: that is guessing.
2. Question: how much gradient reaches the first layer?
3. Back to epoch 0: a digit goes in, light runs forward, and every layer fills.
4. The camera goes into the last two layers, which part. Strands leave the units of the last one and
   gather into a trunk, as wide as the gradient: 1.62.
5. Through the weights it is 1.79 wide.
6. It parts and passes under the opened units, whose slopes let 0.233 of it through, and gathers
   again: 0.418 is left.
7. Out again. Question: of nine layers, how many will light up?
8. Light runs back, to scale, and the layers that can be seen are numbered: two. Then it is dark.
9. The network becomes a strip; bars rise under its columns.
10. Question: where is the first one? The scale dives, until layer 1 fills it.
11. 70,400 times.
12. The bars sink, each to its place, and the lines of a logarithmic axis come down with them.
13. A line joins the layers: 0.248 a layer on average, a quarter.
14. A quarter is the best slope of a sigmoid: eight quarters are stairs from the last layer down.
15. The network again, over the whole width. Epochs pass, and all edges light up together by what
    they change: the last layer by 192 %, the first four by 0.24 % at most. They are almost what
    they were.
"""

from __future__ import annotations

from scenes.beats.vanishing.close_up import HowFar, Slopes, Source, Weights
from scenes.beats.vanishing.dive import Axis, Bars, Found, Later, Search, Steps, Why
from scenes.beats.vanishing.kept import Kept, Retrain
from scenes.beats.vanishing.light import Dark
from scenes.beats.vanishing.stage import VanishingStage, change_of, ends, knows_changes
from scenes.beats.vanishing.training import Forward, Question, Training
from scenes.beats.vanishing.verdict import Verdict
from scenes.stories.vanishing import VanishingStory
from scenes.words.figures import Sentence, index, sentence


class Vanishing(VanishingStage):
    """A gradient runs back through a network, to scale, and is lost from sight."""

    order = 50
    asked_by = ("question", "how_far")
    title = "A gradient on its way back"
    summary = "How far the gradient gets on its way back, and why"
    description = (
        "A net that does not learn. Forward, every layer lights up; back, the light is gone after "
        "two. A dive of the scale finds the first layer, which training leaves as chance made it."
    )
    opening_question = "How much of the gradient of the last layer is left at the first one?"
    misconception = (
        "Students blame the slope of the activation alone. Each step back is a product of slopes "
        "and weights, so other weights can keep the gradient, or make it explode."
    )
    seconds = 75
    reads = ("seed", "dtype", "network", "data", "training", "film")
    recordings = 1
    directed = True
    sources = ("karpathy",)

    beats = (
        Training(),
        Question(),
        Forward(),
        Source(),
        Weights(),
        Slopes(),
        HowFar(),
        Dark(),
        Bars(),
        Search(),
        Found(),
        Axis(),
        Steps(),
        Why(),
        Later(),
        Retrain(),
        Kept(),
        Verdict(),
    )

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return self.story.subtitle()

    def poster(self) -> Sentence:
        """Describe the last picture."""
        story = self.story
        if isinstance(story, VanishingStory) and knows_changes(story):
            return sentence(
                "The network across the picture, its edges as bright as training has changed them: "
                "the weights of layer {l} by {b} of what they were, those of layer {k} by {a}.",
                b=change_of(story, story.depth),
                a=change_of(story, 1),
                l=index(story.depth),
                k=index(1),
            )
        return sentence(
            "The network across the picture, its edges as bright as the gradient that they carry "
            "back. The gradient goes from {b} at layer {l} to {a} at layer {k}.",
            **ends(self.story),
        )
