"""The quick tests are chosen in one place, and each promise in README.md has a test."""

import re
from pathlib import Path

import pytest

from tests.selection import quick_cases

TESTS = Path(__file__).parent
NAMED = re.findall(r"`([\w/*]+(?:\.py|/\w+))`", (TESTS / "README.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(set(NAMED)))
def test_what_readme_names_is_there(name: str) -> None:
    assert list(TESTS.glob(name)) or list(TESTS.parent.glob(name))


def test_all_but_the_named_cases_are_thorough() -> None:
    cases = quick_cases(
        ["a", ("b", 1), ("c", 2)], ("b", 1), "third", ids=["first", "second", "third"]
    )
    assert [[mark.name for mark in case.marks] for case in cases] == [["thorough"], [], []]
    assert [case.values for case in cases] == [("a",), ("b", 1), ("c", 2)]


def test_a_quick_case_that_there_is_not_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no such cases: \\['d'\\]"):
        quick_cases(["a", "b"], "d")
