"""A film that is made up gives exactly the figures that were put into it."""

from typing import ClassVar

import manim as mn
import pytest

from scenes.kit.film import Film
from scenes.kit.layout import STAGE
from scenes.words.figures import Sentence, sentence
from tests.review.figures import HEADS, cells
from tests.review.watch import watch


class Silent:
    """Nobody reads."""

    def seconds(self, said: Sentence) -> float:
        return 0.0


class Toy(Film):
    """A question, 3 s of stillness, and a square that moves over."""

    order = 990
    title = "Made up"
    summary = description = "Made up"
    seconds = 9
    reads = ("film",)
    sources = ("none",)
    voice = Silent()
    declared: ClassVar[tuple[float, ...]] = ()

    def compute(self) -> None:
        """Compute nothing."""

    def subtitle(self) -> Sentence:
        return sentence("Made up")

    def script(self) -> tuple[object, ...]:
        return (self.asked, self.answered)

    def asked(self) -> None:
        """0.4 s of words, 1 s of fading in, and 3 s of stillness."""
        self.say(sentence("Watch the square. Where will it go?"))
        self.square = mn.Square(STAGE.height, fill_opacity=1.0, stroke_width=0)
        self.square.move_to(STAGE.center)
        self.play(mn.FadeIn(self.square, rate_func=mn.linear), run_time=1.0)
        if self.declared:
            self.pauses = [(self.time, length) for length in self.declared]
        self.wait(3.0)

    def answered(self) -> None:
        """0.7 s of words, a shift of 1 s, and 1 s until the beat ends."""
        self.say(sentence("To the right."))
        shift = self.square.animate(rate_func=mn.linear).shift(mn.RIGHT)
        self.play(shift, run_time=1.0)


def _figures(declared: tuple[float, ...] = ()) -> dict[str, str]:
    film = type("Toy", (Toy,), {"declared": declared})
    row = cells("toy", watch(film, film.default_experiment()))
    return dict(zip(HEADS, row, strict=True))


def test_the_figures_of_a_film() -> None:
    figures = _figures()
    frames = 7 + 15 + 45 + 4 + 7 + 15 + 15
    # What moves in a play is seen in its second frame first, and ends in the first of the next;
    # words ease in, and are too faint in their second frame, too.
    still = 2 + 45 + 2 + 14
    pictures_still = frames - 15 - 15
    assert figures == {
        "film": "toy",
        "seconds": f"{(frames + 30) / 15:.0f}",
        "still, %": f"{100 * still / frames:.0f}",
        "pictures still, %": f"{100 * pictures_still / frames:.0f}",
        "longest, s": "3.0 at 1.5",
        "pauses, s": "",
        "lit, %": f"{100 * STAGE.height / STAGE.width:.0f}",
        "groups": "1 (1)",
        "text": "28",
        "plays": "1 : 1",
        "camera": "0",
        "questions": "1",
        "words a second": f"{10 * 15 / (frames + 30):.2f}",
        "longest sentence": "4",
    }


@pytest.mark.parametrize(
    ("declared", "pauses", "longest"),
    [
        ((2.0,), "2.0 at 1.5", "1.1 at 3.5"),
        ((2.5,), "2.5 at 1.5!", "1.1 at 3.5"),
        ((0.4, 0.4, 2.0), "0.4 at 1.5, 0.4 at 1.5, 2.0 at 1.5!", "2.7 at 1.9"),
    ],
)
def test_a_declared_pause_is_no_stillness_as_far_as_it_is_allowed(
    declared: tuple[float, ...], pauses: str, longest: str
) -> None:
    figures = _figures(declared)
    assert (figures["pauses, s"], figures["longest, s"]) == (pauses, longest)
