"""The README of the core: its code prints what it says, and it lists all rooms."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_circles import CORE_ORDER

ROOT = Path(__file__).parents[2]
README = (ROOT / "backprop_core" / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("code", BLOCKS, ids=range(len(BLOCKS)))
def test_the_code_prints_what_it_says(code: str) -> None:
    said = re.findall(r"^print\(.*\)  # (.+)$", code, re.MULTILINE)
    assert len(said) == code.count("print(") > 0
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.splitlines() == said


def test_the_rooms_stand_in_their_order() -> None:
    _, table = README.split("| room | what is in it |\n| --- | --- |\n")
    rows = [row.split("|")[1] for row in table.partition("\n\n")[0].splitlines()]
    named = [tuple(re.findall(r"`(\w+)`", row)) for row in rows]
    below, *rooms = CORE_ORDER[:-1]
    assert named[1:] == list(rooms)
    assert rows[0].strip() == "files beside the rooms"
    assert all(f"`{name}`" in table.splitlines()[0] for name in below)
