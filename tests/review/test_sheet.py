"""Which frames are on a sheet."""

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from tests.review.sheet import COLUMNS, HEIGHT, ROWS, STRIP, WIDTH, frames, sheets

RATE, SECONDS = 10, 26


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of 26 s that grows brighter."""
    path = tmp_path_factory.mktemp("video") / "film.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for n in range(RATE * SECONDS):
            grey = np.full((36, 64, 3), n * 255 // (RATE * SECONDS), dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")))
        container.mux(stream.encode())
    return path


def test_a_frame_each_step_and_the_last(video: Path) -> None:
    shots = list(frames(video, 1.2))
    assert [shot.second for shot in shots] == pytest.approx([*np.arange(22) * 1.2, 25.9])
    for second, picture in shots:
        grey = picture.getpixel((30, 20))
        assert grey[0] == pytest.approx(255 * second / SECONDS, abs=4)


def test_a_part_has_its_two_ends(video: Path) -> None:
    seconds = [shot.second for shot in frames(video, 0.3, (12.0, 12.9))]
    assert seconds == pytest.approx([12.0, 12.3, 12.6, 12.9])
    assert not list(frames(video, 0.3, (30.0, 31.0)))


def test_sheets_are_pages_and_older_ones_go(video: Path) -> None:
    old = video.with_name("sheet-9.png")
    old.touch()
    pages = sheets(video, "sheet")
    assert [page.name for page in pages] == ["sheet-1.png", "sheet-2.png"]
    assert not old.exists()
    sizes = [Image.open(page).size for page in pages]
    pitch = HEIGHT + STRIP
    assert sizes == [(WIDTH * COLUMNS, pitch * ROWS), (WIDTH * 3, pitch)]
    (close,) = sheets(video, "close-1-2", (1.0, 2.0))
    assert Image.open(close).size == (WIDTH * COLUMNS, pitch)
    assert all(page.exists() for page in pages)
