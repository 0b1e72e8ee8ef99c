"""How long a sentence stays on screen for a viewer to read it."""

from __future__ import annotations

from typing import Protocol

from scenes.words.figures import Sentence


class Voice(Protocol):
    """Decides how long the sentence of a beat stays on screen."""

    def seconds(self, said: Sentence) -> float:
        """Return the time for a sentence in seconds."""


class Reader:
    """The reading time of a viewer in a lecture hall."""

    SECONDS_A_WORD = 0.3
    LOOKING_UP = 0.45
    """Seconds until a viewer notices a new sentence."""
    LONGEST = 6.0

    def seconds(self, said: Sentence) -> float:
        """Return the reading time in seconds."""
        words = len(said.plain.split())
        return min(self.LONGEST, self.SECONDS_A_WORD * words + self.LOOKING_UP)
