"""Fills the templates of a gallery's pages, and collects the files that the pages need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from itertools import chain
from pathlib import PurePosixPath
from typing import Any

from scenes.production.gallery.content import FilmPage, href
from scenes.production.gallery.environment import HERE, environment
from scenes.production.gallery.explorer import explorer_files, explorer_fragment
from scenes.production.gallery.explorer_alone import NAME, explorer_page
from scenes.production.gallery.grid import SweepPage
from scenes.production.gallery.lecture_files import LectureFile
from scenes.production.gallery.palette import icon_svg, palette_css
from scenes.production.store.publish import Source

INDEX = PurePosixPath("index.html")
EXPLORER = PurePosixPath(NAME)
ASSETS = PurePosixPath("assets")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
"""Content security policy: pages load files of their own gallery only, and nothing inline."""


@dataclass(frozen=True)
class Gallery:
    """What a gallery shows.

    Attributes
    ----------
    films
        The films in the order of the lecture, or in the order in which the user named them.
    left_out
        Film -> why it cannot show this network.
    lecture
        The files of the lecture that exist.
    """

    title: str
    films: tuple[FilmPage, ...]
    left_out: Mapping[str, str]
    sweeps: tuple[SweepPage, ...]
    lecture: tuple[LectureFile, ...]


@dataclass(frozen=True)
class Above:
    """The page that a film's page belongs to."""

    title: str
    place: PurePosixPath


def assets() -> dict[PurePosixPath, Source]:
    """Return the files that all pages share."""
    found: dict[PurePosixPath, Source] = {
        ASSETS / name: HERE / "static" / name for name in ("gallery.css", "gallery.js")
    }
    found[ASSETS / "palette.css"] = palette_css().encode()
    found[ASSETS / "icon.svg"] = icon_svg().encode()
    return found | {ASSETS / name: content for name, content in explorer_files().items()}


def files_of(gallery: Gallery) -> dict[PurePosixPath, Source]:
    """Return all files of a gallery, with the page that links to all others last."""
    files = assets()
    files[EXPLORER] = explorer_page()
    for page in chain(gallery.films, *(sweep.pages for sweep in gallery.sweeps)):
        files |= page.files()
    files |= {file.place: file.source for file in gallery.lecture}
    return files | {place: text.encode() for place, text in _pages(gallery)}


def _pages(gallery: Gallery) -> Iterable[tuple[PurePosixPath, str]]:
    templates = environment()
    home = Above(gallery.title, INDEX)

    def fill(template: str, place: PurePosixPath, **told: Any) -> tuple[PurePosixPath, str]:
        to = partial(href, page=place)
        shared = {"gallery": gallery, "index": INDEX, "policy": POLICY, "to": to, "assets": ASSETS}
        shared["alone"] = EXPLORER
        shared["version"] = version("leaky-backprop")
        return place, templates.get_template(template).render(**shared, **told)

    def film(page: FilmPage, above: Above, near: Neighbours, point: str) -> Any:
        told = {"page": page, "above": above, "point": point, "downloads": page.downloads()}
        told |= {"before": near[0], "after": near[1]}
        return fill("film.html", page.place, **told)

    for page, near in _with_neighbours(gallery.films):
        yield film(page, home, near, "")
    for sweep in gallery.sweeps:
        above, points = Above(sweep.name, sweep.place), sweep.labels
        for page, near in _with_neighbours(sweep.pages):
            yield film(page, above, near, points[page.place])
        headlines = any(page.rows for page in sweep.pages)
        yield fill("sweep.html", sweep.place, sweep=sweep, headlines=headlines)
    yield fill("index.html", INDEX, explorer=explorer_fragment(f"{href(ASSETS, INDEX)}/"))


Neighbours = tuple[FilmPage | None, FilmPage | None]


def _with_neighbours(pages: Iterable[FilmPage]) -> Iterable[tuple[FilmPage, Neighbours]]:
    row = [None, *pages, None]
    for before, page, after in zip(row, row[1:], row[2:], strict=False):
        assert page is not None
        yield page, (before, after)
