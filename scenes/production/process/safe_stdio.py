"""Standard streams that never fail: they drop what cannot be written, and remember the error.

A long render must not fail because its output pipe is closed or the disk is full.
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
    """Writes to a file descriptor until that fails, and silently drops everything afterwards.

    Attributes
    ----------
    error
        Why writing failed.
    """

    def __init__(self, handle: int) -> None:
        super().__init__(handle, "wb", closefd=False)
        self.error: OSError | None = None

    def write(self, data: ReadableBuffer, /) -> int:
        """Write bytes; return how many were accepted."""
        if self.error is None:
            try:
                return super().write(data)
            except OSError as error:
                self.error = error
        return memoryview(data).nbytes


def make_lenient() -> Callable[[], OSError | None]:
    """Replace stdout and stderr by lenient streams, unless they have been replaced already.

    If the process was started without one of the three standard streams, the null device takes its
    place. Otherwise the next file to be opened would get its descriptor.

    Returns
    -------
    A function that returns why stdout lost output. It returns None if nothing was lost, or if the
    reader closed the pipe.
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
            # The system gives out the lowest free descriptor, which is the missing one.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def _text(raw: Lenient, before: TextIO | None) -> TextIO:
    encoding = before.encoding if before is not None else "utf-8"
    # A terminal without a character, such as the multiplication sign, shows a question mark.
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=encoding, errors="replace", line_buffering=True
    )
