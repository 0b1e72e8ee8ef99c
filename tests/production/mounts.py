"""Disks for a single test, which are removed when the process that mounted them ends."""

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

PRIVATE = ("unshare", "--mount", "--map-root-user", "--user")
"""A command prefix that gives a process its own mounts, without root."""
POWERLESS = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
"""A command prefix that drops the capabilities of root, so that permissions apply."""


@cache
def works(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


needs_mounts = pytest.mark.skipif(
    sys.platform != "linux"
    or not works(*PRIVATE, "sh", "-c", "mount -t tmpfs -o size=64k tmpfs /mnt"),
    reason="nothing can be mounted here",
)
needs_rights = pytest.mark.skipif(
    not works(*POWERLESS, "true"), reason="the powers of root cannot be laid down here"
)


def on_a_disk(size: str, old: Path | None = None) -> tuple[str, ...]:
    """Return a command prefix that mounts a disk of this size at ``disk/``.

    It begins with a copy of `old`; when the command is over, what is on it is copied to ``after/``.
    """
    copied = f"cp -r '{old}'/. disk &&" if old is not None else ""
    line = (
        f"mkdir disk && mount -t tmpfs -o size={size} tmpfs disk && {copied} "
        '{ "$@"; code=$?; cp -r disk after; exit $code; }'
    )
    return (*PRIVATE, "sh", "-c", line, "sh")
