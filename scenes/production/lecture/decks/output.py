"""The files of slides. Files that this program has not made are never touched."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from backprop_core.formatting import source_name
from scenes.production.request.formats import STILLS
from scenes.production.store.output_paths import LOCK, Output


@dataclass(frozen=True)
class DeckOutput(Output):
    """The slides of a lecture in one format, beside its video.

    Attributes
    ----------
    to
        "html", "pptx", "pdf" or "png".
    """

    to: str

    sole = True

    @property
    def path(self) -> Path:
        """The path of the file; for stills, the path of their folder."""
        name = f"{self.stem}-{STILLS}" if self.to == "png" else f"{self.stem}.{self.to}"
        return self.folder / name

    @property
    def part(self) -> str:
        """The name of the file or folder."""
        return self.path.name

    @property
    def required(self) -> frozenset[str]:
        """The name of the file; empty for stills, whose names are not known beforehand."""
        return frozenset() if self.to == "png" else frozenset({self.path.name})

    @property
    def manifest(self) -> Path:
        """The file with the record of this format."""
        return self.state / f"{self.stem}.{self.to}.json"

    @property
    def lock(self) -> Path:
        """The lock of the lecture, so that its films do not change while slides are made."""
        return self.state / f"{self.stem}{LOCK}"

    def blocked(self) -> Iterator[str]:
        """Yield a line for each obstacle that cannot be overwritten, whoever made it."""
        yield from super().blocked()
        if self.to != "png" or not os.path.lexists(self.path):
            return
        if self.path.is_symlink() or not self.path.is_dir():
            yield f"{source_name(str(self.path))}: is no folder; {self.advice}"

    def place(self, name: str) -> str:
        """Return the path of a file of this name, relative to the folder of the lecture."""
        return f"{self.path.name}/{name}" if self.to == "png" else name
