"""Where slides go. What this program has not made there is never touched."""

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
        """The file; for single pictures, the folder that takes them."""
        name = f"{self.stem}-{STILLS}" if self.to == "png" else f"{self.stem}.{self.to}"
        return self.folder / name

    @property
    def part(self) -> str:
        """The name of the file or folder."""
        return self.path.name

    @property
    def required(self) -> frozenset[str]:
        """The file; which pictures there will be is not known beforehand."""
        return frozenset() if self.to == "png" else frozenset({self.path.name})

    @property
    def manifest(self) -> Path:
        """The file that holds the record: each format has one."""
        return self.state / f"{self.stem}.{self.to}.json"

    @property
    def lock(self) -> Path:
        """That of the lecture: its films stay as they are meanwhile."""
        return self.state / f"{self.stem}{LOCK}"

    def blocked(self) -> Iterator[str]:
        """Yield a line for each thing that cannot be where it is, whoever made it."""
        yield from super().blocked()
        if self.to != "png" or not os.path.lexists(self.path):
            return
        if self.path.is_symlink() or not self.path.is_dir():
            yield f"{source_name(str(self.path))}: is no folder; {self.advice}"

    def place(self, name: str) -> str:
        """Return where a file of this name lies, relative to the folder."""
        return f"{self.path.name}/{name}" if self.to == "png" else name
