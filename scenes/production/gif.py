"""GIFs for pages and slides that take no video: small, with a palette made for the film."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
from av.container import InputContainer, OutputContainer
from av.filter import Graph
from av.filter.context import FilterContext

MOST_BYTES = 10 * 1024**2
"""What mail and learning platforms take without complaint."""

SIZES = ((640, 10), (480, 10), (480, 5), (320, 5))
"""Width in pixels and frames per second, best first. A GIF counts in hundredths of a second, so
these rates are exact."""


def write_gif(
    video: Path,
    target: Path,
    most_bytes: int = MOST_BYTES,
    watch: Callable[[], None] = lambda: None,
) -> tuple[int, int]:
    """Make a GIF of a video: the best of `SIZES` that is small enough, or else the smallest.

    Parameters
    ----------
    watch
        Called after each frame; what it raises ends the work.

    Returns
    -------
    Frames, and frames per second.
    """
    frames = rate = 0
    for width, rate in SIZES:
        # Two passes over the video: in one, all frames would wait in memory for their palette.
        palette = _palette(video, width, rate, watch)
        frames = _write(video, target, palette, width, rate, watch)
        if target.stat().st_size <= most_bytes:
            break
    return frames, rate


def _palette(video: Path, width: int, rate: int, watch: Callable[[], None]) -> av.VideoFrame:
    with av.open(str(video)) as read:
        graph, source, shrunk = _shrinking(read, width, rate)
        palette = graph.add("palettegen", "stats_mode=full")
        shrunk.link_to(palette)
        palette.link_to(graph.add("buffersink"))
        graph.configure()
        for frame in _frames(read, watch):
            source.push(frame)
        source.push(None)
        found = next(_pulled(graph))
    found.pts, found.time_base = 0, Fraction(1, rate)
    return found


def _frames(read: InputContainer, watch: Callable[[], None]) -> Iterator[av.VideoFrame]:
    for frame in read.decode(video=0):
        watch()
        yield frame


def _write(
    video: Path,
    target: Path,
    palette: av.VideoFrame,
    width: int,
    rate: int,
    watch: Callable[[], None],
) -> int:
    with av.open(str(video)) as read, av.open(str(target), "w") as write:
        graph, source, shrunk = _shrinking(read, width, rate)
        colors = graph.add_buffer(
            width=palette.width,
            height=palette.height,
            format=palette.format,
            time_base=palette.time_base,
        )
        # Dithering would make still areas flicker, and the file three times as large.
        use = graph.add("paletteuse", "dither=none:diff_mode=rectangle")
        shrunk.link_to(use, 0, 0)
        colors.link_to(use, 0, 1)
        use.link_to(graph.add("buffersink"))
        graph.configure()
        colors.push(palette)
        colors.push(None)
        return _encode(_frames(read, watch), write, graph, source, rate)


def _encode(
    read: Iterator[av.VideoFrame],
    write: OutputContainer,
    graph: Graph,
    source: FilterContext,
    rate: int,
) -> int:
    stream = write.add_stream("gif", rate=rate)
    stream.pix_fmt = "pal8"
    frames = 0
    for incoming in chain(read, (None,)):
        source.push(incoming)
        for frame in _pulled(graph):
            if not frames:
                stream.width, stream.height = frame.width, frame.height
            frame.pts, frame.time_base = frames, Fraction(1, rate)
            write.mux(stream.encode(frame))
            frames += 1
    write.mux(stream.encode())
    return frames


def _shrinking(
    read: InputContainer, width: int, rate: int
) -> tuple[Graph, FilterContext, FilterContext]:
    """Return a graph, where frames go in, and where they come out smaller and fewer."""
    graph = Graph()
    source = graph.add_buffer(template=read.streams.video[0])
    fewer = graph.add("fps", str(rate))
    smaller = graph.add("scale", f"w='min({width},iw)':h=-2:flags=area")
    source.link_to(fewer)
    fewer.link_to(smaller)
    return graph, source, smaller


def _pulled(graph: Graph) -> Iterator[av.VideoFrame]:
    while True:
        try:
            frame = graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        assert isinstance(frame, av.VideoFrame)
        yield frame
