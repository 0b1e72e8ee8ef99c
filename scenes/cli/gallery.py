"""`backprop gallery`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scenes.cli.films import film_names, jobs_option, quality_option
from scenes.cli.group import DEBUG, FAILED
from scenes.cli.options import FILE, debug_option, json_option, selection_options
from scenes.cli.output import answer, answer_json, tell

if TYPE_CHECKING:
    from scenes.cli.gallery_report import MadeGallery
    from scenes.cli.render_report import Outcome
    from scenes.production.gallery.planning import GalleryPlan, SweepPlan
    from scenes.production.request.selection import Selection
    from scenes.production.sweeps.batch import Done


FOLDER, EXPLORER_FOLDER = Path("media/gallery"), Path("media/explorer")
"""Where a gallery, and the explorer in one file, go by default."""
FEW = 3
"""How many films a line names."""
ALONE = "got --explorer with FILM, --all, --sweep, --lecture or --zip; allowed without them"


@click.command()
@click.argument("names", metavar="[FILM]...", nargs=-1, shell_complete=film_names)
@click.option("--all", "every", is_flag=True, help="All films; what is missing is rendered.")
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
    help="Folder that has a folder of films for each experiment.",
)
@click.option(
    "--output",
    type=FILE,
    metavar="DIR",
    show_default=f"{FOLDER}; {EXPLORER_FOLDER} with --explorer",
    help="Folder of the gallery; other files in it are not changed.",
)
@click.option("--lecture", is_flag=True, help="Copy the lecture and slides beside the films, too.")
@click.option("--zip", "zipped", is_flag=True, help="Write all of it as DIR/gallery.zip, too.")
@click.option(
    "--explorer",
    "alone",
    is_flag=True,
    help="Write DIR/explorer.html alone: the explorer in one file, without films.",
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
    every: bool,
    sweeps: tuple[Path, ...],
    quality: str | None,
    name: str | None,
    films_folder: Path,
    output: Path | None,
    lecture: bool,
    zipped: bool,
    alone: bool,
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

    Without FILM, the films that are there are shown as they are, and nothing is rendered. Those
    that are named, and all with --all, are rendered as by `backprop render`, and those of a --sweep
    as by `backprop batch`, unless they are up to date. A film that cannot show this experiment is
    left out. If a render fails, no gallery is written, and the exit code is 1; the page of a sweep
    names the points that failed.
    """
    from scenes.production.gallery.planning import Shape, plan_gallery

    if every and names:
        raise click.UsageError("got FILM and --all; allowed one of them")
    films = bool(every or names or sweeps)
    if force and not films:
        raise click.UsageError("--force renders films: name them, or --all")
    if alone:
        if films or lecture or zipped:
            raise click.UsageError(ALONE)
        _write_explorer(output or EXPLORER_FOLDER, show=show, dry_run=dry_run, as_json=as_json)
        return
    plan = plan_gallery(
        names,
        selection,
        sweeps,
        quality=quality,
        name=name,
        films=films_folder,
        output=output or FOLDER,
        every=every,
        shape=Shape(lecture, zipped),
        force=force,
    )
    for film, why in plan.left_out.items():
        tell(f"{film}: {why}")
    _tell_data(plan)
    if dry_run:
        made = _foresee(plan, force=force)
    else:
        made = _make(plan, selection, jobs=jobs, force=force, debug=ctx.meta[DEBUG])
        made.tell()
    _answer(made, as_json=as_json)
    if show and made.written:
        click.launch(made.index)
    if made.error is not None or made.missing:
        ctx.exit(FAILED)


def _tell_data(plan: GalleryPlan) -> None:
    """Say once of each data file that films are made of what was taken for what."""
    from scenes.cli.data_lines import data_lines, data_lines_of_jobs

    of_films = data_lines(one.job.experiment for one in plan.films if plan.rendered)
    of_sweeps = data_lines_of_jobs(job for sweep in plan.sweeps for job in sweep.jobs)
    for line in dict.fromkeys((*of_films, *of_sweeps)):
        tell(line)


def _answer(made: MadeGallery, *, as_json: bool) -> None:
    if as_json:
        answer_json(made.as_dict())
    elif made.error is None:
        for line in made.lines:
            answer(line)


def _write_explorer(root: Path, *, show: bool, dry_run: bool, as_json: bool) -> None:
    """Write the explorer in one file."""
    from scenes.production.gallery.explorer_alone import NAME, explorer_page
    from scenes.production.gallery.folder import write_explorer

    place = str(root / NAME)
    if dry_run:
        status = "would make"
    else:
        waiting = cache(lambda: tell("gallery: waiting for another process that writes it"))
        counts = write_explorer(root, NAME, explorer_page(), waiting=waiting)
        status = "made" if counts.written else "kept"
    if as_json:
        answer_json({"explorer": {"status": status, "page": place}})
    else:
        answer(f"{status} {place}" if dry_run else place)
    if show and not dry_run:
        click.launch(place)


def _foresee(plan: GalleryPlan, *, force: bool) -> MadeGallery:
    from scenes.cli.gallery_report import MadeGallery
    from scenes.cli.render_report import Outcome, foresee

    if plan.rendered:
        outcomes = [foresee(one, force=force) for one in plan.films]
    else:
        outcomes = [Outcome(one, "would keep") for one in plan.films]
    for one in plan.sweeps:
        tell(f"sweep {one.sweep.name}: {len(one.jobs)} films")
    return MadeGallery(plan, "would make", outcomes, plan.left_out)


def _make(
    plan: GalleryPlan, selection: Selection, *, jobs: int | None, force: bool, debug: bool
) -> MadeGallery:
    """Render all films, and write the gallery, unless a render fails."""
    from scenes.cli.render_report import left_out, make_all

    if plan.rendered:
        outcomes = make_all(plan.films, processes=jobs, force=force, debug=debug)
    else:
        outcomes = _as_they_are(plan, selection)
    without = {**plan.left_out, **left_out(outcomes)}
    if any(one.failed for one in outcomes):
        return _failed(plan, outcomes, without, "not made, as a film is missing")
    ran = [_run(one, jobs=jobs, force=force) for one in plan.sweeps]
    return _write(plan, outcomes, without, ran)


def _as_they_are(plan: GalleryPlan, selection: Selection) -> list[Outcome]:
    """Take the films that are there, and say which of them would be rendered anew."""
    from scenes.cli.render_report import Outcome
    from scenes.production.gallery.there import is_outdated
    from scenes.production.store.build import Built

    # Under a name of their own, films may be of any experiment.
    old = [] if plan.named else [one for one in plan.films if is_outdated(one.target, selection)]
    if old:
        films = " ".join(one.job.film for one in old) if len(old) <= FEW else "--all"
        tell(
            f"gallery: {len(old)} of {len(plan.films)} films shown as they are, though code or "
            f"configuration changed since; `backprop render {films}{selection.options}` renews them"
        )
    return [
        Outcome(one, "there", Built(one.target, True, one.target.facts(), 0.0))
        for one in plan.films
    ]


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
) -> MadeGallery:
    from scenes.cli.gallery_report import MadeGallery
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
    counts = written.counts
    status = "made" if counts.written or counts.removed else "kept"
    return MadeGallery(plan, status, outcomes, left_out, ran, written)


def _failed(
    plan: GalleryPlan, outcomes: Sequence[Outcome], left_out: Mapping[str, str], error: str
) -> MadeGallery:
    from scenes.cli.gallery_report import FAILURE, MadeGallery

    tell(f"gallery: {error}")
    return MadeGallery(plan, FAILURE, outcomes, left_out, error=f"gallery: {error}")
