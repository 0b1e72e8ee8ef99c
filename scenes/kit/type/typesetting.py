"""Typesetting of every word, number and formula on screen, with Typst."""

from __future__ import annotations

from typing import Any, Self

import manim as mn

from scenes.kit.theme import LABEL, SMALL, Theme
from scenes.kit.type.outlines import outline
from scenes.kit.type.typst_cache import CODE_FACE, LEADING, MATH_FACE, TEXT_FACE
from scenes.words.figures import Figure, Kind, Sentence, quoted, sentence

HALO_WIDTH = 14
"""Stroke width of the rim in the background colour that keeps text legible on top of lines."""

UNITS_PER_POINT = 0.05 / 48
"""Frame units per Typst point at font size 1, the same scale as Manim's own text."""

_TEN_POINTS = (
    "#set page(width: auto, height: auto, margin: 0pt, fill: none)\n#set text(size: 10pt)\n"
)


class Typeset(mn.VMobject):
    """Typeset text as one filled path, together with its plain text and its figures.

    Attributes
    ----------
    plain
        The text in Unicode.
    figures
        The numbers in the text. The ledger of the film collects them.
    font_size
        In Manim's units.
    haloed
        Whether a rim in the background colour covers what lies behind.
    grows
        Whether it is a thing of the world, which the camera makes larger, and not words about it.
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
        self.grows = False
        low = shape.curves[:, 1].min() if len(shape.curves) else 0.0
        self._rise = (shape.baseline - low) * UNITS_PER_POINT
        self.center()

    @property
    def baseline(self) -> float:
        """The height of the baseline of the first glyph."""
        return float(self.get_bottom()[1] + self._rise * self.font_size)

    def on_baseline(self, y: float) -> Self:
        """Move the baseline of the first glyph to height `y`."""
        return self.shift((y - self.baseline) * mn.UP)

    def scale(self, scale_factor: float, *args: Any, **kwargs: Any) -> Self:
        """Scale, and update the font size."""
        self.font_size *= scale_factor
        return super().scale(scale_factor, *args, **kwargs)

    def halo(self, color: str) -> Self:
        """Put a rim of `color`, the background colour, round every glyph."""
        self.set_stroke(color=color, width=HALO_WIDTH, background=True)
        self.haloed = True
        return self

    def rewrite(self, other: Typeset) -> Self:
        """Take over text and position of `other`, and keep the present colours.

        Manim fixes the list of what it draws when a play begins, so a live number must stay the
        same mobject.
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
    """Typesets text in the colours of a theme.

    Parameters
    ----------
    theme
        Provides the colours.
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
        """Typeset words. A plain string must not contain digits; a `Sentence` carries numbers.

        If `width` is given, in frame units, lines wrap at it.
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
        """Typeset a heading; lines wrap at `width` frame units if it is given."""
        return self.text(words, size=size, weight="bold", width=width)

    def label(
        self, words: str | Sentence, color: str | None = None, size: float = LABEL
    ) -> Typeset:
        """Typeset a label of a chart, in semibold to stay legible at low resolution."""
        return self.text(words, size=size, color=color or self.theme.muted, weight="semibold")

    def number(self, figure: Figure, color: str | None = None, size: float = LABEL) -> Typeset:
        """Typeset one number."""
        return self.label(sentence("{number}", number=figure), color or self.theme.ink, size)

    def formula(
        self, code: str, plain: str, color: str | None = None, size: float = LABEL
    ) -> Typeset:
        """Typeset a formula from Typst math. Digits in it count as constants.

        `plain` is the formula in words or Unicode, for viewers who cannot see it.
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
        """Typeset a line of code. Digits in it count as constants."""
        return Typeset(
            f'#set text(font: "{CODE_FACE}", fallback: false)\n#{quoted(line)}',
            plain=line,
            figures=_constants("code", line),
            size=size,
            color=color or self.theme.ink,
        )


def _constants(name: str, text: str) -> tuple[Figure, ...]:
    return tuple(Figure(name, float(c), c, kind=Kind.CONSTANT) for c in text if c.isdigit())
