"""What was made of a lecture in one format: by it the program knows its own files again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from scenes.production.store.manifest import Digest, digest_of


class Record(BaseModel):
    """What is remembered.

    Attributes
    ----------
    key
        Hash of everything that decides the files.
    facts
        About them.
    files
        Name -> SHA-256 of those in place.
    coming
        The same of those that are about to take their places; none once they have.
    """

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, frozen=True)

    key: Digest
    facts: dict[str, Any]
    files: dict[str, Digest]
    coming: dict[str, Digest] = {}

    @property
    def names(self) -> set[str]:
        """All files that are there, or may be."""
        return {*self.files, *self.coming}

    def made(self, name: str, path: Path) -> bool:
        """Tell whether a file is one that was made, and is as it was."""
        known = {records[name] for records in (self.files, self.coming) if name in records}
        return bool(known) and digest_of(path) in known
