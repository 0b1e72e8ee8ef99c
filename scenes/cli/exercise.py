"""`backprop exercise new` and `backprop exercise check`."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scenes.cli.films import quality_option
from scenes.cli.group import BAD_INPUT, FAILED, Group
from scenes.cli.new_files import write_text
from scenes.cli.options import FILE, debug_option, json_option, output_option
from scenes.cli.output import answer, answer_json, answer_lines, tell, tell_lines

if TYPE_CHECKING:
    from scenes.production.exercise.class_table import Checked
    from scenes.production.exercise.learner_process import Limits
    from scenes.production.exercise.report import Report

_KEPT = "exists and is kept; allowed a new file, or --force"


@click.group(cls=Group, invoke_without_command=True)
@debug_option
@click.pass_context
def exercise(ctx: click.Context) -> None:
    """Write a backward pass yourself, and check it."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@exercise.command()
@click.argument("name", metavar="layer|stack|softmax|hinge")
@click.argument("file", type=FILE, required=False)
@debug_option
def new(name: str, file: Path | None) -> None:
    """Write an exercise to FILE, or to exercise_NAME.py.

    \b
    layer      one sigmoid layer: sigmoid, forward, backward
    stack      several of them with a quadratic loss: forward, loss, backward
    softmax    softmax, its cross-entropy, and the gradient of that
    hinge      the hinge loss for many classes, and its gradient

    The file has the functions to fill in; their docstrings say what they take and return. An
    existing file is never overwritten. If FILE is `-`, the exercise is printed.
    """  # noqa: D301 (click looks for the character)
    from backprop_core.exercise.catalog import exercise as named
    from backprop_core.exercise.catalog import template

    task = named(name)
    path = file if file is not None else Path(f"exercise_{task.name}.py")
    if str(path) == "-":
        answer_lines(template(task.name, f"exercise_{task.name}.py"))
        return
    _write(path, template(task.name, _typed(path.name)))
    tell(f"{path}: written; fill it in, then type: backprop exercise check {_typed(str(path))}")


def _typed(name: str) -> str:
    """Write a file name so that a shell, and `backprop`, take it for one."""
    return shlex.quote(f"./{name}" if name.startswith("-") else name)


def _write(path: Path, text: str) -> None:
    from backprop_core.errors import InputError
    from backprop_core.formatting import is_seen, source_name

    if not is_seen(path.name):
        # The file says how it is checked, and could not say that.
        where = source_name(str(path))
        raise InputError(f"{where}: cannot be typed; allowed a name of visible characters")
    write_text(path, text, exists="exists and is kept; allowed a new file")


@exercise.command()
@click.argument("files", metavar="FILE...", type=FILE, nargs=-1, required=True)
@click.option(
    "--csv",
    "table",
    type=FILE,
    metavar="SCORES",
    help="Write a row for each FILE to SCORES, and how common each mistake is beside it.",
)
@click.option("--force", is_flag=True, help="Overwrite SCORES.")
@click.option(
    "--exercise", "named", metavar="NAME", help="Exercise to check; otherwise FILE names it."
)
@click.option(
    "--seconds",
    type=click.IntRange(1, 600),
    default=10,
    show_default=True,
    help="Time limit for the code in FILE.",
)
@click.option(
    "--megabytes",
    type=click.IntRange(256, 65536),
    default=1024,
    show_default=True,
    help="Memory limit for the code in FILE.",
)
@click.option("--film", "filmed", is_flag=True, help="Film wrong arrays beside the right ones.")
@quality_option
@click.option(
    "--theme", type=click.Choice(["dark", "light"]), default="dark", help="Colours of the film."
)
@output_option("Folder in which the films get a folder named after FILE.")
@json_option
@debug_option
@click.pass_context
def check(
    ctx: click.Context,
    files: tuple[Path, ...],
    table: Path | None,
    named: str | None,
    *,
    force: bool,
    seconds: int,
    megabytes: int,
    filmed: bool,
    quality: str | None,
    theme: str,
    output: Path,
    as_json: bool,
) -> None:
    """Run FILE and say what is right, what differs, and why.

    Each function is called with arrays of several shapes. Its results are compared with those of
    backprop_core, whose gradients are checked against central differences first. A known mistake is
    named only if making it on purpose gives exactly the numbers that your function returned.

    FILE is Python, or a notebook (.ipynb). Where it fails outside of the functions, that is said,
    and what it has defined is checked. Nothing that it plots or displays is shown.

    Of several FILEs a table of their scores is printed, and how common each mistake is; a FILE that
    is broken stops no other. --csv scores.csv writes the table, and scores-mistakes.csv beside it.

    FILE runs in a process of its own, in an empty folder, with limits of time, memory and output.
    Modules beside it are not found. That stops accidents. It is NO SANDBOX: the code has your
    rights, and can read, write and send what you can. Check files of people whom you do not trust
    in a container or on a machine that has nothing to lose.

    The exit code is 0 if everything is right, 1 if something in FILE is wrong, 2 if FILE cannot be
    checked at all. With --json one object is printed: score (0..1) and status for each function.

    With --film the first wrong array of each function is filmed beside the right one, with the
    entry that differs most and the likely cause: DIR/FILE/FUNCTION.mp4.
    """
    from scenes.production.exercise.learner_process import Limits

    limits = Limits(seconds, megabytes)
    if len(files) > 1 and filmed:
        raise click.UsageError(f"got --film and {len(files)} files; allowed one file to be filmed")
    tables = _free_places(table, force=force)
    if len(files) > 1 or table is not None:
        checked = _check_class(files, named, limits)
        _write_tables(tables, checked, force=force)
        only = checked[0].report if filmed else None
        made = {} if only is None else _film(only, files[0], output, quality, theme)
        _say_class(checked, made, as_json=as_json)
        if not all(one.passed for one in checked):
            ctx.exit(FAILED if any(one.report for one in checked) else BAD_INPUT)
        return
    from scenes.production.exercise.checking import check as examine

    (file,) = files
    report = examine(file, named, limits)
    films = _film(report, file, output, quality, theme) if filmed else {}
    if as_json:
        answer_json(report.as_dict() | {"films": films})
    else:
        if report.printed:
            tell("the code printed:")
            tell_lines(report.printed)
        for line in report.lines():
            answer(line)
        for video in films.values():
            answer(video)
    if not report.passed:
        ctx.exit(FAILED)


def _free_places(table: Path | None, *, force: bool) -> tuple[Path, ...]:
    """Return where the tables go; nothing is checked for minutes only to find no place for them."""
    from backprop_core.errors import InputError
    from backprop_core.formatting import source_name

    if table is None:
        return ()
    places = table, table.with_name(f"{table.stem}-mistakes{table.suffix}")
    taken = [source_name(str(place)) for place in places if os.path.lexists(place)]
    if taken and not force:
        raise InputError(*(f"{name}: {_KEPT}" for name in taken))
    return places


def _check_class(files: Sequence[Path], named: str | None, limits: Limits) -> list[Checked]:
    """Check the files of a class, and say how far it is."""
    from scenes.production.exercise.class_table import check_class

    return check_class(
        files, named, limits, lambda number, name: tell(f"{number} of {len(files)}: {name}")
    )


def _say_class(checked: Sequence[Checked], films: dict[str, str], *, as_json: bool) -> None:
    """Print what was found in the files of a class, and the films of the only one."""
    from scenes.production.exercise import class_table

    if as_json:
        answer_json(class_table.as_dict(checked) | {"films": films})
        return
    for line in (*class_table.lines(checked), *films.values()):
        answer(line)


def _write_tables(places: Sequence[Path], checked: Sequence[Checked], *, force: bool) -> None:
    from scenes.production.exercise.class_table import mistakes_csv, scores_csv

    for place, text in zip(places, (scores_csv(checked), mistakes_csv(checked)), strict=False):
        write_text(place, text, exists=_KEPT, force=force)
        tell(f"{place}: written")


def _film(
    report: Report, file: Path, output: Path, quality: str | None, theme: str
) -> dict[str, str]:
    """Film the wrong arrays that can be filmed; return function -> path of its film."""
    from scenes.production.exercise.array_diff import array_diffs
    from scenes.production.exercise.filming import film, place

    found = array_diffs(report, theme)
    places = {name: place(file, diff, output) for name, diff in found.items()}
    if not found:
        tell("--film: no arrays of numbers differ, so there is nothing to film")
    made = {}
    for name, diff in found.items():
        tell(f"{name}: filming")
        made[name] = str(film(diff, places[name], file, quality))
    return made
