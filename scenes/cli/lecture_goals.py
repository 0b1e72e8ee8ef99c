"""The forms of a lecture, a video or slides: how each is made and reported."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from backprop_core.number_text import file_size

if TYPE_CHECKING:
    from scenes.production.lecture.decks.framing import Framing
    from scenes.production.lecture.decks.output import DeckOutput
    from scenes.production.lecture.lecture import Lecture
    from scenes.production.render.plan import Planned
    from scenes.production.store.output_paths import Target


@dataclass(frozen=True)
class Reached:
    """A lecture that has been made.

    Attributes
    ----------
    reused
        Whether it existed already and was up to date.
    about
        Facts for --json.
    words
        The facts in words.
    took
        The time it took, in seconds.
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
        The place of the lecture; see `lecture_target`.
    verb, done
        "make" and "made", or other words for them.
    """

    target: Target
    verb: ClassVar[str]
    done: ClassVar[str]

    @property
    @abstractmethod
    def path(self) -> Path:
        """The path that is printed on stdout."""

    @property
    @abstractmethod
    def files(self) -> dict[str, str]:
        """The paths that --json prints, by name."""

    @abstractmethod
    def is_current(self, lecture: Lecture) -> bool:
        """Tell whether the files exist and are up to date."""

    @abstractmethod
    def make(self, lecture: Lecture, *, force: bool) -> Reached:
        """Make the files."""


class Video(Goal):
    """All films joined into one video."""

    verb = "join"
    done = "joined"

    @property
    def path(self) -> Path:
        """The video."""
        return self.target.video

    @property
    def files(self) -> dict[str, str]:
        """The video and the files beside it."""
        return {
            "video": str(self.target.video),
            "ledger": str(self.target.ledger),
            "poster": str(self.target.poster),
            "captions": str(self.target.captions),
            "web_captions": str(self.target.web_captions),
            "transcript": str(self.target.transcript),
        }

    def is_current(self, lecture: Lecture) -> bool:
        """Tell whether the video exists and is up to date."""
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
    """A slide for each beat, or a still.

    Attributes
    ----------
    output
        Where they go.
    framing
        What the lecturer adds.
    """

    output: DeckOutput
    framing: Framing
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
        """Tell whether the slides exist and are up to date."""
        from scenes.production.lecture.decks.making import keys_of
        from scenes.production.store.build import current

        return current(self.output, keys_of(lecture, self.output.to, self.framing)) is not None

    def make(self, lecture: Lecture, *, force: bool) -> Reached:
        """Make the slides."""
        from scenes.production.lecture.decks.making import make_deck

        made = make_deck(lecture, self.output, self.framing, force=force)
        what = f"{made.facts['slides']} slides"
        if self.output.to == "png":
            what = f"{made.facts['files']} stills"
        words = f"{what}, {file_size(made.facts['bytes'])}"
        return Reached(made.reused, made.facts, words, made.took)


def goal_of(
    to: str, planned: Sequence[Planned], framing: Framing, folder: Path | None, *, named: bool
) -> Goal:
    """Return what will be made, after checking that nothing is in its way.

    Parameters
    ----------
    framing
        What the lecturer adds to slides.
    folder
        Where slides go, if not into the folder of the films.
    named
        Whether the user named the folder.

    Raises
    ------
    InputError
        With a line for each obstacle.
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
    output = DeckOutput(folder or target.folder, target.stem, to)
    check_folder(output, origin, named=named)
    return Slides(target, output, framing)
