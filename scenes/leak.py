"""Leak: the same lines of code, run twice.

Storyboard, with the numbers of the default experiment (digits, 30 sigmoids a layer):

1. Five lines of code are written; the depth is a dial, which turns to 2. A network grows out of
   the line that makes it, and its layers are numbered.
2. The loop runs: blue light forward, amber light back, a step, with which the edges twitch and the
   loss falls: from 7.98 to 0.0238.
3. The dial turns to 9, the network stretches, its layers are counted, all stops. Question.
4. A fresh tank: the loss drops from 7.19 to 3.25, what guessing gives, and stays. The amber light
   comes slowly, and has died after two layers; only their edges twitch.
5. The network shrinks into the line with `backward`, the camera goes to the code, the loss comes
   along, and every line gets its tick.
6. Through the bowl of the b of `backward`: inside is the network. Amber light runs back; below it
   a number counts what is left, from 100 % to 0.0014 %: one part in seventy thousand.
7. One unit opens: its slope, and the amber stream that it lets through, are a quarter at best.
8. The stream through all layers, with the factors of the first four below it: weights and slopes
   together pass on about a quarter, and soon there is hardly any.
9. Out again. The word `grads` drips amber, and with each drop a letter of `grads` in the next
   line goes out.
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
    seconds = 65
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
        depth = self.story.deep.depth_figure
        if self.story.dries_up:
            return sentence(
                "Five lines of code, each with a tick. The depth is {d}. The line with the "
                "backward pass glows in amber, and drips. In the line below it the word grads has "
                "gone dark.",
                d=depth,
            )
        return sentence(
            "Five lines of code, each with a tick. The depth is {d}. The line with the backward "
            "pass glows in amber, and drips.",
            d=depth,
        )
