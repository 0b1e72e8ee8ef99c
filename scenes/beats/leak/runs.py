"""The first act: five lines of code train one network, then a deeper one."""

from __future__ import annotations

import manim as mn
import numpy as np

from backprop_core.verdicts.loss import LossTrend, loss_trend
from scenes.beats.leak.stage import ROUNDS, SHARES, WHOLE, LeakStage
from scenes.kit.beat import Beat
from scenes.kit.film import QUICK
from scenes.kit.layout import GAP
from scenes.kit.motion import Frame, Motion, staggered
from scenes.kit.stage.emerge import Emerge
from scenes.kit.stage.layer_row import LayerRow
from scenes.kit.stage.stretch import Stretch
from scenes.stories.leak import CODE, LeakStory
from scenes.stories.training_run import Run
from scenes.words.figures import Sentence, constant, count, sentence
from scenes.words.spoken import about, counted

ALMOST_NOTHING = 0.05
"""A loss smaller than this, and than this share of the first one, is almost nothing."""
ABOUT_THE_SAME = 0.1
"""Share by which two losses may differ and be called about the same."""
AS_GUESSING = 0.05
"""Share by which a loss may differ from that of guessing and be called that."""


class Code(Beat[LeakStory, LeakStage]):
    """The lines are written, and the network grows out of one of them."""

    def says(self, story: LeakStory) -> Sentence:
        """Say what the code does; where fewer epochs are trained than were asked for, say so."""
        depth = counted(f"{story.shallow.name}.depth", story.shallow.depth)
        epochs = story.shown.training.epochs
        if epochs < story.asked:
            return sentence(
                "Five lines train a network. Depth {d}, and {e} of {a} epochs.",
                d=depth,
                e=count("epochs", epochs),
                a=count("asked_epochs", story.asked),
            )
        return sentence("Five lines train a network. Set the depth to {d}.", d=depth)

    def shows(self, story: LeakStory) -> Sentence:
        """Name the lines."""
        lines = constant("code", "; ".join(line.strip() for line in CODE[1:]))
        return sentence(
            "Five lines of code are written: depth = a dial, which turns to {d}; {code}. Out of "
            "the second line grows a network of {d} layers, which are numbered; beside it is a "
            "tank, as full as the loss is large. It is trained for {e} epochs.",
            e=count("epochs", story.shown.training.epochs),
            d=story.shallow.depth_figure,
            code=lines,
        )

    def moves(self, film: LeakStage) -> None:
        """Write, turn the dial, go back, and let the network grow beside its line."""
        listing, network, level = film.listing, film.shallow, film.levels[0]
        film.play(listing.write(len(CODE[0]), run_time=1.7, rate_func=mn.linear))
        film.play(listing.dial.turn_to(1, run_time=0.9))
        left = WHOLE.columns(*SHARES, gap=GAP)[0]
        leaving = [film.heading_leaves()] if film.has_heading else []
        film.play(film.look(listing.bounds, left, run_time=1.4), listing.light([1]), *leaving)
        film.bring_to_back(network)
        film.play(Emerge(network, film.seed_beside(1), run_time=1.4))
        row = film.rows[0]
        film.play(
            mn.FadeIn(level, shift=GAP * mn.LEFT),
            _numbered(row, run_time=0.6),
            listing.light(range(len(CODE))),
            run_time=0.6,
        )


class FirstRun(Beat[LeakStory, LeakStage]):
    """The lines run on the shallow network."""

    speaks_last = True

    def says(self, story: LeakStory) -> Sentence:
        """Say how the loss changed."""
        run = story.shallow
        depth = counted(f"{run.name}.depth", run.depth, capital=True)
        if run.history is None:
            return sentence("{d} layers: the loss overflows.", d=depth)
        if run.learns and _trend(run) in {LossTrend.FALLS, LossTrend.STICKS}:
            first, last = float(run.history.loss[0]), float(run.history.loss[-1])
            return sentence(
                "{d} layers: the loss falls from {a} to {b}.",
                d=depth,
                a=about(f"{run.name}.loss[0]", first),
                b=about(f"{run.name}.loss[-1]", last, ALMOST_NOTHING * min(first, 1.0)),
            )
        return sentence(f"{{d}} layers: {_ways(run)}", d=depth)

    def shows(self, story: LeakStory) -> Sentence:
        """Describe the level."""
        return _run_shown(story.shallow)

    def moves(self, film: LeakStage) -> None:
        """Let the loop go round once."""
        film.rounds(0, [0])

    def moves_on(self, film: LeakStage) -> None:
        """Let it go on to the last epoch."""
        film.rounds(0, range(1, ROUNDS))
        film.play(film.all_lines())


class Deeper(Beat[LeakStory, LeakStage]):
    """The dial turns, and the network stretches."""

    def says(self, story: LeakStory) -> Sentence:
        """Ask what will come of it."""
        depth = counted(f"{story.deep.name}.depth", story.deep.depth, capital=True)
        return sentence("{d} layers, the same code. Better, or worse?", d=depth)

    def shows(self, story: LeakStory) -> Sentence:
        """Describe the dial."""
        return sentence(
            "The dial turns to {d}, the tank leaves, the network stretches to {d} layers, which "
            "are numbered, and all stops.",
            d=story.deep.depth_figure,
        )

    def moves(self, film: LeakStage) -> None:
        """Turn the dial, count the layers, and wait."""
        film.remove(film.shallow)
        film.add(film.deep)
        stops = len(film.story.stops)
        film.play(
            film.listing.dial.turn_to(stops - 1, run_time=1.7),
            Stretch(film.shallow, film.deep, run_time=1.7),
            mn.FadeOut(film.levels[0], shift=GAP * mn.RIGHT, run_time=2 * QUICK),
            mn.FadeOut(film.rows[0], run_time=QUICK),
        )
        film.play(_numbered(film.rows[1], run_time=0.9))
        film.pause()


class SecondRun(Beat[LeakStory, LeakStage]):
    """The same lines run on the deep network."""

    speaks_last = True

    def says(self, story: LeakStory) -> Sentence:
        """Answer the question."""
        run = story.deep
        if run.history is None:
            return sentence("Worse: the loss overflows.")
        if run.learns:
            return _better_or_worse(story)
        if _trend(run) is LossTrend.STICKS and _ends_as_guessing(story):
            return sentence("It falls to guessing, and stays there.")
        return sentence(_GUESSES[_trend(run)])

    def shows(self, story: LeakStory) -> Sentence:
        """Describe the level."""
        return _run_shown(story.deep)

    def moves(self, film: LeakStage) -> None:
        """Bring a fresh tank, and train; what overflows has run over at once."""
        film.play(mn.FadeIn(film.levels[1], shift=GAP * mn.LEFT), run_time=0.5)
        film.rounds(1, [0])

    def moves_on(self, film: LeakStage) -> None:
        """Let it go on to the last epoch, as there is less to see on the way."""
        film.rounds(1, [ROUNDS - 1])
        film.play(film.all_lines())


_GUESSES = {
    LossTrend.FALLS: "Its loss falls, and ends no better than guessing.",
    LossTrend.STICKS: "It falls once, and sticks: no better than guessing.",
    LossTrend.STAYS: "It hardly moves: no better than guessing.",
    LossTrend.RISES: "Its loss rises: worse than guessing.",
    LossTrend.RETURNS: "Its loss comes back to where it began: no better than guessing.",
}


def _ends_as_guessing(story: LeakStory) -> bool:
    guessed, loss = story.guessed, float(story.deep.measured.loss[-1])
    return guessed is not None and abs(loss - guessed) <= AS_GUESSING * guessed


def _trend(run: Run) -> LossTrend:
    return loss_trend(run.measured.loss)


def _ways(run: Run) -> str:
    """Say how a loss moved that did not fall to something, or by which nothing was learned."""
    if not run.learns:
        return {
            LossTrend.FALLS: "the loss falls, and ends no better than guessing.",
            LossTrend.STICKS: "the loss falls once, and sticks: no better than guessing.",
            LossTrend.STAYS: "the loss hardly moves: no better than guessing.",
            LossTrend.RISES: "the loss rises: no better than guessing.",
            LossTrend.RETURNS: "the loss comes back: no better than guessing.",
        }[_trend(run)]
    return {
        LossTrend.STAYS: "the loss hardly moves, and yet it learns.",
        LossTrend.RISES: "the loss rises, and yet it learns.",
        LossTrend.RETURNS: "the loss comes back, and yet it learns.",
    }[_trend(run)]


def _better_or_worse(story: LeakStory) -> Sentence:
    """Compare the last losses of two runs, of which the deep one learned."""
    deep = story.deep
    last = about(f"{deep.name}.loss[-1]", float(deep.measured.loss[-1]))
    if story.shallow.history is None:
        return sentence("Better: it learns, down to {b}.", b=last)
    other, this = (float(run.measured.loss[-1]) for run in (story.shallow, deep))
    if abs(this - other) <= ABOUT_THE_SAME * max(this, other):
        return sentence("About the same: it ends at {b}.", b=last)
    if this < other:
        return sentence("Better: its loss ends lower, at {b}.", b=last)
    return sentence("Worse: it learns, but its loss ends higher, at {b}.", b=last)


def _run_shown(run: Run) -> Sentence:
    words = (
        "The lines of the loop light up in turn: blue light runs forward through the network, "
        "amber light back, as bright as the gradient of each layer, and the edges twitch."
    )
    if run.history is None:
        return sentence(f"{words} The tank runs over: the loss overflows.")
    return sentence(
        f"{words} The level of the tank goes from {{a}} to {{b}}.", a=run.loss(0), b=run.loss(-1)
    )


def _numbered(row: LayerRow, **how: float) -> Motion:
    """Count the layers: their numbers come one after the other."""

    def prepare() -> Frame:
        order = np.linspace(0, 1, max(row.columns) + 1)
        return lambda share: row.reveal(staggered(share, order, 0.3))

    return Motion(row, prepare, introducer=True, **how)
