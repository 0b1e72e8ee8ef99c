"""The last act: out again, and one line drips."""

from __future__ import annotations

import manim as mn
import numpy as np

from scenes.beats.leak.stage import FAINT, WHOLE, LeakStage, others
from scenes.kit.beat import Beat
from scenes.kit.film import QUICK
from scenes.kit.layout import GAP, point
from scenes.kit.motion import fade
from scenes.kit.stage.code_stage import LETTER
from scenes.kit.stage.dim import Dim
from scenes.kit.stage.drip import Drip
from scenes.stories.leak import BACKWARD, CODE, STEP, WORDS, LeakStory
from scenes.words.figures import Sentence, sentence

COMES_OUT = 2.0
CLOSES, LATE = (0.15, 0.45), (0.7, 1.0)
"""The shares of the way out in which the network goes, and the rest comes."""
APART = 1.15
"""Room that the next line makes for drops, in ems."""
THREADS = (0.8, 0.5, 0.0, 1.5, 0.6)
"""How long the threads get that hang from the letters of the leaking word, in ems."""
DROPS = (0.8, 1.4, 2.0, 2.6, 3.2)
"""The seconds at which drops fall, one for each letter of the word that dries up."""
GOES_OUT = 0.5
"""Seconds in which a letter goes out, from when its drop falls."""
DRIPS = 4.8
"""Seconds until the last drop has landed."""


class TheLeak(Beat[LeakStory, LeakStage]):
    """Out again: one line drips."""

    speaks_last = True

    @property
    def name(self) -> str:
        """The name in chapters. The class cannot be `Leak`, as that is the film."""
        return "leak"

    def says(self, story: LeakStory) -> Sentence:
        """Say what a leaky abstraction is."""
        return sentence(
            "A leaky abstraction: every line is right, yet you must know what is inside."
        )

    def shows(self, story: LeakStory) -> Sentence:
        """Describe the drops."""
        if story.dries_up:
            return sentence(
                "The camera comes out of the letter again. The line with the backward pass is lit "
                "in amber, and its word grads drips. In the line below the word grads glows, and a "
                "letter of it goes out with each drop."
            )
        return sentence(
            "The camera comes out of the letter again. The line with the backward pass is lit in "
            "amber, and its word grads drips."
        )

    def moves(self, film: LeakStage) -> None:
        """Come out; the last line has made room for drops."""
        listing, inner = film.listing, film.inner
        word = listing.words[BACKWARD]
        if below := [one for one in (film.ride, film.factors, film.course) if one is not None]:
            # The name of the number is on stage where the number is.
            gone = below if film.ride is None else [*below, film.measure]
            film.play(*map(mn.FadeOut, gone), run_time=QUICK)
        listing.part(STEP, APART)
        film.add(film.letters)
        film.play(
            film.look(WHOLE, film.door, run_time=COMES_OUT),
            Dim(inner, [inner], FAINT, during=CLOSES, run_time=COMES_OUT),
            Dim(listing, others(listing, [word]), 1 / FAINT, during=LATE, run_time=COMES_OUT),
        )
        film.remove(inner, film.letters)
        fade(word, 1.0)

    def moves_on(self, film: LeakStage) -> None:
        """Let it drip; what the next line should get dries up."""
        drip = _drip(film)
        film.add(drip)
        moving = [drip.run(0.0, DRIPS)]
        if film.story.dries_up:
            spans = [(fall / DRIPS, (fall + GOES_OUT) / DRIPS) for fall in DROPS]
            moving.append(film.listing.dry(STEP, spans, run_time=DRIPS))
        film.play(*moving)
        film.cite()


def _drip(film: LeakStage) -> Drip:
    """Hang threads from the word that the line gives; drops fall where nothing stands below."""
    listing = film.listing
    em, left = listing.em, float(listing.lines.get_left()[0])
    baseline = listing.words[BACKWARD].baseline
    first = CODE[BACKWARD].index(WORDS[STEP])
    hanging = [(first + n, length * em) for n, length in enumerate(THREADS) if length]
    tops = np.array([point(left + (n + 0.45) * LETTER * em, baseline) for n, _ in hanging])
    falls = [DROPS if open_below(n) else () for n, _ in hanging]
    lengths = [length for _, length in hanging]
    return Drip(tops, lengths, falls, WHOLE.bottom + GAP / 2, em, film.pen)


def open_below(letter: int) -> bool:
    """Return whether the next line has no letter below one of this line, by its place."""
    return letter >= len(CODE[STEP]) or CODE[STEP][letter] == " "
