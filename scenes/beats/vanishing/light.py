"""The third act: light runs back through the whole network."""

from __future__ import annotations

from scenes.beats.gradient_light import runs_back
from scenes.beats.vanishing.stage import Story, VanishingStage
from scenes.kit.beat import Beat
from scenes.stories.recorded_vanishing import RecordedVanishing
from scenes.words.figures import Sentence, count, sentence
from scenes.words.spoken import counted


class Dark(Beat[Story, VanishingStage]):
    """Light runs back, to scale."""

    speaks_last = True

    def says(self, story: Story) -> Sentence:
        """Say how many layers are lit."""
        seen, row, depth = sum(story.lit), story.lit_in_a_row, story.depth
        if story.no_gradient and isinstance(story, RecordedVanishing):
            return sentence("None. The gradient is exactly zero at the output already.")
        if story.no_gradient:
            return sentence("None. The loss is exactly zero, and no gradient sets out.")
        if seen == depth:
            return sentence("All of them. The light gets through.")
        figure = counted("layers_lit", seen, capital=True)
        if seen == row:
            return sentence("{n}. Then it is dark.", n=figure)
        return sentence("{n} of {m}, with dark ones between.", n=figure, m=counted("depth", depth))

    def shows(self, story: Story) -> Sentence:
        """Describe the light."""
        return sentence(
            "Amber light runs back from the output. A layer is as bright as its gradient is large "
            "beside that of the last: {n} of {m} layers can be seen.",
            n=count("layers_lit", sum(story.lit)),
            m=count("depth", story.depth),
        )

    def moves(self, film: VanishingStage) -> None:
        """Let light run back."""
        film.play(runs_back(film.network, film.story))
