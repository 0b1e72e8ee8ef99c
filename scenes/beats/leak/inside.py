"""The second act: the code is right, so the camera goes into the line with the backward pass."""

from __future__ import annotations

from typing import cast

import manim as mn
import numpy as np

from scenes.beats.leak.stage import FAINT, WHOLE, LeakStage, others
from scenes.kit.beat import Beat
from scenes.kit.layout import GAP, SAFE, Region, point
from scenes.kit.live_number import LiveNumber
from scenes.kit.motion import fade
from scenes.kit.stage.bowl import bowl_of
from scenes.kit.stage.dim import Dim
from scenes.kit.stage.emerge import Submerge
from scenes.kit.stage.network import NetworkStage
from scenes.kit.stage.world import Look
from scenes.kit.theme import NARRATION
from scenes.kit.type.typesetting import Typeset
from scenes.stories.leak import BACKWARD, LeakStory
from scenes.words.figures import Sentence, sentence

ROOM = 1.35
"""Height below the network for the factors and the number."""
EARLY, OPENS = (0.0, 0.25), (0.55, 0.85)
"""The shares of the way in in which the rest dims, and the network comes into sight."""
SINKS, KINDLES, GOES_IN = 0.8, 0.7, 2.3
FOOT = 0.27
"""Room for puddles below the code, of the height of the stage."""
FITS = 0.72
"""Width of what the camera sees through a bowl, over that of the bowl."""


class Correct(Beat[LeakStory, LeakStage]):
    """Every line gets its tick."""

    speaks_last = True

    def says(self, story: LeakStory) -> Sentence:
        """Say that it is not the code."""
        if story.shallow.learns and not story.deep.learns:
            return sentence("And every line is correct.")
        return sentence("Every line is correct. None of them says why.")

    def shows(self, story: LeakStory) -> Sentence:
        """Describe the ticks."""
        return sentence(
            "The network shrinks into the line with the backward pass. The camera goes to the "
            "code, and the loss stays. Each line gets a tick, one after the other."
        )

    def moves(self, film: LeakStage) -> None:
        """Put the network into its line, and go to the code; only the loss comes along."""
        level, network = film.levels[1], film.deep
        for each in (network, level):
            # Light that has passed left them in a group.
            film.remove(each)
            film.add(each)
        film.bring_to_back(network)
        # Room for puddles below the code.
        place = WHOLE.inset(bottom=FOOT * WHOLE.height)
        film.tag, home = _tag(film, level.numbers[1], place.top - 2 * GAP)
        film.play(
            Submerge(network, film.seed_beside(BACKWARD), run_time=SINKS),
            level.shrink_to_tag(home, run_time=SINKS),
            mn.FadeOut(film.rows[1], run_time=0.4),
        )
        film.fixed += [level, film.tag]
        film.play(
            film.look(film.near, place, run_time=1.1),
            mn.FadeIn(film.tag, run_time=0.5),
        )

    def moves_on(self, film: LeakStage) -> None:
        """Set the ticks."""
        film.play(film.listing.check(run_time=1.6))


class Inside(Beat[LeakStory, LeakStage]):
    """The camera goes into a letter."""

    def says(self, story: LeakStory) -> Sentence:
        """Say where to look."""
        return sentence("So look inside.")

    def shows(self, story: LeakStory) -> Sentence:
        """Describe the way."""
        return sentence(
            "The line with the backward pass glows. The camera goes through the bowl of the first "
            "letter of the word backward: inside is the network of {d} layers.",
            d=story.deep.depth_figure,
        )

    def moves(self, film: LeakStage) -> None:
        """Light the line, and go into its word."""
        listing = film.listing
        film.play(listing.kindle(BACKWARD, run_time=KINDLES))
        word = listing.words[BACKWARD]
        film.door = _door_of(word)
        place = WHOLE.inset(top=GAP / 2, bottom=ROOM)
        film.inner = NetworkStage(place, film.story.widths[1], film.pen)
        for at_once in (
            Dim(film.inner, [film.inner], FAINT),
            Look([film.inner], WHOLE, film.door),
        ):
            at_once.begin()
            at_once.interpolate(1.0)
        film.letters = mn.VMobject(stroke_width=0).set_points(word.points)
        film.letters.set_fill(film.theme.backward, opacity=1.0)
        film.add(film.inner, film.letters)
        # From now on it is no word to be read, but strokes between which the camera goes.
        fade(word, 0.0)
        film.hold_until(film.read_until(self.says(film.story)))
        # The strokes of the letter pass where the words stand.
        film.hush()
        loss = film.levels[1]
        film.play(
            film.look(film.door, WHOLE, run_time=GOES_IN),
            Dim(listing, others(listing, [word]), FAINT, during=EARLY, run_time=GOES_IN),
            Dim(film.inner, [film.inner], 1 / FAINT, during=OPENS, run_time=GOES_IN),
            mn.FadeOut(mn.Group(loss, film.tag), run_time=0.4),
        )
        # They are out of sight until the camera comes out.
        film.remove(film.letters)


def _tag(film: LeakStage, number: LiveNumber, height: float) -> tuple[Typeset, np.ndarray]:
    """Write the name of the loss where it will stand, and return the middle of its number."""
    ink = cast(Typeset, number[0])
    scale = NARRATION / ink.font_size
    home = point(SAFE.right - scale * ink.width / 2, height)
    name = film.pen.label("loss", film.theme.muted, NARRATION)
    name.align_to(home - (scale * ink.width / 2 + GAP / 2) * mn.RIGHT, mn.RIGHT)
    return name.on_baseline(height - scale * ink.height / 2), home


def _door_of(word: Typeset) -> Region:
    """Return what of the bowl of a letter has the shape of the stage."""
    bowl = bowl_of(word)
    half = FITS * bowl.width / 2
    high = half * WHOLE.height / WHOLE.width
    x, y, _ = bowl.center
    return Region(x - half, x + half, y - high, y + high)
