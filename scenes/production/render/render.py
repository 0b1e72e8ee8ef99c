"""Turns a job into published files, or leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from scenes.production.process.worker_client import Progress
from scenes.production.render.snapshot import check_code, check_unchanged, take
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
    """Make the files of a film, unless they exist and are up to date.

    Parameters
    ----------
    job
        What to render.
    target
        Where the files go; see `check_folder`.
    origin
        What the films in the folder are made from; the folder's memory records it.
    processes
        How many processes draw the film; the files do not depend on it.
    force
        Render even if nothing has changed.
    report
        Called several times a second until the film is published. An exception that it raises
        ends the render, which then leaves nothing behind.
    waiting
        See `build`.

    Raises
    ------
    InputError, NumericalError
        As the film raised them.
    RenderError
        If the film could not be made, or if what it is made from was changed meanwhile; see
        `build`.
    """
    job = job.planned()
    keys = job.keys()

    def produce(private: Path) -> Made:
        check_code(job)
        told = Request(take(job, private), processes)
        # A film that is up to date needs none of the video libraries: do not import them.
        from scenes.production.render.render_pipeline import draw_film

        made = draw_film(told, target, keys, private, report)
        check_unchanged([job])
        return made

    return build(target, keys, produce, origin=origin, force=force, waiting=waiting)
