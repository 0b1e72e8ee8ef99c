"""Stills of the kit's components, compared with pictures that were looked at.

When a change of look is meant, renew them and open each one before it is committed:

    python -m pytest tests/kit/test_golden.py --renew-golden
"""

from collections.abc import Callable
from pathlib import Path

import manim as mn
import numpy as np
import pytest
from PIL import Image

from scenes.kit.settings import rendering
from scenes.kit.theme import THEMES, Theme
from scenes.kit.type.typesetting import Pen
from tests.kit.pictures import (
    basics,
    cells,
    circuits,
    dives,
    listings,
    networks,
    runs,
    singular,
    units,
)

GOLDEN = Path(__file__).parent / "golden"
WIDTH, HEIGHT = 480, 270
MEAN_DIFFERENCE = 0.4
"""Mean absolute difference of a channel, of 255: edges are drawn a little otherwise elsewhere."""
FAR, SHARE_FAR = 48, 0.001
"""By so much may a channel of a pixel differ in that share of the pixels, and no more of them."""


PICTURES = {
    **basics.PICTURES,
    **cells.PICTURES,
    **circuits.PICTURES,
    **dives.PICTURES,
    **listings.PICTURES,
    **networks.PICTURES,
    **runs.PICTURES,
    **singular.PICTURES,
    **units.PICTURES,
}


def drawn(picture: Callable[[Pen], mn.Mobject], theme: Theme, directory: Path) -> Image.Image:
    with rendering(
        directory, "low", format="png", pixel_width=WIDTH, pixel_height=HEIGHT, frame_rate=5
    ):
        scene = mn.Scene()
        scene.camera.background_color = mn.ManimColor(theme.background)
        scene.camera.reset()
        scene.camera.capture_mobjects([picture(Pen(theme))])
        pixels = scene.camera.pixel_array[..., :3].copy()
    return Image.fromarray(pixels)


def far_from(golden: Image.Image, now: Image.Image) -> str:
    """Return how two pictures differ, or nothing if they look the same."""
    if golden.size != now.size:
        return f"size {now.size}, was {golden.size}"
    pictures = (np.asarray(picture.convert("RGB"), dtype=float) for picture in (golden, now))
    difference = np.abs(np.subtract(*pictures))
    share = float((difference.max(axis=-1) > FAR).mean())
    if difference.mean() <= MEAN_DIFFERENCE and share <= SHARE_FAR:
        return ""
    return f"mean difference {difference.mean():.2f} of 255, {100 * share:.2f} % of pixels far off"


@pytest.mark.parametrize("name", PICTURES)
def test_a_component_looks_as_it_did(
    name: str, theme: Theme, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    now, path = (
        drawn(PICTURES[name], theme, tmp_path / "media"),
        GOLDEN / f"{name}-{theme.name}.png",
    )
    if request.config.getoption("--renew-golden"):
        GOLDEN.mkdir(exist_ok=True)
        # A palette makes the file three times smaller; what it changes is far below the tolerance.
        palette = now.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        palette.save(path, optimize=True)
    new = tmp_path / path.name
    now.save(new)
    with Image.open(path) as golden:
        difference = far_from(golden, now)
    assert not difference, f"{path.name}: {difference}; the new picture is {new}, the old {path}"


def test_a_small_change_is_seen(tmp_path: Path) -> None:
    theme = THEMES["dark"]
    before = drawn(basics.numbers, theme, tmp_path)

    def moved(pen: Pen) -> mn.Mobject:
        return basics.numbers(pen).shift(0.1 * mn.UP)

    def without_a_word(pen: Pen) -> mn.Mobject:
        return mn.VGroup(*basics.numbers(pen)[:2])

    assert far_from(before, before) == ""
    assert far_from(before, drawn(moved, theme, tmp_path))
    assert far_from(before, drawn(without_a_word, theme, tmp_path))


def test_the_golden_pictures_are_few_and_small() -> None:
    files = list(GOLDEN.iterdir())
    expected = {f"{name}-{theme}.png" for name in PICTURES for theme in THEMES}
    assert {file.name for file in files} == expected
    assert sum(file.stat().st_size for file in files) < 2**21
