"""What a PowerPoint file says of itself, in place of what the template of python-pptx says."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from PIL import Image

from scenes.kit.theme import THEMES
from scenes.production.lecture.decks.deck import Deck

PROGRAM = "leaky-backprop"
_LINK = re.compile(rb'(<a:(?:hlink|folHlink)><a:srgbClr val=")[0-9A-Fa-f]{6}')
"""Where a theme says which colour links have."""
THUMBNAIL = (320, 180)
"""Largest size in pixels of the picture that file managers show."""
_APPLICATION = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>{program}</Application><PresentationFormat>Widescreen</PresentationFormat>"
    "<Slides>{slides}</Slides></Properties>"
)


def set_properties(presentation: Any, deck: Deck, picture: Path) -> None:
    """Set what a presentation, whose slides are made, says of itself, and the colour of links.

    Parameters
    ----------
    presentation
        One of python-pptx.
    picture
        What file managers are to show.
    """
    _set_core(presentation.core_properties, deck)
    color = THEMES[deck.theme].forward.removeprefix("#").encode("ascii")
    application = _APPLICATION.format(program=escape(PROGRAM), slides=len(presentation.slides))
    changes: dict[str, Callable[[bytes], bytes]] = {
        "/docProps/thumbnail.jpeg": lambda _: _thumbnail(picture),
        "/docProps/app.xml": lambda _: application.encode("utf-8"),
        # PowerPoint takes the colour of links from here, whatever their text is set to.
        "/ppt/theme/theme1.xml": lambda blob: _LINK.sub(rb"\g<1>" + color, blob),
    }
    for part in presentation.part.package.iter_parts():
        if part.partname in changes:
            part.blob = changes[part.partname](part.blob)
    # Settings of the printer of whoever made the template.
    for identity, relation in list(presentation.part.rels.items()):
        if relation.reltype.endswith("/printerSettings"):
            presentation.part.rels.pop(identity)


def _set_core(about: Any, deck: Deck) -> None:
    about.title, about.subject, about.category = deck.title, deck.network, deck.framing.course
    about.author, about.last_modified_by = deck.framing.author or PROGRAM, PROGRAM
    about.comments = deck.framing.date
    about.keywords, about.language, about.revision = "", "en", 1
    about.created = about.modified = datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def _thumbnail(picture: Path) -> bytes:
    held = io.BytesIO()
    with Image.open(picture) as found:
        small = found.convert("RGB")
    small.thumbnail(THUMBNAIL, Image.Resampling.LANCZOS)
    small.save(held, "jpeg", quality=85)
    return held.getvalue()
