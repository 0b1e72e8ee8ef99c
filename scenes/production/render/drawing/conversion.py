"""Converts pictures from RGB to the colours of a video, only where they have changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import av
import numpy as np
from av.video.reformatter import (
    ColorPrimaries,
    ColorRange,
    Colorspace,
    ColorTrc,
    VideoReformatter,
)
from numpy.typing import NDArray

from scenes.production.render.drawing.boxes import Box, area

BYTES = 4
"""Bytes of a pixel: red, green, blue and alpha."""
OPAQUE = 255
Color: TypeAlias = tuple[int, int, int]
"""Red, green and blue, from 0 to 255."""
_AROUND = 2
"""Rows above and below on which the colours of a row depend, as four pixels share one colour."""
_SIZES = 64
"""How many converters are kept, as each takes a millisecond to set up."""


class Converter:
    """Keeps a picture in the colours of BT.709, which players expect of high-definition video.

    A part that is converted alone gets the same colours, to the last bit, as in the whole picture.

    Parameters
    ----------
    ground
        None for pictures without transparency. Otherwise transparent pixels stay transparent and
        get this colour. It shows at the edges of shapes, whose pixels share a colour sample with
        their transparent neighbours.

    Attributes
    ----------
    format
        The pixel format of the result.
    frame
        The converted picture; chroma has half the rows and columns of luma (4:2:0).
    """

    def __init__(self, ground: Color | None = None) -> None:
        self._ground = ground
        self.format = "yuv420p" if ground is None else "yuva420p"
        self._steps = (1, 2, 2) if ground is None else (1, 2, 2, 1)
        self.frame: av.VideoFrame | None = None
        self._reformatters: dict[tuple[int, int], VideoReformatter] = {}

    def update(self, picture: av.VideoFrame, boxes: Sequence[Box] | None) -> av.VideoFrame:
        """Convert the picture and return it.

        Parameters
        ----------
        picture
            RGBA.
        boxes
            Where it differs from the previous one, in even numbers of pixels; None for everywhere.
        """
        if self.frame is None or boxes is None or 2 * area(boxes) > picture.width * picture.height:
            self.frame = self._converted(picture)
        else:
            for box in boxes:
                self._update_part(picture, self.frame, box)
        return self.frame

    def _update_part(self, picture: av.VideoFrame, frame: av.VideoFrame, box: Box) -> None:
        x, y, width, height = box
        # The colours of the neighbouring rows depend on the box too.
        first, end = max(0, y - _AROUND), min(picture.height, y + height + _AROUND)
        top, bottom = max(0, first - _AROUND), min(picture.height, end + _AROUND)
        part = av.VideoFrame(width, bottom - top, "rgba")
        columns = np.s_[BYTES * x : BYTES * (x + width)]
        _rows(part, 0, BYTES)[:] = _rows(picture, 0, BYTES)[top:bottom, columns]
        converted = self._converted(part)
        for plane, step in enumerate(self._steps):
            source = _rows(converted, plane)[(first - top) // step : (end - top) // step]
            place = np.s_[first // step : end // step, x // step : (x + width) // step]
            _rows(frame, plane)[place] = source

    def _converted(self, picture: av.VideoFrame) -> av.VideoFrame:
        size = (picture.width, picture.height)
        if size not in self._reformatters and len(self._reformatters) >= _SIZES:
            self._reformatters.clear()
        reformatter = self._reformatters.setdefault(size, VideoReformatter())
        return reformatter.reformat(
            picture if self._ground is None else unmixed(picture, self._ground),
            format=self.format,
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
            dst_color_primaries=ColorPrimaries.BT709,
            dst_color_trc=ColorTrc.BT709,
        )


def unmixed(picture: av.VideoFrame, ground: Color) -> av.VideoFrame:
    """Return a picture whose colours are not multiplied by alpha.

    Cairo stores premultiplied colours: a red that covers half of a pixel is stored as dark red.
    """
    clear = av.VideoFrame(picture.width, picture.height, "rgba")
    pixels = _rows(picture, 0, BYTES).reshape(picture.height, picture.width, BYTES)
    alpha = pixels[..., 3:].astype(np.uint32)
    own = (pixels[..., :3] * np.uint32(OPAQUE) + alpha // 2) // np.maximum(alpha, 1)
    own = np.where(alpha > 0, np.minimum(own, OPAQUE), np.asarray(ground, np.uint32))
    _rows(clear, 0, BYTES)[:] = np.concatenate([own, alpha], axis=-1).reshape(picture.height, -1)
    return clear


def _rows(frame: av.VideoFrame, plane: int, each: int = 1) -> NDArray[np.uint8]:
    """Return a plane as a writable array (rows, bytes), without the padding of its rows."""
    memory = frame.planes[plane]
    line: NDArray[np.uint8] = np.frombuffer(memory, np.uint8)  # type: ignore[call-overload]
    return line.reshape(-1, memory.line_size)[: memory.height, : each * memory.width]
