"""Training loops as people write them: recorded, they run as before, and every number is true."""

import pytest

from tests.core.recording.pytorch.by_hand import agrees, run

torch = pytest.importorskip("torch", reason="PyTorch is not installed: make test-all installs it")
pytestmark = pytest.mark.thorough

from tests.core.recording.pytorch.loops import LOOPS  # noqa: E402


@pytest.mark.parametrize("name", LOOPS)
def test_a_loop(name: str) -> None:
    make, loop, watched = LOOPS[name]
    found, taken = run(torch, make, loop, watched=watched)
    agrees(found, taken)
