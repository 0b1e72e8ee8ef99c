"""Run ``pip install`` with some arguments, and show its progress in a few lines.

Without this, pip is silent for a minute (``--quiet``), or writes two lines for each of a hundred
packages. On a terminal, one line shows the current step; elsewhere there is a line for each stage.
If pip fails, the end of its output is printed.
"""

import os
import re
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator

WIDTH = 79
LAST_LINES = 60
"""Lines of output that are printed if pip fails; compiler errors are some lines from the end."""
COLLECTING = re.compile(r"Collecting ([\w.-]+)")
BUILDING = re.compile(r"\s*Building (?:wheel|editable) for ([\w.-]+) .*started")
INSTALLING = re.compile(r"Installing collected packages: (.*)")


def stages(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Read pip's output; yield each stage that it enters, and the package that it works on."""
    for line in lines:
        if found := COLLECTING.match(line):
            yield "downloading", found[1]
        elif found := BUILDING.match(line):
            yield f"building {found[1]}", ""
        elif found := INSTALLING.match(line):
            yield f"installing {found[1].count(',') + 1} packages", ""


def show(progress: Iterable[tuple[str, str]], *, terminal: bool) -> None:
    """Write a line for each stage; on a terminal, a single line that is overwritten."""
    before = ""
    for stage, package in progress:
        if terminal:
            text = f"  {stage} {package}".rstrip()[:WIDTH]
            sys.stdout.write(f"\r{text:<{WIDTH}}")
        elif stage != before:
            sys.stdout.write(f"  {stage}\n")
        sys.stdout.flush()
        before = stage
    if terminal and before:
        sys.stdout.write(f"\r{'':<{WIDTH}}\r")


def remembered(lines: Iterable[str], last: deque[str]) -> Iterator[str]:
    """Yield the lines unchanged, and append each to `last`."""
    for line in lines:
        last.append(line)
        yield line


def main(arguments: list[str]) -> int:
    """Install the packages; return the exit code of pip."""
    started, last = time.monotonic(), deque[str](maxlen=LAST_LINES)
    options = ["--disable-pip-version-check", "--progress-bar", "off", *arguments]
    terminal = sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    with subprocess.Popen(
        [sys.executable, "-m", "pip", "install", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as pip:
        assert pip.stdout is not None
        show(stages(remembered(pip.stdout, last)), terminal=terminal)
    if pip.returncode:
        sys.stderr.write("".join(last))
    else:
        sys.stdout.write(f"  done in {time.monotonic() - started:.0f} s\n")
    return pip.returncode


if __name__ == "__main__":
    try:
        raise SystemExit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        raise SystemExit(130) from None
