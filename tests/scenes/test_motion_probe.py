"""The probe of motion finds what it was made for, in a film made to be wrong."""

from pathlib import Path
from typing import ClassVar

import manim as mn
import numpy as np
import pytest

from scenes.kit.charts.marks import drawn, haloed, polyline
from scenes.kit.film import Film
from scenes.kit.live_number import LiveNumber
from scenes.words.figures import Sentence, measured, sentence
from tests.scenes.film_probe import probe

ENDS = np.array([[-3.0, 0.0, 0.0], [3.0, 1.0, 0.0]])


class Moving(Film):
    """A number counts from 1 to 9 while a dot goes along a line."""

    order = 990
    title = "Made up"
    summary = description = "Made up"
    seconds = 5
    reads = ("film",)
    sources = ("none",)
    early: ClassVar[bool] = False
    stuck: ClassVar[bool] = False
    rim_first: ClassVar[bool] = False

    def compute(self) -> None:
        """Compute nothing."""

    def subtitle(self) -> Sentence:
        """Say nothing."""
        return sentence("Made up")

    def seen(self) -> dict[str, str | Sentence]:
        """Describe the beat."""
        return {"only": "A line is drawn."}

    def poster(self) -> Sentence:
        """Describe the last picture."""
        return sentence("A line.")

    def script(self) -> tuple[object, ...]:
        """Return the only beat."""
        return (self.only,)

    def only(self) -> None:
        """Draw a line, and move a dot along it while a number counts."""
        self.say(sentence("Made up."))
        line = haloed(polyline(ENDS, self.theme.ink), self.theme.background)
        self.play(mn.Create(line) if self.rim_first else drawn(line), run_time=1.5)
        now = mn.ValueTracker(9.0 if self.early else 1.0)
        number = LiveNumber(
            self.pen,
            lambda: measured("now", float(now.get_value())),
            left=0.0,
            baseline=-2.0,
            color=self.theme.ink,
            size=44,
        )
        mark = mn.Dot(ENDS[0])
        self.play(mn.FadeIn(number, mark), run_time=0.5)
        now.set_value(1.0)
        moves = [] if self.stuck else [mark.animate.move_to(ENDS[1])]
        with self.counting(number):
            self.play(now.animate.set_value(9.0), *moves, run_time=2.0)
        self.wait(0.5)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, None),
        ({"early": True}, "'9.00' is on show before its time"),
        ({"stuck": True}, "numbers change while nothing else moves"),
        ({"rim_first": True}, "a halo is drawn ahead of its line"),
    ],
)
def test_a_fault_of_motion_is_found(
    changes: dict[str, bool], found: str | None, tmp_path: Path
) -> None:
    film = type("Moving", (Moving,), changes)
    problems = probe(film, film.default_experiment(), tmp_path).problems
    assert problems == (set() if found is None else {f"only: {found}"})
