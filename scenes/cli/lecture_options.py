"""Options of `backprop lecture` for what a lecturer adds to slides."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scenes.production.request.formats import PER_PAGE

if TYPE_CHECKING:
    from scenes.production.lecture.decks.framing import Framing
    from scenes.production.request.selection import Selection

_TITLED, _PRINTED = ("html", "pptx", "pdf"), ("html", "pdf")
"""The formats that have a title page, and those that are printed."""
PAPER: Mapping[str, object] = {"theme": "light", "narration": False}
"""How films look in a hand-out unless the user asks otherwise; the sentences stand beside them."""
_OPTIONS = (
    click.option("--title", help="Title of the slides; the films keep theirs."),
    click.option("--author", help="Who gives the lecture, below the title of the slides."),
    click.option("--course", help="The course, below the title of the slides."),
    click.option("--date", help="The date, as you write it, below the title of the slides."),
    click.option(
        "--per-page",
        type=click.Choice(PER_PAGE),
        help="Slides on a printed page of pdf or html; from 2 on there are lines for notes.",
    ),
)


def framing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options, which the command gets as one mapping `added`."""

    @functools.wraps(command)
    def adding(
        *args: Any,
        title: str | None,
        author: str | None,
        course: str | None,
        date: str | None,
        per_page: str | None,
        **others: Any,
    ) -> Any:
        texts = {"title": title, "author": author, "course": course, "date": date}
        added = {name: text for name, text in texts.items() if text is not None}
        return command(*args, added=added, per_page=per_page, **others)

    for option in reversed(_OPTIONS):
        adding = option(adding)
    return adding


def framed(
    names: Iterable[str], to: str, added: Mapping[str, str], per_page: str | None
) -> tuple[tuple[str, ...], Framing]:
    """Return the films that were named, or all, and what is added to their slides.

    Raises
    ------
    click.UsageError
        If the format has no place for it.
    InputError
        If it cannot be shown.
    """
    from scenes.production.lecture.decks.framing import Framing, placed
    from scenes.production.request.catalog import FILMS

    if added and to not in _TITLED:
        raise click.UsageError(_allowed(f"--{next(iter(added))}", to, _TITLED))
    if per_page is not None and to not in _PRINTED:
        raise click.UsageError(_allowed("--per-page", to, _PRINTED))
    films, own = placed(names, FILMS)
    if own and to not in _TITLED:
        raise click.UsageError(_allowed("slides of your own", to, _TITLED))
    return films, Framing(**added, per_page=int(per_page or 1), own=own)


def on_paper(
    to: str, selection: Selection, where: Mapping[str, Any]
) -> tuple[Selection, dict[str, Any], Path | None]:
    """Choose how films are rendered for slides, and where.

    Those of a hand-out lie in a folder of their own, so that they do not replace the films that
    are played; the hand-out lies where all slides do.

    Returns
    -------
    The experiment, the options of `plan`, and the folder of the slides if it is not that of the
    films.
    """
    if to != "pdf":
        return selection, dict(where), None
    light = selection.with_film(**PAPER)
    name = where["name"]
    if light.settings == selection.settings:
        return selection, dict(where), None
    folder = where["output"] / (name if name is not None else selection.name)
    return light, {**where, "name": name and f"{name},handout"}, folder


def _allowed(what: str, to: str, formats: tuple[str, ...]) -> str:
    *most, last = formats
    return f"got {what} with --to {to}; allowed with --to {', '.join(most)} or {last}"
