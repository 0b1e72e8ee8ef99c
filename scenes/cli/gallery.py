"""`backprop gallery`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scenes.cli.films import film_names, jobs_option, quality_option
from scenes.cli.group import DEBUG, FAILED
from scenes.cli.options import FILE, debug_option, json_option, selection_options
from scenes.cli.output import answer, answer_json, tell

if TYPE_CHECKING:
    from scenes.cli.render_report import Outcome
    from scenes.production.gallery.planning import GalleryPlan, SweepPlan
    from scenes.production.request.selection import Selection
    from scenes.production.store.publish import Counts
    from scenes.production.sweeps.batch import Done


@click.command()
@click.argument("names", metavar="[FILM]...", nargs=-1, shell_complete=film_names)
@selection_options
@click.option(
    "--sweep",
    "sweeps",
    type=FILE,
    multiple=True,
    metavar="SWEEP",
    help="Add a page with the films of this sweep, as a grid. Can be repeated.",
)
@quality_option
@click.option("--name", help="Name of the folder in --films, in place of the experiment's name.")
@click.option(
    "--films",
    "films_folder",
    type=FILE,
    metavar="DIR",
    default=Path("media/films"),
    show_default=True,
    help="Folder that has a folder of films for each experiment; missing films are rendered.",
)
@click.option(
    "--output",
    type=FILE,
    metavar="DIR",
    default=Path("media/gallery"),
    show_default=True,
    help="Folder of the gallery; other files in it are not changed.",
)
@click.option("--open", "show", is_flag=True, help="Open the gallery when it is done.")
@click.option("--dry-run", is_flag=True, help="Say what would be made, and make nothing.")
@click.option("--force", is_flag=True, help="Render all films, even if nothing has changed.")
@jobs_option
@json_option
@debug_option
@click.pass_context
def gallery(
    ctx: click.Context,
    /,
    names: tuple[str, ...],
    selection: Selection,
    *,
    sweeps: tuple[Path, ...],
    quality: str | None,
    name: str | None,
    films_folder: Path,
    output: Path,
    show: bool,
    dry_run: bool,
    force: bool,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Make a folder of web pages of the films.

    Each film has a page with a player, chapters, transcript, numbers and configuration. Put the
    folder anywhere on a course site, or open DIR/index.html: the pages need no program on the
    server, and load nothing from other sites.

    Without FILM, all films are shown. They are rendered as by `backprop render`, and those of a
    --sweep as by `backprop batch`, unless they are up to date. A film that cannot show this
    experiment is left out. If a render fails, no gallery is written, and the exit code is 1; the
    page of a sweep names the points that failed.
    """
    from scenes.production.gallery.planning import plan_gallery

    plan = plan_gallery(
        names,
        selection,
        sweeps,
        quality=quality,
        name=name,
        films=films_folder,
        output=output,
        force=force,
    )
    for film, why in plan.left_out.items():
        tell(f"{film}: {why}")
    if dry_run:
        made = _foresee(plan, force=force)
    else:
        made = _make(plan, jobs=jobs, force=force, debug=ctx.meta[DEBUG])
    if as_json:
        answer_json(made.as_dict())
    elif made.status != FAILURE:
        for outcome in made.outcomes if dry_run else ():
            answer(outcome.line)
        answer(made.line)
    if show and made.written:
        click.launch(made.index)
    if made.status == FAILURE or made.missing:
        ctx.exit(FAILED)


FAILURE = "failed"


@dataclass(frozen=True)
class _Made:
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
    written: Counts | None = None
    error: str | None = None

    @property
    def index(self) -> str:
        return str(self.plan.root / "index.html")

    @property
    def line(self) -> str:
        return self.index if self.written else f"{self.status} {self.index}"

    @property
    def missing(self) -> bool:
        """Whether a film of a sweep is missing."""
        return any(done.error is not None for results in self.ran for done in results)

    def as_dict(self) -> dict[str, Any]:
        about: dict[str, Any] = {
            "status": self.status,
            "index": self.index,
            "left_out": [{"film": film, "why": why} for film, why in self.left_out.items()],
        }
        if self.error is not None:
            about["error"] = self.error
        if self.written is not None:
            about |= vars(self.written)
        films = [outcome.as_dict() for outcome in self.outcomes]
        sweeps = [
            {"sweep": one.sweep.name, "jobs": [_job(done) for done in results]}
            for one, results in zip(self.plan.sweeps, self.ran, strict=False)
        ]
        return {"gallery": about, "films": films, "sweeps": sweeps}


def _job(done: Done) -> dict[str, Any]:
    return done.job.as_dict() | {"status": done.status, "error": done.error}


def _foresee(plan: GalleryPlan, *, force: bool) -> _Made:
    from scenes.cli.render_report import foresee

    outcomes = [foresee(one, force=force) for one in plan.films]
    for one in plan.sweeps:
        tell(f"sweep {one.sweep.name}: {len(one.jobs)} films")
    return _Made(plan, "would make", outcomes, plan.left_out)


def _make(plan: GalleryPlan, *, jobs: int | None, force: bool, debug: bool) -> _Made:
    """Render all films, and write the gallery; stop if a render fails.

    A film that cannot show the experiment is left out instead.
    """
    from backprop_core.errors import InputError, NumericalError
    from scenes.cli.render_report import UNSUITED, make

    outcomes: list[Outcome] = []
    left_out = dict(plan.left_out)
    unsuited = (InputError, NumericalError)
    for one in plan.films:
        outcome = make(one, processes=jobs, force=force, debug=debug, leave_out=unsuited)
        outcomes.append(outcome)
        if outcome.status == UNSUITED:
            left_out[one.job.film] = outcome.error or ""
        elif outcome.rendered is None:
            return _failed(plan, outcomes, left_out, "not made, as a film is missing")
    ran = [_run(one, jobs=jobs, force=force) for one in plan.sweeps]
    return _write(plan, outcomes, left_out, ran)


def _run(plan: SweepPlan, *, jobs: int | None, force: bool) -> list[Done]:
    """Render the films of a sweep; one that fails does not stop the others."""
    from scenes.cli.batch_progress import watching
    from scenes.production.process.cores import cores
    from scenes.production.sweeps.batch import run_locally
    from scenes.production.sweeps.jobs import write_specs

    write_specs(plan.root, plan.jobs, plan.origin)
    with watching(len(plan.jobs)) as watcher:
        return run_locally(plan.jobs, plan.root, watcher, workers=jobs or cores(), force=force)


def _write(
    plan: GalleryPlan,
    outcomes: Sequence[Outcome],
    left_out: Mapping[str, str],
    ran: Sequence[Sequence[Done]],
) -> _Made:
    from scenes.production.gallery.making import make_gallery
    from scenes.production.process.error_messages import RenderError, one_line

    films = [one.planned.target for one in outcomes if one.rendered]
    if not films and not ran:
        return _failed(plan, outcomes, left_out, "not made, as no film can show this experiment")
    try:
        waiting = cache(lambda: tell("gallery: waiting for another process that writes it"))
        written = make_gallery(plan, films, left_out, ran, waiting=waiting)
    except RenderError as error:
        return _failed(plan, outcomes, left_out, f"not made: {one_line(str(error))}")
    tell(
        f"gallery: {len(films)} film{'s' * (len(films) != 1)}; files: {written.written} written, "
        f"{written.kept} kept, {written.removed} removed"
    )
    status = "made" if written.written or written.removed else "kept"
    return _Made(plan, status, outcomes, left_out, ran, written)


def _failed(
    plan: GalleryPlan, outcomes: Sequence[Outcome], left_out: Mapping[str, str], error: str
) -> _Made:
    tell(f"gallery: {error}")
    return _Made(plan, FAILURE, outcomes, left_out, error=f"gallery: {error}")
