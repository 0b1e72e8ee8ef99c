"""Converting a part of a picture gives the same colours as converting the whole picture."""

import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange, Colorspace

from scenes.production.render.drawing.boxes import tiled
from scenes.production.render.drawing.conversion import Converter

SIZES = [(854, 480), (1280, 720), (200, 66)]


def picture(width: int, height: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (height, width, 4), dtype=np.uint8)


def frame_of(pixels: np.ndarray) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(pixels, format="rgba")


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_parts_make_the_whole(width: int, height: int) -> None:
    rng = np.random.default_rng(width)
    converter, shown = Converter(), picture(width, height, 0)
    converter.update(frame_of(shown), None)
    for n in range(1, 9):
        left, top = int(rng.integers(0, width)), int(rng.integers(0, height))
        box = tiled(left, top, left + 70, top + 40, width, height)
        x, y, across, down = box
        part = np.s_[y : y + down, x : x + across]
        shown[part] = picture(width, height, n)[part]
        partly = converter.update(frame_of(shown), [box]).to_ndarray()
        whole = Converter().update(frame_of(shown), None).to_ndarray()
        assert np.array_equal(partly, whole)


def test_colours_are_those_of_high_definition() -> None:
    """ITU-R BT.709-6, items 3.2 to 3.5: red has luma 0.2126, in 16..235."""
    red = np.zeros((64, 64, 4), np.uint8)
    red[:, :] = (255, 0, 0, 255)
    frame = Converter().update(frame_of(red), None)
    assert (frame.colorspace, frame.color_range) == (Colorspace.ITU709, ColorRange.MPEG)
    luma = frame.to_ndarray()[:64]
    assert np.abs(luma.astype(float) - (16 + 219 * 0.2126)).max() <= 1


def test_nothing_new_is_not_converted_again() -> None:
    converter, shown = Converter(), picture(128, 64, 0)
    before = converter.update(frame_of(shown), None).to_ndarray()
    assert np.array_equal(converter.update(frame_of(picture(128, 64, 1)), []).to_ndarray(), before)
