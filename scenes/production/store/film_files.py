"""The files of a film or of a lecture, and the ledger's word on all formats of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scenes.production.request.keys import Keys, file_digest
from scenes.production.store.output_paths import Target
from scenes.production.store.publish import Made, other_parts
from scenes.production.store.record import Fact
from scenes.words.ledger import write_json


@dataclass(frozen=True)
class FilmFiles:
    """Finished files in a private folder.

    Attributes
    ----------
    ledger
        The film's record; facts about the files are added to it.
    facts
        About the video: quality, format, width, height, fps, frames, seconds.
    """

    video: Path
    poster: Path
    captions: Path
    web_captions: Path
    transcript: Path
    ledger: Path
    facts: Mapping[str, Fact]


def with_checksum(facts: Mapping[str, Fact], video: Path) -> dict[str, Fact]:
    """Add size and checksum of a video to the facts about it."""
    return {**facts, "bytes": video.stat().st_size, "sha256": file_digest(video)}


def film_files(made: FilmFiles, target: Target, keys: Keys) -> Made:
    """Give the files of a film their places.

    Parameters
    ----------
    made
        The files.
    target
        Their places; nobody else makes them meanwhile.
    keys
        Of the film as it was when it was begun.
    """
    facts = with_checksum(made.facts, made.video)
    # The film in another format that lies beside it shows the same numbers.
    others = other_parts(target, target.record(), keys.content, facts)
    videos = {name: part.facts for name, part in others.items()} | {target.part: facts}
    document = json.loads(made.ledger.read_text(encoding="utf-8"))
    write_json(made.ledger, {**document, "files": dict(sorted(videos.items()))})
    files = {
        target.video: made.video,
        target.poster: made.poster,
        target.captions: made.captions,
        target.web_captions: made.web_captions,
        target.transcript: made.transcript,
        target.ledger: made.ledger,
    }
    return Made({place.name: file for place, file in files.items()}, facts)
