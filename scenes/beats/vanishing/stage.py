"""The stage of the film `vanishing`: what its beats move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import manim as mn
import numpy as np

from scenes.kit.film import Film
from scenes.kit.layout import GAP, SAFE, STAGE, Region
from scenes.kit.stage.digit_strip import FeatureStrip
from scenes.kit.stage.dive import Dive
from scenes.kit.stage.loss_level import LossLevel
from scenes.kit.stage.network import NetworkStage
from scenes.kit.stage.opened import Opened
from scenes.kit.stage.river import River
from scenes.stories.recorded_vanishing import RecordedVanishing
from scenes.stories.vanishing import OneStep, VanishingStory
from scenes.words.figures import Figure, index, magnitude, measured

Story = VanishingStory | RecordedVanishing

WHOLE = Region(STAGE.left, STAGE.right, STAGE.bottom + GAP / 2, SAFE.top)
"""The stage without its heading."""
COUNTED = Region(WHOLE.left, WHOLE.right, WHOLE.bottom + 0.5, WHOLE.top)
"""The same with a row below it, for the numbers of the layers that are lit."""


class VanishingStage(Film):
    """The network across the stage, the example at its left and the loss at its right.

    Attributes
    ----------
    network, level
        On stage from the beginning.
    example, river, opened, dive
        Put on stage by their beats.
    values, counted, factor
        The numbers above the river, those of the layers that are lit, and the factor of a layer.
    home_places
        The x of every layer at first.
    dimmed, last_at
        What was dimmed for the close-up, and by how much; where the last layer stood there before
        it made room.
    """

    story: Story
    dive: Dive
    opened: Opened
    river: River
    last_at: float
    dimmed: Sequence[tuple[Sequence[mn.Mobject], float]] = ()

    def compute(self) -> None:
        """Train and trace the network, within the budget."""
        self.story = (
            RecordedVanishing.of(self.recorded[0], self.experiment.film.theme)
            if self.recorded
            else VanishingStory.of(self.experiment)
        )

    def lay_out(self) -> None:
        """Create network and loss."""
        story = self.story
        self.example_place, middle, right = STAGE.columns(0.12, 0.7, 0.18, gap=GAP)
        self.network = NetworkStage(middle, story.widths, self.pen)
        self.home_places = self.network.places
        self.level = LossLevel(
            right, story.losses, self.pen, guess=story.guessed, names=(story.x_name, "loss")
        )
        self.example: FeatureStrip | None = None
        self.values, self.counted, self.factor = mn.VGroup(), mn.VGroup(), mn.VGroup()
        self.add(self.network, self.network.labels)
        if self.level_is_used:
            self.add(self.level)

    @property
    def level_is_used(self) -> bool:
        """Whether a loss is known, or known to overflow."""
        return self.story.losses is not None or isinstance(self.story, VanishingStory)


def step_of(story: Story) -> OneStep:
    """Return the step from the last layer back; beats that show it are left out without one."""
    assert story.step is not None
    return story.step


def ends(story: Story) -> Mapping[str, Figure]:
    """Return the first and the last layer, and their gradients."""
    depth = story.depth
    return {
        "k": index(1),
        "l": index(depth),
        "a": magnitude("signal[1]", float(story.profile[0])),
        "b": magnitude(f"signal[{depth}]", float(story.profile[-1])),
    }


def knows_changes(story: Story) -> bool:
    """Return whether it is known what training changed, where there was something to learn."""
    if not isinstance(story, VanishingStory) or story.no_gradient:
        return False
    return story.changes is not None and bool(np.isfinite(story.changes).all())


def change_of(story: VanishingStory, layer: int) -> Figure:
    """Return by how much of its size training has changed a weight matrix, in percent."""
    assert story.changes is not None
    change = float(story.changes[layer - 1])
    if change == 0:
        return measured(f"change[{layer}]", 0.0)
    digits = 3 if change >= 0.1 else 2
    written = measured(f"change[{layer}]", 100 * change, unit="%", digits=digits)
    return replace(written, value=change)
