"""Names of output folders: readable, determined by the choice, safe on every file system."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping

from backprop_core.errors import InputError
from backprop_core.experiment.sharing import DATA_FILES, without_folder
from backprop_core.formatting import format_value, is_seen

LONGEST = 120
"""The largest number of bytes of a folder's name; file systems allow 255."""
_PUNCTUATION = "._=,+-"
_THEME = "film.theme"
_DEVICES = re.compile(r"(con|prn|aux|nul|(com|lpt)[0-9¹²³])(?=\.|$)", re.IGNORECASE)
"""File names that Windows takes for a device, with any extension."""


def folder_name(label: str | None, overrides: Mapping[str, object]) -> str:
    """Name the folder of an experiment: ``deep``, ``deep,network.depth=3``, ``deep,light``.

    Parameters
    ----------
    label
        "default", the preset, or the stem of the configuration file; None leaves it out.
    overrides
        Dotted names of the fields that were set, with their values, in any order.
    """
    parts = [] if label is None else [slug(label) or "experiment"]
    for field, value in sorted(overrides.items(), key=lambda item: (item[0] == _THEME, item[0])):
        written = f"{field}={_written(value)}" if field != _THEME else str(value)
        # The folder of a data file is nobody else's business, and the name may be handed on.
        shown = (
            written
            if field not in DATA_FILES
            else f"{field}={_written(without_folder(field, value))}"
        )
        clean = slug(shown)
        # Where letters were lost, two different values must not share a folder.
        parts.append(clean if clean == written else f"{clean}-{_digest(written)}")
    name = ",".join(parts) or "default"
    if len(name.encode()) <= LONGEST:
        return name
    return f"{_cut(name, LONGEST - 9)}-{_digest(name)}"


def checked_name(name: str) -> str:
    """Return a name that the user gave, if a folder can have it.

    Raises
    ------
    InputError
        If it holds anything but letters, digits and ``. _ = , + -``, starts with a dot or a
        hyphen, ends with a dot, is the name of a device, or is too long.
    """
    if name and slug(name) == name and len(name.encode()) <= LONGEST:
        return name
    raise InputError(
        f"--name: got {format_value(name)}; allowed 1 to {LONGEST} letters, digits and . _ = , + - "
        "that start with a letter or digit, and no name of a device, such as con"
    )


def slug(text: str) -> str:
    """Replace characters that a file name should not contain by hyphens, and shorten it."""
    composed = unicodedata.normalize("NFC", text)
    clean = "".join(c if _is_letter(c) or c in _PUNCTUATION else "-" for c in composed)
    begun = clean.lstrip(_PUNCTUATION).rstrip(".")
    return _cut(_DEVICES.sub(r"\1-", begun, count=1) if _DEVICES.match(begun) else begun, LONGEST)


def _is_letter(c: str) -> bool:
    # Some filler characters count as letters but are invisible.
    return c.isalnum() and is_seen(c)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (list, tuple)):
        return "+".join(_written(v) for v in value)
    if isinstance(value, Mapping):
        return "+".join(f"{key}={_written(v)}" for key, v in value.items())
    if isinstance(value, int) and abs(value) >= 10**LONGEST:
        # Python refuses to write integers of thousands of digits in decimals.
        return f"{value:x}"
    return str(value)


def _cut(text: str, longest: int) -> str:
    return text.encode()[:longest].decode(errors="ignore")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
