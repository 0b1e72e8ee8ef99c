"""The system's limit of computing time, and what is said when it is reached."""

from __future__ import annotations

import sys

if sys.platform != "win32":
    import resource

_MOST_KEPT = 5
"""Seconds of computing that are kept for ending in good order."""


def leave_time_to_say_so() -> None:
    """Have the system send SIGXCPU some time before it kills this process or one that it starts.

    With the usual ``ulimit -t`` both are due at the same second, and it kills.
    """
    if sys.platform == "win32":
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if soft == hard != resource.RLIM_INFINITY:
        kept = max(1, min(_MOST_KEPT, hard // 10))
        resource.setrlimit(resource.RLIMIT_CPU, (max(1, hard - kept), hard))


def out_of_time() -> str:
    """Return the words for a process that SIGXCPU has ended."""
    if sys.platform == "win32":
        return "computing took longer than the system allows"
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    limit = soft if hard == resource.RLIM_INFINITY else hard
    allows = "SIGXCPU" if limit == resource.RLIM_INFINITY else f"`ulimit -t` is {limit:,} s"
    return f"computing took longer than the system allows ({allows})"
