"""Decoding finished videos from their first frame to their last: what can be decoded is whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import chain, islice
from pathlib import Path
from threading import Event
from typing import NamedTuple

import av
from av.container import InputContainer
from av.video.reformatter import Interpolation
from PIL import Image

from scenes.production.process.cores import cores

_EXACTLY = Interpolation.BICUBIC | 0x40000 | 0x2000
"""FFmpeg's flags `accurate_rnd` and `full_chroma_int`: otherwise colours come out too dark by 1."""
_WATCHED = 0.1
"""Seconds between two calls of `watch` while other threads decode."""


@dataclass(frozen=True, eq=False)
class Decoded:
    """What came out of a video that was decoded from its first frame to its last.

    Attributes
    ----------
    last, last_shown
        The last frame, and the second at which it is shown.
    """

    frames: int
    width: int
    height: int
    last: Image.Image
    last_shown: Fraction

    def facts(self, quality: str, format: str, frame_rate: int) -> dict[str, str | int | float]:
        """Return what a film's record says of its video."""
        return {
            "quality": quality,
            "format": format,
            "width": self.width,
            "height": self.height,
            "fps": frame_rate,
            "frames": self.frames,
            "seconds": self.frames / frame_rate,
        }


class _Last(NamedTuple):
    """The last frame of a part, and the second at which it is shown."""

    frame: av.VideoFrame
    shown: Fraction


def open_video(path: Path) -> InputContainer:
    """Open a video in the format of its extension, as a play list would open other files.

    Raises
    ------
    av.FFmpegError
        If it is none.
    """
    return av.open(str(path), format=path.suffix.removeprefix("."))


def frames_of(
    path: Path, watch: Callable[[], None] = lambda: None, *, clear: bool = False
) -> Iterator[av.VideoFrame]:
    """Yield the frames of a video.

    Parameters
    ----------
    watch
        Called after each; what it raises ends the decoding.
    clear
        Whether it has a transparent ground; then the frames have it too.
    """
    with open_video(path) as container:
        stream = container.streams.video[0]
        codec = _decoder(stream, clear=clear)
        for packet in chain(_packets(container), (None,)):
            for frame in codec.decode(packet):
                if frame.time_base is None and stream.time_base is not None:
                    frame.time_base = stream.time_base
                yield frame
                watch()


def decode(path: Path, watch: Callable[[], None] = lambda: None, *, clear: bool = False) -> Decoded:
    """Decode a whole video, on all cores.

    Parameters
    ----------
    watch
        Called several times a second; what it raises ends the decoding.
    clear
        Whether it has a transparent ground; then the last frame has it too.

    Raises
    ------
    ValueError
        If there is not one frame in it, or one is damaged.
    av.FFmpegError
        If it cannot be decoded.
    """
    over = Event()
    parts = _parts(_keys(path), cores())
    with ThreadPoolExecutor(len(parts)) as pool:
        decoding = [pool.submit(_decode_part, path, *part, clear, over) for part in parts]
        try:
            while wait(decoding, _WATCHED).not_done:
                watch()
        finally:
            over.set()
        counts, lasts = zip(*(part.result() for part in decoding), strict=True)
    last = lasts[-1]
    if last is None:
        raise ValueError(f"{path.name} holds no frame")
    frame, shown = last
    return Decoded(sum(counts), frame.width, frame.height, picture_of(frame, clear=clear), shown)


def _decoder(stream: av.VideoStream, *, clear: bool) -> av.VideoCodecContext:
    """Return what decodes a stream; the decoder that FFmpeg prefers for VP9 leaves alpha out."""
    if not clear:
        return stream.codec_context
    codec = av.CodecContext.create("libvpx-vp9", "r")
    assert isinstance(codec, av.VideoCodecContext)
    return codec


def picture_of(frame: av.VideoFrame, *, clear: bool = False) -> Image.Image:
    """Return a frame as a picture, in the colours that browsers show."""
    format = "rgba" if clear else "rgb24"
    return Image.fromarray(frame.reformat(format=format, interpolation=_EXACTLY).to_ndarray())


def _keys(path: Path) -> list[bool]:
    """Tell of each packet whether a decoder can begin with it."""
    with open_video(path) as container:
        return [packet.is_keyframe for packet in _packets(container)]


def _packets(container: InputContainer) -> Iterator[av.Packet[av.VideoStream]]:
    # FFmpeg ends with one that is empty, for decoders.
    return (packet for packet in container.demux(container.streams.video[0]) if packet.size)


def _parts(keys: Sequence[bool], most: int) -> list[tuple[int, int | None]]:
    """Cut packets into at most so many parts of about one length, each of which begins with a key.

    Returns
    -------
    The first packet of each part, and that of the next one, None for the last.
    """
    begins = [n for n, key in enumerate(keys) if key and n]
    wanted = (len(keys) * n // most for n in range(1, most))
    cuts = sorted({min(begins, key=partial(_distance, at)) for at in wanted if begins})
    return list(zip([0, *cuts], [*cuts, None], strict=True))


def _distance(one: int, other: int) -> int:
    return abs(one - other)


def _decode_part(
    path: Path, first: int, end: int | None, clear: bool, over: Event
) -> tuple[int, _Last | None]:
    """Return how many frames a part has, and the last one; fewer once it is over."""
    frames, last = 0, None
    with open_video(path) as container:
        stream = container.streams.video[0]
        codec = _decoder(stream, clear=clear)
        # Parts are decoded side by side; threads inside of one would only wait for each other.
        codec.thread_count = 1
        # A broken frame would be patched up in silence otherwise.
        codec.options = {"err_detect": "explode"}
        for packet in chain(islice(_packets(container), first, end), (None,)):
            for frame in codec.decode(packet):
                if frame.is_corrupt:
                    raise ValueError(f"frame {first + frames} of {path.name} is damaged")
                frames, last = frames + 1, frame
            if over.is_set():
                break
        if last is None or stream.time_base is None:
            return frames, None
        if last.pts is None:
            raise ValueError("a frame has no time")
        return frames, _Last(last, last.pts * stream.time_base)
