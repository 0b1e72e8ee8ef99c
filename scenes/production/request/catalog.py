"""The films in the order of the lecture, and facts about them read without importing them."""

from __future__ import annotations

import ast
import re
from collections import UserDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path

import scenes
from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment
from backprop_core.formatting import format_value, nearest

_ORDER = re.compile(r"^    order = (\d+)$", re.MULTILINE)
"""The line in a film's source that gives its place in the lecture."""


class FoundFilms(UserDict[str, str]):
    """The films in the folder `scenes`, which is searched on first use."""

    def __init__(self) -> None:
        """Do not search yet."""

    @cached_property
    def data(self) -> dict[str, str]:  # type: ignore[override]
        """Name -> module and class, in the order of the lecture."""
        (folder,) = (Path(folder) for folder in scenes.__path__)
        texts = {path: path.read_text(encoding="utf-8") for path in folder.glob("*.py")}
        places = {path: found for path, text in texts.items() if (found := _ORDER.search(text))}
        names = [path.stem for path in sorted(places, key=lambda path: int(places[path][1]))]
        return {name: f"scenes.{name}:{name.title().replace('_', '')}" for name in names}


FILMS: Mapping[str, str] = FoundFilms()
"""Name -> module and class."""


@dataclass(frozen=True)
class FilmFacts:
    """The attributes of a film's class that describe it; see `scenes.kit.film.Film`."""

    name: str
    title: str
    summary: str
    reads: tuple[str, ...]
    defaults: Mapping[str, object]
    sources: tuple[str, ...]
    recordings: int = 0
    order: int = 0
    description: str = ""
    opening_question: str = ""
    misconception: str = ""
    seconds: int = 0


def reference(name: str) -> str:
    """Return ``module:Class`` of a film; a name of this form is returned unchanged.

    Raises
    ------
    InputError
        If there is no such film; the nearest name is suggested.
    """
    return name if ":" in name else FILMS[known(name)]


def known(name: str) -> str:
    """Return `name` if the catalog has such a film, so that nothing else is ever imported.

    Raises
    ------
    InputError
        If there is no such film; the nearest name is suggested.
    """
    if name not in FILMS:
        meant = nearest(name, FILMS)
        raise InputError(
            f"film: got {format_value(name)}; allowed {', '.join(FILMS)}"
            + (f"; did you mean {meant}?" if meant else "")
        )
    return name


def is_film(name: object) -> bool:
    """Tell whether the catalog has a film of this name."""
    return isinstance(name, str) and name in FILMS


def source_file(name: str) -> Path:
    """Return the source file of a film.

    Raises
    ------
    InputError
        If there is no such film.
    """
    module = reference(name).partition(":")[0]
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"no module {module}", name=module)
    return Path(spec.origin)


def source_files(name: str) -> set[Path]:
    """Return the source file of a film, its beats in a folder, and what the folders share."""
    film = source_file(name)
    beats = film.parent / "beats"
    own = beats / film.stem
    return {film, *((*beats.glob("*.py"), *own.rglob("*.py")) if own.is_dir() else ())}


@cache
def describe(name: str) -> FilmFacts:
    """Read the facts about a film from its source, as importing Manim takes a second.

    Raises
    ------
    InputError
        If there is no such film.
    """
    wanted = reference(name).partition(":")[2]
    tree = ast.parse(source_file(name).read_text(encoding="utf-8"))
    body = next(n.body for n in tree.body if isinstance(n, ast.ClassDef) and n.name == wanted)
    literals = {
        name: ast.literal_eval(value)
        for name, value in _assignments(body)
        if name in FilmFacts.__dataclass_fields__
    }
    return FilmFacts(name, **{"defaults": {}} | literals)


def _assignments(body: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """Yield each plain name that is assigned to, annotated or not, with its value."""
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value


def default_experiment(name: str) -> Experiment:
    """Return the experiment that a film shows by default.

    Raises
    ------
    InputError
        If there is no such film.
    """
    return Experiment().override(dict(describe(name).defaults))
