"""`backprop doctor`, `backprop clean` and `backprop completion`."""

from __future__ import annotations

from pathlib import Path

import click

from scenes.cli.group import FAILED
from scenes.cli.options import debug_option, json_option, output_option
from scenes.cli.output import answer, answer_json, tell


@click.command()
@output_option("Folder for films, which is checked too.")
@json_option
@debug_option
@click.pass_context
def doctor(ctx: click.Context, output: Path, *, as_json: bool) -> None:
    """Say what this machine lacks, and how to repair it.

    The exit code is 1 if films cannot be made.
    """
    from scenes.production.doctor import examine

    findings = examine(output)
    if as_json:
        answer_json({"findings": [vars(finding) for finding in findings]})
    else:
        for finding in findings:
            mark = "ok" if finding.good else ("missing" if finding.needed else "note")
            answer(f"{mark:<9}{finding.what}: {finding.found}")
            if finding.mend:
                answer(f"{'':<9}  {finding.mend}")
    if any(finding.needed and not finding.good for finding in findings):
        ctx.exit(FAILED)


@click.command()
@output_option("Folder that has a folder of films for each experiment.")
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and remove nothing.")
@click.option("--cache", is_flag=True, help="Empty the cache of type, too.")
@json_option
@debug_option
def clean(output: Path, *, dry_run: bool, cache: bool, as_json: bool) -> None:
    """Remove what renders that were killed have left behind.

    A folder or a file goes only if the process that made it is dead; films and logs stay. Jobs that
    `backprop batch SWEEP --list` does not list any more go, too.
    """
    from backprop_core.number_text import file_size
    from scenes.production.store.clean import clean as remove
    from scenes.production.store.clean_files import clean_cache, clean_partials
    from scenes.production.sweeps.old_specs import clean_specs

    removed = remove(output, dry_run=dry_run)
    removed += clean_partials(output, dry_run=dry_run)
    removed += clean_specs(output, dry_run=dry_run)
    removed += clean_cache(dry_run=dry_run) if cache else []
    size = sum(one.bytes for one in removed)
    if as_json:
        paths = [str(one.path) for one in removed]
        answer_json({"removed": paths, "bytes": size, "dry_run": dry_run})
        return
    for one in removed:
        answer(str(one.path))
    verb = "would be removed" if dry_run else "removed"
    left = f"{len(removed)} leftover{'s' * (len(removed) != 1)}"
    tell(f"{left} {verb}, {file_size(size)}")


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
