"""Files that become slides of the lecturer's own between the films: a picture, or Markdown."""

from __future__ import annotations

from pathlib import Path

from backprop_core.errors import InputError
from backprop_core.files import read_bounded
from backprop_core.formatting import format_value, source_name
from scenes.production.lecture.decks.own_blocks import Block, Own
from scenes.production.lecture.decks.own_markdown import slides_of
from scenes.production.lecture.decks.own_pictures import PICTURES, read_picture, words_of
from scenes.production.store.bounded_reads import legible_text

MARKDOWN = (".md", ".markdown")
ENDINGS = (*MARKDOWN, *PICTURES)
"""Extensions of the files that can be a slide."""
MARKDOWN_BYTES = 256 * 1024


def own_slides(path: Path) -> tuple[Own, ...]:
    """Read a file of slides.

    A picture is one slide. A Markdown file is one slide, or several with ``---`` between them.

    Raises
    ------
    InputError
        If it cannot be read, or is of another kind.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise InputError(
            f"slide: got {format_value(path.name)}; allowed a film, or a file that ends in "
            f"{', '.join(ENDINGS)}"
        )
    if ending in PICTURES:
        picture = read_picture(path, alt=words_of(path.stem))
        return (Own(picture.alt, (Block("picture", picture=picture),)),)
    name = source_name(str(path))
    try:
        text = read_bounded(path, MARKDOWN_BYTES).decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"{name}: there is no such file") from None
    except UnicodeDecodeError:
        raise InputError(f"{name}: is not text in UTF-8") from None
    except InputError as error:
        raise InputError(f"{name}: {error}") from None
    slides = tuple(slides_of(legible_text(text.replace("\t", "    ")), path))
    if not slides:
        raise InputError(f"{name}: is empty; allowed Markdown")
    return slides
