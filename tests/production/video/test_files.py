"""Videos: even time stamps, chapters and fast start; GIFs within their size limit."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from scenes.production.video.downscale import SIZES
from scenes.production.video.files import Chapter, join
from scenes.production.video.gif import write_gif
from scenes.production.video.verify import decode
from scenes.production.video.webp import decode_webp, write_webp

RATE, FRAMES = 15, 9
SIZE = (704, 396)


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video whose frames do not compress, with a time stamp that came too early."""
    path = tmp_path_factory.mktemp("video") / "noisy.mp4"
    rng = np.random.default_rng(0)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for n in range(FRAMES):
            # Greys: a palette of many colours takes seconds.
            pixels = rng.integers(0, 255, (SIZE[1], SIZE[0]), dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, format="gray")
            frame.pts, frame.time_base = 1024 * n - 5 * (n > 4), Fraction(1, 1024 * RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def test_joined_frames_are_the_same_and_evenly_spaced(noisy: Path, tmp_path: Path) -> None:
    target = tmp_path / "even.mp4"
    join([noisy], target, RATE, "Gradients ∂", [Chapter("One", 0, 0.5), Chapter("Two", 0.5, 1)])
    with av.open(str(noisy)) as before, av.open(str(target)) as after:
        for n, pair in enumerate(zip(before.decode(video=0), after.decode(video=0), strict=True)):
            assert (pair[0].to_ndarray() == pair[1].to_ndarray()).all()
            assert pair[1].pts * pair[1].time_base == Fraction(n, RATE)
    with av.open(str(target)) as container:
        assert container.metadata["title"] == "Gradients ∂"
        chapters = [(c["metadata"]["title"], c["start"], c["end"]) for c in container.chapters()]
    assert chapters == [("One", 0, 500), ("Two", 500, 1000)]


def test_an_mp4_can_be_played_before_it_is_loaded(noisy: Path, tmp_path: Path) -> None:
    target = tmp_path / "fast.mp4"
    join([noisy], target, RATE, "x", [])
    content = target.read_bytes()
    assert 0 < content.find(b"moov") < content.find(b"mdat")


def test_frames_are_counted(noisy: Path) -> None:
    decoded = decode(noisy)
    assert (decoded.frames, decoded.width, decoded.height) == (FRAMES, *SIZE)
    assert decoded.last.size == SIZE


def encoded(path: Path, **options: object) -> Path:
    """Write a video of half a second."""
    settings = {"rate": RATE, "size": (64, 36), "crf": "23"} | options
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=settings["rate"])
        stream.width, stream.height = settings["size"]
        stream.pix_fmt, stream.options = "yuv420p", {"crf": settings["crf"], "bf": "2"}
        for n in range(settings["rate"] // 2):
            shade = np.full((settings["size"][1], settings["size"][0]), 10 * n, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(shade, format="gray")))
        container.mux(stream.encode())
    return path


def test_videos_are_joined_frame_by_frame(tmp_path: Path) -> None:
    sources = [encoded(tmp_path / f"{n}.mp4") for n in range(3)]
    target = tmp_path / "joined.mp4"
    join(sources, target, RATE, "All", [])
    with av.open(str(target)) as container:
        times = [(p.dts, p.pts) for p in container.demux(video=0) if p.pts is not None]
    decoding = [dts for dts, _ in times]
    assert decoding == sorted(set(decoding))
    assert all(dts <= pts for dts, pts in times)
    assert len({after - before for before, after in pairwise(decoding)}) == 1
    wanted = [frame.to_ndarray() for source in sources for frame in frames_of(source)]
    found = frames_of(target)
    assert [frame.pts * frame.time_base for frame in found] == [
        Fraction(n, RATE) for n in range(len(wanted))
    ]
    for frame, pixels in zip(found, wanted, strict=True):
        assert (frame.to_ndarray() == pixels).all()
    assert decode(target).last_shown == Fraction(len(wanted) - 1, RATE)


def frames_of(path: Path) -> list[av.VideoFrame]:
    with av.open(str(path)) as container:
        return list(container.decode(video=0))


@pytest.mark.parametrize(
    ("options", "what"),
    [({"size": (96, 54)}, "size"), ({"rate": 30}, "frame rate"), ({"crf": "40"}, "encoding")],
)
def test_only_videos_that_were_encoded_alike_are_joined(
    tmp_path: Path, options: dict[str, object], what: str
) -> None:
    first, other = encoded(tmp_path / "first.mp4"), encoded(tmp_path / "other.mp4", **options)
    target = tmp_path / "joined.mp4"
    with pytest.raises(ValueError, match=f"^other.mp4 has another .*{what}.* than first.mp4$"):
        join([first, other], target, RATE, "x", [])
    assert not target.exists()


@pytest.mark.parametrize("damage", ["cut", "scrambled"])
def test_a_damaged_video_is_not_taken_for_whole(noisy: Path, tmp_path: Path, damage: str) -> None:
    content = bytearray(noisy.read_bytes())
    middle = len(content) // 2
    if damage == "cut":
        # Its index would stand at the end.
        content = content[:middle]
    else:
        for place in range(middle, middle + 5000):
            content[place] ^= 0x5A
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(content)
    with pytest.raises(av.FFmpegError):
        decode(bad)


def test_a_gif_takes_as_long_as_the_video(noisy: Path, tmp_path: Path) -> None:
    target = tmp_path / "noisy.gif"
    frames, rate = write_gif(noisy, target, most_bytes=10**9)
    assert rate == 10
    assert frames == pytest.approx(FRAMES / RATE * rate, abs=1)
    decoded = decode(target)
    assert (decoded.frames, decoded.width, decoded.height) == (frames, 640, 360)


def test_a_gif_that_would_be_too_large_is_smaller(noisy: Path, tmp_path: Path) -> None:
    large, small = tmp_path / "large.gif", tmp_path / "small.gif"
    write_gif(noisy, large, most_bytes=10**9)
    frames, rate = write_gif(noisy, small, most_bytes=large.stat().st_size // 2)
    assert small.stat().st_size <= large.stat().st_size // 2
    decoded = decode(small)
    assert decoded.frames == frames
    assert (decoded.width, rate) < (640, 10)


@pytest.mark.parametrize("pass_", ["first", "second"])
def test_a_gif_ends_where_the_watch_raises(noisy: Path, tmp_path: Path, pass_: str) -> None:
    class Enough(BaseException):
        pass

    left = 1 if pass_ == "first" else FRAMES + 1

    def watch() -> None:
        nonlocal left
        left -= 1
        if not left:
            raise Enough

    with pytest.raises(Enough):
        write_gif(noisy, tmp_path / "x.gif", watch=watch)


def test_a_webp_stays_within_its_size(noisy: Path, tmp_path: Path) -> None:
    large, small = tmp_path / "large.webp", tmp_path / "small.webp"
    frames, rate = write_webp(noisy, large, most_bytes=10**9)
    assert rate == SIZES[0].rate
    assert frames == pytest.approx(FRAMES * rate / RATE, abs=1)
    decoded = decode_webp(large, rate)
    assert (decoded.frames, decoded.width) == (frames, SIZES[0].width)
    _, rate = write_webp(noisy, small, most_bytes=large.stat().st_size // 2)
    assert rate == SIZES[-1].rate or small.stat().st_size <= large.stat().st_size // 2
    assert small.stat().st_size < large.stat().st_size


def test_a_webp_that_was_cut_off_is_refused(noisy: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.webp"
    _, rate = write_webp(noisy, path)
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(ValueError, match=r"decoded|whole number"):
        decode_webp(path, rate)
