"""Encodes pictures into a piece of a video, on one core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
from av.video.reformatter import ColorRange

from scenes.production.render.drawing.boxes import Box
from scenes.production.render.drawing.conversion import Color, Converter

_BT709 = 1
"""The code of BT.709 for primaries, transfer and matrix in ITU-T H.273."""


@dataclass(frozen=True)
class Encoding:
    """How pictures are encoded as a video.

    Attributes
    ----------
    codec, container
        Their names in FFmpeg.
    options
        Options of the codec.
    clear
        Whether the background is transparent.
    """

    codec: str
    container: str
    options: Mapping[str, str] = field(default_factory=dict)
    clear: bool = False


H264 = Encoding(
    "libx264",
    "mp4",
    {"preset": "ultrafast", "qp": "21", "x264-params": "cabac=1", "threads": "1"},
)
"""For lines and type this is closer to the original than Manim's setting, takes a tenth of the
time, and gives files of about the same size. Slower presets search for detail that such pictures do
not have. As the quality is the same for all frames, the encoder need not look at a frame twice."""
VP9 = Encoding("libvpx-vp9", "webm", {"crf": "32", "cpu-used": "5", "threads": "1"})
"""About the quality of the mp4; with the encoder's default speed a film takes twice as long."""
CLEAR_VP9 = Encoding("libvpx-vp9", "webm", {**VP9.options, "auto-alt-ref": "0"}, clear=True)
"""Alternate reference frames, which are never shown, cannot be transparent: they are off."""


class Encoder:
    """Writes one piece of a video.

    A picture that is shown for many frames is converted once, and only where it has changed.

    Parameters
    ----------
    target
        The file to write.
    width, height
        In pixels.
    frame_rate
        Frames per second.
    ground
        The colour of transparent pixels; see `Converter`.
    """

    def __init__(
        self,
        target: Path,
        encoding: Encoding,
        width: int,
        height: int,
        frame_rate: int,
        ground: Color | None = None,
    ) -> None:
        self._container = av.open(str(target), "w", format=encoding.container)
        stream = self._container.add_stream(
            encoding.codec, rate=frame_rate, options=dict(encoding.options)
        )
        assert isinstance(stream, av.VideoStream)
        self._converter = Converter(ground if encoding.clear else None)
        stream.width, stream.height, stream.pix_fmt = width, height, self._converter.format
        if encoding.clear:
            stream.metadata["alpha_mode"] = "1"
        codec = stream.codec_context
        codec.colorspace = codec.color_primaries = codec.color_trc = _BT709
        codec.color_range = ColorRange.MPEG
        codec.thread_count = 1
        self._stream = stream
        self._tick = Fraction(1, frame_rate)
        self.frames = 0

    def write(
        self, picture: av.VideoFrame, repeat: int = 1, boxes: Sequence[Box] | None = None
    ) -> None:
        """Add a picture.

        Parameters
        ----------
        picture
            RGBA.
        repeat
            How many frames it is shown for.
        boxes
            Where it differs from the previous one; see `Converter.update`.
        """
        frame = self._converter.update(picture, boxes)
        for _ in range(repeat):
            frame.pts, frame.time_base = self.frames, self._tick
            self._container.mux(self._stream.encode(frame))
            self.frames += 1

    def close(self) -> None:
        """Write the frames that the encoder still holds, and close the file."""
        self._container.mux(self._stream.encode())
        self._container.close()
