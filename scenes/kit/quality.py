"""Resolution and frame rate of films. Importing this module does not import Manim."""

from __future__ import annotations

QUALITIES = {"low": (480, 15), "medium": (720, 30), "high": (1080, 60), "4k": (2160, 60)}
"""Height in pixels and frames per second."""
