"""Reading back what stands in an output folder, which may have come from somebody else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from backprop_core.errors import InputError
from backprop_core.regular_files import open_regular, read_bounded

STATE_BYTES = 256 * 1024
"""The most of a small file: a manifest, a folder's memory, a job."""
LEDGER_BYTES = 16 * 1024**2
"""The most of a ledger, of captions or of a poster; films write a tenth of it."""
VIDEO_BYTES = 4 * 1024**3
LONGEST_SIDE, LONGEST_FILM = 10_000, 24 * 3600
"""Pixels, and seconds."""

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


class _Facts(_Strict):
    """About one video."""

    quality: Annotated[str, Field(pattern=r"^[a-z0-9]{1,10}$")]
    format: Annotated[str, Field(pattern=r"^[a-z0-9]{1,10}$")]
    width: int = Field(ge=1, le=LONGEST_SIDE)
    height: int = Field(ge=1, le=LONGEST_SIDE)
    fps: int = Field(ge=1, le=1000)
    frames: int = Field(ge=1, le=1000 * LONGEST_FILM)
    seconds: float = Field(gt=0, le=LONGEST_FILM)
    bytes: int = Field(ge=1, le=VIDEO_BYTES)
    sha256: Digest
    key: Digest


class _Manifest(_Strict):
    """What a film was made of, and the checksums of its files."""

    content: Digest
    videos: dict[str, _Facts]
    sidecars: dict[str, Digest]


def read_json(path: Path, most: int = STATE_BYTES) -> dict[str, Any]:
    """Read an object; an empty one where there is none, or none that can be read.

    Parameters
    ----------
    path
        The file. What is no regular file, has more than `most` bytes, or is nested without end, is
        left alone.
    """
    try:
        found = json.loads(read_bounded(path, most))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def read_text(path: Path, most: int = LEDGER_BYTES) -> str:
    """Read text.

    Raises
    ------
    OSError, ValueError
        If there is no such regular file, or it has more than `most` bytes.
    """
    return read_bounded(path, most).decode("utf-8", errors="replace")


def as_manifest(found: Mapping[str, Any], videos: set[str], sidecars: set[str]) -> dict[str, Any]:
    """Return a manifest, or an empty one if it is none, or of other files.

    Parameters
    ----------
    found
        What was read.
    videos, sidecars
        The names of files that it may, and must, tell of: it leads to no others.
    """
    try:
        _Manifest.model_validate(found)
    except ValidationError:
        return {}
    fits = set(found["videos"]) <= videos and set(found["sidecars"]) == sidecars
    return dict(found) if fits else {}


def digest_of(path: Path, most: int = VIDEO_BYTES) -> str | None:
    """Return the SHA-256 of a regular file of at most `most` bytes, or None."""
    try:
        with open_regular(path) as file:
            if path.stat().st_size > most:
                return None
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, InputError):
        return None
