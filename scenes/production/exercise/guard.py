"""The process between ours and a learner's, which cleans up after the learner's.

When the learner's process ends, the guard ends everything that it has started, on Linux even what
has left its process group, removes its folder, and ends with the same exit code. When our process
ends, however it ends, the stdin of the guard ends, and the guard kills the learner's process.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import scenes
from scenes.production.exercise.confinement import adopt_orphans, confine, ruleset
from scenes.production.exercise.private_folder import remove_tree
from scenes.production.process.launcher import kernel_ends_with

MODULE = "scenes.production.exercise.guard"
_KEPT = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL")
_PYPROJECT = "pyproject.toml"
LOADED = ("learner_code.py", "notebook_stand_ins.py")
"""What `runner` loads from beside itself; nothing else of this project can be read."""


def learner_command(runner: str, folder: Path, packages: Sequence[str]) -> tuple[str, ...]:
    """Return the command of a learner's process.

    Python looks for modules in its standard library alone, whatever the environment says: neither
    beside the learner's file, nor where this project is installed. `runner` finds other packages.
    """
    return (sys.executable, "-I", "-S", "-B", "-X", "utf8", runner, str(folder), *packages)


def learner_environment(folder: Path) -> dict[str, str]:
    """Return a minimal environment: only the variables that a process needs to start."""
    return {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        **{name: str(folder) for name in ("HOME", "TMPDIR", "TEMP", "TMP")},
        "MPLBACKEND": "Agg",
        # Threads would only take memory.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }


def our_folders() -> tuple[Path, ...]:
    """Return the folders that hold the answers: the packages, or the checkout they are part of."""
    core = find_spec("backprop_core")
    origins = (scenes.__file__, core.origin if core is not None else None)
    packages = [Path(origin).resolve().parent for origin in origins if origin is not None]
    return tuple(p.parent if (p.parent / _PYPROJECT).exists() else p for p in packages)


def main(runner: str, working: str, *packages: str) -> int:
    """Run a learner's process to its end, remove its folder, and return its exit code.

    Parameters
    ----------
    runner
        The file that it runs.
    working
        The folder in which it works, in the one that holds all of its files.
    packages
        Folders of packages that it may import.
    """
    folder = Path(working).parent
    adopt_orphans()
    loaded = [Path(runner).with_name(name) for name in (Path(runner).name, *LOADED)]
    readable = [*loaded, *map(Path, (*packages, sys.prefix, sys.base_prefix))]
    rules = ruleset(folder, our_folders(), [path.resolve() for path in readable])
    learner = subprocess.Popen(
        learner_command(runner, folder, packages),
        stdin=subprocess.DEVNULL,
        cwd=working,
        env=learner_environment(folder),
        start_new_session=True,
        # This process has one thread.
        preexec_fn=partial(_begin, os.getpid(), rules),
    )
    threading.Thread(target=_kill_at_end_of_stdin, args=(learner,), daemon=True).start()
    code = learner.wait()
    _end_rest(learner.pid)
    remove_tree(folder)
    return code


def _begin(parent: int, rules: int | None) -> None:
    kernel_ends_with(parent)
    confine(rules)


def _kill_at_end_of_stdin(learner: subprocess.Popen[bytes]) -> None:
    while os.read(0, 1):
        pass
    learner.kill()


def _end_rest(group: int) -> None:
    """Kill what a learner's process has started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
    while sys.platform == "linux":
        for process in _descendants():
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        try:
            # An orphan is ours; there may be another one now.
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _descendants() -> set[int]:
    """Return the process IDs of all children of this process, of their children, and so on."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # After the name, which may hold anything: its state and its parent.
            after = path.read_bytes().rpartition(b")")[2].split()
            parents[int(path.parent.name)] = int(after[1])
    found = {os.getpid()}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {os.getpid()}


def _leave(code: int) -> None:
    """End as the learner's process has ended: with its exit code, or by its signal."""
    if code < 0:
        if -code not in {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


if __name__ == "__main__":
    _leave(main(*sys.argv[1:]))
