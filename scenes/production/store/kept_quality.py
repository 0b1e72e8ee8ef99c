"""A film is never replaced by the same in worse quality: in which quality it is made."""

from __future__ import annotations

from dataclasses import replace

from scenes.kit.quality import QUALITIES, USUAL, best
from scenes.production.request.job import Job
from scenes.production.store.output_paths import Target
from scenes.production.store.record import Record


def kept_quality(
    target: Target,
    content: str,
    asked: str | None,
    *,
    usual: str = USUAL,
    force: bool = False,
) -> str:
    """Return the quality in which a film is made, which is no worse than what lies in its place.

    All formats of a film share captions, ledger and poster, so that the others count, too. If no
    quality is asked for, a film that is out of date keeps its quality as well. What is asked for is
    taken as it is if the film is out of date, or if it is forced.

    Parameters
    ----------
    content
        Hash of what decides the content of the film; see `Keys`.
    asked
        The quality that the user named, if any.
    usual
        The quality of a film that is not there yet, for which none was named.
    force
        Whether the film is made even if nothing has changed.
    """
    record = target.record()
    kept = record is not None and (asked is None or (record.content == content and not force))
    there = _there(target, record) if record is not None and kept else []
    return best([asked or usual, *there])


def in_kept_quality(
    job: Job, target: Target, asked: str | None, *, usual: str = USUAL, force: bool = False
) -> Job:
    """Return a job in the quality in which its film is made; see `kept_quality`."""
    content = job.keys().content if job.inputs is not None else ""
    return replace(job, quality=kept_quality(target, content, asked, usual=usual, force=force))


def _there(target: Target, record: Record) -> list[str]:
    """Return the qualities of the videos that are still in place."""
    return [
        quality
        for name, part in record.parts.items()
        if (quality := str(part.facts.get("quality"))) in QUALITIES
        and (target.folder / name).is_file()
    ]
