"""Describes a lecture, which is films as one video: its films, its files and its keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backprop_core.errors import InputError
from scenes.production.render.plan import Planned
from scenes.production.render.snapshot import check_unchanged
from scenes.production.request.catalog import default_experiment, describe, known
from scenes.production.request.keys import Keys, hash_of
from scenes.production.request.selection import Selection
from scenes.production.store.one_render import check_one_render
from scenes.production.store.output_paths import Target

STEM = "lecture"
TITLE = "Backpropagation is a leaky abstraction"
"""Title of the video, unless the experiment has a title."""


@dataclass(frozen=True)
class Part:
    """A film of a lecture, which has been rendered.

    Attributes
    ----------
    facts
        Facts about its video; see `Built`.
    """

    planned: Planned
    facts: Mapping[str, Any]

    @property
    def film(self) -> str:
        """The name of the film."""
        return self.planned.job.film

    @property
    def title(self) -> str:
        """The film's own title; a title from the user would be the same for all chapters."""
        return describe(self.film).title


@dataclass(frozen=True)
class Lecture:
    """Films to be joined into one video.

    Attributes
    ----------
    parts
        The films, at least one, in the order in which they are shown.
    left_out
        Film -> why this experiment cannot show it.
    target
        See `lecture_target`.
    """

    parts: tuple[Part, ...]
    left_out: Mapping[str, str]
    target: Target

    @property
    def title(self) -> str:
        """The title that a player shows."""
        return self.parts[0].planned.job.experiment.film.title or TITLE

    @property
    def frame_rate(self) -> int:
        """Frames per second."""
        return int(self.parts[0].facts["fps"])

    @property
    def frames(self) -> int:
        """Number of frames of all films together."""
        return sum(part.facts["frames"] for part in self.parts)

    def keys(self) -> Keys:
        """Return the keys of the lecture: of its films as they were planned."""
        keys = [part.planned.job.keys() for part in self.parts]
        parts = list(zip(self.parts, keys, strict=True))
        content = hash_of(
            {
                "title": self.title,
                "films": [(part.film, part.title, key.content) for part, key in parts],
                "left out": dict(self.left_out),
            }
        )
        videos = [(key.video, part.facts["sha256"]) for part, key in parts]
        return Keys(content, hash_of({"content": content, "videos": videos}))

    def check_unchanged(self) -> None:
        """See that what the films are made from is what it was when they were planned.

        Raises
        ------
        RenderError
            If it is not.
        """
        check_unchanged(part.planned.job for part in self.parts)

    def check_films(self) -> Callable[[], None]:
        """See that the files of each film are of one render; return what sees it again.

        Raises
        ------
        RenderError
            If they are not.
        """
        return check_one_render((one.planned.target, one.facts["sha256"]) for one in self.parts)

    def timed(self) -> Iterator[tuple[Part, float, float]]:
        """Yield each film with the seconds at which it begins and ends."""
        before = 0
        for part in self.parts:
            after = before + part.facts["frames"]
            yield part, before / self.frame_rate, after / self.frame_rate
            before = after


def suited(films: Iterable[str], selection: Selection) -> tuple[list[str], dict[str, str]]:
    """Find the films that can show an experiment.

    Parameters
    ----------
    films
        Names of films of the catalog.
    selection
        The choice of the experiment.

    Returns
    -------
    The films that can show it, and for each of the others, the reason why it cannot.

    Raises
    ------
    InputError
        If there is no such film, or if no film can show the experiment.
    """
    able: list[str] = []
    unable: dict[str, str] = {}
    lines: dict[str, None] = {}
    for film in dict.fromkeys(films):
        default = default_experiment(known(film))
        try:
            selection.experiment(default)
        except InputError as error:
            unable[film] = "; ".join(error.problems)
            lines |= dict.fromkeys(error.problems)
        else:
            able.append(film)
    if not able:
        raise InputError(*lines)
    return able, unable


def lecture_target(planned: Sequence[Planned]) -> Target:
    """Return where the lecture of these films goes: into their folder."""
    return Target(planned[0].target.folder, STEM, "mp4")
