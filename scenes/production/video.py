"""Finished videos: counting their frames, and making them ready to be put on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from PIL import Image

MILLISECONDS = Fraction(1, 1000)


@dataclass(frozen=True)
class Chapter:
    """A part of a film; `start` and `end` in seconds."""

    title: str
    start: float
    end: float


@dataclass(frozen=True, eq=False)
class Decoded:
    """What came out of a video that was decoded from its first frame to its last."""

    frames: int
    width: int
    height: int
    last: Image.Image


def decode(path: Path) -> Decoded:
    """Decode a whole video.

    Raises
    ------
    ValueError
        If there is not one frame in it, or one is damaged.
    av.FFmpegError
        If it cannot be decoded.
    """
    frames, frame = 0, None
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        # A broken frame would be patched up in silence otherwise.
        stream.codec_context.options = {"err_detect": "explode"}
        for frame in container.decode(video=0):
            if frame.is_corrupt:
                raise ValueError(f"frame {frames} of {path.name} is damaged")
            frames += 1
        if frame is None:
            raise ValueError(f"{path.name} holds no frame")
        return Decoded(frames, frame.width, frame.height, frame.to_image())  # type: ignore[no-untyped-call]


def remux(
    source: Path, target: Path, frame_rate: int, title: str, chapters: Sequence[Chapter]
) -> None:
    """Copy a video, without encoding it again, into one that starts to play before it is loaded.

    Frames are spaced evenly: where Manim joins segments, its time stamps lose a few ticks.

    Parameters
    ----------
    source, target
        The target's extension decides its container: .mp4 or .webm.
    frame_rate
        Frames per second.
    """
    options = {"movflags": "+faststart"} if target.suffix == ".mp4" else {}
    with (
        av.open(str(source)) as read,
        av.open(str(target), "w", container_options=options) as write,
    ):
        write.metadata["title"] = title
        write.set_chapters(
            [
                {
                    "id": n,
                    "start": round(chapter.start / MILLISECONDS),
                    "end": round(chapter.end / MILLISECONDS),
                    "time_base": MILLISECONDS,
                    "metadata": {"title": chapter.title},
                }
                for n, chapter in enumerate(chapters, start=1)
            ]
        )
        stream = write.add_stream_from_template(read.streams.video[0])
        for packet in _evenly_spaced(read, frame_rate):
            packet.stream = stream
            write.mux(packet)


def _evenly_spaced(container: InputContainer, frame_rate: int) -> list[av.Packet[av.VideoStream]]:
    packets = [p for p in container.demux(container.streams.video[0]) if p.pts is not None]
    shown = {pts: n for n, pts in enumerate(sorted(p.pts for p in packets if p.pts is not None))}
    places = [shown[p.pts] for p in packets if p.pts is not None]
    # A frame is decoded before it is shown, and before those that refer to it.
    delay = max(n - place for n, place in enumerate(places))
    for n, (packet, place) in enumerate(zip(packets, places, strict=True)):
        packet.time_base = Fraction(1, frame_rate)
        packet.pts, packet.dts, packet.duration = place, n - delay, 1
    return packets
