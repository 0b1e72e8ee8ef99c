"""Where slides go, and what is never touched there: whatever this program has not made."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from backprop_core.errors import InputError
from backprop_core.formatting import source_name
from scenes.production.lecture.decks.record import Record
from scenes.production.request.formats import STILLS
from scenes.production.store.manifest import digest_of, read_json
from scenes.production.store.output_paths import Target
from scenes.production.store.publish import put
from scenes.words.ledger import write_json

RECORD_BYTES = 4 * 1024**2
"""The most of a record; that of a thousand stills takes a tenth."""


@dataclass(frozen=True)
class Output:
    """The files of a lecture in one format.

    Attributes
    ----------
    target
        Of the lecture; its lock keeps two from writing at once.
    to
        "html", "pptx", "pdf" or "png".
    """

    target: Target
    to: str

    @property
    def path(self) -> Path:
        """The file; for single pictures, the folder that takes them."""
        name = f"{self.target.stem}-{STILLS}" if self.to == "png" else None
        return self.target.folder / (name or f"{self.target.stem}.{self.to}")

    @property
    def folder(self) -> Path:
        """What its files lie in."""
        return self.path if self.to == "png" else self.path.parent

    @property
    def record(self) -> Path:
        """The file that remembers what was made."""
        return self.target.state / f"{self.target.stem}.{self.to}.json"

    def read(self) -> Record | None:
        """Return what was made last, or None if there is no record that can be read."""
        try:
            record = Record.model_validate(read_json(self.record, RECORD_BYTES))
        except ValidationError:
            return None
        return record if all(Path(name).name == name for name in record.names) else None

    def check(self, names: Sequence[str] = ()) -> None:
        """See that nothing would be lost.

        Parameters
        ----------
        names
            The files that are to be written, besides those that were.

        Raises
        ------
        InputError
            With a line for each thing in the way.
        """
        if problems := list(dict.fromkeys(self._in_the_way(names))):
            raise InputError(*problems)

    def _in_the_way(self, names: Sequence[str]) -> Iterator[str]:
        if self.record.is_dir():
            yield f"{source_name(str(self.record))}: is a folder; allowed a file, or nothing"
        if self.to == "png":
            if os.path.lexists(self.path) and (self.path.is_symlink() or not self.path.is_dir()):
                yield f"{source_name(str(self.path))}: is no folder; {self._advice}"
                return
        else:
            names = [self.path.name]
        record = self.read()
        known = record.names if record else set()
        for name in sorted({*names, *known}):
            path = self.folder / name
            if os.path.lexists(path) and not (record and record.made(name, path)):
                what = "was changed since it was made"
                if name not in known:
                    what = "was not made by this program"
                yield f"{source_name(str(path))}: {what}; {self._advice}"

    @property
    def _advice(self) -> str:
        return (
            f"rename it, or choose another folder, for example --name {self.target.folder.name}-2"
        )

    def is_current(self, key: str) -> bool:
        """Tell whether the files in place are those that this key would make, and are intact."""
        record = self.read()
        return (
            record is not None
            and record.key == key
            and not record.coming
            and all(digest_of(self.folder / name) == sha for name, sha in record.files.items())
        )

    def publish(
        self, files: Mapping[str, Path], key: str, facts: Mapping[str, Any], private: Path
    ) -> None:
        """Move finished files to their places; what was made before and is no more, goes.

        Parameters
        ----------
        files
            Name -> the file, on the same file system.
        key, facts
            What is remembered of them.
        private
            A folder for what is not finished yet.

        Raises
        ------
        InputError
            If something that this program has not made is in the way.
        """
        self.check(list(files))
        before = self.read()
        made = {name: digest_of(path) or "" for name, path in files.items()}
        old = before.files if before else {}
        gone = (before.names if before else set()) - made.keys()
        # Whoever dies between two moves has made both.
        self._note(Record(key=key, facts=dict(facts), files=old, coming=made), private)
        self.folder.mkdir(exist_ok=True)
        put({path: self.folder / name for name, path in files.items()})
        for name in gone:
            (self.folder / name).unlink(missing_ok=True)
        self._note(Record(key=key, facts=dict(facts), files=made), private)

    def _note(self, record: Record, private: Path) -> None:
        written = private / "record.json"
        write_json(written, record.model_dump())
        put({written: self.record})
