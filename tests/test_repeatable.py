"""Random inputs of tests are the same at each run, alone or with other tests."""

import importlib
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.skipif(
    bool(int(os.environ.get("BACKPROP_FUZZ", "0"))), reason="draws other cases each time"
)


def drawn() -> list[list[int | str]]:
    found = []

    @given(st.lists(st.integers() | st.text(), min_size=5))
    def note(values: list[int | str]) -> None:
        found.append(values)

    note()
    return found


def test_draws_depend_neither_on_chance_nor_on_what_is_imported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = drawn()
    # Hypothesis takes no constants from what is named after tests, as the folders of pytest are.
    with tempfile.TemporaryDirectory() as folder:
        source = f"NUMBERS = {list(range(1_000_000, 1_000_400))}\n"
        Path(folder, "full_of_constants.py").write_text(source)
        monkeypatch.syspath_prepend(folder)
        importlib.import_module("full_of_constants")
        assert drawn() == before
