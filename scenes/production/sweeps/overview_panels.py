"""One panel of the overview of a sweep: its axes, and the profiles of its networks."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from numpy.typing import NDArray

from scenes.kit.charts.scales import Layers
from scenes.kit.theme import Theme
from scenes.production.sweeps.overview_grid import COLUMN_GAP, spread
from scenes.production.sweeps.overview_words import Profile
from scenes.words.figures import power_tick

Panel = Sequence[Profile | None]
"""A profile for each line; None where there is no network."""

AIR, OWN_AIR = 0.06, 0.12
"""Margins inside a panel, vertical and (if `Scales.own`) horizontal, as a share of the axis."""
OWN_FROM = 1.5
"""If the deepest network has this many times the layers of the shallowest, see `Scales.own`."""
SHORT, FAR, LEAST_DECADES = 24, 3, 3
"""Decades of y: not cut below SHORT, nor below FAR times what most profiles need; the fewest."""
MARKS = "oossDD"
"""Markers of the lines in a panel; every second one is hollow."""
MOST_BEYOND = 5
"""The most markers of a line for layers beyond an end of the axis."""


@dataclass(frozen=True)
class Scales:
    """The axes that all panels share.

    Attributes
    ----------
    low, high
        The ends of the y axis, as log10.
    depths
        Depth of the shallowest and of the deepest network; empty if all have failed.
    """

    low: float
    high: float
    depths: tuple[int, ...]

    @classmethod
    def of(cls, profiles: Sequence[Profile]) -> Scales:
        """Return axes for profiles, with y in whole decades and a margin.

        The y axis holds all profiles. If a few of them extend much further than the others, each
        end is put where only a quarter of the profiles go beyond it.
        """
        finite = [p[np.isfinite(p)] for p in profiles if np.isfinite(p).any()]
        lows = sorted(float(p.min()) for p in finite) or [0.0]
        highs = sorted(float(p.max()) for p in finite) or [0.0]
        low, high, quarter = lows[0], highs[-1], len(finite) // 4
        cut = highs[-1 - quarter] - lows[quarter]
        if high - low > max(SHORT, FAR * cut):
            low, high = lows[quarter], highs[-1 - quarter]
        bottom = math.floor(low)
        top = max(math.ceil(high), bottom + LEAST_DECADES)
        air = AIR * (top - bottom)
        depths = sorted(map(len, profiles))
        return cls(bottom - air, top + air, (*depths[:1], *depths[-1:]))

    @property
    def own(self) -> bool:
        """Whether the layers of each network span the whole width, whatever its depth."""
        return self.depths[-1:] > tuple(OWN_FROM * depth for depth in self.depths[:1])

    def below(self, profile: Profile) -> NDArray[np.bool_]:
        """Tell which layers lie below the axis; those that are exactly zero do not count."""
        return np.isfinite(profile) & (profile < self.low)

    def across(self, profile: Profile) -> NDArray[np.float64]:
        """Return the x coordinates of the layers of a network."""
        layers = np.arange(1.0, len(profile) + 1)
        return (layers - 1) / max(1, len(profile) - 1) if self.own else layers

    def ticks(
        self, width: float, height: float, width_of: Callable[[str], float]
    ) -> dict[str, Any]:
        """Return limits and ticks for a panel of a size in pixels, as arguments of `Axes.set`."""
        if not self.depths:
            return {"xticks": [], "yticks": []}
        powers = self._powers(height)
        y = {"yticks": powers, "yticklabels": [power_tick(power).plain for power in powers]}
        y["ylim"] = (self.low, self.high)
        if self.own:
            ends = {"xticks": (0, 1), "xticklabels": ("1", "last")}
            return {"xlim": (-OWN_AIR, 1 + OWN_AIR), **ends, **y}
        layers = Layers(self.depths[-1])
        most = max(2, int(width / (width_of(str(layers.depth)) + COLUMN_GAP)))
        even = (range(1, layers.depth + 1, n) for n in range(2, 6) if layers.depth % n == 1)
        every = (layers.labelled(), *even, (1, layers.depth))
        chosen = next(ticks for ticks in every if len(ticks) <= most)
        return {"xlim": (layers.low, layers.high), "xticks": chosen, **y}

    def _powers(self, height: float) -> list[int]:
        apart = max(30, height / 5) * (self.high - self.low) / height
        step = next(n * 10**k for k in range(9) for n in (1, 2, 5) if n * 10**k >= apart)
        low, high = math.ceil(self.low), math.floor(self.high)
        round_ones = list(range(-(-low // step) * step, high + 1, step))
        # A single tick would not show the scale.
        return round_ones if len(round_ones) > 1 else [low, high]


def looks(count: int, theme: Theme) -> list[dict[str, Any]]:
    """Return the style of each of `count` lines, as arguments of `Axes.plot`."""
    ramp = LinearSegmentedColormap.from_list("steps", theme.steps)(np.linspace(0, 1, count))
    colors = [to_hex(color) for color in ramp] if count > 1 else [theme.backward]
    return [
        {"color": c, "marker": MARKS[n], "mfc": theme.background if n % 2 else c, "mew": 2}
        for n, c in enumerate(colors)
    ]


def draw_panel(ax: Axes, lines: Panel, scales: Scales, theme: Theme) -> None:
    """Draw the profiles of a panel, with markers at its frame for values that are off the axis."""
    missing = sum(line is None for line in lines)
    if missing == len(lines):
        ax.text(0.5, 0.5, "failed", transform=ax.transAxes, ha="center", va="center")
        return
    width, height = ax.bbox.size
    size = 12 if width > 250 and height > 80 else 7
    frame: dict[str, Any] = {"transform": ax.get_xaxis_transform(), "ls": "", "zorder": 3}
    for n in range(missing):
        # A cross at the lower right, where profiles seldom are.
        at = 1 - (20 * n + 14) / width, 14 / height
        ax.plot(*at, "x", ms=10, mew=3, color=theme.saturated, transform=ax.transAxes)
    for n, (line, look) in enumerate(zip(lines, looks(len(lines), theme), strict=True)):
        if line is None:
            continue
        x = scales.across(line)
        marks = marked(line, n, len(lines), int(width / (3 * size)))
        ax.plot(x, line, ms=size, lw=size / 3, markevery=marks, **look)
        # Markers of exact zeros are on the frame; those of values beyond an end are inside it.
        edge, color, zero = 7 / height, look["color"], np.isneginf(line)
        for flags, y, most, how in (
            (zero, 0.0, len(line), {"marker": "s", "color": theme.saturated, "clip_on": False}),
            (scales.below(line), edge, MOST_BEYOND, {"marker": "v", "color": color}),
            (line > scales.high, 1 - edge, MOST_BEYOND, {"marker": "^", "color": color}),
        ):
            if flags.any():
                there = x[flags][spread(int(flags.sum()), most)]
                ax.plot(there, np.full(len(there), y), ms=9, **how, **frame)


def marked(profile: Profile, turn: int, of: int, most: int) -> list[int]:
    """Return the indices of the layers that get a marker.

    A layer without finite neighbours always gets one, as no line is drawn there. The markers of
    several lines are staggered, so that each line can be seen where they coincide.

    Parameters
    ----------
    profile
        The profile of the line.
    turn, of
        Index of the line, and the number of lines in the panel.
    most
        The most markers of all lines together, not counting those of lone layers.
    """
    finite = np.pad(np.isfinite(profile), 1)
    seen = np.flatnonzero(finite[1:-1])
    step = of * math.ceil(len(seen) / most)
    alone = np.flatnonzero(finite[1:-1] & ~finite[:-2] & ~finite[2:])
    return sorted({*seen[turn * step // of :: max(1, step)].tolist(), *alone.tolist()})
