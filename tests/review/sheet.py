"""Frames of a video on sheets, each below its second."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import av
from PIL import Image, ImageDraw, ImageFont

STEP, CLOSE_STEP = 1.2, 0.3
"""Seconds between two frames, of the whole film and of a part of it."""
COLUMNS, ROWS = 4, 5
"""Frames on a sheet: more would not be seen on a screen."""
WIDTH, HEIGHT = 427, 240
STRIP, LETTERS = 22, 18
"""Pixels of the strip above a frame, and of the letters in it."""


class Shot(NamedTuple):
    """A frame, and its second in the film."""

    second: float
    picture: Image.Image


def sheets(video: Path, stem: str, part: tuple[float, float] | None = None) -> list[Path]:
    """Write sheets of the film, or closer ones of the seconds in `part`, beside it.

    They are called STEM-1.png and so on. Older ones of that name are removed.
    """
    shots = list(frames(video, STEP if part is None else CLOSE_STEP, part))
    for old in video.parent.glob(f"{stem}-*.png"):
        old.unlink()
    written = []
    for first in range(0, len(shots), COLUMNS * ROWS):
        written.append(video.with_name(f"{stem}-{len(written) + 1}.png"))
        _paper(shots[first : first + COLUMNS * ROWS]).save(written[-1])
    return written


def frames(video: Path, step: float, part: tuple[float, float] | None = None) -> Iterator[Shot]:
    """Yield a frame each `step` seconds; of the whole film, also the last."""
    start, end = part or (0.0, float("inf"))
    taken, last = 0, None
    with av.open(str(video)) as container:
        for frame in container.decode(video=0):
            second = float(frame.time or 0.0)
            if start + taken * step - 1e-6 <= second <= end + 1e-6:
                yield Shot(second, frame.to_image())
                taken, last = taken + 1, None
            elif part is None:
                last = frame
        if last is not None:
            yield Shot(float(last.time or 0.0), last.to_image())


def _paper(page: Sequence[Shot]) -> Image.Image:
    rows, pitch = -(-len(page) // COLUMNS), HEIGHT + STRIP
    paper = Image.new("RGB", (WIDTH * min(COLUMNS, len(page)), pitch * rows), "black")
    draw, font = ImageDraw.Draw(paper), ImageFont.load_default(size=LETTERS)
    for number, (second, picture) in enumerate(page):
        x, y = number % COLUMNS * WIDTH, number // COLUMNS * pitch
        draw.text((x + 4, y), f"{second:.1f}", fill="white", font=font)
        paper.paste(picture.resize((WIDTH, HEIGHT)), (x, y + STRIP))
    return paper
