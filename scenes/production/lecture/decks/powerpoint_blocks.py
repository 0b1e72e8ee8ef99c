"""Text and pictures of the lecturer's own on a slide for PowerPoint."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from scenes.kit.theme import Theme
from scenes.production.lecture.decks.own_blocks import Block, Run
from scenes.production.lecture.decks.own_pictures import Picture

if TYPE_CHECKING:
    from pptx.slide import Slide as Page

LARGEST, SMALLEST = 24, 12
"""Font sizes in points."""
LINES, LETTERS = 12, 60
"""Lines that fit at the largest size, and letters in each."""
BULLETS = ("•", "–")
"""The marks of items of a list, and of a list within one."""
CODE_FACE = "Courier New"
INDENT = "    "


class Room(NamedTuple):
    """A rectangle on a slide, in EMU."""

    left: int
    top: int
    width: int
    height: int


def put_blocks(page: Page, blocks: Sequence[Block], room: Room, theme: Theme, face: str) -> None:
    """Put blocks into a room: pictures at the right of the text, or alone."""
    pictures = [block.picture for block in blocks if block.picture is not None]
    texts = [block for block in blocks if block.picture is None]
    if texts:
        width = room.width // 2 if pictures else room.width
        frame = page.shapes.add_textbox(*room._replace(width=width)).text_frame
        frame.word_wrap = True
        size = _size(texts, LETTERS // 2 if pictures else LETTERS)
        for n, block in enumerate(texts):
            paragraph = frame.add_paragraph() if n else frame.paragraphs[0]
            _set(paragraph, block, theme, face, size)
        room = room._replace(left=room.left + width, width=room.width - width)
    for n, picture in enumerate(pictures):
        height = room.height // len(pictures)
        _put(page, picture, room._replace(top=room.top + n * height, height=height))


def rgb(color: str) -> Any:
    """Convert a colour of the theme, ``#rrggbb``, to one of python-pptx."""
    from pptx.dml.color import RGBColor

    return RGBColor(*bytes.fromhex(color.removeprefix("#")))


def _size(blocks: Sequence[Block], letters: int) -> int:
    """Return the font size at which the text fits, down to the smallest."""
    lines = sum(1 + len(line) // letters for block in blocks for line in block.text.split("\n"))
    return max(SMALLEST, min(LARGEST, LARGEST * LINES // max(lines, 1)))


def _set(paragraph: Any, block: Block, theme: Theme, face: str, size: int) -> None:
    from pptx.util import Pt

    paragraph.space_after = Pt(size // 2)
    runs = list(block.runs)
    if block.kind == "item":
        mark = BULLETS[min(block.level, 2) - 1] if block.number is None else f"{block.number}."
        runs.insert(0, Run(f"{INDENT * (block.level - 1)}{mark} "))
    for run in runs:
        for n, line in enumerate(run.text.split("\n")):
            if n:
                paragraph.add_line_break()
            made = paragraph.add_run()
            made.text = line
            made.font.size, made.font.name = Pt(size), CODE_FACE if run.code else face
            made.font.bold, made.font.italic = run.bold or block.kind == "heading", run.italic
            made.font.color.rgb = rgb(theme.ink)
            if run.link:
                made.hyperlink.address = run.link


def _put(page: Page, picture: Picture, room: Room) -> None:
    """Put a picture into the middle of a room, as large as it fits."""
    scale = min(room.width / picture.width, room.height / picture.height)
    width, height = round(picture.width * scale), round(picture.height * scale)
    left = room.left + (room.width - width) // 2
    top = room.top + (room.height - height) // 2
    made = page.shapes.add_picture(io.BytesIO(picture.content), left, top, width, height)
    made._element.nvPicPr.cNvPr.set("descr", picture.alt)
