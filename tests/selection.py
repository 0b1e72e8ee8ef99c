"""Which tests `make test` runs: the quick ones. `make test-all` runs the thorough ones as well.

A test is quick unless it is marked: by `@pytest.mark.thorough`, or, where some of its cases are, by
`quick_cases`. Each promise of the README has a quick test.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest

LEFT = pytest.StashKey[int]()
"""How many tests were left to `make test-all`."""
_SENT = "thorough_tests_left"


def quick_cases(cases: Iterable[Any], *quick: Any, ids: Collection[str] | None = None) -> list[Any]:
    """Return the cases of a parametrised test, of which all but the `quick` ones are thorough.

    A case is a value, or a tuple of the values of several parameters. It is named in `quick` as it
    stands in `cases`, or by its id.

    Raises
    ------
    ValueError
        If there is no such case as is named.
    """
    found = list(cases)
    names = [None] * len(found) if ids is None else list(ids)
    if unknown := [case for case in quick if case not in found and case not in names]:
        raise ValueError(f"no such cases: {unknown}")
    return [
        pytest.param(
            *(case if isinstance(case, tuple) else (case,)),
            id=name,
            marks=() if case in quick or name in quick else pytest.mark.thorough,
        )
        for case, name in zip(found, names, strict=True)
    ]


class Left:
    """Counts the thorough tests that were left out, and says so in the last lines."""

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Count them, where tests are collected: with xdist, in each worker."""
        thorough = [item for item in items if item.get_closest_marker("thorough")]
        for config in {item.config for item in thorough}:
            config.stash[LEFT] = config.stash.get(LEFT, 0) + len(thorough)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Let a worker send its count."""
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput[_SENT] = session.config.stash.get(LEFT, 0)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take the count of a worker: all collect the same tests."""
        if sent := getattr(node, "workeroutput", {}).get(_SENT):
            node.config.stash[LEFT] = sent

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say how many there are."""
        if left := terminalreporter.config.stash.get(LEFT, 0):
            terminalreporter.write_line(f"{left:,} thorough tests were not run: make test-all")
