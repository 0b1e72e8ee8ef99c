"""Options that several commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from scenes.cli.group import DEBUG

if TYPE_CHECKING:
    from scenes.production.request.selection import Selection

Command = TypeVar("Command", bound=Callable[..., Any])

FILE = click.Path(path_type=Path, readable=False)
"""A path that click does not check: this program reports problems with it in its own words."""


def _note_debug(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    ctx.meta[DEBUG] = value or ctx.meta.get(DEBUG, False)


debug_option = click.option(
    DEBUG,
    is_flag=True,
    expose_value=False,
    callback=_note_debug,
    help="Show the traceback of an error.",
)


def json_option(command: Command) -> Command:
    """Add --json."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON object on stdout, nothing else."
    )(command)


def output_option(text: str) -> Callable[[Command], Command]:
    """Return a decorator that adds --output with this help text."""
    return click.option(
        "--output",
        type=FILE,
        metavar="DIR",
        default=Path("media/films"),
        show_default=True,
        help=text,
    )


def preset_names(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the name of a preset."""
    from backprop_core.experiment import presets

    return [
        CompletionItem(name, help=presets.describe(name))
        for name in presets.names()
        if name.startswith(incomplete)
    ]


def _fields(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    from backprop_core.experiment.config import Experiment

    sections = Experiment().model_dump()
    dotted = [
        f"{section}.{field}"
        for section, fields in sections.items()
        if isinstance(fields, dict)
        for field in fields
    ]
    plain = [field for field, value in sections.items() if not isinstance(value, dict)]
    return [CompletionItem(f"{f}=") for f in (*plain, *dotted) if f.startswith(incomplete)]


_SELECTION_OPTIONS = (
    click.option(
        "--config",
        type=FILE,
        metavar="FILE",
        help="Use the experiment of this TOML file; `backprop config new` writes one.",
    ),
    click.option(
        "--preset",
        metavar="NAME",
        shell_complete=preset_names,
        help="Use a named experiment; `backprop config presets` lists them.",
    ),
    click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="KEY=VALUE",
        shell_complete=_fields,
        help="Change a field of the experiment, as in --set network.depth=12. Can be repeated.",
    ),
    click.option(
        "--recording",
        "recordings",
        type=FILE,
        multiple=True,
        metavar="FILE",
        help="Use a recorded training run in place of an experiment; the film remedies takes two.",
    ),
    click.option(
        "--theme",
        type=click.Choice(["dark", "light"]),
        help="Colours of the film: dark, or light for print and bright rooms.",
    ),
)


def selection_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose an experiment, which the command gets as one `selection`."""

    @functools.wraps(command)
    def selecting(
        *args: Any,
        config: Path | None,
        preset: str | None,
        settings: tuple[str, ...],
        recordings: tuple[Path, ...],
        theme: str | None,
        **others: Any,
    ) -> Any:
        selection = _selection(config, preset, settings, recordings, theme)
        return command(*args, selection=selection, **others)

    for option in reversed(_SELECTION_OPTIONS):
        selecting = option(selecting)
    return selecting


def _selection(
    config: Path | None,
    preset: str | None,
    settings: tuple[str, ...],
    recordings: tuple[Path, ...],
    theme: str | None,
) -> Selection:
    from scenes.production.request.selection import Selection

    if config is not None and preset is not None:
        raise click.UsageError("got both --config and --preset; allowed one of them")
    if recordings and (config is not None or preset is not None):
        raise click.UsageError(
            "got --recording with --config or --preset; allowed one of them, as a recording "
            "has a network of its own"
        )
    chosen = (*settings, f"film.theme={theme}") if theme is not None else settings
    return Selection(config, preset, chosen, recordings)
