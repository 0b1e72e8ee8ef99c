"""Training loops as people write them: none is told of a mistake that it does not make."""

import pytest

from backprop_core.diagnosis.diagnose import diagnose
from tests.core.recording.pytorch.by_hand import run

torch = pytest.importorskip("torch", reason="PyTorch is not installed: make test-all installs it")
pytestmark = pytest.mark.thorough

from tests.core.recording.pytorch.loops import LOOPS  # noqa: E402

MISTAKES = {"no_gradient", "never_moved", "piled_up", "squashed_twice", "identical_units"}
MISTAKES |= {"bad_data", "diverged", "zero", "lost", "wrong_loss", "no_activation", "decayed"}


@pytest.mark.parametrize("name", LOOPS)
def test_a_loop_makes_no_mistake(name: str) -> None:
    make, loop, watched = LOOPS[name]
    recording, _ = run(torch, make, loop, watched=watched)
    assert not diagnose(recording).kinds & MISTAKES
