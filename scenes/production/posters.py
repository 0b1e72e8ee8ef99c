"""Makes pictures, films and sources in READMEs: ``python -m scenes.production.posters``.

Run it after a change to a film. It copies the last pictures of the default films in
``media/films``, cuts a few beats out of one film, and draws the overview of the sweep in the README
of sweeps.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageOps

from scenes.production.request.catalog import FILMS, describe
from scenes.production.sweeps.overview import draw_overview
from scenes.production.sweeps.sweep import load_sweep
from scenes.production.sweeps.table import Numbers
from scenes.production.video.files import cut
from scenes.production.video.verify import open_video
from scenes.production.video.webp import write_webp
from scenes.words.sources import as_markdown, citations

WIDTH = 640
MOVING = ("vanishing", ("dark", "bars", "search"))
"""The film of the moving picture at the top of the README, and the beats that it shows."""
MOST_BYTES = 2_000_000
"""The largest size of the moving picture in bytes, so that the README loads quickly."""
SWEEPS = Path("scenes/production/sweeps/README.md")
POSTERS = Path("media/posters")
_TABLE = re.compile(r"(<!-- films -->\n.*?\|---\|)\n.*?(<!-- /films -->)", re.DOTALL)
"""The table in the README: its header, a row for each film, and the marker of its end."""
_SOURCES = re.compile(r"(<!-- sources -->).*?(<!-- /sources -->)", re.DOTALL)
COLOURS = "okabe"
"""The source of the hues."""
BITS = 6
"""Bits of each colour that a poster keeps."""
SWEEP = re.compile(r"^```toml\n(films = .*?)^```", re.MULTILINE | re.DOTALL)
"""A block of a README that is a sweep."""


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
    # No palette, because it would change the hue of thin lines, and hues have a meaning here. The
    # last two bits cannot be seen, and are a third of the file.
    ImageOps.posterize(small, BITS).save(poster, optimize=True)


def write_moving(video: Path, picture: Path, beats: Sequence[str]) -> None:
    """Write some beats of a film as a small animated WebP that loops.

    Parameters
    ----------
    video
        The film; its ledger is in the same folder.
    beats
        Names of consecutive beats.

    Raises
    ------
    ValueError
        If the film has no such beats.
    """
    ledger = json.loads(video.with_suffix(".json").read_text(encoding="utf-8"))
    there = {beat["name"]: beat for beat in ledger["beats"]}
    if missing := [name for name in beats if name not in there]:
        raise ValueError(f"{video.name} has no beat {missing[0]}; it has {', '.join(there)}")
    with open_video(video) as container:
        rate = round(container.streams.video[0].average_rate or 0)
    start, end = there[beats[0]]["start"], there[beats[-1]]["end"]
    frames = range(round(start * rate), round(end * rate))
    with TemporaryDirectory() as folder:
        clip = Path(folder) / video.name
        cut(video, {clip: frames}, rate)
        write_webp(clip, picture, MOST_BYTES)


def write_overview(readme: Path, poster: Path) -> None:
    """Write a small overview of the sweep in `readme`, without rendering its films.

    Raises
    ------
    ValueError
        If the README has no sweep.
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


def films_table(readme: str) -> str:
    """Return the text of a README with its table of films made from the films' attributes."""
    rows = [
        f"| ![]({POSTERS}/{name}.png) | `{name}` | {film.description} | {film.seconds} s |"
        for name, film in ((name, describe(name)) for name in FILMS)
    ]
    return _TABLE.sub(lambda found: "\n".join([found[1], *rows, found[2]]), readme)


def sources_list(readme: str) -> str:
    """Return the text of a README with its list of sources made from what the films cite."""
    named = dict.fromkeys(name for film in FILMS for name in describe(film).sources)
    cited = sorted(citations([*named, COLOURS]))
    line = "; ".join(as_markdown(one) for one in cited)
    return _SOURCES.sub(lambda found: f"{found[1]}{line}.{found[2]}", readme)


def main() -> int:
    """Write films and sources, and all posters; return 1 if a film has not been rendered."""
    readme = Path("README.md")
    written = sources_list(films_table(readme.read_text(encoding="utf-8")))
    readme.write_text(written, encoding="utf-8")
    for name in FILMS:
        picture = Path("media/films/default") / f"{name}.png"
        if not picture.is_file():
            sys.stderr.write(f"{picture} is missing: backprop render --all\n")
            return 1
        write_poster(picture, POSTERS / f"{name}.png")
    film, beats = MOVING
    write_moving(Path(f"media/films/default/{film}.mp4"), POSTERS / "moving.webp", beats)
    write_overview(SWEEPS, POSTERS / "sweep.png")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
