"""Putting finished files in their places: each is absent, old or complete at every moment."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenes.production.request.job import Keys, file_digest
from scenes.production.store.manifest import LEDGER_BYTES, digest_of
from scenes.production.store.output_paths import Target, memory, read_manifest
from scenes.words.ledger import write_json


@dataclass(frozen=True)
class Made:
    """Finished files in a private folder on the file system of their target.

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
    facts: Mapping[str, Any]

    def sidecars(self, target: Target) -> dict[Path, Path]:
        """Return the file -> place of all but the video."""
        return {
            self.poster: target.poster,
            self.captions: target.captions,
            self.web_captions: target.web_captions,
            self.transcript: target.transcript,
            self.ledger: target.ledger,
        }


def publish(made: Made, target: Target, keys: Keys, origin: str) -> dict[str, Any]:
    """Move finished files to their places, the manifest last.

    A symbolic link in one of the places is replaced, not followed.

    Parameters
    ----------
    made
        The files.
    target
        Their places.
    keys
        Of the job as it was before it was begun.
    origin
        What the folder is to remember that it was made from.

    Returns
    -------
    The facts about the video, as they stand in ledger and manifest.
    """
    facts = {
        **made.facts,
        "bytes": made.video.stat().st_size,
        "sha256": file_digest(made.video),
    }
    videos = _others(target, keys.content) | {target.video.name: facts | {"key": keys.video}}
    document = json.loads(made.ledger.read_text(encoding="utf-8"))
    # The film in another format that lies beside it shows the same numbers.
    document["files"] = {name: _without_key(about) for name, about in sorted(videos.items())}
    write_json(made.ledger, document)
    manifest = {
        "content": keys.content,
        "videos": videos,
        "sidecars": {
            place.name: file_digest(file) for file, place in made.sidecars(target).items()
        },
    }
    places = {
        made.video: target.video,
        **made.sidecars(target),
        _written(made.video.with_name("folder.json"), memory(origin)): target.memory,
        _written(made.video.with_name("manifest.json"), manifest): target.manifest,
    }
    put(places)
    return facts


def put(places: Mapping[Path, Path]) -> None:
    """Move finished files to their places, one after the other, and have the disk hold them.

    Parameters
    ----------
    places
        File -> its place, on the same file system.
    """
    # A disk that is full may say so only now: before the first of them is replaced.
    for source in places:
        _sync(source)
    for source, place in places.items():
        source.replace(place)
    for folder in {place.parent for place in places.values()}:
        _sync(folder)


def is_current(target: Target, keys: Keys) -> bool:
    """Tell whether the files in place are those that the job would make, and are intact."""
    manifest = read_manifest(target)
    about = manifest.get("videos", {}).get(target.video.name, {})
    if manifest.get("content") != keys.content or about.get("key") != keys.video:
        return False
    # A file is read only if it can be the right one: somebody may have put an endless one there.
    return digest_of(target.video, about["bytes"]) == about["sha256"] and all(
        digest_of(target.folder / name, LEDGER_BYTES) == digest
        for name, digest in manifest["sidecars"].items()
    )


def facts_of(target: Target) -> dict[str, Any]:
    """Return the facts about a video that `is_current`."""
    return _without_key(read_manifest(target)["videos"][target.video.name])


def _others(target: Target, content: str) -> dict[str, Any]:
    """Return what is known of the same film in other formats."""
    manifest = read_manifest(target)
    if manifest.get("content") != content:
        return {}
    videos: dict[str, Any] = manifest["videos"]
    return {
        name: about
        for name, about in videos.items()
        if name != target.video.name and (target.folder / name).is_file()
    }


def _without_key(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name != "key"}


def _written(path: Path, document: Mapping[str, Any]) -> Path:
    write_json(path, document)
    return path


def _sync(path: Path) -> None:
    """Have the disk hold what the file, or the folder, says."""
    if path.is_dir() and os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
