"""The small pictures that the README shows: ``python -m scenes.production.posters``.

Run it after a change to a film; it takes the last pictures of the default films in ``media/films``,
and draws the overview of the sweep that is in the README.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from scenes.production.request.catalog import FILMS
from scenes.production.sweeps.overview import draw_overview
from scenes.production.sweeps.sweep import load_sweep
from scenes.production.sweeps.table import Numbers

WIDTH = 640
POSTERS = Path("media/posters")
SWEEP = re.compile(r"^```toml\n(films = .*?)^```", re.MULTILINE | re.DOTALL)
"""The first block of a README that is a sweep."""


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


def write_overview(readme: Path, poster: Path) -> None:
    """Write a small copy of the overview of the sweep in `readme`; none of its films is rendered.

    Raises
    ------
    ValueError
        If there is no sweep in it.
    RenderError
        If the overview could not be drawn.
    """
    found = SWEEP.search(readme.read_text(encoding="utf-8"))
    if found is None:
        raise ValueError(f"no sweep in {readme}")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sweep.toml"
        path.write_text(found[1], encoding="utf-8")
        write_poster(
            draw_overview(Path(folder), load_sweep(path), Numbers()).target.picture, poster
        )


def main() -> int:
    """Write all posters; return 1 if a film is missing."""
    for name in FILMS:
        picture = Path("media/films/default") / f"{name}.png"
        if not picture.is_file():
            sys.stderr.write(f"{picture} is missing: backprop render --all\n")
            return 1
        write_poster(picture, POSTERS / f"{name}.png")
    write_overview(Path("README.md"), POSTERS / "sweep.png")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
