"""Manim's configuration. No other module changes it."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import manim as mn
from manim.constants import RendererType

from scenes.kit.quality import QUALITIES


def prepare() -> None:
    """Disable Manim's segment cache for this process.

    The hash of that cache ignores attributes of the scene and NumPy scalars. If such a number
    changes, Manim returns the old film.
    """
    if not mn.config.disable_caching:
        mn.config.disable_caching = True


def asked_plays() -> tuple[int, int | None] | None:
    """Return the first and the last play that `-n` asks for; None if it is the whole film.

    The last one is None where the end is open.
    """
    first, last = mn.config.from_animation_number, mn.config.upto_animation_number
    # Manim writes an open end as -1 where nothing is set, and as infinity for `-n 3`.
    opened = last < 0 or math.isinf(last)
    return None if first <= 0 and opened else (max(first, 0), None if opened else last)


def undrawable() -> str | None:
    """Return why no film can be drawn as plain Manim was asked to; None if it can.

    No film is drawn by another renderer than cairo, or laid out for wide or upright frames.
    """
    if mn.config.renderer != RendererType.CAIRO:
        named = mn.config.renderer.value
        return f"--renderer: got {named}; allowed cairo, with which all films are drawn"
    width, height = mn.config.pixel_width, mn.config.pixel_height
    # Sizes are rounded to whole, even pixels.
    if not (3 * width >= 4 * (height - 2) and 9 * (width - 2) <= 16 * height):
        came = f"got {width} x {height}"
        return (
            f"resolution: {came}; allowed 16:9, such as -r 1920,1080, and taller frames up to 4:3"
        )
    first, last = asked_plays() or (0, None)
    if last is not None and last < first:
        return f"-n: got {first},{last}; allowed a last play that is not before the first"
    return None


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
        "from_animation_number": 0,
        "upto_animation_number": -1,
    }
    with mn.tempconfig(chosen | settings):
        yield
