"""A beat: one sentence, what is shown for those who do not see it, and the motion."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from scenes.words.figures import Sentence, sentence

Story = TypeVar("Story")
Stage = TypeVar("Stage")

_WORD = re.compile(r"(?<!^)(?=[A-Z])")


class Beat(ABC, Generic[Story, Stage]):
    """One thing that a film says, shows and moves; all of it stands in one class.

    What it says and shows are whole templates with named numbers, one for each branch of the story:
    they can be translated, and are tested without drawing. `Story` holds the numbers and verdicts,
    `Stage` is the film, whose parts the motion uses.
    """

    @property
    def name(self) -> str:
        """Its name in the ledger, in chapters and sections: ``FirstRun`` is "first_run"."""
        return _WORD.sub("_", type(self).__name__).lower()

    def when(self, story: Story) -> bool:
        """Tell whether this story has this beat."""
        return True

    @abstractmethod
    def says(self, story: Story) -> Sentence:
        """Return its sentence."""

    @abstractmethod
    def shows(self, story: Story) -> Sentence:
        """Say, for those who do not see it, what is to be seen."""

    @abstractmethod
    def moves(self, film: Stage) -> None:
        """Play its motion, once the sentence is there."""

    def run(self, film: Any, story: Story) -> None:
        """Say its sentence, then play its motion."""
        film.say(self.says(story))
        self.moves(film)


class MethodBeat(Beat[Any, Any]):
    """A beat of a film that still spells it in three places: goes when that film is directed anew.

    Parameters
    ----------
    method
        A method of the film that says its sentence itself, and plays.
    seen
        What the film says of all its beats; see `Film.seen`.
    """

    def __init__(self, method: Callable[[], None], seen: Mapping[str, str | Sentence]) -> None:
        self._method = method
        self._seen = seen

    @property
    def name(self) -> str:
        """The name of the method."""
        return self._method.__name__

    def says(self, story: object) -> Sentence:
        """Return nothing: the method says it."""
        return sentence("")

    def shows(self, story: object) -> Sentence:
        """Return what the film says of it."""
        words = self._seen.get(self.name, "")
        return sentence(words) if isinstance(words, str) else words

    def moves(self, film: object) -> None:
        """Call the method."""
        self._method()

    def run(self, film: object, story: object) -> None:
        """Call the method, which says its sentence itself."""
        self.moves(film)
