"""Resolution and frame rate of films. Importing this module does not import Manim."""

from __future__ import annotations

from collections.abc import Iterable

QUALITIES = {"low": (480, 15), "medium": (720, 30), "high": (1080, 60), "4k": (2160, 60)}
"""Height in pixels and frames per second, from the worst to the best."""
USUAL = "medium"
"""The quality of a film for which none is asked."""


def best(qualities: Iterable[str]) -> str:
    """Return the best of some qualities, at least one."""
    return max(qualities, key=tuple(QUALITIES).index)


def size(quality: str) -> str:
    """Return height and frames per second: ``720p30``."""
    height, frame_rate = QUALITIES[quality]
    return f"{height}p{frame_rate}"
