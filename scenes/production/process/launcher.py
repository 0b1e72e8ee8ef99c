"""The beginning of every process that we start: see `command`.

It runs before anything else can be imported, ties the process to its parent, and sees to it that no
module is looked for in the folder in which the process works: others may be able to write there. It
imports nothing of this project and puts nothing on the search path, so that it can start a
learner's file, too.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_MODULE = "-m"


def command(folder: Path, *target: str) -> tuple[str, ...]:
    """Return the command that starts a process which ends with this one, even if this is killed.

    Start it with a pipe for its stdin, in the working folder of this process, and from a thread
    that lives on until it has ended: on Linux the system ends it with that thread, elsewhere it
    ends when the pipe is closed.

    Parameters
    ----------
    folder
        Where it works once it has begun.
    target
        ``-m`` and a module, which reads stdin itself and then calls `end_with`; or a Python file
        with its arguments, which finds an empty stdin.
    """
    here = str(Path(__file__).absolute())
    return (sys.executable, "-P", here, str(os.getpid()), str(folder.absolute()), *target)


def end_with(parent: int, lifeline: int = 0) -> None:
    """End this process with its parent, however that ends.

    Parameters
    ----------
    parent
        Its process ID.
    lifeline
        The end of a pipe, at which nothing more is written and whose other end the parent holds.
        It is read where the system does not see to it.
    """
    if not kernel_ends_with(parent):
        watch(lifeline)


def watch(lifeline: int) -> None:
    """End this process when the other end of a pipe is closed."""

    def wait() -> None:
        while os.read(lifeline, 4096):
            pass
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def kernel_ends_with(parent: int) -> bool:
    """Have the kernel kill this process when its parent ends; return whether it can.

    If the parent has ended already, this process ends at once.
    """
    if sys.platform != "linux":
        return False
    import ctypes

    if ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0):
        return False
    if os.getppid() != parent:
        # The parent ended before that.
        os._exit(1)
    return True


def _without_stdin() -> int:
    """Put an empty stdin in the place of the pipe; return the pipe."""
    lifeline, empty = os.dup(0), os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    return lifeline


def _main(parent: str, folder: str, *target: str) -> None:
    # An editable installation puts a name on the path that is no folder, until somebody makes one.
    sys.path[:] = [entry for entry in sys.path if Path(entry).is_absolute()]
    os.chdir(folder)
    if target[0] == _MODULE:
        kernel_ends_with(int(parent))
        sys.argv[:] = target[1:]
        runpy.run_module(target[1], run_name="__main__", alter_sys=True)
    else:
        end_with(int(parent), _without_stdin())
        sys.argv[:] = target
        runpy.run_path(target[0], run_name="__main__")


if __name__ == "__main__":
    _main(*sys.argv[1:])
