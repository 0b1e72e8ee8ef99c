"""Leak: the same lines of code, run twice.

Storyboard, with the numbers of the default experiment (digits, 30 sigmoids a layer):

1. Five lines that train any network.
2. On 2 layers the loss falls from 7.98 to 0.0238.
3. On 9 layers it stays at 3.25: no better than guessing.
4. Nothing in the code says why.
5. What a leaky abstraction is: to use the line with the backward pass, one has to look inside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import manim as mn
import numpy as np

from scenes.kit.arrays.code_listing import CodeListing
from scenes.kit.charts.curve_chart import CurveChart
from scenes.kit.film import MOVE, QUICK, Film, sweep
from scenes.kit.layout import GAP, STAGE
from scenes.kit.type.typesetting import Ink
from scenes.stories.leak import BACKWARD, CODE, LeakStory
from scenes.stories.seen import leak
from scenes.stories.training_run import Run
from scenes.words.figures import Sentence, sentence

RUN = 3.0
"""Seconds that a training run takes on screen."""
LOOPS = 3
"""How often the pointer goes round the loop meanwhile."""
LABEL_ROOM = 0.9


class Leak(Film):
    """One loss falls, the other stays flat; nothing in the code says why."""

    title = "The same lines of code"
    summary = "Two runs of one training loop: what a leaky abstraction is"
    reads = ("seed", "dtype", "network", "data", "training", "film")
    sources = "Karpathy, Yes you should understand backprop (2016)"

    def compute(self) -> None:
        """Train both networks."""
        self.story = LeakStory.of(self.experiment)

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return self.story.subtitle()

    def seen(self) -> Mapping[str, str | Sentence]:
        """Describe the beats."""
        return leak.seen(self.story)

    def poster(self) -> Sentence:
        """Describe the last picture."""
        return leak.poster(self.story)

    def script(self) -> Sequence[Callable[[], None]]:
        """Return the beats."""
        return (self.code, self.first_run, self.second_run, self.nothing, self.leak)

    # The beats

    def code(self) -> None:
        """Write the lines."""
        self._lay_out()
        self.say(self.story.code())
        self.play(sweep([mn.FadeIn(line) for line in self.listing.lines], 1.8))

    def first_run(self) -> None:
        """Run them on the shallow network."""
        self.say(self.story.first_run())
        self.play(mn.FadeIn(self.chart, self.listing.pointer), run_time=QUICK)
        self._run_on(self.story.shallow, self.theme.healthy, self.ends[0])

    def second_run(self) -> None:
        """Run them on the deep one."""
        self.say(self.story.second_run())
        self._run_on(self.story.deep, self.theme.ink, self.ends[1])

    def nothing(self) -> None:
        """Read the lines once more."""
        self.say(self.story.nothing())
        for number in range(len(CODE)):
            self._point_at(number, QUICK)

    def leak(self) -> None:
        """Rest at the line that everything hangs on."""
        self.say(self.story.leak())
        others = [line for n, line in enumerate(self.listing.lines) if n != BACKWARD]
        self._point_at(BACKWARD, MOVE)
        line = self.listing.lines[BACKWARD]
        self.play(
            *(other.animate.set_fill(self.theme.muted) for other in others),
            line.animate.set_fill(self.theme.backward),
            run_time=MOVE,
        )
        self.cite()

    # What moves

    def _run_on(self, run: Run, color: str, end: Ink) -> None:
        if run.history is None:
            self.play(mn.FadeIn(end), run_time=QUICK)
            return
        curve = self.chart.curve(run.history.loss, color)
        first, last = (self.listing.beside(number) for number in (1, len(CODE) - 1))
        pointer = self.listing.pointer

        def go_round(_: mn.Mobject, share: float) -> None:
            # From the head of the loop to its last line, again and again.
            turn = (share * LOOPS) % 1.0
            pointer.move_to(first + (last - first) * turn)

        around = mn.UpdateFromAlphaFunc(pointer, go_round, rate_func=mn.linear)
        self.play(mn.Create(curve, rate_func=mn.linear), around, run_time=RUN)
        self.play(mn.FadeIn(end), run_time=QUICK)

    def _point_at(self, number: int, run_time: float) -> None:
        move = self.listing.pointer.animate.move_to(self.listing.beside(number))
        self.play(move, run_time=run_time)

    # The stage

    def _lay_out(self) -> None:
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

    def _end_labels(self, runs: tuple[Run, Run]) -> tuple[Ink, Ink]:
        """Name the curves."""
        words = ("{d} layers" if run.history else "{d} layers: overflow" for run in runs)
        colors = (self.theme.healthy, self.theme.ink)
        first, second = (
            self.pen.label(sentence(name, d=run.depth_figure), color)
            for name, run, color in zip(words, runs, colors, strict=True)
        )
        return first, second
