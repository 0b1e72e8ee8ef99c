"""`make review`: how a film looks and moves, as a sheet of its frames and a row of figures."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from backprop_core.errors import InputError, NumericalError
from backprop_core.recording import load
from scenes.cli.options import selection_options
from scenes.cli.render_report import make
from scenes.kit.film import Film
from scenes.production.render.plan import Planned, plan
from scenes.production.request.catalog import FILMS, reference
from scenes.production.request.selection import Selection
from tests.bench.measuring import Table
from tests.review.figures import CAPTION, HEADS, LONGEST_PAUSE, cells, stillnesses
from tests.review.sheet import sheets as sheets_of
from tests.review.watch import RATE, Seen, watch

OUTPUT = Path("media/review")


class Seconds(click.ParamType):
    """Two seconds of a film, as A:B."""

    name = "A:B"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, float]:
        start, _, end = value.partition(":")
        try:
            part = float(start), float(end)
        except ValueError:
            part = 0.0, -1.0
        if not 0 <= part[0] < part[1]:
            self.fail(f"got {value!r}; allowed two seconds of the film, as in 12:15.5", param, ctx)
        return part


class Unsuited(click.ClickException):
    """An experiment that is wrong, or that a film cannot show."""

    exit_code = 2


@click.command()
@click.argument("names", metavar="[FILM]...", nargs=-1, type=click.Choice(tuple(FILMS)))
@selection_options
@click.option(
    "--sheets/--no-sheets",
    default=None,
    help="Render the films at low quality and write sheets; by default of films that are named.",
)
@click.option(
    "--close", "parts", type=Seconds(), multiple=True, help="A sheet of a part. Can be repeated."
)
@click.option("--output", type=click.Path(path_type=Path), default=OUTPUT, show_default=True)
def main(
    names: tuple[str, ...],
    selection: Selection,
    *,
    sheets: bool | None,
    parts: tuple[tuple[float, float], ...],
    output: Path,
) -> None:
    """Print a table in Markdown; without a FILM, of all films."""
    table = Table(*HEADS)
    notes = []
    for film in names or tuple(FILMS):
        try:
            (planned,) = plan([film], selection, quality="low", format="mp4", output=output / film)
            seen = _watched(planned)
        except (InputError, NumericalError) as error:
            if len(names) == 1:
                raise Unsuited(str(error)) from error
            notes.append(f"{film} is left out: {error}")
            continue
        row = cells(film, seen)
        table.row(*row)
        notes.append(f"{film} is still for more than {LONGEST_PAUSE:.0f} s: {_too_still(seen)}")
        if parts or (bool(names) if sheets is None else sheets):
            notes += _sheets(planned, parts)
            _write(planned.target.video.with_name("table.md"), row)
    click.echo(f"\n{CAPTION}")
    click.echo("\n".join(notes))


def _watched(planned: Planned) -> Seen:
    job = planned.job
    module, _, name = reference(job.film).partition(":")
    film_class: type[Film] = getattr(import_module(module), name)
    return watch(film_class, job.experiment, [load(Path(path)) for path in job.recordings])


def _too_still(seen: Seen) -> str:
    spans = [(at / RATE, (at + length) / RATE) for at, length in stillnesses(seen)]
    found = [f"{a:.1f}-{b:.1f}" for a, b in spans if b - a > LONGEST_PAUSE]
    return ", ".join(found) or "never"


def _sheets(planned: Planned, parts: tuple[tuple[float, float], ...]) -> list[str]:
    made = make(planned, processes=None, force=False, debug=False)
    if made.rendered is None:
        raise click.ClickException(f"{planned.job.film}: {made.error}")
    written = sheets_of(made.video, "sheet")
    for start, end in parts:
        closer = sheets_of(made.video, f"close-{start:g}-{end:g}", (start, end))
        if not closer:
            raise Unsuited(f"--close: got {start:g}:{end:g}; the film ends before")
        written += closer
    return [str(path) for path in written]


def _write(target: Path, row: list[str]) -> None:
    lines = (HEADS, ("---", *["---:"] * (len(HEADS) - 1)), row)
    text = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    target.write_text(f"{text}\n\n{CAPTION}", encoding="utf-8")


if __name__ == "__main__":
    main()
