"""`backprop films` and `backprop render`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from scenes.cli.group import BAD_INPUT, DEBUG, FAILED
from scenes.cli.options import debug_option, json_option, output_option, selection_options
from scenes.cli.output import answer, answer_json, tell
from scenes.kit.quality import QUALITIES
from scenes.production.request.formats import FORMATS
from scenes.words.sources import citations

if TYPE_CHECKING:
    from scenes.production.request.catalog import FilmFacts
    from scenes.production.request.selection import Selection


def film_names(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the name of a film."""
    from scenes.production.request import catalog

    return [
        CompletionItem(name, help=catalog.describe(name).summary)
        for name in catalog.FILMS
        if name.startswith(incomplete)
    ]


quality_option = click.option(
    "--quality",
    type=click.Choice(tuple(QUALITIES)),
    help="Size: 480p15, 720p30, 1080p60 or 2160p60; by default medium, or that of the film that is "
    "there, if it is better. A film is not replaced by the same in worse quality without --force.",
)
format_option = click.option(
    "--format",
    type=click.Choice(FORMATS),
    default="mp4",
    show_default=True,
    help="Format of the video; a gif or a webp is at most 640 pixels wide.",
)
transparent_option = click.option(
    "--transparent",
    is_flag=True,
    help="Make the background transparent; webm and webp only.",
)
jobs_option = click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Processes that draw each film, which do not affect its pictures; by default as many as "
    "this machine has cores.",
)


@click.command()
@output_option("Folder that has a folder for each experiment.")
@json_option
@debug_option
def films(output: Path, as_json: bool) -> None:
    """List the films and what each shows.

    The length is that of the film of the default experiment in --output, if it has been rendered;
    otherwise that in the README.
    """
    from scenes.production.request.catalog import FILMS, describe
    from scenes.production.store.durations import length

    found = map(describe, FILMS)
    listed = [(film, length(film.name, output, tell) or film.seconds) for film in found]
    if as_json:
        answer_json({"films": [_film_facts(*film) for film in listed]})
        return
    for film, seconds in listed:
        click.secho(film.name, bold=True, nl=False)
        answer(f"  {film.title}, {seconds:.0f} s")
        answer(f"    {film.summary}.")
        answer(f"    reads: {', '.join(film.reads)}")
        if film.defaults:
            answer(f"    default: {', '.join(f'{k}={v}' for k, v in film.defaults.items())}")
    answer("")
    answer("To make one, type: backprop render NAME")


def _film_facts(film: FilmFacts, seconds: float) -> dict[str, Any]:
    sources = [one._asdict() for one in citations(film.sources)]
    return {**vars(film), "sources": sources, "seconds": seconds}


@click.command()
@click.argument("names", metavar="[FILM]...", nargs=-1, shell_complete=film_names)
@click.option("--all", "every", is_flag=True, help="Render all films, in the order of the lecture.")
@selection_options
@quality_option
@format_option
@transparent_option
@click.option("--name", help="Name of the folder in --output, in place of the experiment's name.")
@output_option("Folder in which each experiment gets a folder.")
@click.option("--open", "show", is_flag=True, help="Open the films when they are done.")
@click.option("--dry-run", is_flag=True, help="Say what would be made, and make nothing.")
@click.option("--force", is_flag=True, help="Render the films, even if nothing has changed.")
@jobs_option
@json_option
@debug_option
@click.pass_context
def render(
    ctx: click.Context,
    /,
    names: tuple[str, ...],
    selection: Selection,
    *,
    every: bool,
    show: bool,
    dry_run: bool,
    force: bool,
    jobs: int | None,
    as_json: bool,
    **where: Any,
) -> None:
    """Render films of a network to video.

    Each film is written to DIR/NAME/FILM.mp4, with its numbers (.json), its last picture (.png),
    its captions (.srt, .vtt) and a transcript (.md) beside it. NAME is the name of the
    configuration file or of the preset, followed by the fields that were --set. A film that is up
    to date, in this quality or a better one, is not rendered again.
    """
    from backprop_core.errors import InputError
    from scenes.cli.data_lines import data_lines
    from scenes.cli.render_report import UNSUITED, foresee, make
    from scenes.production.render.plan import plan
    from scenes.production.request.catalog import FILMS

    if every == bool(names):
        raise click.UsageError(f"name films, or --all; the films are {', '.join(FILMS)}")
    planned = plan(FILMS if every else names, selection, force=force, **where)
    for line in data_lines(one.job.experiment for one in planned):
        tell(line)
    # If there are several films, one that cannot show the experiment does not stop the others.
    leave_out = (InputError,) if len(planned) > 1 else ()
    debug = ctx.meta[DEBUG]
    outcomes = [
        foresee(one, force=force)
        if dry_run
        else make(one, processes=jobs, force=force, debug=debug, leave_out=leave_out)
        for one in planned
    ]
    for outcome in outcomes:
        if not as_json and outcome.error is None:
            answer(outcome.line)
        if show and outcome.rendered is not None:
            click.launch(str(outcome.video))
    if as_json:
        answer_json({"films": [outcome.as_dict() for outcome in outcomes]})
    broken = {outcome.status for outcome in outcomes if outcome.error is not None}
    if broken:
        ctx.exit(BAD_INPUT if broken == {UNSUITED} else FAILED)
