"""Where the command `backprop` begins: Ctrl-C is answered before anything is imported."""

from __future__ import annotations

import sys

INTERRUPTED = 130


def main() -> None:
    """Import the program, run it and exit.

    Once it runs, it sees to signals itself; see `interrupts`.
    """
    try:
        from scenes.cli.main import main as program

        program()
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(INTERRUPTED)
