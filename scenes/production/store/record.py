"""What a folder remembers of an output: its keys, facts about it, and its files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt, StrictStr

VIDEO_BYTES = 4 * 1024**3
LONGEST_SIDE, LONGEST_FILM = 10_000, 24 * 3600
"""Pixels, and seconds."""

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Fact = StrictStr | StrictInt | StrictFloat


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, frozen=True)


class VideoFacts(_Strict):
    """What a record of a film says of one of its videos."""

    quality: Annotated[str, Field(pattern=r"^[a-z0-9]{1,10}$")]
    format: Annotated[str, Field(pattern=r"^[a-z0-9]{1,10}$")]
    width: int = Field(ge=1, le=LONGEST_SIDE)
    height: int = Field(ge=1, le=LONGEST_SIDE)
    fps: int = Field(ge=1, le=1000)
    frames: int = Field(ge=1, le=1000 * LONGEST_FILM)
    seconds: float = Field(gt=0, le=LONGEST_FILM)
    bytes: int = Field(ge=1, le=VIDEO_BYTES)
    sha256: Digest


class File(_Strict):
    """What a file was when it was made."""

    bytes: int = Field(ge=0, le=VIDEO_BYTES)
    sha256: Digest


class Part(_Strict):
    """One form of an output, such as a film in one format.

    Attributes
    ----------
    key
        Hash of everything that decides its bytes.
    facts
        About it, for people and for ``--json``.
    """

    key: Digest
    facts: dict[str, Fact]


class Record(_Strict):
    """What is remembered of an output, in whatever forms it was made.

    Attributes
    ----------
    content
        Hash of everything that decides what it shows.
    parts
        The name of a form, such as ``leak.mp4`` -> what is known of it.
    files
        Place in the folder -> the file that was put there.
    coming
        Place -> files that may be there because somebody was about to put them there, and may have
        been interrupted; empty once an output is complete.
    older
        Place -> the file that was put there when the output showed something else, in a form that
        was not made anew. It is no part of the output, but ours to replace.
    """

    content: Digest
    parts: dict[str, Part]
    files: dict[str, File]
    coming: dict[str, list[File]] = {}
    older: dict[str, File] = {}

    def known(self, place: str) -> list[File]:
        """Return what this program may have put into a place."""
        there = [files[place] for files in (self.files, self.older) if place in files]
        return there + self.coming.get(place, [])

    @property
    def places(self) -> set[str]:
        """Everywhere that this program has put something, or may have."""
        return {*self.files, *self.coming, *self.older}


def known_files(record: Record | None, place: str) -> list[File]:
    """Return what this program may have put into a place; nothing without a record."""
    return record.known(place) if record is not None else []


def all_inside(places: Iterable[str]) -> bool:
    """Tell whether places are below their folder: a record of somebody else may say anything."""
    return all(_is_inside(place) for place in places)


def _is_inside(place: str) -> bool:
    path = PurePosixPath(place)
    odd = "\\" in place or "\0" in place or place != path.as_posix()
    return not (odd or path.is_absolute() or ".." in path.parts or place == ".")
