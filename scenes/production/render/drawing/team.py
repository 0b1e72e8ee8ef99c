"""Processes that share a film."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from scenes.production.process.error_messages import EndedError, ending

CAN_SHARE = sys.platform == "linux"
"""On other systems a process that has begun to work cannot be forked safely; it works alone."""


class Team:
    """A process that draws a film, and forked copies of it that help.

    It forks once the numbers of the film are computed, so that nothing is computed twice. No plan
    says which process draws which piece; see `Renderer`.

    Parameters
    ----------
    size
        How many processes, this one included.
    begin
        Called first in each copy, with the process ID of the process that it helps.
    """

    def __init__(self, size: int, begin: Callable[[int], None] = lambda leader: None) -> None:
        self._size = size if CAN_SHARE else 1
        self._begin = begin
        self._helpers: set[int] = set()
        self.number = 0
        """0 for the original process, 1 and up for its copies."""

    def gather(self) -> None:
        """Fork the helpers; they return from this call too."""
        leader = os.getpid()
        for number in range(1, self._size):
            helper = os.fork()
            if helper == 0:
                self._helpers, self.number = set(), number
                self._begin(leader)
                return
            self._helpers.add(helper)

    def check(self) -> None:
        """Check that no helper has failed so far.

        Raises
        ------
        EndedError
            If one has.
        """
        for helper in tuple(self._helpers):
            ended, status = os.waitpid(helper, os.WNOHANG)
            if ended:
                self._note_end(helper, status)

    def wait(self) -> None:
        """Wait until all helpers have finished.

        Raises
        ------
        EndedError
            If one has failed.
        """
        for helper in tuple(self._helpers):
            self._note_end(helper, os.waitpid(helper, 0)[1])

    def _note_end(self, helper: int, status: int) -> None:
        self._helpers.discard(helper)
        code = os.waitstatus_to_exitcode(status)
        if code:
            raise EndedError(ending(code, ""))
