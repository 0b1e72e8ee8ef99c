"""Why nothing was recorded, or not all of a training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

COMPILED = (
    "model: is compiled, and what runs in it cannot be seen; allowed a model that is run without "
    "torch.compile, for which type: record(model._orig_mod), and train that"
)


@dataclass
class Heard:
    """What was seen of a model, to say why nothing was recorded."""

    called: bool = False
    in_training: bool = False
    in_evaluation: bool = False
    backward: bool = False
    compiled: bool = False
    parts: dict[str, None] = field(default_factory=dict)


def why_nothing(heard: Heard, skipped: Sequence[int]) -> str:
    """Say why no pass was recorded."""
    if not heard.called and heard.parts:
        parts = [f"record(model.{name})" for name in heard.parts]
        why = (
            "the model itself was never called, but its parts were; to record them, type: "
            f"{' or '.join(parts)}"
        )
    elif not heard.called:
        why = "the model was never called; allowed a model that is run inside the with statement"
    elif not heard.in_training and heard.in_evaluation:
        why = "the model ran in evaluation mode only; to train it, call model.train() before"
    elif not heard.in_training:
        why = "the model ran only where no gradient is wanted (torch.no_grad)"
    elif not heard.backward:
        why = "the model ran, but no loss was sent backward; to do so, call loss.backward()"
    elif skipped:
        why = f"a GradScaler skipped the steps of all of them: {len(skipped)}"
    else:
        why = "a loss was sent backward, but no gradient came to the layers (detached or frozen)"
    return f"recording: no pass was recorded: {why}"
