"""From a job to files in their places, or to nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from scenes.production.process.worker_client import Progress
from scenes.production.request.job import Job, Request
from scenes.production.store.build import Built, build
from scenes.production.store.output_paths import Target
from scenes.production.store.publish import Made


def render(
    job: Job,
    target: Target,
    *,
    origin: str,
    processes: int = 1,
    force: bool = False,
    report: Callable[[Progress], None] | None = None,
    waiting: Callable[[], None] = lambda: None,
) -> Built[Target]:
    """Make the files of a film, unless they are there and nothing has changed.

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
        See `build`.

    Raises
    ------
    InputError, NumericalError
        As the film raised them.
    RenderError
        If the film could not be made; see `build`.
    """
    keys = job.keys()

    def produce(private: Path) -> Made:
        # What reads and writes videos is not imported for a film that is there.
        from scenes.production.render.render_pipeline import draw_film

        return draw_film(Request(job, processes), target, keys, private, report)

    return build(target, keys, produce, origin=origin, force=force, waiting=waiting)
