"""What `backprop lecture` is asked for: one video, or slides; how each is made and told of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from backprop_core.number_text import file_size

if TYPE_CHECKING:
    from scenes.production.lecture.decks.output import DeckOutput
    from scenes.production.lecture.lecture import Lecture
    from scenes.production.render.plan import Planned
    from scenes.production.store.output_paths import Target


@dataclass(frozen=True)
class Reached:
    """A lecture that is in its place.

    Attributes
    ----------
    reused
        Whether it was there already, made of the same.
    about
        Facts for --json.
    words
        The same for a person.
    took
        Seconds.
    """

    reused: bool
    about: Mapping[str, Any]
    words: str
    took: float


@dataclass(frozen=True)
class Goal(ABC):
    """A lecture in one format.

    Attributes
    ----------
    target
        Of the lecture; see `lecture_target`.
    verb, done
        "make", and what was done then.
    """

    target: Target
    verb: ClassVar[str]
    done: ClassVar[str]

    @property
    @abstractmethod
    def path(self) -> Path:
        """What stdout names."""

    @property
    @abstractmethod
    def files(self) -> dict[str, str]:
        """What --json names."""

    @abstractmethod
    def is_current(self, lecture: Lecture) -> bool:
        """Tell whether it is there already, made of the same."""

    @abstractmethod
    def make(self, lecture: Lecture, *, force: bool) -> Reached:
        """Make it."""


class Video(Goal):
    """All films joined."""

    verb = "join"
    done = "joined"

    @property
    def path(self) -> Path:
        """The video."""
        return self.target.video

    @property
    def files(self) -> dict[str, str]:
        """The video and what lies beside it."""
        return {
            "video": str(self.target.video),
            "ledger": str(self.target.ledger),
            "poster": str(self.target.poster),
            "captions": str(self.target.captions),
            "web_captions": str(self.target.web_captions),
            "transcript": str(self.target.transcript),
        }

    def is_current(self, lecture: Lecture) -> bool:
        """Tell whether it is there already, made of the same."""
        from scenes.production.store.build import current

        return current(self.target, lecture.keys()) is not None

    def make(self, lecture: Lecture, *, force: bool) -> Reached:
        """Join the films."""
        from scenes.production.lecture.concat import make_lecture

        made = make_lecture(lecture, force=force)
        words = f"{made.facts['seconds']:.1f} s, {file_size(made.facts['bytes'])}"
        return Reached(made.reused, made.facts, words, made.took)


@dataclass(frozen=True)
class Slides(Goal):
    """A slide for each beat, or a still."""

    output: DeckOutput
    verb = "make"
    done = "made"

    @property
    def path(self) -> Path:
        """The file, or the folder of stills."""
        return self.output.path

    @property
    def files(self) -> dict[str, str]:
        """The file, or the folder of stills, by the name of the format."""
        return {self.output.to: str(self.output.path)}

    def is_current(self, lecture: Lecture) -> bool:
        """Tell whether they are there already, made of the same."""
        from scenes.production.lecture.decks.making import keys_of
        from scenes.production.store.build import current

        return current(self.output, keys_of(lecture, self.output.to)) is not None

    def make(self, lecture: Lecture, *, force: bool) -> Reached:
        """Write them."""
        from scenes.production.lecture.decks.making import make_deck

        made = make_deck(lecture, self.output, force=force)
        what = f"{made.facts['slides']} slides"
        if self.output.to == "png":
            what = f"{made.facts['files']} stills"
        words = f"{what}, {file_size(made.facts['bytes'])}"
        return Reached(made.reused, made.facts, words, made.took)


def goal_of(to: str, planned: Sequence[Planned], *, named: bool) -> Goal:
    """Check everything that can be in the way of a lecture, before a film is rendered.

    Raises
    ------
    InputError
        With a line for each.
    """
    from scenes.production.lecture.lecture import lecture_target
    from scenes.production.store.folder_checks import check_folder

    target, origin = lecture_target(planned), planned[0].origin
    if to == "mp4":
        check_folder(target, origin, named=named)
        return Video(target)
    from scenes.production.lecture.decks.making import check_extra
    from scenes.production.lecture.decks.output import DeckOutput

    check_extra(to)
    output = DeckOutput(target.folder, target.stem, to)
    check_folder(output, origin, named=named)
    return Slides(target, output)
