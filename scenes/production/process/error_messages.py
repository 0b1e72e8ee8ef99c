"""One-line error messages for people: why a film could not be made, and what to do."""

from __future__ import annotations

import errno
import signal
import sys
from collections.abc import Iterator

from scenes.production.process.time_limit import out_of_time

if sys.platform != "win32":
    import resource

LOG = "render.log"
"""The file in a private folder that takes the output of a worker, of Manim and of libraries."""
SMALLER = "try a smaller --quality or fewer --jobs"
FULL = "the disk is full; make room, or choose another folder with --output"
TOO_LARGE = "a file would be larger than the disk, or `ulimit -f`, allows; try a smaller --quality"
_DISK = {errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EFBIG: TOO_LARGE}
_NO_ROOM_TO_LOAD = ("failed to map segment", "cannot allocate memory")
"""Messages of the loader of shared libraries when memory runs out."""
_LONGEST = 120
"""Characters of a library's message that are quoted; the log has all of it."""
_NO_THREAD = "can't start new thread"


class RenderError(RuntimeError):
    """A film could not be made, though neither its input nor its numbers are at fault."""


class EndedError(RuntimeError):
    """A process ended without giving a reason; `ending` writes the message."""


def words(error: BaseException) -> str:
    """Return a message that says what went wrong."""
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


def is_about_the_disk(error: BaseException) -> bool:
    """Tell whether an error says that a disk, a quota or a limit on files is used up."""
    return isinstance(error, OSError) and error.errno in _DISK


def one_line(text: str) -> str:
    """Write a text on one line."""
    return " ".join(text.split())


def ending(code: int, log: str) -> str:
    """Return why a process ended, if it gave no reason itself.

    Parameters
    ----------
    code
        Its exit code, or the negative number of the signal that ended it.
    log
        Its stderr.
    """
    name = _signal(code)
    if name in _ENDED_FROM_OUTSIDE:
        return _ENDED_FROM_OUTSIDE[name]()
    lines = log.strip().splitlines()
    said = lines[-1] if lines and not name else f"its process ended with {name or f'code {code}'}"
    # Libraries that end the process in this way do not mention memory.
    return f"ran out of memory, it seems{_limit()}: {said}; {SMALLER}" if _limit() else said


def _signal(code: int) -> str:
    """Return the name of the signal that ended a process, or ""."""
    # A shell in between turns a signal into a code.
    number = -code if code < 0 else code - 128
    names = {one.value: one.name for one in signal.Signals}
    return names.get(number, "") if number > 0 else ""


def _killed() -> str:
    return f"its process was killed, as happens where memory runs out{_limit()}; {SMALLER}"


def _terminated() -> str:
    return (
        "its process was ended by SIGTERM, as a batch system does where time is up; "
        f"ask it for more, or {SMALLER}"
    )


def _computed_too_long() -> str:
    return f"{out_of_time()}; {SMALLER}"


_ENDED_FROM_OUTSIDE = {
    "SIGKILL": _killed,
    "SIGTERM": _terminated,
    "SIGXCPU": _computed_too_long,
}


def _said(error: BaseException) -> str:
    said = one_line(str(error))
    if isinstance(error, OSError) and error.strerror:
        said = f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    elif not said or not isinstance(error, (OSError, EndedError)):
        said = f"{type(error).__name__}: {said}".removesuffix(": ")
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}..."


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and its causes."""
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
    """Tell whether lack of memory may have caused an error that does not mention it."""
    if type(error).__module__.startswith("av.") or isinstance(error, SystemError):
        return True
    return isinstance(error, RuntimeError) and _NO_THREAD in str(error)


def _limit() -> str:
    """Return the memory limit of this process and its children in words, "" without a limit."""
    if sys.platform == "win32":
        return ""
    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    return "" if most == resource.RLIM_INFINITY else f" (`ulimit -v` allows {most / 1e6:,.0f} MB)"
