"""GIFs for pages and slides that take no video: small, with a palette made for the film."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av

from scenes.production.video.downscale import MOST_BYTES, Shrinking, Size, best_that_fits
from scenes.production.video.verify import frames_of


def write_gif(
    video: Path,
    target: Path,
    most_bytes: int = MOST_BYTES,
    watch: Callable[[], None] = lambda: None,
) -> tuple[int, int]:
    """Make a GIF of a video; see `best_that_fits`.

    Parameters
    ----------
    watch
        Called after each frame; what it raises ends the work.

    Returns
    -------
    Frames, and frames per second.
    """

    def write(size: Size) -> int:
        # Two passes over the video: in one, all frames would wait in memory for their palette.
        palette = _palette(frames_of(video, watch), size)
        return _write(frames_of(video, watch), target, palette, size)

    return best_that_fits(write, target, most_bytes)


def _palette(frames: Iterable[av.VideoFrame], size: Size) -> av.VideoFrame:
    frames = iter(frames)
    first = next(frames)
    shrinking = Shrinking(first, size)
    palette = shrinking.graph.add("palettegen", "stats_mode=full")
    shrinking.shrunk.link_to(palette)
    shrinking.ends_with(palette)
    (found,) = shrinking.run(chain((first,), frames))
    found.pts, found.time_base = 0, Fraction(1, size.rate)
    return found


def _write(
    frames: Iterable[av.VideoFrame], target: Path, palette: av.VideoFrame, size: Size
) -> int:
    frames = iter(frames)
    first = next(frames)
    shrinking = Shrinking(first, size)
    colors = shrinking.graph.add_buffer(
        width=palette.width,
        height=palette.height,
        format=palette.format,
        time_base=palette.time_base,
    )
    # Dithering would make still areas flicker, and the file three times as large.
    use = shrinking.graph.add("paletteuse", "dither=none:diff_mode=rectangle")
    shrinking.shrunk.link_to(use, 0, 0)
    colors.link_to(use, 0, 1)
    shrinking.ends_with(use)
    colors.push(palette)
    colors.push(None)
    with av.open(str(target), "w") as write:
        stream = write.add_stream("gif", rate=size.rate)
        stream.pix_fmt = "pal8"
        count = 0
        for frame in shrinking.run(chain((first,), frames)):
            if not count:
                stream.width, stream.height = frame.width, frame.height
            frame.pts, frame.time_base = count, Fraction(1, size.rate)
            write.mux(stream.encode(frame))
            count += 1
        write.mux(stream.encode())
    return count
