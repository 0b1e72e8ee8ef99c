"""A sweep as grids of films: the first two axes span a grid, and each value of others has one."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from scenes.production.gallery.content import FilmPage, names_in
from scenes.production.request.catalog import describe
from scenes.production.sweeps.axes import Axis, listed
from scenes.production.sweeps.jobs import BatchJob, plain_values
from scenes.production.sweeps.sweep import Sweep
from scenes.words.figures import magnitude

FOLDER = PurePosixPath("sweeps")


@dataclass(frozen=True)
class Cell:
    """A cell of a grid: one point, with its film.

    Attributes
    ----------
    label
        The point in words.
    page
        The page of the film; None if there is no film.
    why
        Why there is none.
    """

    label: str
    page: FilmPage | None
    why: str

    @property
    def headline(self) -> str | None:
        """The gradient at the first layer; None if the film has no table of layers."""
        if self.page is None or not self.page.rows:
            return None
        return magnitude("signal[1]", self.page.rows[0].log10_signal).plain


@dataclass(frozen=True)
class Grid:
    """A grid of films over two axes or one, or a single film.

    Attributes
    ----------
    title
        What all its films have in common; empty if there is only one grid.
    across, down
        The names of the axes; empty if there is no such axis.
    columns
        Labels of the columns.
    rows
        Label and cells of each row.
    """

    title: str
    across: str
    down: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True)
class SweepPage:
    """A sweep, and the content of its page.

    Attributes
    ----------
    place
        Path of the page, relative to the gallery.
    varied
        The names of its axes.
    """

    place: PurePosixPath
    name: str
    films: tuple[str, ...]
    varied: tuple[str, ...]
    grids: tuple[Grid, ...]

    @property
    def pages(self) -> list[FilmPage]:
        """The pages of its films."""
        rows = [row for grid in self.grids for _, row in grid.rows]
        found = [cell.page for row in rows for cell in row if cell.page is not None]
        return list({page.place: page for page in found}.values())

    @property
    def labels(self) -> dict[PurePosixPath, str]:
        """The point of each film in words, by the path of its page."""
        rows = [row for grid in self.grids for _, row in grid.rows]
        return {cell.page.place: cell.label for row in rows for cell in row if cell.page}

    @property
    def words(self) -> str:
        """A description of the sweep in one line."""
        films = listed([describe(film).title for film in self.films])
        over = f", over {listed(self.varied)}" if self.varied else ""
        count = len(self.pages)
        return f"{count} film{'s' * (count != 1)}{over}: {films}"


def place_of(sweep: Sweep) -> PurePosixPath:
    """Return the path of the page of a sweep, relative to the gallery."""
    return FOLDER / sweep.name / "index.html"


def folder_of(sweep: Sweep, job: BatchJob) -> PurePosixPath:
    """Return the folder for the files of a film of a sweep, relative to the gallery."""
    return FOLDER / sweep.name / job.folder


def sweep_names(sweep: Sweep, jobs: Sequence[BatchJob]) -> list[PurePosixPath]:
    """Return the paths of all files of a sweep in the gallery, even before it is rendered."""
    names = [name for one in jobs for name in names_in(folder_of(sweep, one), one.film)]
    return [*names, place_of(sweep)]


def sweep_page(
    sweep: Sweep, found: Sequence[tuple[BatchJob, FilmPage | None, str | None]]
) -> SweepPage:
    """Lay out the page of a sweep.

    Parameters
    ----------
    found
        Its jobs, each with the page of its film, or the reason why there is none.
    """
    known = {(job.film, _key(job.values)): (page, why) for job, page, why in found}
    films = tuple(f for f in sweep.films if any(job.film == f for job, *_ in found))
    axes = [axis for axis in _axes(sweep) if len(axis["values"]) > 1]
    grids = tuple(grid for film in films for grid in _grids(sweep, film, axes, known, len(films)))
    varied = tuple(Axis.of(axis).name for axis in axes)
    return SweepPage(place_of(sweep), sweep.name, films, varied, grids)


Known = Mapping[tuple[str, str], tuple[FilmPage | None, str | None]]


def _axes(sweep: Sweep) -> list[dict[str, Any]]:
    """Return the axes in the form that `Axis.of` reads; zipped axes form one axis."""
    fields = list(sweep.axes)
    together = [fields] if sweep.combine == "zip" and fields else [[field] for field in fields]
    points = [plain_values(values) for values in sweep.points()]
    return [
        {"fields": names, "values": _once([[point[name] for name in names] for point in points])}
        for names in together
    ]


def _once(rows: Sequence[list[object]]) -> list[list[object]]:
    return list({json.dumps(row): row for row in rows}.values())


def _key(values: Mapping[str, object]) -> str:
    return json.dumps(plain_values(values), sort_keys=True)


def _grids(
    sweep: Sweep, film: str, axes: Sequence[Mapping[str, Any]], known: Known, films: int
) -> Iterator[Grid]:
    """Yield the grids of one film."""
    sides = [_side(axis) for axis in axes]
    across, down = [*sides, _NOTHING, _NOTHING][:2]
    fixed: dict[str, object] = {field: values[0] for field, values in sweep.axes.items()}
    named = [describe(film).title] * (films > 1)

    def cell(*steps: Step) -> Cell:
        values = fixed | {name: value for step in steps for name, value in step.values}
        page, why = known.get((film, _key(values)), (None, None))
        label = ", ".join(filter(None, [*named, *(step.words for step in steps)]))
        return Cell(label or describe(film).title, page, why or "the same as another point")

    for rest in itertools.product(*(side.steps for side in sides[2:])):
        same = [*named, *(step.words for step in rest)]
        rows = tuple(
            (row.label, tuple(cell(column, row, *rest) for column in across.steps))
            for row in down.steps
        )
        columns = tuple(step.label for step in across.steps)
        yield Grid(", ".join(same), across.name, down.name, columns, rows)


@dataclass(frozen=True)
class Step:
    """One place on an axis, with the values of its fields."""

    label: str
    words: str
    values: tuple[tuple[str, object], ...]


@dataclass(frozen=True)
class Side:
    """An axis that spans a side of a grid."""

    name: str
    steps: tuple[Step, ...]


_NOTHING = Side("", (Step("", "", ()),))


def _side(axis: Mapping[str, Any]) -> Side:
    said = Axis.of(axis)
    steps = tuple(
        Step(label, f"{said.name} {label}", tuple(zip(axis["fields"], row, strict=True)))
        for label, row in zip(said.labels, axis["values"], strict=True)
    )
    return Side(said.name, steps)
