"""Reads files of an output folder safely, as they may have come from somebody else."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from backprop_core.errors import InputError
from backprop_core.files import open_regular, read_bounded
from backprop_core.formatting import escape_lines
from scenes.production.store.record import VIDEO_BYTES
from scenes.words.figures import NARROW_SPACE

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


def read_ledger(path: Path) -> dict[str, Any]:
    """Read the ledger beside a film; an empty object where there is none.

    It may be forged, so characters that steer a terminal, or turn the direction of writing, are
    spelled out in all that is shown of it. The experiment is left as it is: it is checked by its
    own model, and written as TOML.
    """
    found = read_json(path, LEDGER_BYTES)
    try:
        return {key: v if key == "experiment" else _spelled_out(v) for key, v in found.items()}
    except RecursionError:
        return {}


def legible_text(text: str) -> str:
    """Spell out what steers a terminal, but keep line ends and the narrow blanks of numbers."""
    return NARROW_SPACE.join(map(escape_lines, text.split(NARROW_SPACE)))


def _spelled_out(value: Any) -> Any:
    if isinstance(value, str):
        return legible_text(value)
    if isinstance(value, list):
        return [_spelled_out(each) for each in value]
    if isinstance(value, dict):
        return {legible_text(key): _spelled_out(each) for key, each in value.items()}
    return value


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
