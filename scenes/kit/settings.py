"""Manim's configuration. No other module changes it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import manim as mn

from scenes.kit.quality import QUALITIES


def prepare() -> None:
    """Disable Manim's segment cache for this process.

    The hash of that cache ignores attributes of the scene and NumPy scalars. If such a number
    changes, Manim returns the old film.
    """
    if not mn.config.disable_caching:
        mn.config.disable_caching = True


def pixels_per_unit() -> float:
    """Return the number of pixels per frame unit in the current render."""
    return float(mn.config.pixel_width / mn.config.frame_width)


def experiment_path() -> Path | None:
    """Return the file that the environment variable BACKPROP_EXPERIMENT names, if it is set."""
    named = os.environ.get("BACKPROP_EXPERIMENT")
    return Path(named) if named else None


@contextmanager
def rendering(directory: Path, quality: str = "low", **settings: Any) -> Iterator[None]:
    """Render into `directory` at `quality`, ignoring any ``manim.cfg``; restore afterwards.

    `settings` override single fields of Manim's configuration, for example ``format="png"``.
    """
    height, frame_rate = QUALITIES[quality]
    chosen: dict[str, Any] = {
        "media_dir": str(directory),
        "pixel_height": height,
        "pixel_width": round(height * 16 / 9 / 2) * 2,
        "frame_rate": frame_rate,
        "frame_height": 8.0,
        "frame_width": 128 / 9,
        "disable_caching": True,
        "save_sections": False,
        "write_to_movie": True,
        "progress_bar": "none",
        "verbosity": "WARNING",
        "preview": False,
        "renderer": "cairo",
    }
    with mn.tempconfig(chosen | settings):
        yield
