"""From a job to files in their places, or to nothing at all."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from scenes.production.process.error_messages import words
from scenes.production.process.worker_client import Progress, RenderError
from scenes.production.request.job import Job, Request
from scenes.production.store.output_paths import Target, only_one
from scenes.production.store.publish import facts_of, is_current


@dataclass(frozen=True)
class Rendered:
    """A film that is in its place.

    Attributes
    ----------
    reused
        Whether it was there already, made of the same.
    facts
        About the video: quality, format, width, height, frames, fps, seconds, bytes, sha256.
    took
        Seconds.
    """

    target: Target
    reused: bool
    facts: Mapping[str, Any]
    took: float


def render(
    job: Job,
    target: Target,
    *,
    origin: str,
    processes: int = 1,
    force: bool = False,
    report: Callable[[Progress], None] | None = None,
    waiting: Callable[[], None] = lambda: None,
) -> Rendered:
    """Make the files of a film, unless they are there and nothing has changed.

    Where another process makes the same files, this one waits, and then has nothing to do if they
    are what it would make.

    Parameters
    ----------
    job
        What to render.
    target
        Where to; see `check_folder`.
    origin
        What the folder shall remember that it was made from.
    processes
        How many draw the film; the files do not depend on it.
    force
        Render even if nothing has changed.
    report
        Called several times a second until the film is published. What it raises ends the render:
        nothing is left of it then.
    waiting
        Called several times a second while another process has to be waited for; what it raises
        ends the waiting.

    Raises
    ------
    InputError, NumericalError
        As the film raised them.
    RenderError
        If the film could not be made. Nothing is in its place then that was not there before;
        what the process said, if anything, is in `Target.log`.
    """
    started = time.monotonic()
    keys = job.keys()

    def kept() -> Rendered | None:
        if force or not is_current(target, keys):
            return None
        return Rendered(target, True, facts_of(target), time.monotonic() - started)

    if (there := kept()) is not None:
        return there
    try:
        with only_one(target, waiting):
            if (there := kept()) is not None:
                return there
            # What reads and writes videos is not imported for a film that is there.
            from scenes.production.render.render_pipeline import make

            facts = make(Request(job, processes), target, keys, origin, report)
    except (OSError, MemoryError) as error:
        raise RenderError(words(error)) from error
    return Rendered(target, False, facts, time.monotonic() - started)
