"""Keys: hashes of everything that decides a result; with the same key, the result is reused."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import backprop_core
import scenes
from backprop_core.files import open_regular

_PACKAGES = (
    *("leaky-backprop", "manim", "numpy", "scipy", "scikit-learn"),
    *("av", "pillow", "pycairo", "typst"),
)
_ROOMS = (
    *("words", "kit", "stories"),
    *("production/render", "production/video", "production/sidecars"),
)
"""Folders of `scenes` that decide what a film looks like, in addition to the film's own file."""
_EXERCISE = "exercise"
"""The folder of `backprop_core` that no film uses."""


class Keys(NamedTuple):
    """Hashes of everything that decides a result.

    Attributes
    ----------
    content
        Hash of what decides the content that is shown, in any size and format.
    video
        Hash of what decides the bytes of the files, size and format included.
    better
        The same hash for each better quality: a film that is there in one of them is used.
    """

    content: str
    video: str
    better: tuple[str, ...] = ()

    @classmethod
    def of(cls, parts: Mapping[str, Any]) -> Keys:
        """Return the keys of an output that has only one size and format."""
        content = hash_of(parts)
        return cls(content, content)


def drawn_by(*sources: Path) -> dict[str, Any]:
    """Return a digest of the code that draws a picture, and the versions of packages.

    Parameters
    ----------
    sources
        Source files to include in addition to those that all pictures depend on.
    """
    files = {*sources, *drawing_sources()}
    return {"source": digest_of_sources(files), "versions": _versions()}


def drawing_sources() -> Iterator[Path]:
    """Yield the source files that all pictures depend on: core, words, kit, stories, renderer."""
    core = Path(backprop_core.__file__).parent
    for path in core.rglob("*.py"):
        if path.relative_to(core).parts[0] != _EXERCISE:
            yield path
    (root,) = (Path(folder) for folder in scenes.__path__)
    for room in _ROOMS:
        yield from (root / room).rglob("*.py")


def digest_of_sources(files: set[Path]) -> str:
    """Return one SHA-256 of the names and contents of files."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _versions() -> dict[str, str]:
    packages = {name: version(name) for name in _PACKAGES}
    return packages | {"python": platform.python_version(), "machine": platform.machine()}


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    with open_regular(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_of(parts: Mapping[str, Any]) -> str:
    """Return the SHA-256 of plain data, in hexadecimal digits."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
