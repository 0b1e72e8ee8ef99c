"""`backprop config new`, `presets` and `schema`."""

from __future__ import annotations

from pathlib import Path

import click

from scenes.cli.group import Group
from scenes.cli.options import FILE, debug_option, json_option, preset_names
from scenes.cli.output import answer, answer_json, answer_lines, tell


@click.group(cls=Group, invoke_without_command=True)
@debug_option
@click.pass_context
def config(ctx: click.Context) -> None:
    """Write a configuration file, or list presets."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@config.command()
@click.argument("file", type=FILE, required=False)
@click.option(
    "--preset", metavar="NAME", shell_complete=preset_names, help="Start from a named experiment."
)
@click.option("--force", is_flag=True, help="Overwrite FILE if there is one.")
@debug_option
def new(file: Path | None, preset: str | None, *, force: bool) -> None:
    """Write a commented configuration to FILE, or to stdout.

    It has every field with its default, its meaning and the values that it allows, commented out:
    what is not set is the film's own default.
    """
    from backprop_core.experiment import presets
    from backprop_core.experiment.config import commented_toml
    from scenes.cli.new_files import write_text

    text = presets.text(preset) if preset is not None else commented_toml()
    if file is None:
        answer_lines(text)
        return
    write_text(file, text, exists="exists; --force overwrites it", force=force)
    tell(f"{file}: written; to film it, type: backprop render --all --config {file}")


@config.command()
@json_option
@debug_option
def presets(as_json: bool) -> None:
    """List the named experiments."""
    from backprop_core.experiment import presets as named

    described = {name: named.describe(name) for name in named.names()}
    if as_json:
        answer_json({"presets": described})
        return
    width = max(map(len, described))
    for name, sentence in described.items():
        answer(f"{name:<{width}}  {sentence}")


@config.command()
@debug_option
def schema() -> None:
    """Print the JSON Schema of configuration files.

    With the schema, editors check a file while you write it, and complete its fields.
    """
    from backprop_core.experiment.config import schema as json_schema

    answer_json(json_schema(), indent=2)
