"""Leak: the same lines of code, run twice.

Storyboard, with the numbers of the default experiment (digits, 30 sigmoids a layer):

1. Five lines that train any network.
2. On 2 layers the loss falls from 7.98 to 0.0238.
3. On 9 layers it falls once, from 7.19 to 3.25, and sticks: no better than guessing.
4. Nothing in the code says why.
5. What a leaky abstraction is: to use the line with the backward pass, one has to look inside.
"""

from __future__ import annotations

import manim as mn
import numpy as np

from backprop_core.verdicts.loss import LossTrend, loss_trend
from scenes.kit.arrays.code_listing import CodeListing
from scenes.kit.beat import Beat
from scenes.kit.charts.curve_chart import CurveChart
from scenes.kit.charts.marks import drawn
from scenes.kit.film import MOVE, QUICK, Film, sweep
from scenes.kit.layout import GAP, STAGE
from scenes.kit.type.typesetting import Typeset
from scenes.stories.leak import BACKWARD, CODE, LeakStory
from scenes.stories.seen.writing import in_a_line
from scenes.stories.training_run import Run
from scenes.words.figures import Figure, Sentence, count, sentence

RUN = 3.0
"""Seconds that a training run takes on screen."""
LOOPS = 3
"""Number of times that the pointer goes round the loop during a run."""
LABEL_ROOM = 0.9

_FOR_EPOCHS = "Run on {d} layers for {n} epochs"
_LEARNS = {
    LossTrend.FALLS: "the loss falls from {a} to {b}.",
    LossTrend.STICKS: "the loss falls from {a} to {b}.",
    LossTrend.STAYS: "the loss stays near {b}, yet it learns.",
    LossTrend.RISES: "the loss rises to {b}, yet it learns.",
    LossTrend.RETURNS: "the loss comes back to {b}, yet it learns.",
}
_GUESSES = {
    LossTrend.FALLS: "the loss falls to {b}, no better than guessing.",
    LossTrend.STICKS: "the loss falls once, to {b}: no better than guessing.",
    LossTrend.STAYS: "the loss stays at {b}, no better than guessing.",
    LossTrend.RISES: "the loss rises to {b}, no better than guessing.",
    LossTrend.RETURNS: "the loss returns to {b}, no better than guessing.",
}


def what_happens(run: Run) -> tuple[str, dict[str, Figure]]:
    """Return the end of a template on the loss of a run, and its figures."""
    figures = {"d": run.depth_figure}
    if run.history is None:
        return "the loss leaves the range of floats.", figures
    template = (_LEARNS if run.learns else _GUESSES)[loss_trend(run.history.loss)]
    ends = {"a": run.loss(0), "b": run.loss(-1)}
    return template, figures | {key: end for key, end in ends.items() if f"{{{key}}}" in template}


class Code(Beat[LeakStory, "Leak"]):
    """The lines appear."""

    def says(self, story: LeakStory) -> Sentence:
        """Say what the code does."""
        return sentence(
            "These lines train any network: forward, backward, a step, again and again."
        )

    def shows(self, story: LeakStory) -> Sentence:
        """Name the lines."""
        return sentence(f"Line by line, program text appears at the left: {in_a_line(CODE)}.")

    def moves(self, film: Leak) -> None:
        """Write the lines."""
        film.play(sweep([mn.FadeIn(line) for line in film.listing.lines], 1.8))


class FirstRun(Beat[LeakStory, "Leak"]):
    """The lines run on the shallow network."""

    def says(self, story: LeakStory) -> Sentence:
        """Say how the loss changes."""
        epochs = count("epochs", story.shown.training.epochs)
        template, figures = what_happens(story.shallow)
        start = "Run on {d} layers for {n} epoch" if epochs.value == 1 else _FOR_EPOCHS
        return sentence(f"{start}: {template}", n=epochs, **figures)

    def shows(self, story: LeakStory) -> Sentence:
        """Describe the curve."""
        run = story.shallow
        if run.history is None:
            return sentence(
                "A chart of the loss comes in beside the code: the name of {d} layers appears "
                "without a curve: overflow.",
                d=run.depth_figure,
            )
        return sentence(
            "A chart of the loss comes in beside the code: a pointer goes round the loop of the "
            "code while the curve of {d} layers is drawn, from {a} to {b}.",
            d=run.depth_figure,
            a=run.loss(0),
            b=run.loss(-1),
        )

    def moves(self, film: Leak) -> None:
        """Draw the curve while the pointer goes round the loop."""
        film.play(mn.FadeIn(film.chart, film.listing.pointer), run_time=QUICK)
        film.run_on(film.story.shallow, film.theme.healthy, film.ends[0])


class SecondRun(Beat[LeakStory, "Leak"]):
    """The same lines run on the deep network."""

    def says(self, story: LeakStory) -> Sentence:
        """Say how the loss changes."""
        template, figures = what_happens(story.deep)
        return sentence(f"The same lines on {{d}} layers: {template}", **figures)

    def shows(self, story: LeakStory) -> Sentence:
        """Describe the curve."""
        run = story.deep
        if run.history is None:
            return sentence(
                "Then, in the same chart: the name of {d} layers appears without a curve: "
                "overflow.",
                d=run.depth_figure,
            )
        return sentence(
            "Then, in the same chart: a pointer goes round the loop of the code while the curve "
            "of {d} layers is drawn, from {a} to {b}.",
            d=run.depth_figure,
            a=run.loss(0),
            b=run.loss(-1),
        )

    def moves(self, film: Leak) -> None:
        """Draw its curve beside the first."""
        film.run_on(film.story.deep, film.theme.ink, film.ends[1])


class Nothing(Beat[LeakStory, "Leak"]):
    """The pointer passes over the lines once more."""

    def says(self, story: LeakStory) -> Sentence:
        """Say what the code says of the difference."""
        if story.shallow.learns and not story.deep.learns:
            return sentence("Nothing in the code says why.")
        if story.shallow.learns and story.deep.learns:
            return sentence("Both learn, this time; nothing in the code promises it.")
        if story.deep.learns:
            return sentence("The deeper one learns; nothing in the code says why.")
        return sentence("Neither learns, and nothing in the code says why.")

    def shows(self, story: LeakStory) -> Sentence:
        """Describe the pointer."""
        return sentence("A pointer goes down the lines of the code once more, one by one.")

    def moves(self, film: Leak) -> None:
        """Point at one line after the other."""
        for number in range(len(CODE)):
            film.point_at(number, QUICK)


class TheLeak(Beat[LeakStory, "Leak"]):
    """The pointer stops at the line with the backward pass."""

    @property
    def name(self) -> str:
        """The name in chapters. The class cannot be `Leak`, as that is the film."""
        return "leak"

    def says(self, story: LeakStory) -> Sentence:
        """Say what a leaky abstraction is."""
        return sentence("A leaky abstraction: to use this line, one has to know what flows inside.")

    def shows(self, story: LeakStory) -> Sentence:
        """Describe the highlighted line."""
        return sentence(
            f"The pointer rests at {CODE[BACKWARD].strip()}: this line is lit, the others fade."
            " The two curves stay."
        )

    def moves(self, film: Leak) -> None:
        """Highlight the line, and fade the others."""
        others = [line for n, line in enumerate(film.listing.lines) if n != BACKWARD]
        film.point_at(BACKWARD, MOVE)
        line = film.listing.lines[BACKWARD]
        film.play(
            *(other.animate.set_fill(film.theme.muted) for other in others),
            line.animate.set_fill(film.theme.backward),
            run_time=MOVE,
        )
        film.cite()


class Leak(Film):
    """One loss falls, the other sticks; nothing in the code says why."""

    order = 10
    title = "The same lines of code"
    summary = "Two runs of one training loop: what a leaky abstraction is"
    description = (
        "The same few lines of training code, run twice: on 2 layers the loss falls, on 9 it "
        "sticks, and nothing in the code says why. What a leaky abstraction is."
    )
    seconds = 26
    reads = ("seed", "dtype", "network", "data", "training", "film")
    sources = "Karpathy, Yes you should understand backprop (2016)"

    beats = (Code(), FirstRun(), SecondRun(), Nothing(), TheLeak())

    story: LeakStory

    def compute(self) -> None:
        """Train both networks."""
        self.story = LeakStory.of(self.experiment)

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return self.story.subtitle()

    def poster(self) -> Sentence:
        """Describe the last picture."""
        return poster(self.story)

    # Motion

    def run_on(self, run: Run, color: str, end: Typeset) -> None:
        """Draw the curve of a run while the pointer goes round the loop."""
        if run.history is None:
            self.play(mn.FadeIn(end), run_time=QUICK)
            return
        curve = self.chart.curve(run.history.loss, color)
        first, last = (self.listing.beside(number) for number in (1, len(CODE) - 1))
        pointer = self.listing.pointer

        def go_round(_: mn.Mobject, share: float) -> None:
            # Go from the head of the loop to its last line, repeatedly.
            turn = (share * LOOPS) % 1.0
            pointer.move_to(first + (last - first) * turn)

        around = mn.UpdateFromAlphaFunc(pointer, go_round, rate_func=mn.linear)
        self.play(drawn(curve, rate_func=mn.linear), around, run_time=RUN)
        self.play(mn.FadeIn(end), run_time=QUICK)

    def point_at(self, number: int, run_time: float) -> None:
        """Move the pointer to a line."""
        move = self.listing.pointer.animate.move_to(self.listing.beside(number))
        self.play(move, run_time=run_time)

    # The stage

    def lay_out(self) -> None:
        """Put the code at the left, and the chart at the right."""
        left, right = STAGE.columns(0.46, 0.54, gap=2 * GAP)
        self.listing = CodeListing(left, CODE, self.pen)
        runs = (self.story.shallow, self.story.deep)
        losses = [np.asarray(run.history.loss) for run in runs if run.history is not None]
        largest = max((float(loss.max()) for loss in losses), default=1.0)
        epochs = max((len(loss) - 1 for loss in losses), default=1)
        self.ends = self._end_labels(runs)
        self.chart = CurveChart(
            right.inset(top=GAP, bottom=GAP),
            epochs,
            largest,
            self.pen,
            y_name="loss",
            left=LABEL_ROOM,
            right=max(label.width for label in self.ends) + GAP / 2,
        )
        top = self.chart.y_scale.high
        values = [float(run.history.loss[-1]) if run.history else top for run in runs]
        self.chart.name_ends(self.ends, values)

    def _end_labels(self, runs: tuple[Run, Run]) -> tuple[Typeset, Typeset]:
        """Name the curves."""
        words = ("{d} layers" if run.history else "{d} layers: overflow" for run in runs)
        colors = (self.theme.healthy, self.theme.ink)
        first, second = (
            self.pen.label(sentence(name, d=run.depth_figure), color)
            for name, run, color in zip(words, runs, colors, strict=True)
        )
        return first, second


def poster(story: LeakStory) -> Sentence:
    """Describe the last picture."""
    first, second = story.shallow, story.deep
    figures = {"c": first.depth_figure, "d": second.depth_figure}
    if first.history is not None:
        figures |= {"w": first.loss(0), "x": first.loss(-1)}
    if second.history is not None:
        figures |= {"y": second.loss(0), "z": second.loss(-1)}
    return sentence(_POSTERS[first.history is not None, second.history is not None], **figures)


_POSTERS = {
    (True, True): "Left, the code of a training loop; the line with the backward pass is lit. "
    "Right, a chart of the loss over the epochs with two curves: with {c} layers it goes from {w} "
    "to {x} and with {d} layers it goes from {y} to {z}.",
    (True, False): "Left, the code of a training loop; the line with the backward pass is lit. "
    "Right, a chart of the loss over the epochs with two curves: with {c} layers it goes from {w} "
    "to {x} and none for {d} layers, which overflow.",
    (False, True): "Left, the code of a training loop; the line with the backward pass is lit. "
    "Right, a chart of the loss over the epochs with two curves: none for {c} layers, which "
    "overflow and with {d} layers it goes from {y} to {z}.",
    (False, False): "Left, the code of a training loop; the line with the backward pass is lit. "
    "Right, a chart of the loss over the epochs with two curves: none for {c} layers, which "
    "overflow and none for {d} layers, which overflow.",
}
"""Whether the shallow and the deep network have a curve -> the words."""
