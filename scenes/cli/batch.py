"""`backprop batch` and `backprop job`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scenes.cli.films import format_option, quality_option
from scenes.cli.group import FAILED
from scenes.cli.options import FILE, debug_option, json_option, output_option
from scenes.cli.output import answer, answer_json, tell

if TYPE_CHECKING:
    from scenes.production.sweeps.batch import Done
    from scenes.production.sweeps.jobs import BatchJob
    from scenes.production.sweeps.sweep import Sweep


@click.command()
@click.argument("sweep", type=FILE)
@click.option("--list", "listing", is_flag=True, help="Print the jobs and render nothing.")
@quality_option
@format_option
@output_option("Folder in which the sweep gets a folder.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Films to render at a time; by default as many as this machine has cores.",
)
@click.option(
    "--dask", metavar="ADDRESS", help="Render on the Dask cluster with this scheduler instead."
)
@click.option("--force", is_flag=True, help="Render all films, even if nothing has changed.")
@json_option
@debug_option
@click.pass_context
def batch(
    ctx: click.Context,
    sweep: Path,
    *,
    listing: bool,
    quality: str | None,
    format: str,
    output: Path,
    jobs: int | None,
    dask: str | None,
    force: bool,
    as_json: bool,
) -> None:
    """Render films of hundreds of experiments.

    \b
    films = ["vanishing", "saturation"]
    [axes]
    "network.gain" = [1.0, 3.0, 10.0]
    "network.depth" = { from = 3, to = 9, step = 3 }
    [experiment.network]
    activation = "tanh"

    This SWEEP.toml makes 2 films of each of 9 networks, in DIR/SWEEP/POINT. combine = "zip" pairs
    the values of axes of equal length; { from, to, count } spaces values evenly, with log = true by
    equal factors. What [experiment] leaves unset is each film's own default.

    You can stop it and start it again: only missing films are rendered. If a point cannot be shown,
    the others are rendered, and the exit code is 1. DIR/SWEEP/sweep.csv and .json have the numbers
    of all points, and sweep.png shows the gradient of each layer of every network.

    --list prints a line for each job, which begins with its name; `backprop job` runs one job.
    """  # noqa: D301 (click looks for the character)
    from scenes.cli.data_lines import data_lines_of_jobs
    from scenes.production.sweeps.jobs import plan_batch, write_specs
    from scenes.production.sweeps.sweep import load_sweep

    if jobs is not None and dask is not None:
        raise click.UsageError("got both --jobs and --dask; allowed one of them")
    found = load_sweep(sweep)
    root = output / found.name
    planned = plan_batch(found, quality, format, root)
    for line in data_lines_of_jobs(planned):
        tell(line)
    write_specs(root, planned, str(sweep.resolve()))
    if listing:
        _list(planned, root, as_json=as_json)
        return
    from scenes.production.sweeps.batch import unchanged
    from scenes.production.sweeps.overview import check_overview

    check_overview(root, str(sweep.resolve()))
    results = unchanged(_run(planned, root, at_a_time=jobs, dask=dask, force=force))
    table, overview = _finish(results, root, found, force=force)
    counts = _count(results)
    if as_json:
        about = {
            "counts": counts,
            "table": str(table),
            "overview": None if overview is None else str(overview),
            "jobs": [_as_dict(r, root) for r in results],
        }
        answer_json(about)
    else:
        for path in filter(None, (table, overview)):
            answer(str(path))
    _summarize(results, counts)
    if counts["failed"] or overview is None:
        ctx.exit(FAILED)


@click.command()
@click.argument("name", metavar="HASH")
@output_option("Folder that has a folder for each sweep.")
@click.option("--force", is_flag=True, help="Render the film, even if nothing has changed.")
@json_option
@debug_option
@click.pass_context
def job(ctx: click.Context, name: str, *, output: Path, force: bool, as_json: bool) -> None:
    """Render one film of a sweep.

    HASH is a name of a job, with which each line of `backprop batch SWEEP --list` begins. With it a
    cluster's queue, GNU parallel or make can run the jobs of a sweep. A film that is up to date is
    not rendered again.
    """
    from scenes.cli.batch_progress import Lines
    from scenes.production.sweeps.batch import run_job
    from scenes.production.sweeps.jobs import find_jobs

    results = []
    for one, root in list(find_jobs(output, name)):
        watcher = Lines(1)
        done = run_job(one, root, watcher, force=force)
        watcher.done(done)
        results.append((done, root))
    if as_json:
        answer_json({"jobs": [_as_dict(done, root) for done, root in results]})
    else:
        for done, root in results:
            if done.error is None:
                answer(str(done.job.target(root).video))
    if any(done.error is not None for done, _ in results):
        ctx.exit(FAILED)


def _list(jobs: Sequence[BatchJob], root: Path, *, as_json: bool) -> None:
    if as_json:
        answer_json({"folder": str(root), "jobs": [one.as_dict() for one in jobs]})
        return
    for one in jobs:
        if one.error is None:
            answer(f"{one.hash} {one.label}")
        else:
            tell(f"{one.label}: {one.error}")


def _run(
    jobs: Sequence[BatchJob], root: Path, *, at_a_time: int | None, dask: str | None, force: bool
) -> list[Done]:
    from scenes.cli.batch_progress import watching

    with watching(len(jobs)) as watcher:
        if dask is not None:
            from scenes.production.sweeps.cluster import run_on_cluster

            return run_on_cluster(jobs, root, watcher, address=dask, force=force)
        from scenes.production.process.cores import cores
        from scenes.production.sweeps.batch import run_locally

        workers = at_a_time or cores()
        return run_locally(jobs, root, watcher, workers=workers, force=force)


def _finish(
    results: Sequence[Done], root: Path, sweep: Sweep, *, force: bool
) -> tuple[Path, Path | None]:
    """Remove temporary files of workers that died, write the table, and draw the overview.

    Returns
    -------
    Paths of the table, and of the overview, or None if the overview could not be drawn.
    """
    from scenes.production.process.error_messages import RenderError
    from scenes.production.store.clean import clean
    from scenes.production.store.clean_files import clean_partials
    from scenes.production.sweeps.overview import draw_overview
    from scenes.production.sweeps.table import Numbers, write_table

    clean(root)
    clean_partials(root)
    numbers = Numbers()
    table = write_table(root, results, numbers)
    try:
        drawn = draw_overview(root, sweep, numbers, force=force, waiting=cache(_waits))
        return table, drawn.target.picture
    except RenderError as error:
        tell(f"overview: render failed: {error}")
        return table, None


def _waits() -> None:
    tell("overview: waiting for another batch that draws it")


def _count(results: Sequence[Done]) -> dict[str, int]:
    statuses = [done.status for done in results]
    return {status: statuses.count(status) for status in ("rendered", "reused", "failed")}


def _summarize(results: Sequence[Done], counts: dict[str, int]) -> None:
    tell(", ".join(f"{count} {status}" for status, count in counts.items()))
    better = [done for done in results if done.facts and done.facts["quality"] != _asked(done.job)]
    if better:
        tell(f"  {len(better)} in better quality than asked for; --force makes them anew")
    for done in results:
        if done.error is not None:
            tell(f"  {done.job.label}: {done.error}")


def _asked(job: BatchJob) -> str | None:
    return None if job.job is None else job.job.quality


def _as_dict(done: Done, root: Path) -> dict[str, object]:
    video = str(done.job.target(root).video) if done.job.job is not None else None
    about = {"status": done.status, "took": round(done.took, 3), "video": video}
    return done.job.as_dict() | about | {"error": done.error} | {"facts": dict(done.facts)}
