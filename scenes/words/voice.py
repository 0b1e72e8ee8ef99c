"""How long a sentence takes: who reads it on screen today, or hears it one day."""

from __future__ import annotations

from typing import Protocol

from scenes.words.figures import Sentence


class Voice(Protocol):
    """Whatever decides how long the sentence of a beat stands."""

    def seconds(self, said: Sentence) -> float:
        """Return how long a sentence takes."""


class Reader:
    """A person in the hall who reads the sentence off the screen."""

    SECONDS_A_WORD = 0.3
    LOOKING_UP = 0.45
    """Seconds until one has seen that there is a new sentence."""
    LONGEST = 6.0

    def seconds(self, said: Sentence) -> float:
        """Return how long one reads."""
        words = len(said.plain.split())
        return min(self.LONGEST, self.SECONDS_A_WORD * words + self.LOOKING_UP)
