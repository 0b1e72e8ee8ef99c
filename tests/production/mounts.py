"""Disks of a test's own, which are gone when the process that sees them ends."""

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

PRIVATE = ("unshare", "--mount", "--map-root-user", "--user")
"""What begins a process that sees mounts of its own; nobody need be root for it."""
POWERLESS = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
"""What begins a process without the powers of root: then rights count for it, too."""


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
    """Return what stands before a command so that ``disk/`` is a disk of this size.

    It begins with a copy of `old`; when the command is over, what is on it is copied to ``after/``.
    """
    copied = f"cp -r '{old}'/. disk &&" if old is not None else ""
    line = (
        f"mkdir disk && mount -t tmpfs -o size={size} tmpfs disk && {copied} "
        '{ "$@"; code=$?; cp -r disk after; exit $code; }'
    )
    return (*PRIVATE, "sh", "-c", line, "sh")
