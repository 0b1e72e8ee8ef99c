"""Every word, number and formula on screen is made here, with Typst."""

from __future__ import annotations

from typing import Any, Self

import manim as mn

from scenes.kit.theme import LABEL, SMALL, Theme
from scenes.kit.type.outlines import outline
from scenes.kit.type.typst_cache import CODE_FACE, LEADING, MATH_FACE, TEXT_FACE
from scenes.words.figures import Figure, Kind, Sentence, quoted, sentence

HALO_WIDTH = 14
"""Stroke width of the background-coloured rim that keeps text legible where a line passes it."""

UNITS_PER_POINT = 0.05 / 48
"""Frame units to a Typst point at font size 1: the scale of Manim's own text."""

_TEN_POINTS = (
    "#set page(width: auto, height: auto, margin: 0pt, fill: none)\n#set text(size: 10pt)\n"
)


class Typeset(mn.VMobject):
    """A piece of type that remembers what it says; one path, filled.

    Attributes
    ----------
    plain
        What it says, in Unicode.
    figures
        The numbers in it; the film's ledger collects them from what is on screen.
    font_size
        In Manim's units.
    haloed
        Whether a rim in the colour of the background covers what lies behind it.
    """

    def __init__(
        self,
        source: str,
        *,
        plain: str,
        figures: tuple[Figure, ...] = (),
        size: float,
        color: str,
    ) -> None:
        super().__init__(fill_color=color, fill_opacity=1.0, stroke_width=0)
        shape = outline(_TEN_POINTS + source)
        scale = size * UNITS_PER_POINT
        if len(shape.curves):
            self.set_points(shape.curves * scale)
        self.plain = plain
        self.figures = figures
        self.font_size = size
        self.haloed = False
        low = shape.curves[:, 1].min() if len(shape.curves) else 0.0
        self._rise = (shape.baseline - low) * UNITS_PER_POINT
        self.center()

    @property
    def baseline(self) -> float:
        """The height of the line that the first glyph stands on."""
        return float(self.get_bottom()[1] + self._rise * self.font_size)

    def on_baseline(self, y: float) -> Self:
        """Move so that the first glyph stands at height `y`."""
        return self.shift((y - self.baseline) * mn.UP)

    def scale(self, scale_factor: float, *args: Any, **kwargs: Any) -> Self:
        """Scale, and keep account of the font size."""
        self.font_size *= scale_factor
        return super().scale(scale_factor, *args, **kwargs)

    def halo(self, color: str) -> Self:
        """Rim every glyph with `color`, the colour of the background."""
        self.set_stroke(color=color, width=HALO_WIDTH, background=True)
        self.haloed = True
        return self

    def rewrite(self, other: Typeset) -> Self:
        """Say what `other` says, where it says it, in the same colours as before.

        Manim lists what it will draw when a play begins: what counts has to stay the same mobject.
        """
        self.set_points(other.points)
        self.plain, self.figures = other.plain, other.figures
        self.font_size, self._rise = other.font_size, other._rise
        return self

    def fit_width(self, width: float) -> Self:
        """Shrink to `width` frame units if wider, but never below the smallest legible size."""
        if self.width > width:
            self.scale(max(width / self.width, min(1.0, SMALL / self.font_size)))
        return self


class Pen:
    """Sets type in the colours of a theme.

    Parameters
    ----------
    theme
        Where the colours come from.
    """

    def __init__(self, theme: Theme) -> None:
        self.theme = theme

    def text(
        self,
        words: str | Sentence,
        *,
        size: float = LABEL,
        color: str | None = None,
        weight: str = "regular",
        width: float | None = None,
    ) -> Typeset:
        """Set words; a plain string must hold no digit, numbers come as figures of a `Sentence`.

        `width`, in frame units, lets the words flow into lines of that width.
        """
        said = sentence(words) if isinstance(words, str) else words
        body = f"#({said.markup})"
        if width is not None:
            points = width / (size * UNITS_PER_POINT)
            body = f"#block(width: {points:.2f}pt, par(leading: {LEADING}, {said.markup}))"
        return Typeset(
            f'#set text(font: "{TEXT_FACE}", fallback: false, weight: "{weight}")\n{body}',
            plain=said.plain,
            figures=tuple(said.figures.values()),
            size=size,
            color=color or self.theme.ink,
        )

    def title(self, words: str | Sentence, size: float, width: float | None = None) -> Typeset:
        """Set a heading, in lines of `width` frame units if that is given."""
        return self.text(words, size=size, weight="bold", width=width)

    def label(
        self, words: str | Sentence, color: str | None = None, size: float = LABEL
    ) -> Typeset:
        """Set a label of a chart, semibold so that it holds at low resolution."""
        return self.text(words, size=size, color=color or self.theme.muted, weight="semibold")

    def number(self, figure: Figure, color: str | None = None, size: float = LABEL) -> Typeset:
        """Set one number."""
        return self.label(sentence("{number}", number=figure), color or self.theme.ink, size)

    def formula(
        self, code: str, plain: str, color: str | None = None, size: float = LABEL
    ) -> Typeset:
        """Set a formula from Typst math; digits in it count as constants.

        `plain` is the formula in words or Unicode, for those who do not see it.
        """
        face = f'#show math.equation: set text(font: "{MATH_FACE}", fallback: false)'
        return Typeset(
            f"{face}\n$ {code} $",
            plain=plain,
            figures=_constants("formula", code),
            size=size,
            color=color or self.theme.ink,
        )

    def code(self, line: str, color: str | None = None, size: float = LABEL) -> Typeset:
        """Set a line of program text; its digits are constants of the program."""
        return Typeset(
            f'#set text(font: "{CODE_FACE}", fallback: false)\n#{quoted(line)}',
            plain=line,
            figures=_constants("code", line),
            size=size,
            color=color or self.theme.ink,
        )


def _constants(name: str, text: str) -> tuple[Figure, ...]:
    return tuple(Figure(name, float(c), c, kind=Kind.CONSTANT) for c in text if c.isdigit())
