"""The picture of a sweep: the gradient profile of every network, in small multiples."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.lines import Line2D
from matplotlib.transforms import IdentityTransform
from PIL import Image

from backprop_core.formatting import escape
from scenes.kit.theme import THEMES, Theme
from scenes.production.sweeps import overview_words as words
from scenes.production.sweeps.axes import Axis
from scenes.production.sweeps.overview_grid import COLUMN_GAP, HEADING, ROW_GAP, arrange
from scenes.production.sweeps.overview_panels import Panel, Scales, draw_panel, looks
from scenes.production.sweeps.overview_words import Profile

SIZE = WIDTH, HEIGHT = 1920, 1080
FACE, TITLE, TEXT, SMALL = "DejaVu Sans", 42, 27, 24
"""The font, and its sizes in pixels; all lengths here are in pixels."""
LINE, MARGIN, LEFT, TOP, FOOT, TICKS = 38, 60, 150, 190, 32, 42
"""Height of a line; margins at the sides, left of panels, above, below; height of x tick labels."""
SAMPLE = 100
"""Width of a sample of a line in the legend, with its gaps."""
NOTES_WIDTH = 125
"""The most characters of a line of notes."""


def draw(facts: Mapping[str, Any], path: Path) -> None:
    """Draw the overview of a sweep as a PNG file; the same facts give the same bytes.

    Parameters
    ----------
    facts
        What `scenes.production.sweeps.networks.sweep_facts` returns.
    path
        Path of the file.
    """
    # The user's matplotlibrc must not change the picture, nor text of the user become a formula.
    with style.context(style_of(THEMES[facts["theme"]]), after_reset=True):
        canvas = Overview(facts).canvas
        canvas.draw()
        Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3]).save(path, optimize=True)


def style_of(theme: Theme) -> dict[str, Any]:
    """Return the settings of matplotlib for a theme; all others keep matplotlib's defaults."""
    colors = {
        theme.muted: ("text.color", "xtick.color", "ytick.color"),
        theme.ink: ("axes.titlecolor", "legend.labelcolor"),
        theme.background: ("figure.facecolor", "axes.facecolor"),
        theme.grid: ("axes.edgecolor", "grid.color"),
    }
    fonts = {"font.family": FACE, "font.size": SMALL, "axes.titlesize": SMALL}
    frame = {"axes.linewidth": 2, "grid.linewidth": 1.5, "axes.titlepad": 10}
    grid = {"axes.grid": True, "axes.grid.axis": "y", "axes.axisbelow": True}
    key = {"legend.frameon": False, "legend.borderpad": 0, "legend.borderaxespad": 0}
    painted = {name: color for color, names in colors.items() for name in names}
    return {"text.parse_math": False, **painted, **fonts, **frame, **grid, **key}


@cache
def _glyphs() -> frozenset[int]:
    return frozenset(get_font(findfont(FACE)).get_charmap())


def drawable(text: str) -> str:
    """Replace characters that the typeface cannot draw by question marks."""
    return "".join(c if ord(c) in _glyphs() else "?" for c in text)


class Overview:
    """The figure with the overview of a sweep; for `facts` see `draw`.

    Attributes
    ----------
    grid
        The panels, and which networks are in them.
    panels
        The profiles of the networks in each panel.
    """

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72), dpi=72)
        self.canvas = FigureCanvasAgg(self.figure)
        self._theme = THEMES[facts["theme"]]
        axes = [Axis.of(a, drawable) for a in facts["axes"] if len(a["values"]) > 1]
        # Leave room for axis names beside and above the panels, a line of legend, and one of notes.
        width = WIDTH - LEFT - MARGIN - LINE - 2 * COLUMN_GAP
        height = HEIGHT - TOP - FOOT - TICKS - 4 * LINE
        self.grid = arrange(axes, self._width, width, height)
        networks = facts["networks"]
        self.panels = [[_profile(networks[n]) for n in panel] for panel in self.grid.panels]
        known = [one for lines in self.panels for one in lines if one is not None]
        self._scales = Scales.of(known)
        title = words.title(drawable(escape(facts["name"])), axes)
        self._line(76, title, TITLE, color=self._theme.ink, weight="bold")
        self._line(122, words.subtitle(networks, facts["axes"]), TEXT)
        self._line(166, words.QUANTITY, TEXT)
        top = HEIGHT - TOP - self._key(known)
        notes = [*words.left_out(self.grid), *words.notes(networks, facts["unread"])]
        notes += words.beyond(known, self._scales.low, self._scales.high)
        self._panels(top, self._foot(notes))

    def _width(self, text: str) -> float:
        font = FontProperties(family=FACE, size=SMALL)
        return float(self.canvas.get_renderer().get_text_width_height_descent(text, font, False)[0])

    def _line(self, down: float, text: str, size: float, **how: Any) -> None:
        """Write a line at the left margin, `down` pixels below the top."""
        self._text(MARGIN, HEIGHT - down, text, WIDTH - 2 * MARGIN, size, **how)

    def _text(
        self, x: float, y: float, text: str, room: float, size: float = SMALL, **how: Any
    ) -> None:
        """Write a text, made smaller if it is longer than `room`."""
        made = self.figure.text(x, y, text, size=size, transform=IdentityTransform(), **how)
        box = made.get_window_extent(self.canvas.get_renderer())
        made.set_fontsize(size * min(1.0, room / max(box.width, box.height)))

    def _key(self, known: Sequence[Profile]) -> float:
        """Draw the legend of lines and markers above the panels; return its height."""
        red, orange = self._theme.saturated, self._theme.backward
        signs = (
            ("0 exactly", "s", red, any(np.isneginf(p).any() for p in known)),
            ("below the axis", "v", orange, any(self._scales.below(p).any() for p in known)),
            ("above the axis", "^", orange, any((p > self._scales.high).any() for p in known)),
            ("failed", "x", red, any(map(_partly, self.panels))),
        )
        labels = self.grid.line_labels if self.grid.within else ()
        named = zip(labels, looks(len(labels), self._theme), strict=False)
        handles = [Line2D([], [], label=label, ms=10, lw=3, **look) for label, look in named]
        handles += [
            Line2D([], [], label=label, marker=mark, color=color, ls="", ms=11, mew=3)
            for label, mark, color, is_there in signs
            if is_there
        ]
        if not handles:
            return 0.0
        widths = [self._width(str(handle.get_label())) + SAMPLE for handle in handles]
        room = WIDTH - 2 * MARGIN
        each_line = len(handles) if sum(widths) < room else max(1, int(room / max(widths)))
        made = self.figure.legend(
            # Matplotlib fills a legend by columns, but it is read by rows.
            handles=[handle for n in range(each_line) for handle in handles[n::each_line]],
            ncols=each_line,
            loc="upper left",
            bbox_to_anchor=(MARGIN, HEIGHT - TOP),
            bbox_transform=IdentityTransform(),
        )
        return float(made.get_window_extent(self.canvas.get_renderer()).height) + LINE / 4

    def _foot(self, notes: Sequence[str]) -> float:
        """Write notes at the bottom; return the y coordinate of their upper end."""
        # Only a note that is too long for a line is wrapped.
        whole = [n.replace(" ", "\N{NO-BREAK SPACE}") if len(n) < NOTES_WIDTH else n for n in notes]
        lines = textwrap.wrap("   ·   ".join(whole), NOTES_WIDTH)
        for n, line in enumerate(reversed(lines)):
            self._line(HEIGHT - FOOT - n * LINE, line.strip(" ·"), SMALL)
        return FOOT + LINE * len(lines)

    def _panels(self, top: float, bottom: float) -> None:
        """Draw the panels between two heights, with the names and values of their axes."""
        grid = self.grid
        center: dict[str, Any] = {"ha": "center", "va": "center"}
        sides = [self._width(label) + 2 * COLUMN_GAP + LINE for label in grid.row_labels]
        room = WIDTH - LEFT - MARGIN - max(sides, default=0)
        if self._scales.depths:
            name = words.layers_name(*self._scales.depths, own=self._scales.own)
            self._text(LEFT + room / 2, bottom + LINE / 2, name, room, **center)
            bottom += LINE + TICKS
        for axis in grid.across:
            self._text(LEFT + room / 2, top - LINE / 2, axis.name, room, **center)
            top -= LINE + HEADING
        for axis in grid.down:
            place = WIDTH - MARGIN - LINE / 2, (top + bottom) / 2
            self._text(*place, axis.name, top - bottom, rotation=270, **center)
        gap = ROW_GAP if grid.down else ROW_GAP + HEADING
        width = (room + COLUMN_GAP) / grid.columns - COLUMN_GAP
        height = (top - bottom + gap) / grid.rows - gap
        ticks = self._scales.ticks(width, height, self._width)
        for n, lines in enumerate(self.panels):
            row, column = divmod(n, grid.columns)
            x = LEFT + column * (width + COLUMN_GAP)
            y = top - height - row * (height + gap)
            ax = self.figure.add_axes((x / WIDTH, y / HEIGHT, width / WIDTH, height / HEIGHT))
            ax.set(autoscale_on=False, **ticks)
            first, last = column == 0, n + grid.columns >= len(self.panels)
            ax.tick_params(left=first, labelleft=first, bottom=last, labelbottom=last)
            ax.set_title(grid.headings[n] if n < len(grid.headings) else "")
            if grid.down and column == grid.columns - 1:
                right = 1 + COLUMN_GAP / width, 0.5, grid.row_labels[row]
                ax.text(*right, transform=ax.transAxes, va="center", color=self._theme.ink)
            draw_panel(ax, lines, self._scales, self._theme)


def _profile(network: Mapping[str, Any] | None) -> Profile | None:
    if network is None:
        return None
    return np.array([-math.inf if value is None else value for value in network["log10"]])


def _partly(lines: Panel) -> bool:
    """Tell whether some, but not all, networks of a panel have failed."""
    return 0 < sum(line is None for line in lines) < len(lines)
