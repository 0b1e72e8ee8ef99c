"""Leak: the same lines of code, run twice.

Storyboard, with the numbers of the default experiment (digits, 30 sigmoids a layer):

1. Five lines of code are written; the depth is a dial, which turns to 2. A network grows out of
   `net`.
2. The loop runs, light races, and the loss sinks from 7.98 to 0.0238.
3. The dial turns to 9, the network stretches, the tank fills up again, all stops. Question.
4. The loss drops from 7.19 to 3.25 and sticks: 10.9 % right, what guessing gives.
5. The camera goes to the code, the loss comes along, and every line gets its tick.
6. Into the word `backward`. It opens on the network: amber light runs back, and dies after two
   layers.
7. What is left of it rides back below, 100 %, 25.8 %, 6.22 %, ... 0.00142 %: a layer passes on a
   quarter.
8. Out again. One line drips amber: depth 9, loss 3.25.
"""

from __future__ import annotations

from scenes.beats.leak.drips import TheLeak
from scenes.beats.leak.inside import Correct, Inside
from scenes.beats.leak.light import Dies
from scenes.beats.leak.runs import Code, Deeper, FirstRun, SecondRun
from scenes.beats.leak.slope import PassedOn, Slope
from scenes.beats.leak.stage import LeakStage
from scenes.words.figures import Sentence, sentence


class Leak(LeakStage):
    """Two losses of the same code, and a look into the line that makes the difference."""

    order = 10
    asked_by = ("deeper",)
    title = "The same lines of code"
    summary = "Two runs of one training loop: what a leaky abstraction is"
    description = (
        "Five lines of code train a network of 2 layers, and fail on one of 9, though every line "
        "is correct. A look into the line with the backward pass: what a leaky abstraction is."
    )
    opening_question = (
        "The same lines train two networks of different depth. If one of them learns and the "
        "other does not, where do you look?"
    )
    misconception = (
        "Students take a network that does not learn for a mistake in the code. Every line can be "
        "correct, and the gradient still too small or too large to train every layer."
    )
    seconds = 58
    reads = ("seed", "dtype", "network", "data", "training", "film")
    directed = True
    sources = ("karpathy",)

    beats = (
        Code(),
        FirstRun(),
        Deeper(),
        SecondRun(),
        Correct(),
        Inside(),
        Dies(),
        Slope(),
        PassedOn(),
        TheLeak(),
    )

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return self.story.subtitle()

    def poster(self) -> Sentence:
        """Describe the last picture."""
        deep = self.story.deep
        if deep.history is None:
            return sentence(
                "Five lines of code, each with a tick. The depth is {d}, and the loss overflows. "
                "The line with the backward pass glows in amber, and drips.",
                d=deep.depth_figure,
            )
        return sentence(
            "Five lines of code, each with a tick. The depth is {d}, the loss {b}. The line with "
            "the backward pass glows in amber, and drips.",
            d=deep.depth_figure,
            b=deep.loss(-1),
        )
