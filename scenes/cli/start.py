"""Entry point of `backprop`, which handles Ctrl-C before anything else is imported."""

from __future__ import annotations

import sys

INTERRUPTED = 130


def main() -> None:
    """Import the program, run it and exit.

    Once the program runs, it handles signals itself; see `interrupts`.
    """
    try:
        from scenes.cli.main import main as program

        program()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(INTERRUPTED)
