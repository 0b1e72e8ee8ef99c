"""Verification decodes the whole video, in a part for each core, and finds damage."""

import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from scenes.production.video import verify as decoding
from scenes.production.video.verify import _parts, decode

FRAMES, RATE, KEYS = 30, 15, 5


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of noise, with a key frame now and then, and frames that wait for later ones."""
    path = tmp_path_factory.mktemp("decoding") / "noise.mp4"
    rng = np.random.default_rng(0)
    with av.open(str(path), "w") as container:
        options = {"g": str(KEYS), "bf": "2"}
        stream = container.add_stream("libx264", rate=RATE, options=options)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        for _ in range(FRAMES):
            pixels = rng.integers(0, 255, (90, 160), dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="gray")))
        container.mux(stream.encode())
    return path


@pytest.mark.parametrize("cores", [1, 2, 3, 100])
def test_no_frame_is_lost_between_parts(
    video: Path, cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "cores", lambda: cores)
    decoded = decode(video)
    assert (decoded.frames, decoded.last_shown) == (FRAMES, Fraction(FRAMES - 1, RATE))
    with av.open(str(video)) as container:
        *_, last = container.decode(video=0)
    shown = last.reformat(format="rgb24", interpolation=0x42004).to_ndarray()
    assert decoded.last.tobytes() == shown.tobytes()


def test_parts_begin_with_keys_and_are_of_about_one_length() -> None:
    keys = [n % 5 == 0 for n in range(31)]
    assert _parts(keys, 1) == [(0, None)]
    assert _parts(keys, 2) == [(0, 15), (15, None)]
    assert _parts(keys, 3) == [(0, 10), (10, 20), (20, None)]
    assert _parts([True, *[False] * 9], 4) == [(0, None)]
    assert _parts([], 2) == [(0, None)]


@pytest.mark.parametrize("part", [0.3, 0.8])
def test_what_is_damaged_in_any_part_is_found(video: Path, tmp_path: Path, part: float) -> None:
    content = bytearray(video.read_bytes())
    for place in range(int(part * len(content)), int(part * len(content)) + 2000):
        content[place] ^= 0x5A
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(content)
    with pytest.raises((ValueError, av.FFmpegError)):
        decode(bad)


def test_who_watches_can_end_it(video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*args: object) -> None:
        over = args[-1]
        while not over.is_set():  # type: ignore[attr-defined]
            time.sleep(0.01)

    def stop() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(decoding, "_decode_part", slow)
    with pytest.raises(KeyboardInterrupt):
        decode(video, stop)
