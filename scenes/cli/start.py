"""Entry point of `backprop`: what must be so before anything else is imported."""

from __future__ import annotations

import sys
import warnings

INTERRUPTED = 130


def main() -> None:
    """Import the program, run it and exit.

    Once the program runs, it handles signals itself; see `interrupts`.
    """
    _let_warnings_be_warnings()
    try:
        from scenes.cli.main import main as program

        program()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(INTERRUPTED)


def _let_warnings_be_warnings() -> None:
    """Drop ``-W error`` and ``PYTHONWARNINGS=error``: libraries warn, and work all the same."""
    warnings.filters = [one for one in warnings.filters if one[0] != "error"]
