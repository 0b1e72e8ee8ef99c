"""Colours and sizes by meaning, in a dark and a light theme.

A meaning keeps its hue in every film. The hues are those of Okabe and Ito, "Color Universal Design"
(2008), which colour-blind viewers can tell apart; the light theme darkens them until they reach the
contrast that WCAG 2.2 asks for: 4.5:1 where they colour text, 3:1 elsewhere. Web pages
take their colours from here too, so importing this module does not import Manim.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from manim import ManimColor

TITLE, NARRATION, LABEL, SMALL = 44, 34, 28, 26
"""Font sizes in Manim's units; nothing is set smaller than `SMALL`."""

LINE, CURVE, HAIR = 3.0, 5.0, 2.0
"""Stroke widths in Manim's units of 1/100 of a frame unit: 2 is 2.7 pixels at 1080p."""


@dataclass(frozen=True)
class Theme:
    """A palette by meaning. Every field but `name` is a colour ``#RRGGBB`` or a ramp of colours.

    Attributes
    ----------
    forward, backward
        Activations of the forward pass; gradients of the backward pass.
    saturated, healthy
        A unit whose slope is nearly zero (also hatched); a unit with a usable slope.
    theory, bound
        The prediction of mean-field theory (dashed); an upper bound (dotted).
    contrast
        The same network with one thing changed.
    other
        A second such network, where three are compared.
    ramp
        Colours from small to large magnitude of a gradient, evenly spaced and perceptually uniform.
    loss_ramp
        The same for a loss, where the forward pass ends.
    steps
        Colours of several gradients in one chart, in order. They are perceptually uniform as well,
        and each has the contrast required of text.
    """

    name: str
    background: str
    ink: str
    muted: str
    grid: str
    forward: str
    backward: str
    saturated: str
    healthy: str
    theory: str
    bound: str
    contrast: str
    other: str
    ramp: tuple[str, ...]
    loss_ramp: tuple[str, ...]
    steps: tuple[str, ...]

    def magnitude(self, level: float) -> ManimColor:
        """Return the colour of a magnitude; `level` runs from 0, smallest, to 1, largest."""
        return _along(self.ramp, level)

    def loss(self, level: float) -> ManimColor:
        """Return the colour of a loss; `level` runs from 0, lowest, to 1, highest."""
        return _along(self.loss_ramp, level)

    def contrast_of(self, color: str, opacity: float) -> float:
        """Return the contrast of a colour at an opacity with the background, by WCAG 2.2: 1 to 21.

        Parameters
        ----------
        color
            ``#RRGGBB``.
        opacity
            0 to 1; more counts as 1.
        """
        ground, full = _channels(self.background), _channels(color)
        share = float(np.clip(opacity, 0.0, 1.0))
        dark, light = sorted(
            _luminance(each) for each in (ground, ground + (full - ground) * share)
        )
        return (light + 0.05) / (dark + 0.05)


def _channels(color: str) -> NDArray[np.float64]:
    return np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)]) / 255


def _luminance(channels: NDArray[np.float64]) -> float:
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ np.array([0.2126, 0.7152, 0.0722]))


def _along(ramp: tuple[str, ...], level: float) -> ManimColor:
    # Imported here, as web pages use these colours without Manim.
    from manim import ManimColor

    place = float(np.clip(level, 0, 1)) * (len(ramp) - 1)
    low = min(int(place), len(ramp) - 2)
    return ManimColor(ramp[low]).interpolate(ManimColor(ramp[low + 1]), place - low)


DARK = Theme(
    name="dark",
    # The backgrounds come back from a video, 8 bits of BT.709, as they were, so that a film and the
    # page around it are of one colour.
    background="#101418",
    ink="#E6E8EB",
    muted="#A3A9B2",
    grid="#2A3038",
    forward="#56B4E9",
    backward="#E69F00",
    saturated="#D55E00",
    healthy="#009E73",
    theory="#CC79A7",
    bound="#999999",
    contrast="#E6E8EB",
    other="#F0E442",
    # Lightness rises evenly from the background to the hue of a gradient.
    ramp=("#1B2028", "#46391F", "#775918", "#AC7B0E", "#E69F00"),
    loss_ramp=("#1B2028", "#2B4153", "#3A6582", "#488CB4", "#56B4E9"),
    # The hue of a gradient; lightness in OKLab rises evenly.
    steps=("#A8740A", "#C4880E", "#E29D12", "#FEB42E", "#FED599", "#FFF3E3"),
)

LIGHT = Theme(
    name="light",
    background="#FFFFFF",
    ink="#16191D",
    muted="#565D66",
    grid="#DADDE1",
    forward="#0B6FA8",
    backward="#8F6200",
    saturated="#B84300",
    healthy="#007A57",
    theory="#A3447C",
    bound="#6B6B6B",
    contrast="#16191D",
    other="#746B00",
    ramp=("#F1EEE6", "#DFCFA5", "#C8AC64", "#AD8729", "#8F6200"),
    loss_ramp=("#EDF2F6", "#BAD1E3", "#87B0D0", "#538FBC", "#0B6FA8"),
    steps=("#9E6D09", "#865C06", "#6F4C04", "#593C03", "#432C01", "#2F1E01"),
)

THEMES = {theme.name: theme for theme in (DARK, LIGHT)}
