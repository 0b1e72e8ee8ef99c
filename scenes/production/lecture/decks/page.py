"""Slides as one HTML file that needs neither a network nor other files."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from PIL import Image

from scenes.kit.theme import LIGHT, THEMES, Theme
from scenes.production.lecture.decks.compact import compact
from scenes.production.lecture.decks.deck import Clip, Deck, DeckFilm, Section, Slide, Sources
from scenes.production.lecture.decks.own_blocks import Own
from scenes.production.lecture.decks.own_pictures import Picture
from scenes.production.lecture.decks.stills import stills_of

STILL_WIDTH = 1280
"""Largest width of stills in pixels; they are shown in print and in the presenter's window."""
COLOURS = ("background", "ink", "muted", "grid", "forward", "backward")
SCRIPTS = ("deck.js", "overview.js", "presenter.js")


def write_page(deck: Deck, private: Path) -> dict[str, Path]:
    """Write all slides, films and stills into one file.

    Returns
    -------
    Name -> file.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("scenes.production.lecture", "decks"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = _style(deck), "\n".join(map(_text, SCRIPTS))
    plain = _text("noscript.css")
    slides = list(deck.slides())
    page = environment.get_template("deck.html.j2").stream(
        deck=deck,
        slides=slides,
        kind=lambda slide: type(slide).__name__.lower(),
        places={
            slide.film.name: n for n, slide in enumerate(slides, 1) if isinstance(slide, Section)
        },
        opens=[n for n, slide in enumerate(slides) if _opens(slide)],
        # Each film is read only when it is written, so that they are not all in memory at once.
        still=_Stills(deck).next,
        picture=_address,
        data=lambda film: _base64(_film(film, private).read_bytes()),
        style=style,
        plain=plain,
        script=script,
        policy=_policy(script, style, plain),
    )
    path = private / "lecture.html"
    with path.open("wb") as file:
        page.dump(file, encoding="utf-8")
    return {path.name: path}


class _Stills:
    """The stills of a deck in order, each as a data URL."""

    def __init__(self, deck: Deck) -> None:
        self._addresses = (address for film in deck.films for address in self._of(film))

    def next(self, slide: Clip) -> str:
        """Return the still of the next beat."""
        return next(self._addresses)

    @staticmethod
    def _of(film: DeckFilm) -> Iterator[str]:
        for _, still in stills_of(film):
            yield f"data:image/webp;base64,{_base64(_webp(still))}"


def _opens(slide: Slide) -> bool:
    """Tell whether a section begins with a slide: a film, the title, or the sources."""
    match slide:
        case Clip() | Own():
            return False
        case Sources():
            return slide.is_first
    return True


def _film(film: DeckFilm, private: Path) -> Path:
    return compact(film, private / f"{film.number:02}.mp4")


def _address(picture: Picture) -> str:
    return f"data:image/{picture.kind};base64,{_base64(picture.content)}"


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _webp(still: Image.Image) -> bytes:
    if still.width > STILL_WIDTH:
        height = round(still.height * STILL_WIDTH / still.width)
        still = still.resize((STILL_WIDTH, height), Image.Resampling.LANCZOS)
    held = io.BytesIO()
    # Lossy WebP; a larger `method` would be slower and give smaller files.
    still.save(held, "webp", quality=80, method=4)
    return held.getvalue()


def _style(deck: Deck) -> str:
    """Return the style, with the colours of the screen and those of paper, and the layout there."""
    theme = THEMES[deck.theme]
    layout = "print_n.css" if deck.framing.per_page > 1 else "print_1.css"
    screen = f":root{{color-scheme:{theme.name};{_colours(theme)}}}"
    paper = f"@media print{{:root:not(.as-seen){{color-scheme:light;{_colours(LIGHT)}}}}}"
    return "\n".join([screen, paper, _text("deck.css"), _text(layout)])


def _colours(theme: Theme) -> str:
    return "".join(f"--{name}:{getattr(theme, name)};" for name in COLOURS)


def _text(name: str) -> str:
    # A browser hashes scripts with \n as line ends, so the text must have those, too.
    return (files(__package__) / name).read_text(encoding="utf-8").replace("\r\n", "\n")


def _policy(script: str, *styles: str) -> str:
    """Return the content security policy: load no files, and run only our own script."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {_source(script)}",
            f"style-src {' '.join(map(_source, styles))}",
            "img-src data:",
            "media-src blob:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _source(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
    return f"'sha256-{digest}'"
