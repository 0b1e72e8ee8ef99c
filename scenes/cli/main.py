"""The command `backprop`."""

from __future__ import annotations

import click

from scenes.cli.batch import batch, job
from scenes.cli.configuration import config
from scenes.cli.exercise import exercise
from scenes.cli.films import films, render
from scenes.cli.gallery import gallery
from scenes.cli.group import Program
from scenes.cli.lecture import lecture
from scenes.cli.machine import clean, completion, doctor
from scenes.cli.numbers import check, numbers
from scenes.cli.options import debug_option

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group("backprop", cls=Program, context_settings=_CONTEXT, invoke_without_command=True)
@click.version_option(package_name="leaky-backprop", message="%(package)s %(version)s")
@debug_option
@click.pass_context
def main(ctx: click.Context) -> None:
    """Films of real gradients: how they flow, saturate, vanish and explode.

    \b
    backprop films                                   list the films
    backprop render vanishing                        film the default network
    backprop render vanishing --set network.depth=5  film another network
    backprop config new deep.toml                    write a file to describe your own
    """  # noqa: D301 (click looks for the character)
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


for command in (
    films,
    render,
    lecture,
    gallery,
    batch,
    job,
    numbers,
    check,
    exercise,
    config,
    doctor,
    clean,
    completion,
):
    main.add_command(command)
