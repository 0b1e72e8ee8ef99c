"""What a PowerPoint file says of itself, in place of what the template of python-pptx says."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from PIL import Image

from scenes.production.lecture.decks.deck import Deck

PROGRAM = "leaky-backprop"
THUMBNAIL = (320, 180)
"""Largest size in pixels of the picture that file managers show."""
_APPLICATION = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>{program}</Application><PresentationFormat>Widescreen</PresentationFormat>"
    "<Slides>{slides}</Slides></Properties>"
)


def set_properties(presentation: Any, deck: Deck, picture: Path) -> None:
    """Set title, author, dates and the small picture of a presentation, whose slides are made.

    Parameters
    ----------
    presentation
        One of python-pptx.
    picture
        What file managers are to show.
    """
    about, now = presentation.core_properties, datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    about.title, about.subject, about.category = deck.title, deck.network, deck.framing.course
    about.author, about.last_modified_by = deck.framing.author or PROGRAM, PROGRAM
    about.comments = deck.framing.date
    about.keywords, about.language, about.revision = "", "en", 1
    about.created = about.modified = now
    blobs = {
        "/docProps/thumbnail.jpeg": _thumbnail(picture),
        "/docProps/app.xml": _APPLICATION.format(
            program=escape(PROGRAM), slides=len(presentation.slides)
        ).encode("utf-8"),
    }
    for part in presentation.part.package.iter_parts():
        if part.partname in blobs:
            part.blob = blobs[part.partname]
    # Settings of the printer of whoever made the template.
    for identity, relation in list(presentation.part.rels.items()):
        if relation.reltype.endswith("/printerSettings"):
            presentation.part.rels.pop(identity)


def _thumbnail(picture: Path) -> bytes:
    held = io.BytesIO()
    with Image.open(picture) as found:
        small = found.convert("RGB")
    small.thumbnail(THUMBNAIL, Image.Resampling.LANCZOS)
    small.save(held, "jpeg", quality=85)
    return held.getvalue()
