"""What is to be rendered, and the keys under which the result may be used again."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import backprop_core
import scenes
from backprop_core.experiment.config import Experiment
from backprop_core.regular_files import open_regular
from scenes.kit.quality import QUALITIES
from scenes.production.request.catalog import reference, source_file

_PACKAGES = (
    *("leaky-backprop", "manim", "numpy", "scipy", "scikit-learn"),
    *("av", "pillow", "pycairo", "typst"),
)
_ROOMS = ("words", "kit", "stories", "production")
"""Folders of `scenes` whose code decides what a film looks like, beside the film's own file."""
_AFTERWARDS = ("production/gallery", "production/lecture/decks", "production/exercise")
"""Folders in them whose code makes something of films that are there already, or other pictures."""


class Keys(NamedTuple):
    """Hashes of everything that decides a result.

    Attributes
    ----------
    content
        What the film shows, whatever its size.
    video
        The bytes of the video.
    """

    content: str
    video: str


@dataclass(frozen=True)
class Job:
    """One film of one experiment, in one quality and format.

    Attributes
    ----------
    film
        A name of the catalog, or ``module:Class``.
    quality
        "low", "medium", "high" or "4k".
    format
        "mp4", "webm", "gif" or "webp".
    transparent
        Whether nothing lies under the film; not every format can be.
    recordings
        Paths of recordings that it shows in place of the experiment.
    """

    film: str
    experiment: Experiment
    quality: str = "medium"
    format: str = "mp4"
    transparent: bool = False
    recordings: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """The name of its files, without extension."""
        return self.film.partition(":")[0].rpartition(".")[2]

    @property
    def size(self) -> str:
        """Height and frames per second, as people write it: ``720p30``."""
        height, frame_rate = QUALITIES[self.quality]
        return f"{height}p{frame_rate}"

    def as_json(self) -> str:
        """Write the job on one line, the film as ``module:Class``."""
        experiment = self.experiment.model_dump(mode="json", exclude_unset=True)
        return json.dumps({**vars(self), "film": reference(self.film), "experiment": experiment})

    @classmethod
    def from_json(cls, text: str) -> Job:
        """Read what `as_json` wrote."""
        fields = json.loads(text)
        fields |= {"experiment": Experiment(**fields["experiment"])}
        return cls(**{**fields, "recordings": tuple(fields.get("recordings", ()))})

    def keys(self) -> Keys:
        """Return the keys of the job as code, packages and data are at this moment."""
        content = hash_of(
            {
                "film": reference(self.film),
                "experiment": self.experiment.canonical(),
                "data": _data_digest(self.experiment),
                "recordings": [file_digest(Path(path)) for path in self.recordings],
                **drawn_by(source_file(self.film)),
            }
        )
        shape = {
            "quality": QUALITIES[self.quality],
            "format": self.format,
            "transparent": self.transparent,
        }
        return Keys(content, hash_of({"content": content, **shape}))


@dataclass(frozen=True)
class Request:
    """What the process that renders is told.

    Attributes
    ----------
    processes
        How many draw; the result does not depend on it.
    """

    job: Job
    processes: int = 1

    def as_json(self) -> str:
        """Write it on one line."""
        return json.dumps({"job": self.job.as_json(), "processes": self.processes})

    @classmethod
    def from_json(cls, text: str) -> Request:
        """Read what `as_json` wrote."""
        fields = json.loads(text)
        return cls(Job.from_json(fields["job"]), fields["processes"])


def _data_digest(experiment: Experiment) -> str | None:
    path = experiment.data.path
    return file_digest(Path(path)) if path is not None else None


def drawn_by(*sources: Path) -> dict[str, Any]:
    """Return what decides a picture beside what it shows: the code of the project, and versions.

    Parameters
    ----------
    sources
        Files that count besides those that all pictures rest on.
    """
    return {"source": _source_digest(sources), "versions": _versions()}


def _source_digest(sources: Iterable[Path]) -> str:
    core = Path(backprop_core.__file__).parent
    (root,) = (Path(folder) for folder in scenes.__path__)
    files = {*sources, *core.rglob("*.py")}
    for room in _ROOMS:
        files |= set((root / room).rglob("*.py"))
    for room in _AFTERWARDS:
        files -= set((root / room).rglob("*.py"))
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


@cache
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
