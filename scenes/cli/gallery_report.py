"""What `backprop gallery` says of the gallery that it made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backprop_core.number_text import file_size
from scenes.cli.output import tell
from scenes.cli.render_report import Outcome
from scenes.production.gallery.archive import ARCHIVE
from scenes.production.gallery.making import Written
from scenes.production.gallery.planning import GalleryPlan
from scenes.production.gallery.site import INDEX
from scenes.production.sweeps.batch import Done

FAILURE = "failed"


@dataclass(frozen=True)
class MadeGallery:
    """The result of making a gallery, or of a dry run.

    Attributes
    ----------
    status
        "made", "kept", "failed", "would make".
    left_out
        Film -> why it was left out.
    ran
        The results of the jobs of each sweep.
    written
        How many files were written, kept and removed; None if there is no gallery.
    error
        The error in one line, if it failed.
    """

    plan: GalleryPlan
    status: str
    outcomes: Sequence[Outcome]
    left_out: Mapping[str, str]
    ran: Sequence[Sequence[Done]] = ()
    written: Written | None = None
    error: str | None = None

    @property
    def shown(self) -> int:
        """How many films it shows, without those of sweeps."""
        return sum(outcome.rendered is not None for outcome in self.outcomes)

    @property
    def index(self) -> str:
        """The path of its first page."""
        return str(self.plan.root / INDEX)

    @property
    def lines(self) -> list[str]:
        """What stdout says: where it is, or what would be made."""
        places = [self.index] if self.archive is None else [self.index, self.archive]
        if self.written is not None:
            return places
        films = [outcome.line for outcome in self.outcomes]
        return [*films, *(f"{self.status} {place}" for place in places)]

    @property
    def archive(self) -> str | None:
        """The path of the archive, if one was asked for."""
        return str(self.plan.root / ARCHIVE) if self.plan.shape.zipped else None

    def tell(self) -> None:
        """Say on stderr what was copied, what was not, and what became of the files."""
        if self.written is None:
            return
        counts, count = self.written.counts, self.shown
        tell(
            f"gallery: {count} film{'s' * (count != 1)}, {file_size(self.written.bytes)}; files: "
            f"{counts.written} written, {counts.kept} kept, {counts.removed} removed"
        )
        if self.written.left:
            size = file_size(sum(file.bytes for file in self.written.left))
            tell(f"gallery: the lecture beside the films ({size}) is not copied; --lecture adds it")

    @property
    def missing(self) -> bool:
        """Whether a film of a sweep is missing."""
        return any(done.error is not None for results in self.ran for done in results)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain data."""
        about: dict[str, Any] = {
            "status": self.status,
            "index": self.index,
            "left_out": [{"film": film, "why": why} for film, why in self.left_out.items()],
        }
        if self.error is not None:
            about["error"] = self.error
        if self.written is not None:
            about |= vars(self.written.counts) | {"bytes": self.written.bytes}
            if self.archive is not None:
                about["archive"] = self.archive
        films = [outcome.as_dict() for outcome in self.outcomes]
        sweeps = [
            {"sweep": one.sweep.name, "jobs": [_job(done) for done in results]}
            for one, results in zip(self.plan.sweeps, self.ran, strict=False)
        ]
        return {"gallery": about, "films": films, "sweeps": sweeps}


def _job(done: Done) -> dict[str, Any]:
    return done.job.as_dict() | {"status": done.status, "error": done.error}
