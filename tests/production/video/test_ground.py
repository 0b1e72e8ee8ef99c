"""The background of a film is that of the page around it, to the last bit."""

import io
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image, ImageColor

from scenes.kit.theme import THEMES, Theme
from scenes.production.render.drawing.encoder import H264, VP9, Encoder, Encoding
from scenes.production.video.files import join
from scenes.production.video.still import picture_at
from scenes.production.video.verify import decode
from tests.browser import Visit
from tests.browser import browser as browser
from tests.browser import visit as visit

WIDTH, HEIGHT, RATE = 320, 180, 15
PAGE = """<body style="margin: 0; background: {ground}">
<video src="{film}" preload="auto" muted style="display: block"></video>"""


def film_on(theme: Theme, folder: Path, encoding: Encoding) -> Path:
    """Encode a film of a grey square on the background of a theme."""
    piece, film = (folder / f"{name}.{encoding.container}" for name in ("piece", "film"))
    encoder = Encoder(piece, encoding, WIDTH, HEIGHT, RATE)
    ground = ImageColor.getrgb(theme.background)
    picture = np.full((HEIGHT, WIDTH, 4), (*ground, 255), dtype=np.uint8)
    picture[60:120, 100:200, :3] = 128
    encoder.write(av.VideoFrame.from_ndarray(picture, format="rgba"), RATE)
    encoder.close()
    join([piece], film, RATE, "A film", [])
    return film


@pytest.mark.parametrize("encoding", [H264, VP9], ids=lambda one: one.container)
@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda one: one.name)
def test_posters_and_stills_have_the_background_of_the_theme(
    theme: Theme, encoding: Encoding, tmp_path: Path
) -> None:
    last = decode(film_on(theme, tmp_path, encoding)).last
    assert last.getpixel((5, 5)) == ImageColor.getrgb(theme.background)
    assert last.getpixel((150, 90)) == pytest.approx((128, 128, 128), abs=2)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda one: one.name)
def test_a_picture_from_the_middle_has_the_background_of_the_theme(
    theme: Theme, tmp_path: Path
) -> None:
    found = picture_at(film_on(theme, tmp_path, H264), 0.0)
    assert found.getpixel((5, 5)) == ImageColor.getrgb(theme.background)


@pytest.mark.thorough
@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda one: one.name)
def test_a_browser_shows_film_and_page_alike(
    theme: Theme, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    film = film_on(theme, tmp_path, H264)
    page = tmp_path / "page.html"
    page.write_text(PAGE.format(ground=theme.background, film=film.name))
    found = visit(page, viewport={"width": 600, "height": 300})
    found.page.wait_for_function("document.querySelector('video').readyState >= 2")
    # The frame that is there may not have been painted yet.
    found.page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 200)))")
    shown = Image.open(io.BytesIO(found.page.screenshot())).convert("RGB")
    assert shown.getpixel((150, 90)) == pytest.approx((128, 128, 128), abs=2)
    around, inside = shown.getpixel((580, 280)), shown.getpixel((5, 5))
    assert around == inside == ImageColor.getrgb(theme.background)
