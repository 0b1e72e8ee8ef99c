"""Standard streams that never fail: what cannot be written is left out, and why is remembered.

A film of minutes is not lost because nobody reads its messages any more, or has room for them.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class Lenient(io.FileIO):
    """Writes to a handle of this process, until that fails; then it takes everything in silence.

    Attributes
    ----------
    error
        Why it failed.
    """

    def __init__(self, handle: int) -> None:
        super().__init__(handle, "wb", closefd=False)
        self.error: OSError | None = None

    def write(self, data: ReadableBuffer, /) -> int:
        """Write bytes; return how many were taken."""
        if self.error is None:
            try:
                return super().write(data)
            except OSError as error:
                self.error = error
        return memoryview(data).nbytes


def make_lenient() -> Callable[[], OSError | None]:
    """Put lenient streams in the place of stdout and stderr, unless somebody else has.

    Where this process was started without one of the three standard streams, it gets one that
    holds nothing: else the next file that is opened would be taken for it.

    Returns
    -------
    Tells why stdout could not take everything; None if it did, or if its reader had enough.
    """
    if os.name != "posix" or sys.stdout is not sys.__stdout__ or sys.stderr is not sys.__stderr__:
        return lambda: None
    _fill_gaps()
    out, err = Lenient(1), Lenient(2)
    sys.stdout = _text(out, sys.stdout)
    sys.stderr = _text(err, sys.stderr)

    def lost() -> OSError | None:
        sys.stdout.flush()
        return None if isinstance(out.error, BrokenPipeError) else out.error

    return lost


def _fill_gaps() -> None:
    for handle in range(3):
        try:
            os.fstat(handle)
        except OSError:
            # The lowest number that is free is the one that is missing.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def _text(raw: Lenient, before: TextIO | None) -> TextIO:
    encoding = before.encoding if before is not None else "utf-8"
    # A terminal that has no multiplication sign shows a question mark instead.
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=encoding, errors="replace", line_buffering=True
    )
