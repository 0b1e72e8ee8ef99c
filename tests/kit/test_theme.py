"""Contrast, by the formula of WCAG 2.2."""

from dataclasses import fields, replace

import numpy as np
import pytest
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb

from scenes.kit.theme import CURVE, HAIR, LABEL, LINE, NARRATION, SMALL, THEMES, TITLE, Theme

FAINT = ("grid",)
"""Lines that only guide the eye, and may be fainter than 3:1."""
COLORS = tuple(
    field.name
    for field in fields(Theme)
    if field.name not in {"name", "background", "ramp", "loss_ramp", "steps", *FAINT}
)
"""Every other colour is one that words are set in, lines drawn with or shapes filled with."""


def luminance(color: str | np.ndarray) -> float:
    """Return the relative luminance of a colour ``#RRGGBB``, or of its three channels, 0 to 1."""
    channels = color if isinstance(color, np.ndarray) else np.array(to_rgb(color))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str | np.ndarray, other: str | np.ndarray) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_itself() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


def laid_over(color: str, opacity: float, background: str) -> np.ndarray:
    """Return the channels of a colour on a background, as painters of pictures mix them."""
    return opacity * np.array(to_rgb(color)) + (1 - opacity) * np.array(to_rgb(background))


@pytest.mark.parametrize("opacity", [0.0, 0.02, 0.1, 0.25, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("name", COLORS)
def test_the_contrast_of_a_color_at_an_opacity(theme: Theme, name: str, opacity: float) -> None:
    color = getattr(theme, name)
    expected = contrast(laid_over(color, opacity, theme.background), theme.background)
    assert theme.contrast_of(color, opacity) == pytest.approx(expected, rel=1e-12)


def test_the_ends_of_an_opacity(theme: Theme) -> None:
    assert theme.contrast_of(theme.backward, 0.0) == 1
    full = contrast(theme.backward, theme.background)
    assert theme.contrast_of(theme.backward, 1.0) == pytest.approx(full)
    # A gradient may be larger than one that is fully lit.
    for opacity in (1.5, np.inf):
        assert theme.contrast_of(theme.backward, opacity) == theme.contrast_of(theme.backward, 1.0)
    assert theme.contrast_of(theme.backward, -0.5) == 1


def test_more_of_a_color_is_more_contrast(theme: Theme) -> None:
    found = [theme.contrast_of(theme.backward, share) for share in np.linspace(0, 1, 50)]
    assert (np.diff(found) > 0).all()


def test_black_on_white_is_the_most_contrast() -> None:
    white = replace(THEMES["light"], background="#FFFFFF")
    assert white.contrast_of("#000000", 1.0) == pytest.approx(21)
    assert white.contrast_of("#FFFFFF", 1.0) == 1


@pytest.mark.parametrize("name", COLORS)
def test_words_can_be_read_and_so_shapes_be_seen(theme: Theme, name: str) -> None:
    # 4.5:1 for words; the 3:1 that lines and fills need is less.
    assert contrast(getattr(theme, name), theme.background) >= 4.5


def test_the_grid_stays_behind(theme: Theme) -> None:
    assert 1.1 < contrast(theme.grid, theme.background) < 3


def test_a_meaning_keeps_its_hue() -> None:
    import colorsys

    def hue(color: str) -> float:
        red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
        return colorsys.rgb_to_hls(red, green, blue)[0]

    dark, light = THEMES["dark"], THEMES["light"]
    for name in ("forward", "backward", "saturated", "healthy", "theory"):
        apart = abs(hue(getattr(dark, name)) - hue(getattr(light, name)))
        assert min(apart, 1 - apart) < 0.04, name


@pytest.mark.parametrize(("ramp", "hue"), [("magnitude", "backward"), ("loss", "forward")])
def test_a_ramp_runs_evenly_from_the_background_to_its_hue(
    theme: Theme, ramp: str, hue: str
) -> None:
    color = getattr(theme, ramp)
    places = np.linspace(0, 1, 33)
    lightness = []
    for place in places:
        y = luminance(color(place).to_hex())
        lightness.append(116 * y ** (1 / 3) - 16 if y > 216 / 24389 else y * 24389 / 27)
    steps = np.diff(lightness)
    assert (np.sign(steps) == np.sign(steps[0])).all()
    assert np.abs(steps).max() < 1.6 * np.abs(steps).mean()
    assert color(1).to_hex().upper() == getattr(theme, hue)
    assert color(-1) == color(0)
    assert color(2) == color(1)
    assert contrast(color(0).to_hex(), theme.background) < 1.3


def test_steps_are_even_and_each_can_be_read(theme: Theme) -> None:
    lightness = [oklab_lightness(color) for color in theme.steps]
    steps = np.diff(lightness)
    assert (np.sign(steps) == np.sign(steps[0])).all()
    assert np.abs(steps) == pytest.approx(np.abs(steps).mean(), rel=0.05)
    assert np.abs(steps).min() > 0.05
    ramp = LinearSegmentedColormap.from_list("steps", theme.steps)
    for color in ramp(np.linspace(0, 1, 11)):
        assert contrast(to_hex(color), theme.background) >= 4.5


def oklab_lightness(color: str) -> float:
    """Return the L of Oklab, as B. Ottosson defines it (2020)."""
    channels = np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    cones = np.cbrt(
        np.array(
            [
                [0.4122214708, 0.5363325363, 0.0514459929],
                [0.2119034982, 0.6806995451, 0.1073969566],
                [0.0883024619, 0.2817188376, 0.6299787005],
            ]
        )
        @ linear
    )
    return float(cones @ [0.2104542553, 0.7936177850, -0.0040720468])


def test_sizes() -> None:
    assert min(TITLE, NARRATION, LABEL, SMALL) == SMALL == 26
    pixels_per_unit = 1920 / (128 / 9)
    assert min(HAIR, LINE, CURVE) / 100 * pixels_per_unit >= 2
