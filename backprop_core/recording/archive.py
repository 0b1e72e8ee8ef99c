"""Write recordings to files, atomically: a file is complete or does not exist."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from backprop_core import caps
from backprop_core.data.npz_data import read_arrays
from backprop_core.errors import InputError
from backprop_core.files import open_regular, replacing
from backprop_core.formatting import source_name
from backprop_core.recording.contents import Contents

FORMAT, VERSION = "backprop recording", 2
READABLE = (1, 2)
"""Versions that can be read; version 1 lacks what only version 2 has."""
ABOUT = "about"
ABOUT_BYTES = 2**20


def save(recording: Contents, path: Path) -> Path:
    """Write a recording; see `Recording.save`."""
    where = source_name(str(path))
    if path.suffix.lower() != ".npz":
        raise InputError(f"{where}: allowed a file that ends in .npz")
    _refuse_foreign(path, where)
    arrays = {ABOUT: np.frombuffer(about(recording), dtype=np.uint8), **recording.arrays()}
    size = sum(array.size for array in arrays.values()) * np.dtype(np.float64).itemsize
    if size > caps.DATA_BYTES:
        raise InputError(f"{where}: got {size:,} bytes; allowed at most {caps.DATA_BYTES:,}")
    try:
        with replacing(path) as file:
            np.savez(file, allow_pickle=False, **arrays)
    except OSError as error:
        raise InputError(f"{where}: cannot be written: {error.strerror}") from None
    return path


def _refuse_foreign(path: Path, where: str) -> None:
    """Raise InputError if the path is a file that is not a recording, rather than overwrite it."""
    if not os.path.lexists(path):
        return
    try:
        with open_regular(path) as file:
            is_ours = ABOUT in read_arrays(file, lambda name: name == ABOUT, ABOUT_BYTES)
    except (InputError, OSError):
        is_ours = False
    if not is_ours:
        raise InputError(f"{where}: exists and is no recording; allowed another name")


def about(recording: Contents) -> bytes:
    """Return the description of a recording in its file, as JSON in UTF-8."""
    facts: dict[str, Any] = {"format": FORMAT, "version": VERSION}
    for name in ("source", "dtype", "every", "seed", "ended"):
        facts[name] = getattr(recording, name)
    facts["passed_over"] = list(recording.passed_over)
    for name in ("own_steps", "other_steps", "precision"):
        facts[name] = getattr(recording, name)
    facts["skipped"], facts["head"] = list(recording.skipped), list(recording.head)
    facts["without_gradient"] = [vars(silent) for silent in recording.without_gradient]
    facts["born"] = None if recording.born is None else vars(recording.born)
    facts["layers"] = [vars(layer) for layer in recording.layers]
    return json.dumps(facts).encode()
