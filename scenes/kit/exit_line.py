"""How plain Manim ends on bad input: with one line, as `backprop` does."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from backprop_core.errors import InputError, NumericalError


@contextmanager
def in_a_line(prefix: str = "") -> Iterator[None]:
    """Exit with a one-line error and the right code where Manim would print a traceback."""
    try:
        yield
    except (InputError, NumericalError) as error:
        for line in str(error).splitlines():
            print(prefix + line, file=sys.stderr)  # noqa: T201
        raise SystemExit(2 if isinstance(error, InputError) else 1) from error
