"""The small pictures that the README shows: ``python -m scenes.production.posters``.

Run it after a change to a film; it takes the last pictures of the default films in ``media/films``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

from scenes.production.catalog import FILMS

WIDTH = 640


def write_poster(picture: Path, poster: Path) -> None:
    """Write a small copy of `picture`.

    Raises
    ------
    FileNotFoundError
        If the film has not been rendered.
    """
    with Image.open(picture) as full:
        height = round(full.height * WIDTH / full.width)
        small = full.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    poster.parent.mkdir(parents=True, exist_ok=True)
    # No palette: it would give thin lines another hue, and a hue has a meaning here.
    small.save(poster, optimize=True)


def main() -> int:
    """Write all posters; return 1 if a film is missing."""
    for name in FILMS:
        picture = Path("media/films/default") / f"{name}.png"
        if not picture.is_file():
            sys.stderr.write(f"{picture} is missing: backprop render --all\n")
            return 1
        write_poster(picture, Path("media/posters") / f"{name}.png")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
