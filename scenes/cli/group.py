"""Behaviour of all commands: error lines, exit codes, and suggestions for unknown commands."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from scenes.cli.interrupts import Interrupted, interruptible
from scenes.cli.output import tell, tell_lines
from scenes.production.process.error_messages import one_line, words
from scenes.production.process.safe_stdio import make_lenient

FAILED, BAD_INPUT, INTERRUPTED = 1, 2, 130
DEBUG = "--debug"


class Group(click.Group):
    """A group of commands that suggests the nearest name for an unknown one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the first argument names."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            from backprop_core.formatting import format_value, nearest

            meant = nearest(args[0], self.commands)
            ctx.fail(
                f"command: got {format_value(args[0])}; "
                f"allowed {', '.join(self.list_commands(ctx))}"
                + (f"; did you mean {meant}?" if meant else "")
            )
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands in the order in which they were added."""
        return list(self.commands)


class Program(Group):
    """The whole command line.

    Its exit codes: 0, 1 failed, 2 bad input; 130, 143, 129 and 152 if it was interrupted by Ctrl-C,
    by SIGTERM, because its terminal was closed or because its computing time was over.
    """

    def main(self, args: Sequence[str] | None = None, *more: Any, **extra: Any) -> NoReturn:
        """Run a command line and exit."""
        words = list(sys.argv[1:] if args is None else args)
        lost = make_lenient()
        # Computation uses one thread. If OpenBLAS cannot start more, it complains at length and
        # sends this process a Ctrl-C.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        # Pydantic would search all installed packages for plug-ins, and none is used here.
        os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
        # Matplotlib does not start with a name that it does not know; no window is ever opened.
        os.environ["MPLBACKEND"] = "agg"
        extra["standalone_mode"] = False
        try:
            with interruptible():
                code = super().main(words, *more, **extra)
        except (Interrupted, click.ClickException, click.Abort, Exception) as error:
            if DEBUG in words:
                tell_lines(traceback.format_exc().rstrip())
            code = _report(error)
        code = code if isinstance(code, int) else 0
        if (why := lost()) is not None:
            tell(f"stdout: cannot be written to: {why.strerror}")
            code = code or FAILED
        sys.exit(code)


def _report(error: BaseException) -> int:
    """Write the lines for an error to stderr; return the exit code."""
    lines, code = _plain(error) or _in_words(error)
    for line in lines:
        tell(line)
    return code


def _plain(error: BaseException) -> tuple[list[str], int] | None:
    """Return the lines and the exit code of an error without importing anything else.

    Such an error may mean that imports fail. For other errors return None.
    """
    match error:
        case Interrupted():
            return [error.words], error.code
        case click.Abort():
            return ["interrupted"], INTERRUPTED
        case click.UsageError():
            where = f"{error.ctx.command_path}: " if error.ctx is not None else ""
            return [where + one_line(error.format_message())], BAD_INPUT
        case click.ClickException():
            return [one_line(error.format_message())], BAD_INPUT
        case FileNotFoundError() if _working_folder_is_gone():
            return ["the working folder was removed; cd to another one"], FAILED
        case OSError() | MemoryError() | ImportError() | SystemError():
            return [f"{one_line(words(error))} ({DEBUG} shows where)"], FAILED
    return None


def _in_words(error: BaseException) -> tuple[list[str], int]:
    # `backprop_core` is imported only when it is needed, so that --help is quick.
    from backprop_core.errors import InputError, NumericalError
    from backprop_core.formatting import reason
    from scenes.production.process.error_messages import RenderError

    match error:
        case InputError():
            return list(error.problems), BAD_INPUT
        case NumericalError() | RenderError():
            return [one_line(str(error))], FAILED
    about = f"{type(error).__name__}: {reason(error)}".removesuffix(": ")
    return [f"{about} ({DEBUG} shows where)"], FAILED


def _working_folder_is_gone() -> bool:
    try:
        Path.cwd()
    except FileNotFoundError:
        return True
    return False
