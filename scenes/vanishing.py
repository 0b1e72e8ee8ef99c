"""The gradient of a deep sigmoid stack on its way down."""

from __future__ import annotations

import manim as mn


class Vanishing(mn.Scene):
    """A first bare scene."""

    def construct(self) -> None:
        """Write one line."""
        line = mn.Typst("A gradient on its way down")
        self.play(mn.FadeIn(line))
        self.wait()
