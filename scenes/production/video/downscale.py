"""Smaller and fewer pictures, for pages and slides that take no video."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import av
from av.filter import Graph
from av.filter.context import FilterContext

MOST_BYTES = 10 * 1024**2
"""What mail and learning platforms take without complaint."""


class Size(NamedTuple):
    """Width in pixels, and frames per second."""

    width: int
    rate: int


SIZES = (Size(640, 10), Size(480, 10), Size(480, 5), Size(320, 5))
"""Best first. GIF counts in hundredths of a second, so these rates are exact."""


def best_that_fits(
    write: Callable[[Size], int], target: Path, most_bytes: int = MOST_BYTES
) -> tuple[int, int]:
    """Write a film in the best of `SIZES` that is small enough, or else in the smallest.

    Parameters
    ----------
    write
        Writes `target` in a size, in place of what was there; returns its number of frames.

    Returns
    -------
    Frames, and frames per second.
    """
    for size in SIZES:
        frames = write(size)
        if target.stat().st_size <= most_bytes:
            break
    return frames, size.rate


class Shrinking:
    """A chain of filters that makes frames smaller and fewer, and what follows it.

    Parameters
    ----------
    first
        A frame like all that will come.
    size
        The largest width, and the rate, of those that come out.

    Attributes
    ----------
    graph
        To which what follows is added.
    shrunk
        Where that is linked to.
    """

    def __init__(self, first: av.VideoFrame, size: Size) -> None:
        self.graph = Graph()
        self._source = self.graph.add_buffer(
            width=first.width,
            height=first.height,
            format=first.format,
            time_base=first.time_base,
        )
        fewer = self.graph.add("fps", str(size.rate))
        self.shrunk = self.graph.add("scale", f"w='min({size.width},iw)':h=-2:flags=area")
        self._source.link_to(fewer)
        fewer.link_to(self.shrunk)

    def ends_with(self, last: FilterContext) -> None:
        """Close the chain behind its last filter."""
        last.link_to(self.graph.add("buffersink"))
        self.graph.configure()

    def run(self, frames: Iterable[av.VideoFrame]) -> Iterator[av.VideoFrame]:
        """Pass frames through the chain."""
        for frame in chain(frames, (None,)):
            self._source.push(frame)
            yield from self._ready()

    def _ready(self) -> Iterator[av.VideoFrame]:
        while True:
            try:
                frame = self.graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            assert isinstance(frame, av.VideoFrame)
            yield frame
