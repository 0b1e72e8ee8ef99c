"""Slides for PowerPoint: each beat is a video that starts by itself and keeps its last picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from scenes.kit.theme import THEMES, Theme
from scenes.production.lecture.decks.compact import compact
from scenes.production.lecture.decks.deck import Clip, Deck, DeckFilm, Section, Sources, Title
from scenes.production.lecture.decks.own_blocks import Own
from scenes.production.lecture.decks.playing import group_slides, play_by_itself
from scenes.production.lecture.decks.powerpoint_blocks import Room, put_blocks, rgb
from scenes.production.lecture.decks.properties import set_properties
from scenes.production.lecture.decks.speaking import Note
from scenes.production.lecture.decks.stills import stills_of
from scenes.production.video.files import cut
from scenes.words.sources import Citation

if TYPE_CHECKING:
    from pptx.slide import Slide as Page

INCH = 914_400
"""An inch in EMU, the unit of the format."""
WIDTH, HEIGHT = 12_192_000, 6_858_000
"""Size of a slide, 16:9."""
MARGIN = INCH // 2
FACE = "Georgia"
"""Installed on Windows and macOS, and similar to the typeface of the films."""
TITLE_ONLY = 5
"""Index of the layout that has only a title; outlines and screen readers need a title."""
HUGE, LARGE, PLAIN, SMALL = 44, 40, 24, 18
"""Font sizes, in points."""
POSTER_QUALITY = 75
"""Of JPEG, 1 to 95: a sixth of a PNG, and no difference to be seen."""
Words: TypeAlias = str | Sequence[Citation]
"""A line: words, or citations, which are links."""


def write_powerpoint(deck: Deck, private: Path) -> dict[str, Path]:
    """Write all slides.

    Returns
    -------
    Name -> file.
    """
    made = _PowerPoint(deck, private).made()
    path = private / "lecture.pptx"
    made.save(str(path))
    return {path.name: path}


class _PowerPoint:
    """Adds the slides of a deck to a presentation."""

    def __init__(self, deck: Deck, private: Path) -> None:
        from pptx import Presentation

        self._deck, self._private = deck, private
        self._theme: Theme = THEMES[deck.theme]
        self._presentation: Any = Presentation()
        self._presentation.slide_width, self._presentation.slide_height = WIDTH, HEIGHT
        self._posters: list[Path] = []

    def made(self) -> Any:
        """Return the presentation with all slides in it."""
        groups: list[tuple[str, list[Page]]] = []
        clips: Iterator[tuple[Path, Path]] = iter(())
        for slide in self._deck.slides():
            match slide:
                case Title():
                    groups.append((self._deck.title, [self._title()]))
                case Section(film):
                    groups.append((film.title, [self._section(film)]))
                    clips = _cut(film, self._private)
                case Clip():
                    groups[-1][1].append(self._clip(slide, *next(clips)))
                case Own():
                    groups.append((slide.title, [self._own(slide)]))
                case Sources(films, is_first):
                    if is_first:
                        groups.append(("Sources", []))
                    groups[-1][1].append(self._sources(films))
        group_slides(self._presentation, groups)
        set_properties(self._presentation, self._deck, self._posters[0])
        return self._presentation

    def _title(self) -> Page:
        page, deck = self._page(), self._deck
        self._head(page, deck.title, top=2.2, size=HUGE)
        lines = [(deck.framing.byline, PLAIN, self._theme.ink)] * bool(deck.framing.byline)
        self._text(page, [*lines, (deck.network, PLAIN, self._theme.muted)], top=4.0)
        return page

    def _section(self, film: DeckFilm) -> Page:
        page = self._page()
        self._head(page, film.title, top=2.2, size=LARGE)
        lines = [
            (f"{film.summary}.", PLAIN, self._theme.ink),
            (film.network, SMALL, self._theme.muted),
        ]
        self._text(page, lines, top=4.0)
        _annotate(page, film.notes)
        return page

    def _sources(self, films: Sequence[DeckFilm]) -> Page:
        page = self._page()
        self._head(page, "Sources", top=0.5, size=LARGE)
        lines: list[tuple[Words, int, str]] = [
            line
            for film in films
            for line in (
                (film.title, SMALL, self._theme.ink),
                (film.cited, SMALL, self._theme.muted),
            )
        ]
        self._text(page, lines, top=1.9)
        return page

    def _clip(self, slide: Clip, video: Path, poster: Path) -> Page:
        page, beat = self._page(), slide.beat
        # A title for outlines and screen readers, outside the slide above its upper edge.
        self._head(page, beat.sentence, top=-1.5, size=PLAIN)
        width = min(WIDTH, HEIGHT * self._deck.width // self._deck.height)
        height = min(HEIGHT, WIDTH * self._deck.height // self._deck.width)
        place = ((WIDTH - width) // 2, (HEIGHT - height) // 2, width, height)
        movie = page.shapes.add_movie(str(video), *place, str(poster), "video/mp4")
        movie.name = f"{slide.film.title}: {beat.number} of {len(slide.film.beats)}"
        movie._element.nvPicPr.cNvPr.set("descr", beat.alt)
        play_by_itself(page, movie.shape_id, len(beat.frames) / slide.film.rate)
        _annotate(page, beat.notes)
        self._posters.append(poster)
        return page

    def _own(self, slide: Own) -> Page:
        page = self._page()
        headed = slide.blocks[0].kind == "heading"
        # Without a heading it gets a title for outlines, above the upper edge.
        self._head(page, slide.title, top=0.3 if headed else -1.5, size=LARGE if headed else PLAIN)
        top = round(1.9 * INCH) if headed else MARGIN
        room = Room(MARGIN, top, WIDTH - 2 * MARGIN, HEIGHT - top - MARGIN)
        if slide.picture is not None:
            room = Room(0, 0, WIDTH, HEIGHT)
        put_blocks(page, slide.blocks[headed:], room, self._theme, FACE)
        _annotate(page, [Note("", slide.notes)] * bool(slide.notes))
        return page

    def _page(self) -> Page:
        layout = self._presentation.slide_layouts[TITLE_ONLY]
        page: Page = self._presentation.slides.add_slide(layout)
        fill = page.background.fill
        fill.solid()
        fill.fore_color.rgb = rgb(self._theme.background)
        return page

    def _head(self, page: Page, words: str, *, top: float, size: int) -> None:
        from pptx.enum.text import MSO_ANCHOR

        title: Any = page.shapes.title
        title.left, title.top = MARGIN, round(top * INCH)
        title.width, title.height = WIDTH - 2 * MARGIN, round(1.3 * INCH)
        frame = title.text_frame
        frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.BOTTOM
        self._set(frame.paragraphs[0], words, size, self._theme.ink)
        frame.paragraphs[0].runs[0].font.bold = True

    def _text(self, page: Page, lines: Sequence[tuple[Words, int, str]], *, top: float) -> None:
        place = (MARGIN, round(top * INCH), WIDTH - 2 * MARGIN, HEIGHT - round(top * INCH) - MARGIN)
        frame = page.shapes.add_textbox(*place).text_frame
        frame.word_wrap = True
        for n, line in enumerate(lines):
            self._set(frame.add_paragraph() if n else frame.paragraphs[0], *line)

    def _set(self, paragraph: Any, words: Words, size: int, color: str) -> None:
        from pptx.enum.text import PP_ALIGN
        from pptx.util import Pt

        paragraph.alignment = PP_ALIGN.LEFT
        # A muted line belongs to the line above it, so the larger gap comes after it.
        paragraph.space_after = Pt(size * 2 // 3 if color == self._theme.muted else size // 4)
        for n, part in enumerate([Citation(words)] if isinstance(words, str) else words):
            run = paragraph.add_run()
            run.text = "; " * bool(n) + part.text
            run.font.size, run.font.name = Pt(size), FACE
            run.font.color.rgb = rgb(color)
            if part.address:
                run.hyperlink.address = part.address


def _cut(film: DeckFilm, private: Path) -> Iterator[tuple[Path, Path]]:
    """Cut a film at its beats; yield the clips, each with its last picture.

    The last picture belongs to the sentence. It is what the sorter, the printer and programs that
    play no video show; the video itself begins where the one before it ended.
    """
    clips = {private / f"{film.number:02}-{beat.number:02}.mp4": beat.frames for beat in film.beats}
    cut(compact(film, private / f"{film.number:02}.mp4"), clips, film.rate)
    for clip, (_, last) in zip(clips, stills_of(film), strict=True):
        poster = clip.with_suffix(".jpg")
        last.save(poster, "jpeg", quality=POSTER_QUALITY, optimize=True)
        yield clip, poster


def _annotate(page: Page, notes: Sequence[Note]) -> None:
    """Write the lecturer's notes of a slide."""
    if notes:
        frame = page.notes_slide.notes_text_frame
        assert frame is not None
        frame.text = "\n".join(
            f"{note.head}: {note.text}" if note.head else note.text for note in notes
        )
