"""What the beats of a film do on stage: words, numbers, pauses, and the camera."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from typing import Any, ClassVar

import manim as mn

from scenes.kit.excerpt import Excerpt
from scenes.kit.layout import NARRATION_BASELINE, SAFE, Region, point
from scenes.kit.live_number import LiveNumber
from scenes.kit.stage.world import Look
from scenes.kit.theme import LABEL, NARRATION, SMALL, TITLE
from scenes.kit.type import heading
from scenes.kit.type.typesetting import Pen, Typeset
from scenes.kit.type.words import ChangeWords
from scenes.words.captions import captions, seconds_for
from scenes.words.figures import Sentence, sentence
from scenes.words.ledger import Ledger
from scenes.words.voice import Reader, Voice

MOVE, QUICK = 0.9, 0.45
CARD = 0.5
"""Share of the last picture for which the card of the sources stays."""


class Stagecraft(mn.Scene):
    """A scene whose words are typeset, and whose numbers are recorded.

    Attributes
    ----------
    voice
        Decides the minimum time for which a sentence stays on screen.
    directed
        Whether the thing itself is the stage: the heading is a tag that the film takes away, words
        change while the picture moves, and the camera moves.
    pen, ledger
        Typesets words, and records the numbers in them.
    narration
        The sentence on screen.
    pace
        How fast the film plays: all that it lasts is divided by it. Where beats speak of seconds,
        they are those of the usual pace, 1.
    pauses
        Start and length, in seconds, of the pauses after a question.
    fixed
        What belongs to the frame, so that the camera does not move it.
    excerpt
        The plays that plain Manim renders with ``-n``; None if it renders all of them.
    """

    voice: ClassVar[Voice] = Reader()
    directed: ClassVar[bool] = False

    def prepare_stage(self, pen: Pen, *, narrated: bool, pace: float = 1.0) -> None:
        """Begin with an empty stage.

        Parameters
        ----------
        narrated
            Whether sentences are shown; if not, they are recorded alone.
        """
        self.pen, self._narrated, self.pace = pen, narrated, pace
        self.ledger = Ledger()
        self.narration: Typeset | None = None
        self.pauses: list[tuple[float, float]] = []
        self.fixed: list[mn.Mobject] = []
        self.excerpt = Excerpt.asked()
        self._subtitle: Typeset | None = None
        self._title_line: Typeset | None = None
        self._beat = ""
        self._said: Sentence | None = None
        self._start = self._said_at = self._pause = 0.0
        self._hushed_at: float | None = None
        self._words: ChangeWords | None = None
        self._card: mn.Group | None = None

    # Words

    def say(self, words: str | Sentence) -> None:
        """Show the sentence of this beat in the narration band, replacing the previous one."""
        self._change_words()
        said = sentence(words) if isinstance(words, str) else words
        self._said, self._said_at = said, self.time
        if not self._narrated:
            return
        old = self.narration
        self.narration = self.pen.text(said, size=NARRATION).fit_width(SAFE.width)
        if not self.directed:
            self.narration.align_to(point(SAFE.left), mn.LEFT)
        self.narration.on_baseline(NARRATION_BASELINE)
        if self.directed:
            # The world may move behind it.
            self.narration.halo(self.pen.theme.background)
            self._words = ChangeWords(old, self.narration)
        else:
            self.swap(old, self.narration)

    def hush(self) -> None:
        """Take the last sentence away beside the next motion, which another one will follow."""
        if self.narration is not None:
            self._words, self.narration = ChangeWords(self.narration, None), None
            self._hushed_at = self.time

    def swap(self, old: mn.Mobject | None, new: mn.Mobject) -> None:
        """Fade out one mobject, then fade in another in its place, so that texts never overlap."""
        if old is not None:
            self.play(mn.FadeOut(old), run_time=QUICK / 2)
        self.play(mn.FadeIn(new), run_time=QUICK)

    def leave_time_for_captions(self, said: Sentence) -> None:
        """Hold the picture until the captions of the sentence of this beat can be read."""
        rate = self.camera.frame_rate
        frames = ceil((self._said_at + seconds_for(said.plain) - self.time) * rate)
        if frames > 0:
            # Manim cuts the frames of a still off to a whole number: 0.6 s at 5 a second are two.
            self.wait((frames + 1e-6) / rate * self.pace)

    def caption(self, said: str, start: float, end: float) -> None:
        """Write the captions of a sentence that was said between two seconds of the film."""
        for one in captions(said, start, end):
            self.add_subcaption(one.text, one.end - one.start, one.start - self.time)

    # The camera

    def look(self, seen: Region, place: Region, **how: Any) -> Look:
        """Move the camera over all that is on stage, but for words of the frame and `fixed`."""
        # The old words may still be leaving.
        leaving = () if self._words is None else self._words.mobject
        still = {id(one) for one in (*self._of_frame, *leaving, *self.fixed)}
        world = [one for one in self.mobjects if id(one) not in still]
        return Look(world, seen, place, **how)

    @property
    def _of_frame(self) -> tuple[Typeset | None, ...]:
        """The words that belong to the frame."""
        return (self._title_line, self._subtitle, self.narration)

    @property
    def has_heading(self) -> bool:
        """Whether the heading is still on stage."""
        return self._title_line is not None

    def heading_leaves(self) -> mn.Animation:
        """Take the heading away, to be played beside the first motion after some seconds."""
        assert self._title_line is not None
        assert self._subtitle is not None
        leaving = mn.FadeOut(mn.Group(self._title_line, self._subtitle))
        self._title_line = self._subtitle = None
        return leaving

    # Time

    def pause(self, seconds: float = 2.0) -> None:
        """Hold the picture after a question, so that the audience can guess."""
        self._change_words()
        self.pauses.append((self.time, seconds / self.pace))
        self.wait(seconds)

    def rest(self, seconds: float = 1.0) -> None:
        """Hold the picture."""
        self.wait(seconds)

    def hold_until(self, time: float) -> None:
        """Hold the picture until a second of the film, unless that is less than a frame away."""
        if time - self.time > 1 / self.camera.frame_rate:
            self.wait((time - self.time) * self.pace)

    def read_until(self, said: Sentence) -> float:
        """Return the second of the film at which the sentence of this beat is read."""
        return self._said_at + self.voice.seconds(said) / self.pace

    @contextmanager
    def counting(self, *numbers: LiveNumber) -> Iterator[None]:
        """Let live numbers count during a motion, and record each value that they show."""
        for number in numbers:
            number.start()
        yield
        for number in numbers:
            number.settle()

    # The first and the last picture

    def open_with(self, title: str, subtitle: Sentence) -> None:
        """Put the heading on stage."""
        size = SMALL if self.directed else LABEL
        self._subtitle = heading.subtitle(subtitle, self.pen, size)
        self._title_line = heading.title(title, self.pen, LABEL if self.directed else TITLE)
        self.add(self._title_line, self._subtitle)

    def close_with(self, subtitle: Sentence, sources: Sentence) -> None:
        """Show what was filmed, and the sources.

        Where the heading has left, they take the place of the last sentence once it is read.
        """
        if not self.directed:
            cited = heading.subtitle(sources, self.pen, SMALL)
            self.swap(self._subtitle, cited)
            self._subtitle = cited
            return
        assert self._said is not None
        self._change_words()
        self.hold_until(self.read_until(self._said))
        self._card = mn.Group(*heading.card((subtitle, sources), self.pen))
        if self.narration is not None:
            self.play(mn.FadeOut(self.narration), run_time=QUICK / 2)
            self.narration = None
        self.play(mn.FadeIn(self._card), run_time=QUICK)

    def hold_last_picture(self, seconds: float) -> None:
        """Hold the picture. A card leaves on the way, so that the last frame is the idea alone."""
        if self._card is None:
            self.wait(seconds)
            return
        read = CARD * seconds
        self.wait(read)
        self.play(mn.FadeOut(self._card), run_time=QUICK)
        self.wait(seconds - read - QUICK)

    # Motion

    def add(self, *mobjects: Any) -> Any:
        """Add mobjects to the screen, and record every number in them."""
        for mobject in mobjects:
            self._record(mobject)
        added = super().add(*mobjects)
        if self.directed:
            # What moves is added anew; words of the frame stay on top of it.
            words = {id(one) for one in self._of_frame}
            self.mobjects = sorted(self.mobjects, key=lambda one: id(one) in words)
        return added

    def _record(self, mobject: Any) -> None:
        if self.excerpt is not None and self.excerpt.over(self.renderer.num_plays):
            return
        for member in mobject.get_family() if mobject is not None else ():
            if isinstance(member, Typeset):
                self.ledger.record(self._beat or "title", member.figures)

    def play(self, *args: Any, **kwargs: Any) -> None:
        """Play animations, and store the time at which the picture stops moving.

        Words that wait for it change meanwhile.
        """
        if self._words is not None and not isinstance(args[0], mn.Wait):
            # `run_time` and the like are for the other animations.
            args = (*self.compile_animations(*args, **kwargs), self._words)
            self._words, kwargs = None, {}
        self._change_words()
        args = tuple(self.compile_animations(*args, **kwargs))
        self._perform(*args)
        still = len(args) == 1 and isinstance(args[0], mn.Wait)
        if not still:
            self._pause = self.time

    def _change_words(self) -> None:
        """Change the words where nothing else moves."""
        if self._words is not None:
            words, self._words = self._words, None
            self._perform(words)
            self._pause = self.time

    def _perform(self, *animations: mn.Animation) -> None:
        """Let Manim play animations, and record every number in what they move."""
        excerpt, number, start = self.excerpt, self.renderer.num_plays, self.time
        if excerpt is not None and number == excerpt.first:
            self._begin_ledger_anew()
        for animation in animations:
            self._record(animation.mobject)
            animation.run_time /= self.pace
        super().play(*animations)
        if excerpt is not None and excerpt.holds(number):
            excerpt.played(start, self.time)

    def _begin_ledger_anew(self) -> None:
        """Forget all numbers but those on screen."""
        self.ledger.forget_numbers()
        for mobject in self.mobjects:
            self._record(mobject)
            for member in mobject.get_family():
                if isinstance(member, LiveNumber):
                    member.drain()
