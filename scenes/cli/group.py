"""What all commands share: one line for each error, the exit codes, and help for the lost."""

from __future__ import annotations

import io
import sys
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from scenes.cli.speech import tell, tell_lines

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130
DEBUG = "--debug"


class Group(click.Group):
    """A group of commands that suggests the nearest name for an unknown one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the first argument names."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            from backprop_core.legible import legible, nearest

            meant = nearest(args[0], self.commands)
            ctx.fail(
                f"command: got {legible(args[0])}; allowed {', '.join(self.list_commands(ctx))}"
                + (f"; did you mean {meant}?" if meant else "")
            )
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands in the order in which they were added."""
        return list(self.commands)


class Program(Group):
    """The whole command line. Its exit codes: 0, 1 failed, 2 bad input, 130 interrupted."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **extra: Any) -> NoReturn:
        """Run a command line and exit."""
        words = list(sys.argv[1:] if args is None else args)
        for stream in (sys.stdout, sys.stderr):
            # A terminal that has no multiplication sign shows a question mark instead.
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")
        extra["standalone_mode"] = False
        try:
            code = super().main(words, *more, **extra)
        except (click.ClickException, click.Abort, Exception) as error:
            if DEBUG in words:
                tell_lines(traceback.format_exc().rstrip())
            code = _report(error)
        sys.exit(code if isinstance(code, int) else 0)


def _report(error: BaseException) -> int:
    """Write the lines that an error deserves to stderr; return the exit code."""
    # The numbers are not imported until something needs them: help must be quick.
    from backprop_core.errors import InputError, NumericalError
    from backprop_core.legible import reason

    match error:
        case click.Abort():
            lines, code = ["interrupted"], INTERRUPTED
        case click.UsageError():
            where = f"{error.ctx.command_path}: " if error.ctx is not None else ""
            lines, code = [where + " ".join(error.format_message().split())], BAD_INPUT
        case click.ClickException():
            lines, code = [" ".join(error.format_message().split())], BAD_INPUT
        case InputError():
            lines, code = list(error.problems), BAD_INPUT
        case NumericalError():
            lines, code = [str(error)], FAILED
        case _:
            about = f"{type(error).__name__}: {reason(error)}".removesuffix(": ")
            lines, code = [f"{about} ({DEBUG} shows where)"], FAILED
    for line in lines:
        tell(line)
    return code
