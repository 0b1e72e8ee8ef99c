"""A render job: one film of one experiment, in one quality and format."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace

from backprop_core.experiment.config import Experiment
from scenes.kit.quality import QUALITIES, USUAL, best, size
from scenes.production.request.catalog import reference
from scenes.production.request.inputs import InputReader, Inputs
from scenes.production.request.keys import Keys, hash_of


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
        Paths of recordings that it shows in place of the experiment.
    inputs
        What its files held when it was planned; None before that.
    """

    film: str
    experiment: Experiment
    quality: str = USUAL
    format: str = "mp4"
    transparent: bool = False
    recordings: tuple[str, ...] = ()
    inputs: Inputs | None = None

    @property
    def stem(self) -> str:
        """The name of the film's files, without extension."""
        return self.film.partition(":")[0].rpartition(".")[2]

    @property
    def size(self) -> str:
        """Height and frames per second: ``720p30``."""
        return size(self.quality)

    def as_json(self) -> str:
        """Write the job on one line, the film as ``module:Class``."""
        experiment = self.experiment.model_dump(mode="json", exclude_unset=True)
        inputs = None if self.inputs is None else asdict(self.inputs)
        sent = {"film": reference(self.film), "experiment": experiment, "inputs": inputs}
        return json.dumps(vars(self) | sent)

    @classmethod
    def from_json(cls, text: str) -> Job:
        """Read what `as_json` wrote."""
        fields = json.loads(text)
        fields["experiment"] = Experiment(**fields["experiment"])
        fields["recordings"] = tuple(fields["recordings"])
        if (inputs := fields["inputs"]) is not None:
            fields["inputs"] = Inputs(**{**inputs, "recordings": tuple(inputs["recordings"])})
        return cls(**fields)

    def planned(self, reader: InputReader | None = None) -> Job:
        """Return the job with its `inputs`: as they are now, unless it was planned before.

        Parameters
        ----------
        reader
            Shared by all jobs that are planned together.

        Raises
        ------
        InputError
            If a file cannot be read.
        """
        return self if self.inputs is not None else replace(self, inputs=self.inputs_now(reader))

    def inputs_now(self, reader: InputReader | None = None) -> Inputs:
        """Return what code, packages and files are at this moment."""
        reader = reader or InputReader()
        return reader.inputs(self.film, self.experiment.data, self.recordings)

    def keys(self) -> Keys:
        """Return the keys of the job with the inputs that were planned, or as they are now."""
        inputs = self.inputs or self.inputs_now()
        content = hash_of(
            {
                "film": reference(self.film),
                "experiment": self.experiment.canonical(),
                "inputs": asdict(inputs),
                # A seed that was chosen stands on the film.
                **({"seed": "chosen"} if "seed" in self.experiment.model_fields_set else {}),
            }
        )
        shape = {"content": content, "format": self.format, "transparent": self.transparent}
        video = {name: hash_of({**shape, "quality": QUALITIES[name]}) for name in QUALITIES}
        better = (name for name in QUALITIES if best([name, self.quality]) != self.quality)
        return Keys(content, video[self.quality], tuple(video[name] for name in better))


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
