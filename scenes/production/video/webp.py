"""Animated WebP: pictures that move where a page or a slide takes no video, in many colours."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
from PIL import Image, UnidentifiedImageError

from scenes.production.video.downscale import MOST_BYTES, Shrinking, Size, best_that_fits
from scenes.production.video.verify import Decoded, frames_of

QUALITY = 80
"""Of 100: type stays sharp, and the file a third of the GIF's."""
_SECOND = 1000
"""Durations are in milliseconds."""


def write_webp(
    video: Path,
    target: Path,
    most_bytes: int = MOST_BYTES,
    watch: Callable[[], None] = lambda: None,
    *,
    clear: bool = False,
) -> tuple[int, int]:
    """Make an animated WebP of a video; see `best_that_fits`.

    Parameters
    ----------
    watch
        Called after each frame; what it raises ends the work.
    clear
        Whether the video has a transparent ground, which is kept.

    Returns
    -------
    Frames, and frames per second.
    """

    def write(size: Size) -> int:
        frames = frames_of(video, watch, clear=clear)
        first = next(frames)
        shrinking = Shrinking(first, size)
        shrinking.ends_with(shrinking.shrunk)
        with av.open(str(target), "w", container_options={"loop": "0"}) as webp:
            options = {"quality": str(QUALITY), "compression_level": "4"}
            stream = webp.add_stream("libwebp_anim", rate=size.rate, options=options)
            assert isinstance(stream, av.VideoStream)
            stream.pix_fmt = "bgra"
            count = 0
            for shrunk in shrinking.run(chain((first,), frames)):
                frame = shrunk.reformat(format="bgra")
                if not count:
                    stream.width, stream.height = frame.width, frame.height
                frame.pts, frame.time_base = count, Fraction(1, size.rate)
                webp.mux(stream.encode(frame))
                count += 1
            webp.mux(stream.encode())
        return count

    return best_that_fits(write, target, most_bytes)


def decode_webp(path: Path, rate: int, watch: Callable[[], None] = lambda: None) -> Decoded:
    """Decode all of an animated WebP, in which a frame that stands is one picture.

    Parameters
    ----------
    rate
        Frames per second; what stands longer counts as so many frames.
    watch
        Called after each picture; what it raises ends the decoding.

    Raises
    ------
    ValueError
        If it cannot be decoded.
    """
    shown = before = 0
    try:
        with Image.open(path, formats=("WEBP",)) as webp:
            for number in range(getattr(webp, "n_frames", 1)):
                webp.seek(number)
                webp.load()
                before, shown = shown, shown + int(webp.info["duration"])
                watch()
            last = webp.convert("RGBA")
    except (UnidentifiedImageError, EOFError, OSError, KeyError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise ValueError(f"{path.name} is no animated WebP that can be decoded") from error
    frames = Fraction(shown * rate, _SECOND)
    if frames.denominator != 1:
        raise ValueError(f"{path.name} lasts {shown} ms, no whole number of frames")
    return Decoded(int(frames), last.width, last.height, last, Fraction(before, _SECOND))
