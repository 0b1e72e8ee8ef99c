"""`backprop doctor` and `backprop completion`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from scenes.cli.group import FAILED
from scenes.cli.options import debug_option, json_option, output_option


@click.command()
@output_option("Folder that films are to go to.")
@json_option
@debug_option
@click.pass_context
def doctor(ctx: click.Context, output: Path, *, as_json: bool) -> None:
    """Say what this machine lacks, and what mends it.

    The exit code is 1 if films cannot be made.
    """
    from scenes.production.doctor import examine

    findings = examine(output)
    if as_json:
        click.echo(json.dumps({"findings": [vars(finding) for finding in findings]}))
    else:
        for finding in findings:
            mark = "ok" if finding.good else ("missing" if finding.needed else "note")
            click.echo(f"{mark:<9}{finding.what}: {finding.found}")
            if finding.mend:
                click.echo(f"{'':<9}  {finding.mend}")
    if any(finding.needed and not finding.good for finding in findings):
        ctx.exit(FAILED)


@click.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@debug_option
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash   eval "$(backprop completion bash)"         in ~/.bashrc
    zsh    eval "$(backprop completion zsh)"          in ~/.zshrc
    fish   backprop completion fish > ~/.config/fish/completions/backprop.fish
    """  # noqa: D301 (click looks for the character)
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(ctx.find_root().command, {}, "backprop", "_BACKPROP_COMPLETE").source())
