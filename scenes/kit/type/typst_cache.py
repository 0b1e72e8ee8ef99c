"""A cache, shared by processes, of Typst documents compiled to SVG.

Compiling a formula takes up to 43 ms. Cache keys are made from the content (source and compiler
version); `cache_entries` says what an entry is. Only the bundled typefaces are used, so that the
picture is the same on every machine. Importing this module does not import Manim.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import sys
import tempfile
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from scenes.kit.type.cache_entries import make_private, path_of, read_entry, write_entry
from scenes.words.figures import quoted

TEXT_FACE = "Libertinus Serif"
MATH_FACE = "New Computer Modern Math"
CODE_FACE = "DejaVu Sans Mono"
FOLDER = "leaky-backprop"
"""The name of the cache in a cache folder."""
LEADING = "0.5em"
"""The space between lines."""
_NO_CHARACTER = "\U0010fffd"
_GLYPH = re.compile(r'xlink:href="#(g[0-9A-F]+)"')


@lru_cache(maxsize=1)
def cache_directory() -> Path:
    """Return the folder of the cache, and create it if it is missing.

    It is ``$XDG_CACHE_HOME/leaky-backprop/VERSION``, or the same in ``~/.cache``, and only this
    user may write to it. If there can be no such folder, it is a private temporary one that is
    removed when this process ends.
    """
    for home in cache_homes():
        try:
            candidate = cache_in(home)
        except OSError:
            continue
        if os.access(candidate, os.W_OK):
            return candidate
    private = Path(tempfile.mkdtemp(prefix="leaky-backprop-"))
    atexit.register(shutil.rmtree, private, ignore_errors=True)
    return cache_in(private)


def cache_in(home: Path) -> Path:
    """Return the folder of the cache in a cache folder of this user, and create it.

    Raises
    ------
    OSError
        If it, or the folder it lies in, cannot be made, is a link, or belongs to another user.
    """
    home.mkdir(parents=True, exist_ok=True)
    folder = home / FOLDER / f"typst-{version('typst')}-sha256"
    make_private(folder.parent)
    make_private(folder)
    return folder


def cache_homes() -> list[Path]:
    """Return the cache folders of this user, in order of preference."""
    chosen = os.environ.get("XDG_CACHE_HOME")
    homes = [Path(chosen)] if chosen else []
    home = os.environ.get("HOME") or _home_of_the_account()
    return [*homes, Path(home) / ".cache"] if home else homes


def _home_of_the_account() -> str | None:
    if sys.platform == "win32":
        return None
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return None


def compile_svg(source: str) -> bytes:
    """Compile a Typst document of one page with the bundled typefaces only."""
    # Imported here, as most users of this module never compile.
    import typst

    svg = typst.compile(source.encode(), format="svg", ignore_system_fonts=True)
    if not isinstance(svg, bytes):
        raise TypeError("the document has more than one page")
    return svg


def svg_of(source: str) -> bytes:
    """Return the SVG of a Typst document, from the cache if it is there."""
    path = path_of(cache_directory(), source)
    kept = read_entry(path)
    if kept is None:
        kept = compile_svg(source)
        write_entry(path, kept)
    return kept


def missing_glyphs(text: str) -> str:
    """Return the characters of `text` that the text typeface lacks, each once, in order."""
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
