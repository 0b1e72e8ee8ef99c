"""A beat: one sentence, a description of the picture for blind viewers, and the motion."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Generic, TypeVar

from scenes.words.figures import Sentence, sentence

Story = TypeVar("Story")
Stage = TypeVar("Stage")

_WORD = re.compile(r"(?<!^)(?=[A-Z])")


class Beat(ABC, Generic[Story, Stage]):
    """One thing that a film says, shows and moves; all of it stands in one class.

    `says` and `shows` return whole templates with named numbers, one for each branch of the story.
    Such templates can be translated, and are tested without drawing. `Story` holds the numbers and
    verdicts. `Stage` is the film, whose parts the motion uses.

    Attributes
    ----------
    speaks_last
        Whether the sentence comes after the motion, as an answer does that is seen first.
        Something may move on while it is read; see `moves_on`.
    """

    speaks_last: ClassVar[bool] = False

    @property
    def name(self) -> str:
        """The beat's name in the ledger, chapters and sections: ``FirstRun`` is "first_run"."""
        return _WORD.sub("_", type(self).__name__).lower()

    def when(self, story: Story) -> bool:
        """Return whether the story includes this beat."""
        return True

    @abstractmethod
    def says(self, story: Story) -> Sentence:
        """Return the sentence of the beat."""

    @abstractmethod
    def shows(self, story: Story) -> Sentence:
        """Describe the picture for viewers who cannot see it."""

    @abstractmethod
    def moves(self, film: Stage) -> None:
        """Play the motion; the sentence comes before it, or after it where it speaks last."""

    def moves_on(self, film: Stage) -> None:
        """Play what moves while a sentence that came after the motion is read."""

    def run(self, film: Any, story: Story) -> None:
        """Say its sentence and play its motion, in its order."""
        if self.speaks_last:
            film.hush()
            self.moves(film)
        film.say(self.says(story))
        if self.speaks_last:
            self.moves_on(film)
        else:
            self.moves(film)


class MethodBeat(Beat[Any, Any]):
    """Adapter for a film that still spells a beat in three places. It goes with the last of them.

    Parameters
    ----------
    method
        A method of the film that shows the sentence itself and plays the motion.
    seen
        Descriptions of all beats of the film; see `Film.seen`.
    """

    def __init__(self, method: Callable[[], None], seen: Mapping[str, str | Sentence]) -> None:
        self._method = method
        self._seen = seen

    @property
    def name(self) -> str:
        """The name of the method."""
        return self._method.__name__

    def says(self, story: object) -> Sentence:
        """Return an empty sentence: the method shows its own."""
        return sentence("")

    def shows(self, story: object) -> Sentence:
        """Return the film's description of this beat."""
        words = self._seen.get(self.name, "")
        return sentence(words) if isinstance(words, str) else words

    def moves(self, film: object) -> None:
        """Call the method."""
        self._method()

    def run(self, film: object, story: object) -> None:
        """Call the method, which says its sentence itself."""
        self.moves(film)
