"""What is on a slide of the lecturer's own, independent of its format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scenes.production.lecture.decks.own_pictures import Picture


@dataclass(frozen=True)
class Run:
    """Text of one style.

    Attributes
    ----------
    link
        The address that it leads to; empty if it is no link.
    """

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str = ""


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, an item of a list, a listing or a picture.

    Attributes
    ----------
    kind
        "heading", "paragraph", "item", "code" or "picture".
    runs
        Its text; of a listing a single run.
    level
        Of a heading 1 to 6; of an item how deep it stands in other lists, from 1.
    number
        The number of an item of a numbered list; None for other blocks.
    picture
        Of a picture only.
    """

    kind: str
    runs: tuple[Run, ...] = ()
    level: int = 1
    number: int | None = None
    picture: Picture | None = None

    @property
    def text(self) -> str:
        """The text without styles."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Own:
    """A slide of the lecturer's own.

    Attributes
    ----------
    title
        For outlines and screen readers: its first heading or line, or the name of the file.
    blocks
        What is on it, from top to bottom.
    notes
        What the lecturer wants to remember: the comments of a Markdown file.
    """

    title: str
    blocks: tuple[Block, ...]
    notes: str = ""

    @property
    def picture(self) -> Picture | None:
        """The picture that fills the slide, if there is nothing else on it."""
        return self.blocks[0].picture if len(self.blocks) == 1 else None
