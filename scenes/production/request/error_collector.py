"""Collects input errors, so that all of them are reported together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from backprop_core.errors import InputError


class Problems:
    """Collects the lines of several `InputError`.

    Parameters
    ----------
    prefix
        Put in front of each line.
    """

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._lines: dict[str, None] = {}

    @contextmanager
    def collected(self) -> Iterator[None]:
        """Catch an InputError of the block and keep its lines, without duplicates."""
        try:
            yield
        except InputError as error:
            self._lines.update(dict.fromkeys(self._prefix + line for line in error.problems))

    def raise_all(self) -> None:
        """Raise one InputError with all lines, if there are any."""
        if self._lines:
            raise InputError(*self._lines)
