"""Where the files of a film go, and what their folder remembers."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pydantic import ValidationError

from backprop_core.errors import InputError
from backprop_core.formatting import source_name
from scenes.production.request.formats import file_name, file_names
from scenes.production.store.bounded_reads import LEDGER_BYTES, read_json
from scenes.production.store.folder_lock import held
from scenes.production.store.record import Fact, Record, VideoFacts, all_inside

STATE = ".backprop"
"""The folder for records, private folders of renders, and the folder's memory."""
MEMORY = "folder.json"
"""The file that records what the outputs in a folder were made from."""
PRIVATE, LOCK = "render-", ".lock"
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

    guarded: ClassVar[bool] = False
    """Whether a file that this program has not made, or that was changed since, stops it."""

    @property
    def part(self) -> str:
        """The form in which it is made now; see `Record.parts`."""
        return self.stem

    @property
    def required(self) -> frozenset[str]:
        """Places, relative to the folder, without which it is not complete."""
        return frozenset()

    @property
    def written(self) -> frozenset[str]:
        """Places that are written with it, whether they are part of it or not."""
        return self.required

    @property
    def advice(self) -> str:
        """What to do about a file in the way."""
        return f"rename it, or choose another folder, for example --name {self.folder.name}-2"

    def blocked(self) -> Iterator[str]:
        """Yield a line for each thing that cannot be where it is, whoever made it."""
        yield from leading_out(self.folder, self.state)
        if self.manifest.is_dir():
            yield f"{source_name(str(self.manifest))}: is a folder; allowed a file, or nothing"

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


def check_folder(target: Output, origin: str, *, named: bool) -> None:
    """See that the files can be written, and that they belong into their folder.

    Parameters
    ----------
    target
        Where they are to go.
    origin
        What the experiment starts from; see `Selection.origin`.
    named
        Whether a person chose the folder's name: then what was in it before does not matter.

    Raises
    ------
    InputError
        With a line for each thing in the way.
    """
    problems = [*leading_out(target.folder, target.state), *_in_the_way(target)]
    advice = f"--name {target.folder.name}-2"
    found = [not_to_be_written(target.folder)]
    if os.path.lexists(target.state):
        found += [not_to_be_written(target.state)]
    found += [None if named else taken(target.folder, origin, advice)]
    problems += [line for line in dict.fromkeys(found) if line is not None]
    if problems:
        raise InputError(*problems)


def leading_out(*folders: Path) -> Iterator[str]:
    """Yield a line for each folder that is a symbolic link: it may lead out of the output."""
    for folder in folders:
        if folder.is_symlink():
            yield f"{source_name(str(folder))}: is a symbolic link; allowed a folder, or nothing"


def _in_the_way(target: Output) -> Iterator[str]:
    state = (target.manifest, target.log, target.memory)
    for path in (*(target.folder / name for name in sorted(target.written)), *state):
        if path.is_dir() and not path.is_symlink():
            yield f"{source_name(str(path))}: is a folder; allowed a file, or nothing"
    if os.path.lexists(target.lock) and (target.lock.is_symlink() or not target.lock.is_dir()):
        yield f"{source_name(str(target.lock))}: is a file; allowed a folder, or nothing"


def not_to_be_written(folder: Path) -> str | None:
    """Return a line if nothing can be put into a folder, which need not exist."""
    if not _is_text(folder):
        return f"--output: got {source_name(str(folder))}; allowed a path that is text in UTF-8"
    blocked = not_writable(folder)
    if blocked is None:
        return None
    path, why = blocked
    return (
        f"--output: {source_name(str(path))} cannot be written to ({why}); "
        "allowed a folder that can, or a new one in such a folder"
    )


def taken(folder: Path, origin: str, advice: str) -> str | None:
    """Return a line if a folder remembers that it was made from something else.

    Parameters
    ----------
    folder, origin
        The folder, and what is to be put into it.
    advice
        An option that leads elsewhere.
    """
    earlier = read_json(folder / STATE / MEMORY).get("made_from")
    if earlier in (None, origin):
        return None
    return (
        f"{source_name(str(folder))}: holds films of {source_name(str(earlier))}, "
        f"not of {source_name(origin)}; choose another folder, for example {advice}"
    )


def memory(origin: str) -> dict[str, str]:
    """Return what a folder remembers, as `check_folder` reads it."""
    return {"made_from": origin}


@contextmanager
def private_folder(target: Output) -> Iterator[Path]:
    """Make a folder on the target's file system that nobody else uses; it goes when left."""
    target.state.mkdir(parents=True, exist_ok=True)
    # As short as the target's own name: what lies above it may have a name that FFmpeg cannot read.
    private = target.state / Path(tempfile.mkdtemp(prefix=PRIVATE, dir=target.state)).name
    try:
        with held(private):
            yield private
    finally:
        shutil.rmtree(private, ignore_errors=True)


@contextmanager
def only_one(target: Output, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock of an output, so that no other process makes these files meanwhile.

    The target's folders go when it is left if nothing was put into them.

    Parameters
    ----------
    waiting
        Called several times a second while there is somebody to wait for; what it raises ends the
        waiting.
    """
    try:
        with held(target.lock, waiting):
            yield
    finally:
        _remove_if_empty(target)


def _remove_if_empty(target: Output) -> None:
    for folder in (target.state, target.folder):
        try:
            folder.rmdir()
        except OSError:
            return


def _is_text(path: Path) -> bool:
    """Tell whether FFmpeg and JSON can hold a path: its bytes may be no text."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def not_writable(folder: Path) -> tuple[Path, str] | None:
    """Return what keeps files from being made in a folder, which need not exist, and why.

    Nothing of it is seen there. The rights alone do not tell: root has them all, on a disk that
    takes nothing too.
    """
    there = next(path for path in (folder, *folder.absolute().parents) if os.path.lexists(path))
    try:
        with tempfile.TemporaryFile(dir=there):
            return None
    except OSError as error:
        return there, error.strerror or str(error)
