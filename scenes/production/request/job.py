"""A render job: one film of one experiment, in one quality and format."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from backprop_core.experiment.config import Experiment
from scenes.kit.quality import QUALITIES
from scenes.production.request.catalog import reference, source_file
from scenes.production.request.keys import Keys, drawn_by, file_digest, hash_of


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
        Whether the background is transparent, which only some formats allow.
    recordings
        Paths of recordings that the film shows in place of the experiment.
    """

    film: str
    experiment: Experiment
    quality: str = "medium"
    format: str = "mp4"
    transparent: bool = False
    recordings: tuple[str, ...] = ()

    @property
    def stem(self) -> str:
        """The name of the film's files, without extension."""
        return self.film.partition(":")[0].rpartition(".")[2]

    @property
    def size(self) -> str:
        """Height and frames per second: ``720p30``."""
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
        """Return the keys of the job for the present code, packages and data."""
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
    """The request that is sent to the process that renders.

    Attributes
    ----------
    processes
        How many processes draw; the result does not depend on it.
    """

    job: Job
    processes: int = 1

    def as_json(self) -> str:
        """Write the request on one line."""
        return json.dumps({"job": self.job.as_json(), "processes": self.processes})

    @classmethod
    def from_json(cls, text: str) -> Request:
        """Read what `as_json` wrote."""
        fields = json.loads(text)
        return cls(Job.from_json(fields["job"]), fields["processes"])


def _data_digest(experiment: Experiment) -> str | None:
    path = experiment.data.path
    return file_digest(Path(path)) if path is not None else None
