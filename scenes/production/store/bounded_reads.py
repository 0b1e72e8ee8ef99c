"""Reads files of an output folder safely, as they may have come from somebody else."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from backprop_core.errors import InputError
from backprop_core.files import open_regular, read_bounded
from scenes.production.store.record import VIDEO_BYTES

STATE_BYTES = 256 * 1024
"""The largest size of a small file, such as a folder's memory or a job."""
LEDGER_BYTES = 16 * 1024**2
"""The largest size of a record, ledger, captions or poster; films write a tenth of it."""


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


def digest_of(path: Path, most: int = VIDEO_BYTES) -> str | None:
    """Return the SHA-256 of a regular file of at most `most` bytes, or None."""
    try:
        with open_regular(path) as file:
            if path.stat().st_size > most:
                return None
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, InputError):
        return None
