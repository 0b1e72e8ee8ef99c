"""The numbers and sentences of the film `learning_speed`, of a recorded network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from backprop_core.arrays import lock
from backprop_core.diagnosis.runs.ratios import update_to_weight
from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment
from backprop_core.recording import Recording
from backprop_core.training.history import History
from scenes.stories.learning_speed import LearningSpeedStory
from scenes.stories.milestone import FALLEN, Goal
from scenes.stories.recorded import describe
from scenes.stories.speeds import Course
from scenes.words.figures import Sentence, sentence

FEWEST_PASSES = 3


@dataclass(frozen=True, eq=False)
class RecordedSpeeds(LearningSpeedStory):
    """What `learning_speed` shows of a recording: one run, pass by pass.

    The step that follows a pass is drawn between this pass and the next.
    """

    recording: Recording
    left_out: ClassVar[frozenset[str]] = frozenset({"epochs_lost", "other_draws"})
    unit: ClassVar[str] = "pass"

    @classmethod
    def of_recording(cls, recording: Recording) -> RecordedSpeeds:
        """Read everything.

        Raises
        ------
        InputError
            If losses or updates were not observed, or there are too few passes.
        """
        if recording.passes < FEWEST_PASSES:
            raise InputError(
                f"recording: has {recording.passes} passes; allowed at least {FEWEST_PASSES}, as "
                "a training run is shown"
            )
        ratios, loss = update_to_weight(recording), recording.loss
        if ratios is None or loss is None:
            missing = "loss" if loss is None else "W and update"
            raise InputError(f"recording: has no {missing}; learning_speed needs that")
        if not np.isfinite(ratios).all():
            raise InputError(
                "recording: has weights of 0 exactly, or steps beyond the range of floats; "
                "update:weight has no meaning"
            )
        history = History(
            measured=lock(np.arange(recording.passes)),
            loss=loss,
            accuracy=None,
            log10_signal=recording.log10("signal"),
            log10_dW=recording.log10("dW" if "dW" in recording.norms else "signal"),
            update_to_weight=ratios[:-1],
            saturated=recording.shares["saturated"][:, :-1],
            dead=recording.shares["dead"][:, :-1].astype(np.int64),
            network=None,
        )
        learns = bool(loss[-1] < FALLEN * loss[0])
        this = Course("this", recording.depth, history, learns, Goal(None), recording.widths)
        return cls(Experiment(), this, None, None, 1, (), recording)

    @property
    def epochs(self) -> int:
        """Passes after the first one."""
        return self.recording.passes - 1

    def subtitle(self) -> Sentence:
        """Describe the network."""
        return describe(self.recording)

    def verdict(self) -> Sentence:
        """Say what is left out."""
        return sentence("This is one recorded run: other depths and other draws are left out.")
