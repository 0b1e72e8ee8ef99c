"""Finished videos: joined, cut, and ready to be put on a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from pathlib import Path

import av

from scenes.production.video.verify import open_video

MILLISECONDS = Fraction(1, 1000)
CLEAR = "ALPHA_MODE"
"""The tag of a WebM whose background is transparent."""
_OPTIONS = {
    ".mp4": {"movflags": "+faststart"},
    # Otherwise each file gets a random ID, and no two are equal.
    ".webm": {"fflags": "+bitexact"},
}


@dataclass(frozen=True)
class Chapter:
    """A part of a film; `start` and `end` in seconds."""

    title: str
    start: float
    end: float


def join(
    sources: Sequence[Path], target: Path, frame_rate: int, title: str, chapters: Sequence[Chapter]
) -> None:
    """Copy videos, one after the other and without encoding them again, into one.

    It starts to play before it is loaded. Frames are spaced evenly: where Manim joins segments,
    its time stamps lose a few ticks.

    Parameters
    ----------
    sources, target
        The target's extension decides its container: .mp4 or .webm.
    frame_rate
        Frames per second.

    Raises
    ------
    ValueError
        If the videos were not all encoded alike.
    av.FFmpegError
        If one of them cannot be read.
    """
    parts = [_read(source) for source in sources]
    _check_alike(parts)
    _write(sources[0], target, parts, frame_rate, title, chapters)


def cut(source: Path, clips: Mapping[Path, range], frame_rate: int) -> None:
    """Copy parts of a video, without encoding them again, into videos of their own.

    Parameters
    ----------
    source
        The video.
    clips
        Where each part goes -> the numbers of its frames, the first of which is a key frame.
    frame_rate
        Frames per second.

    Raises
    ------
    ValueError
        If a part cannot be decoded without what stands before it.
    av.FFmpegError
        If the video cannot be read.
    """
    whole = _read(source)
    for target, frames in clips.items():
        part = whole.part(frames)
        _write(source, target, [part], frame_rate, "", [])


def _write(
    like: Path,
    target: Path,
    parts: Sequence[_Part],
    frame_rate: int,
    title: str,
    chapters: Sequence[Chapter],
) -> None:
    """Write parts, all encoded as the video `like`, one after the other."""
    # All parts share one delay, or a part would begin to decode before the previous one ends.
    delay = max(_delay(part.places) for part in parts)
    with (
        open_video(like) as first,
        av.open(str(target), "w", container_options=_OPTIONS[target.suffix]) as write,
    ):
        write.metadata["title"] = title
        write.set_chapters(
            [
                {
                    "id": n,
                    "start": _milliseconds(chapter.start),
                    "end": _milliseconds(chapter.end),
                    "time_base": MILLISECONDS,
                    "metadata": {"title": chapter.title},
                }
                for n, chapter in enumerate(chapters, start=1)
            ]
        )
        template = first.streams.video[0]
        stream = write.add_stream_from_template(template)
        if CLEAR in template.metadata:
            stream.metadata[CLEAR] = template.metadata[CLEAR]
        written = 0
        for part in parts:
            for n, (packet, place) in enumerate(zip(part.packets, part.places, strict=True)):
                packet.time_base = Fraction(1, frame_rate)
                packet.pts, packet.dts, packet.duration = written + place, written + n - delay, 1
                packet.stream = stream
                write.mux(packet)
            written += len(part.packets)


def _milliseconds(seconds: float) -> int:
    """Round down: a chapter that ended after the film would make the film longer."""
    return floor(seconds * 1000 + 1e-6)


@dataclass(frozen=True)
class _Part:
    """A video that becomes a part of another.

    Attributes
    ----------
    packets, places
        What it is made of, in the order in which it is decoded, and the number under which each
        frame is shown.
    encoding
        What a decoder is set up for.
    """

    name: str
    packets: Sequence[av.Packet[av.VideoStream]]
    places: Sequence[int]
    encoding: Mapping[str, object]

    def part(self, frames: range) -> _Part:
        """Return some of its frames, as a video of their own."""
        inside = slice(frames.start, frames.stop)
        packets = self.packets[inside]
        places = [place - frames.start for place in self.places[inside]]
        if not packets or not packets[0].is_keyframe or sorted(places) != list(range(len(frames))):
            raise ValueError(
                f"frames {frames.start} to {frames.stop} of {self.name} do not stand by themselves"
            )
        return _Part(self.name, packets, places, self.encoding)


def _read(path: Path) -> _Part:
    with open_video(path) as container:
        stream = container.streams.video[0]
        codec = stream.codec_context
        encoding = {
            "codec": codec.name,
            "size": (codec.width, codec.height),
            "pixel format": codec.pix_fmt,
            "frame rate": stream.average_rate,
            "encoding": codec.extradata,
        }
        packets = [packet for packet in container.demux(stream) if packet.pts is not None]
    return _Part(path.name, packets, _places(packets), encoding)


def _check_alike(parts: Sequence[_Part]) -> None:
    """See that one decoder, set up once, can decode all."""
    first = parts[0]
    for part in parts:
        different = [key for key in first.encoding if part.encoding[key] != first.encoding[key]]
        if different:
            raise ValueError(
                f"{part.name} has another {', another '.join(different)} than {first.name}"
            )


def _places(packets: Sequence[av.Packet[av.VideoStream]]) -> list[int]:
    """Return the number under which each is shown."""
    times = [packet.pts for packet in packets if packet.pts is not None]
    shown = {pts: n for n, pts in enumerate(sorted(times))}
    return [shown[pts] for pts in times]


def _delay(places: Sequence[int]) -> int:
    """Return how many frames earlier than shown a frame has to be decoded.

    It is decoded before it is shown, and before those that refer to it.
    """
    return max(n - place for n, place in enumerate(places))
