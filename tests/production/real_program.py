"""The real program in a process of its own, with films of a few seconds in the catalog.

`python real_program.py WORDS...` is `backprop WORDS...`, wherever and in whatever environment.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
FILMS = ("Tiny", "Second", "Broken", "Endless", "Killed", "Hungry", "Starved", "Unsuited")
RENDERING = {"render", "lecture", "batch", "job"}
LOW = ("--quality", "low")


def command(*words: str | bytes) -> list[str | bytes]:
    return [sys.executable, str(Path(__file__).absolute()), *words]


def environment(*without: str, **changes: str) -> dict[str, str]:
    """Return this process's environment, with changes."""
    return {name: v for name, v in os.environ.items() if name not in without} | changes


def run(
    *words: str | bytes,
    cwd: Path,
    before: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    **options: Any,
) -> subprocess.CompletedProcess[str]:
    """Run the program to its end, with the command prefix `before`."""
    return subprocess.run(
        [*before, *command(*words)],
        cwd=cwd,
        env=environment() if env is None else env,
        text=True,
        errors="surrogateescape",
        check=False,
        timeout=120,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
    )


def shell(line: str, *words: str, cwd: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a line of sh in which "$@" is the program."""
    script = ["sh", "-c", line, "sh", *command(*words)]
    return subprocess.run(
        script, cwd=cwd, text=True, check=False, timeout=120, capture_output=True, **options
    )


def processes_in(folder: Path) -> list[int]:
    """Return the processes that work in a folder or below."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").resolve(strict=True).is_relative_to(folder):
                found.append(int(process.name))
        except OSError:
            continue
    return found


def left_behind(output: Path) -> list[str]:
    """Return what renders may have left in an output folder: private folders and locks."""
    paths = (path for state in output.rglob(".backprop") for path in state.iterdir())
    return sorted(path.name for path in paths if path.is_dir() and path.name != "jobs")


def main() -> None:
    root = str(FOLDER.parents[1])
    sys.path[:0] = [root, str(FOLDER)]
    os.environ["PYTHONPATH"] = os.pathsep.join((root, str(FOLDER)))
    if sys.argv[1:2] and sys.argv[1] in RENDERING:
        _put_films_in_the_catalog()
    from scenes.cli.start import main as backprop

    backprop()


def _put_films_in_the_catalog() -> None:
    from backprop_core.experiment.config import Experiment
    from scenes.production.lecture import lecture
    from scenes.production.render import plan
    from scenes.production.request import catalog
    from scenes.production.sweeps import jobs as batch_jobs

    catalog.FILMS = {name.lower(): f"tiny:{name}" for name in FILMS}
    for module in (batch_jobs, lecture, plan):
        module.default_experiment = lambda film: Experiment()


if __name__ == "__main__":
    main()
