"""What an output is: where its files go, and the names that its folder knows it by."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pydantic import ValidationError

from backprop_core.formatting import source_name
from scenes.production.request.formats import file_name, file_names
from scenes.production.store.bounded_reads import LEDGER_BYTES, read_json
from scenes.production.store.record import Fact, Record, VideoFacts, all_inside

STATE = ".backprop"
"""The folder for records, private folders of renders, and the folder's memory."""
MEMORY = "folder.json"
"""The file that records what the outputs in a folder were made from."""
PREFIX, LOCK = "render-", ".lock"
"""Prefix of the name of a private folder, and suffix of that of a lock."""


@dataclass(frozen=True)
class Output:
    """Something that is made and kept: its folder, and the name that the folder knows it by.

    Attributes
    ----------
    folder
        All its files lie in or below it.
    stem
        How the names of its record, its log and its lock begin.
    """

    folder: Path
    stem: str

    sole: ClassVar[bool] = False
    """Whether its files are made together only: what it has no longer is removed, and what is right
    is left alone."""

    @property
    def part(self) -> str:
        """The form in which it is made now; see `Record.parts`."""
        return self.stem

    @property
    def required(self) -> frozenset[str]:
        """Places, relative to the folder, without which it is not complete."""
        return frozenset()

    @property
    def elsewhere(self) -> str:
        """An option that leads to another folder."""
        return f"--name {self.folder.name}-2"

    @property
    def advice(self) -> str:
        """What to do about a file in the way."""
        return f"rename it, or choose another folder, for example {self.elsewhere}"

    def blocked(self) -> Iterator[str]:
        """Yield a line for each thing that cannot be where it is, whoever made it."""
        yield from leading_out(self.folder, self.state)
        for path in (self.manifest, self.log, self.memory):
            if path.is_dir() and not path.is_symlink():
                yield f"{source_name(str(path))}: is a folder; allowed a file, or nothing"
        if os.path.lexists(self.lock) and (self.lock.is_symlink() or not self.lock.is_dir()):
            yield f"{source_name(str(self.lock))}: is a file; allowed a folder, or nothing"

    def owns(self, record: Record) -> bool:
        """Tell whether a record can be of this output: it tells of no other files."""
        return all_inside(record.places)

    def record(self) -> Record | None:
        """Return what is remembered, or None where there is no record that can be read."""
        try:
            record = Record.model_validate(read_json(self.manifest, LEDGER_BYTES))
        except ValidationError:
            return None
        return record if self.owns(record) else None

    def facts(self) -> Mapping[str, Fact]:
        """Return what is remembered of the form in which it is made now, if anything."""
        record = self.record()
        part = record.parts.get(self.part) if record is not None else None
        return part.facts if part is not None else {}

    @property
    def state(self) -> Path:
        """The folder for what is not for people."""
        return self.folder / STATE

    @property
    def manifest(self) -> Path:
        """The file that holds the record; written last."""
        return self.state / f"{self.stem}.json"

    @property
    def log(self) -> Path:
        """What a render said before it failed."""
        return self.state / f"{self.stem}.log"

    @property
    def memory(self) -> Path:
        """What the folder remembers that it was made from."""
        return self.state / MEMORY

    @property
    def lock(self) -> Path:
        """The folder that a process holds while it makes the output."""
        return self.state / f"{self.stem}{LOCK}"


@dataclass(frozen=True)
class Target(Output):
    """The files of one film in one folder, which holds all films of one experiment.

    Attributes
    ----------
    format
        Extension of the video.
    transparent
        Whether nothing lies under the film: it lies beside the one that has a background.
    """

    format: str
    transparent: bool = False

    @property
    def part(self) -> str:
        """The name of the video."""
        return self.video.name

    @property
    def required(self) -> frozenset[str]:
        """The video and what lies beside it."""
        return frozenset(path.name for path in (self.video, *self.sidecars))

    def owns(self, record: Record) -> bool:
        """Tell whether a record can be of this film, and says of videos what there is to say."""
        videos = file_names(self.stem)
        try:
            for part in record.parts.values():
                VideoFacts.model_validate(part.facts)
        except ValidationError:
            return False
        ours = videos | {path.name for path in self.sidecars}
        return record.parts.keys() <= videos and record.places <= ours

    @property
    def video(self) -> Path:
        """The film."""
        return self.folder / file_name(self.stem, self.format, transparent=self.transparent)

    @property
    def ledger(self) -> Path:
        """Every number that it shows, its beats, and facts about the files."""
        return self.folder / f"{self.stem}.json"

    @property
    def poster(self) -> Path:
        """Its last picture."""
        return self.folder / f"{self.stem}.png"

    @property
    def captions(self) -> Path:
        """Its sentences, with the times at which they are spoken."""
        return self.folder / f"{self.stem}.srt"

    @property
    def web_captions(self) -> Path:
        """The same for players on web pages: WebVTT."""
        return self.folder / f"{self.stem}.vtt"

    @property
    def transcript(self) -> Path:
        """All that it says and shows, for those who do not see it."""
        return self.folder / f"{self.stem}.md"

    @property
    def sidecars(self) -> tuple[Path, ...]:
        """What lies beside the film."""
        return self.ledger, self.poster, self.captions, self.web_captions, self.transcript


def leading_out(*folders: Path) -> Iterator[str]:
    """Yield a line for each folder that is a symbolic link: it may lead out of the output."""
    for folder in folders:
        if folder.is_symlink():
            yield f"{source_name(str(folder))}: is a symbolic link; allowed a folder, or nothing"
