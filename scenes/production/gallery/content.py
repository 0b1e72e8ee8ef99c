"""The content of the page of a film, read from the files beside the film without recomputing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import floor
from pathlib import PurePath, PurePosixPath
from typing import Any
from urllib.parse import quote

import srt

from scenes.production.gallery.chart import Chart, charts_of
from scenes.production.process.error_messages import RenderError, one_line
from scenes.production.request.catalog import describe
from scenes.production.sidecars.captions import as_vtt
from scenes.production.sidecars.layer_table import HEADINGS, LayerRow, as_text, from_dict
from scenes.production.sidecars.opening import Opening, opening_of
from scenes.production.sidecars.transcript import Transcript, transcript_of
from scenes.production.store.bounded_reads import read_ledger
from scenes.production.store.output_paths import Target
from scenes.production.store.publish import Source

CHAPTERS, CONFIGURATION, QUESTION = ".chapters.vtt", ".toml", ".question.png"
"""Suffixes of files that only the gallery has."""
_ENDINGS = (".mp4", QUESTION, ".png", ".srt", ".vtt", ".md", ".json", CONFIGURATION, CHAPTERS)
_DOWNLOADS = {
    ".mp4": "Film, MP4 with a chapter for each sentence",
    QUESTION: "Poster, the picture of its question",
    ".png": "Its last picture",
    ".srt": "Captions for PowerPoint and players, SubRip",
    ".vtt": "Captions for web pages, WebVTT",
    ".md": "Transcript, Markdown",
    ".json": "Every number shown, JSON",
    CONFIGURATION: "Configuration, TOML",
}


@dataclass(frozen=True)
class Download:
    """A file to download.

    Attributes
    ----------
    name
        File name; the file is in the folder of the page.
    """

    label: str
    name: str
    bytes: int


@dataclass(frozen=True)
class FilmPage:
    """A film, and the content of its page.

    Attributes
    ----------
    place
        Path of the page, relative to the gallery.
    title
        The film's own title, even if the user gave it another one.
    words
        The title that the user gave, or None.
    seconds, width, height
        Duration and size of the video.
    narrated
        Whether its sentences are in the picture.
    opening
        What its player shows first.
    transcript
        See `scenes.production.sidecars.transcript`.
    rows
        The rows of all layers of its network; empty if the film does not show such a network.
    examples, samples
        How many examples were passed for `rows`, and how many the configuration asks for.
    target
        The paths of its files.
    ledger
        Its ledger as JSON, without the folder of the data file.
    """

    place: PurePosixPath
    title: str
    words: str | None
    seconds: float
    width: int
    height: int
    narrated: bool
    opening: Opening
    transcript: Transcript
    rows: tuple[LayerRow, ...]
    examples: int
    samples: int
    target: Target
    ledger: bytes

    @property
    def name(self) -> str:
        """The name of the film."""
        return self.target.stem

    @property
    def folder(self) -> PurePosixPath:
        """The folder of its files, relative to the gallery."""
        return self.place.parent

    @property
    def charts(self) -> tuple[Chart, ...]:
        """Charts of the values of each layer."""
        return charts_of(self.rows) if self.rows else ()

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings of the table of layers."""
        return tuple(HEADINGS.values())

    @property
    def table(self) -> list[list[str]]:
        """The rows of the table of layers, formatted for people to read."""
        return [as_text(row) for row in self.rows]

    def files(self) -> dict[PurePosixPath, Source]:
        """Return the files beside the page: path -> bytes, or the file to copy."""
        made: dict[str, Source] = {
            ".mp4": self.target.video,
            QUESTION: self.opening.picture,
            ".png": self.target.poster,
            ".srt": self.target.captions,
            ".vtt": self.target.web_captions,
            ".md": self.target.transcript,
            ".json": self.ledger,
            CONFIGURATION: self.transcript.configuration.encode(),
            CHAPTERS: _chapters(self.transcript, self.seconds).encode(),
        }
        return {self.folder / f"{self.name}{ending}": made[ending] for ending in _ENDINGS}

    def downloads(self) -> list[Download]:
        """Return the files to download, with their sizes."""
        found = {place.name.removeprefix(self.name): s for place, s in self.files().items()}
        return [
            Download(label, f"{self.name}{ending}", size_of(found[ending]))
            for ending, label in _DOWNLOADS.items()
        ]


def film_page(target: Target, folder: PurePosixPath) -> FilmPage:
    """Read the page of a film that has been rendered.

    Parameters
    ----------
    target
        The paths of its files.
    folder
        The folder that they will have in the gallery.

    Raises
    ------
    RenderError
        If the file beside the film is not a valid ledger; somebody may have changed it.
    """
    ledger = read_ledger(target.ledger)
    try:
        return _read(target, folder, ledger)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RenderError(f"{target.ledger} is damaged: {one_line(str(error))}") from error


def _read(target: Target, folder: PurePosixPath, ledger: Mapping[str, Any]) -> FilmPage:
    transcript = transcript_of(ledger)
    layers = ledger.get("layers") or {"rows": (), "examples": 0}
    own = describe(target.stem).title if transcript.stem == target.stem else transcript.title
    facts = ledger["files"][target.video.name]
    return FilmPage(
        place=folder / f"{target.stem}.html",
        title=own,
        words=transcript.title if transcript.title != own else None,
        seconds=float(facts["seconds"]),
        width=int(facts["width"]),
        height=int(facts["height"]),
        narrated=bool(ledger["experiment"]["film"]["narration"]),
        opening=opening_of(target.video, target.poster, ledger, transcript.passages),
        transcript=transcript,
        rows=tuple(from_dict(row) for row in layers["rows"]),
        examples=int(layers["examples"]),
        samples=int(ledger["experiment"]["data"]["samples"]),
        target=target,
        ledger=_published(ledger),
    )


def names_in(folder: PurePosixPath, film: str) -> list[PurePosixPath]:
    """Return the paths of all files of a film in the gallery, even before it is rendered."""
    return [folder / f"{film}{ending}" for ending in (*_ENDINGS, ".html")]


def href(target: PurePosixPath, page: PurePosixPath) -> str:
    """Return the relative URL of a file, for links in a page."""
    up = [".."] * len(page.parent.parts)
    path = "/".join([*up, *target.parts])
    # A colon is quoted too, because a name such as c:d would look like a scheme.
    return quote(path, safe="/")


def _published(ledger: Mapping[str, Any]) -> bytes:
    """Write a ledger as JSON, with only the name of the data file instead of its full path."""
    experiment = ledger["experiment"]
    path = experiment["data"].get("path")
    if path is not None:
        data = {**experiment["data"], "path": PurePath(path).name}
        ledger = {**ledger, "experiment": {**experiment, "data": data}}
    return (json.dumps(ledger, indent=1, allow_nan=False) + "\n").encode()


def _chapters(transcript: Transcript, seconds: float) -> str:
    """Write the chapters as WebVTT, the format that players read; the last ends with the film."""
    starts = [passage.start for passage in transcript.passages]
    ends = [*starts[1:], floor(1000 * seconds + 1e-6) / 1000]
    return as_vtt(
        srt.Subtitle(n, timedelta(seconds=start), timedelta(seconds=end), passage.heading)
        for n, (start, end, passage) in enumerate(
            zip(starts, ends, transcript.passages, strict=True), 1
        )
    )


def size_of(source: Source) -> int:
    """Return the bytes of a file of the gallery."""
    return len(source) if isinstance(source, bytes) else source.stat().st_size
