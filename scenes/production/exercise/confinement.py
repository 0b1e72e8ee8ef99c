"""Features of Linux that confine a process: it keeps what it starts and loses rights to files.

Elsewhere, and where the kernel is too old, these functions do nothing.

Source: https://docs.kernel.org/userspace-api/landlock.html
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

_PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 36, 38
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
"""Numbers of system calls, the same on all processors."""
_RULE_PATH_BENEATH = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_READ = _EXECUTE | _READ_FILE | _READ_DIR
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
"""The rights that a rule on a single file may give."""
_NUMBER_OF_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many rights to files a version of Landlock knows; later ones know 16."""
_SCOPE_SOCKETS_AND_SIGNALS = 3


def adopt_orphans() -> None:
    """Become the parent of all descendants whose own parent ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def ruleset(writable: Path, hidden: Iterable[Path], readable: Iterable[Path]) -> int | None:
    """Make rules for `confine`: most files can be read, and few can be written.

    Parameters
    ----------
    writable
        The folder in which everything is allowed, as it is for devices.
    hidden
        Folders whose files cannot be read.
    readable
        Files and folders that can be read even if they are in a hidden one.

    Returns
    -------
    A descriptor, or None where the kernel has no Landlock.
    """
    if sys.platform != "linux":
        return None
    call = ctypes.CDLL(None).syscall
    version = call(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return None
    every = (1 << _NUMBER_OF_RIGHTS.get(version, 16)) - 1
    # Three masks: rights to files, rights to the network, and what must stay among the confined
    # processes. Old kernels know only the first one.
    fields = 3 if version >= 6 else 1
    attributes = struct.pack("=QQQ", every, 0, _SCOPE_SOCKETS_AND_SIGNALS)[: 8 * fields]
    rules = int(call(_CREATE_RULESET, attributes, len(attributes), 0))
    if rules < 0:
        return None
    _allow(rules, Path("/"), _READ_DIR)
    # The entry of a process in /proc holds its environment.
    hidden = frozenset((*hidden, *Path("/proc").glob("[0-9]*")))
    for start in (Path("/"), *readable):
        for path in _without(start, hidden):
            _allow(rules, path, _READ)
    for path in (writable, Path("/dev")):
        _allow(rules, path, every)
    return rules


def confine(rules: int | None) -> None:
    """Apply the rules to this process and all that it starts; they cannot be taken back.

    Besides, it cannot look into other processes, nor, from Linux 6.12 on, send them signals.
    """
    if rules is not None:
        _allow(rules, Path("/proc/self"), _READ)
        library = ctypes.CDLL(None)
        library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        library.syscall(_RESTRICT_SELF, rules, 0)


def _without(path: Path, hidden: frozenset[Path]) -> Iterator[Path]:
    """Yield folders and files that together hold everything but the hidden folders."""
    if path in hidden:
        return
    if not any(folder.is_relative_to(path) for folder in hidden):
        yield path
        return
    with suppress(OSError):
        for child in path.iterdir():
            # A rule on a link would apply to its target.
            if not child.is_symlink():
                yield from _without(child, hidden)


def _allow(rules: int, path: Path, rights: int) -> None:
    if sys.platform != "linux":
        return
    with suppress(OSError):
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if not stat.S_ISDIR(os.fstat(handle).st_mode):
                rights &= _OF_FILES
            rule = struct.pack("=Qi", rights, handle)
            ctypes.CDLL(None).syscall(_ADD_RULE, rules, _RULE_PATH_BENEATH, rule, 0)
        finally:
            os.close(handle)
