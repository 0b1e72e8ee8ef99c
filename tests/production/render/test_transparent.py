"""Transparent films: unpainted pixels are transparent, and others keep their colour."""

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageColor

from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment
from scenes.kit.theme import DARK, THEMES
from scenes.production.render.drawing.conversion import unmixed
from scenes.production.render.plan import plan
from scenes.production.request.catalog import FILMS
from scenes.production.request.formats import CLEAR, FORMATS, file_names
from scenes.production.request.job import Job
from scenes.production.request.selection import Selection
from scenes.production.store.build import current
from scenes.production.store.output_paths import Target
from tests.production.conftest import Make

GROUND = ImageColor.getrgb(DARK.background)


def frames(path: Path) -> list[np.ndarray]:
    """Decode with the library that has written it: FFmpeg's own decoder leaves alpha out."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.metadata["ALPHA_MODE"] == "1"
        codec = av.CodecContext.create("libvpx-vp9", "r")
        packets = [*(p for p in container.demux(stream) if p.size), None]
        return [f.to_ndarray(format="rgba") for p in packets for f in codec.decode(p)]


def holds_only_ink(picture: np.ndarray) -> None:
    """Hold a picture with title to a ground that is not there, and to ink that is."""
    assert picture[[0, 0, -1, -1], [0, -1, 0, -1], 3].tolist() == [0] * 4
    alpha = picture[..., 3]
    assert alpha.max() == 255
    assert 0.7 < (alpha == 0).mean() < 0.999
    ink = picture[alpha == 255][:, :3].astype(int)
    wanted = [int(THEMES["dark"].ink[n : n + 2], 16) for n in (1, 3, 5)]
    assert (np.abs(ink - wanted).max(axis=1) < 20).sum() > 50


@pytest.mark.usefixtures("made")
def test_a_transparent_film_lies_beside_the_opaque_one(make: Make) -> None:
    made = make(format="webm", transparent=True)
    folder = made.target.folder
    assert made.target.video == folder / "tiny-transparent.webm"
    shown = frames(made.target.video)
    assert len(shown) == made.facts["frames"]
    holds_only_ink(shown[0])
    holds_only_ink(shown[-1])
    # The opaque one is still there, and is what it was.
    opaque = Job("tiny:Tiny", Experiment(), "low", "mp4")
    assert current(Target(folder, "tiny", "mp4"), opaque.keys())
    assert not current(
        Target(folder, "tiny", "webm"), Job("tiny:Tiny", Experiment(), "low", "webm").keys()
    )
    assert make(format="webm", transparent=True).reused


@pytest.mark.thorough
def test_its_poster_has_the_ground_of_the_theme(make: Make, made: Path) -> None:
    with Image.open(made / "tiny.png") as poster:
        opaque = np.asarray(poster.convert("RGB")).astype(int)
    webp = make(format="webp", transparent=True)
    with Image.open(webp.target.poster) as poster:
        assert poster.mode == "RGB"
        found = np.asarray(poster).astype(int)
    assert found[0, 0].tolist() == list(GROUND)
    # Rims share pixels of colour with the ground.
    off = np.abs(found - opaque).max(axis=2)
    assert np.percentile(off, 99.5) < 16
    with Image.open(webp.target.video) as shown:
        assert (shown.format, shown.width) == ("WEBP", 640)
        for number in (0, getattr(shown, "n_frames", 1) - 1):
            shown.seek(number)
            alpha = np.asarray(shown.convert("RGBA"))[..., 3]
            assert (alpha[0, 0], alpha.max()) == (0, 255)


def test_colours_are_unmixed() -> None:
    picture = av.VideoFrame(4, 2, "rgba")
    pixels = np.zeros((2, picture.planes[0].line_size), np.uint8)
    # Half of a red, all of a red, a trace of it, nothing.
    pixels[:, :16] = [100, 0, 0, 128, 200, 0, 0, 255, 1, 0, 0, 1, 0, 0, 0, 0]
    picture.planes[0].update(pixels.tobytes())
    assert unmixed(picture, GROUND).to_ndarray()[0].tolist() == [
        [199, 0, 0, 128],
        [200, 0, 0, 255],
        [255, 0, 0, 1],
        [*GROUND, 0],
    ]


@pytest.mark.parametrize("format", sorted(set(FORMATS) - set(CLEAR)))
def test_formats_without_transparency_are_refused(format: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        plan(
            list(FILMS)[:1],
            Selection(),
            quality="low",
            format=format,
            transparent=True,
            output=tmp_path,
        )
    assert caught.value.problems == (
        f"--transparent: got --format {format}, which has no transparency; "
        "allowed --format webm or webp",
    )


def test_a_transparent_film_has_keys_and_a_name_of_its_own() -> None:
    opaque, clear = (Job("leak", Experiment(), "low", "webm", how) for how in (False, True))
    assert opaque.keys().content == clear.keys().content
    assert opaque.keys().video != clear.keys().video
    assert Job.from_json(clear.as_json()).transparent
    assert len(file_names("leak")) == len(FORMATS) + len(CLEAR)
