"""Writes all output of the program, with control characters of names and fields escaped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import click

NAMED = 15
"""Characters in which the name of a line stands."""


def answer(line: str) -> None:
    """Write a line of the result to stdout."""
    # `backprop_core` is imported only when it is needed, so that --help is quick.
    from backprop_core.formatting import escape

    click.echo(escape(line))


def answer_wrapped(text: str, begin: str = "") -> None:
    """Write text to stdout in lines that fit a terminal, with what begins the first."""
    from backprop_core.formatting import wrap

    for line in wrap(text, begin):
        click.echo(line)


def answer_named(lines: Iterable[tuple[str, str]]) -> None:
    """Write lines to stdout, each as a name and a text; a command to copy stays on one line."""
    for name, text in lines:
        if text.startswith("backprop "):
            answer(f"{name:<{NAMED}}{text}")
        else:
            answer_wrapped(text, f"{name:<{NAMED}}")


def answer_lines(text: str) -> None:
    """Write text to stdout that ends with a newline."""
    from backprop_core.formatting import escape_lines

    click.echo(escape_lines(text), nl=False)


def answer_json(document: Mapping[str, Any], *, indent: int | None = None) -> None:
    """Write an object to stdout as JSON, in ASCII only."""
    # DEL is the only invisible character that JSON does not escape.
    click.echo(json.dumps(document, indent=indent).replace("\x7f", "\\u007f"))


def tell(line: str) -> None:
    """Write a line about progress or an error to stderr."""
    try:
        from backprop_core.formatting import escape
    except (ImportError, MemoryError):
        # Imports fail, for example for lack of memory, which may be what the line reports.
        click.echo(ascii(line)[1:-1], err=True)
        return
    click.echo(escape(line), err=True)


def tell_lines(text: str) -> None:
    """Write the lines of a log to stderr."""
    from backprop_core.formatting import escape_lines

    click.echo(escape_lines(text), err=True)
