"""Type that is set once: Typst compiled to SVG, in a cache that processes can share.

Compiling a formula costs up to 43 ms. The cache is addressed by content (source, compiler
version), its files appear whole or not at all, and only the bundled faces are used, so the picture
is the same on every machine. Importing this module does not import Manim.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import typst

from scenes.kit.figures import quoted
from scenes.kit.files import write_whole

TEXT_FACE = "Libertinus Serif"
MATH_FACE = "New Computer Modern Math"
CODE_FACE = "DejaVu Sans Mono"
LEADING = "0.5em"
"""The space between lines."""
_NO_CHARACTER = "\U0010fffd"
_GLYPH = re.compile(r'xlink:href="#(g[0-9A-F]+)"')


@lru_cache(maxsize=1)
def cache_directory() -> Path:
    """Return the folder of the cache, made if it is missing.

    It is ``$XDG_CACHE_HOME/leaky-backprop``, or ``~/.cache/leaky-backprop``; where neither can be
    written, a private folder in the system's temporary directory.
    """
    name = f"leaky-backprop/typst-{version('typst')}"
    homes = (os.environ.get("XDG_CACHE_HOME"), os.environ.get("HOME"))
    candidates = [Path(homes[0]) / name] if homes[0] else []
    candidates += [Path(homes[1]) / ".cache" / name] if homes[1] else []
    for candidate in candidates:
        try:
            candidate.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(candidate, os.W_OK):
            return candidate
    return Path(tempfile.mkdtemp(prefix="leaky-backprop-"))


def compile_svg(source: str) -> bytes:
    """Compile a Typst document of one page with the bundled faces alone."""
    svg = typst.compile(source.encode(), format="svg", ignore_system_fonts=True)
    if not isinstance(svg, bytes):
        raise TypeError("the document has more than one page")
    return svg


def svg_of(source: str) -> bytes:
    """Return the SVG of a Typst document, from the cache if it was ever compiled here."""
    path = cache_directory() / f"{hashlib.sha256(source.encode()).hexdigest()}.svg"
    try:
        return path.read_bytes()
    except OSError:
        content = compile_svg(source)
    write_whole(path, content)
    return content


def missing_glyphs(text: str) -> str:
    """Return the characters of `text` that the text face cannot draw, each once, in order."""
    if not _glyphs(text) & _undrawable():
        return ""
    return "".join(c for c in dict.fromkeys(text) if _glyphs(c) & _undrawable())


@lru_cache(maxsize=1)
def _undrawable() -> set[str]:
    return _glyphs(_NO_CHARACTER)


def _glyphs(text: str) -> set[str]:
    face = f"#set text(font: {quoted(TEXT_FACE)}, fallback: false)\n"
    page = "#set page(width: auto, height: auto, margin: 0pt)\n"
    return set(_GLYPH.findall(compile_svg(page + face + "#" + quoted(text)).decode()))
