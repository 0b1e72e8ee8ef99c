"""Why a film could not be made, in one line for people: what happened, and what to do."""

from __future__ import annotations

import errno
import signal
import sys
from collections.abc import Iterator

if sys.platform != "win32":
    import resource

LOG = "render.log"
"""Name of the file in a private folder that takes what a worker, Manim and the libraries say."""
SMALLER = "try a smaller --quality or fewer --jobs"
FULL = "the disk is full; make room, or choose another folder with --output"
TOO_LARGE = "a file would be larger than the disk, or `ulimit -f`, allows; try a smaller --quality"
_DISK = {errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EFBIG: TOO_LARGE}
_NO_ROOM_TO_LOAD = ("failed to map segment", "cannot allocate memory")
"""What the loader of shared libraries says when memory runs out."""
_LONGEST = 120
"""Characters of what libraries say; the log has all of it."""
_NO_THREAD = "can't start new thread"


class RenderError(RuntimeError):
    """A film could not be made, for a reason that is neither in its input nor in its numbers."""


class EndedError(RuntimeError):
    """A process ended without giving a reason; the message is what `ending` says."""


def words(error: BaseException) -> str:
    """Say what went wrong."""
    causes = list(_causes(error))
    if any(map(_is_about_memory, causes)):
        return f"ran out of memory{_limit()}; {SMALLER}"
    for cause in causes:
        if isinstance(cause, OSError) and cause.errno in _DISK:
            return _DISK[cause.errno]
    said = _said(error)
    if _limit() and any(map(_may_be_about_memory, causes)):
        return f"ran out of memory, it seems{_limit()}: {said}; {SMALLER}"
    return said


def one_line(text: str) -> str:
    """Write a text on one line."""
    return " ".join(text.split())


def ending(code: int, log: str) -> str:
    """Say why a process ended that gave no reason.

    Parameters
    ----------
    code
        Its exit code; if a signal ended it, that one's number, negative.
    log
        What it wrote to stderr.
    """
    name = signal.Signals(-code).name if code < 0 else ""
    if name == "SIGKILL":
        return f"its process was killed, as happens where memory runs out{_limit()}; {SMALLER}"
    lines = log.strip().splitlines()
    said = lines[-1] if lines and not name else f"its process ended with {name or f'code {code}'}"
    # No library says that it had too little memory when it ends so.
    return f"ran out of memory, it seems{_limit()}: {said}; {SMALLER}" if _limit() else said


def _said(error: BaseException) -> str:
    said = one_line(str(error))
    if isinstance(error, OSError) and error.strerror:
        said = f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    elif not said or not isinstance(error, (OSError, EndedError)):
        said = f"{type(error).__name__}: {said}".removesuffix(": ")
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}..."


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, and those that it came from."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _is_about_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
        return True
    said = str(error).lower()
    return isinstance(error, ImportError) and any(sign in said for sign in _NO_ROOM_TO_LOAD)


def _may_be_about_memory(error: BaseException) -> bool:
    """Tell whether an error says nothing of memory where that is what was missing."""
    if type(error).__module__.startswith("av.") or isinstance(error, SystemError):
        return True
    return isinstance(error, RuntimeError) and _NO_THREAD in str(error)


def _limit() -> str:
    """Say how much memory this process, and those it starts, may take, if that is limited."""
    if sys.platform == "win32":
        return ""
    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    return "" if most == resource.RLIM_INFINITY else f" (`ulimit -v` allows {most / 1e6:,.0f} MB)"
