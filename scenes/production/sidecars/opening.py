"""What a player shows before it plays: the picture in which the film asks its question."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenes.production.sidecars.transcript import Passage


@dataclass(frozen=True)
class Opening:
    """The poster of a player.

    Attributes
    ----------
    picture
        A PNG.
    passage
        The beat that shows it; None if it is the last picture.
    words
        A description for people who cannot see it.
    """

    picture: bytes
    passage: Passage | None
    words: str


def opening_of(
    video: Path, last: Path, ledger: Mapping[str, Any], passages: Iterable[Passage]
) -> Opening:
    """Return what a player of a film shows first: its question, or its last picture.

    Parameters
    ----------
    video, last
        The film, and its last picture, which stands in where the ledger names no question.
    ledger, passages
        Its ledger, and the beats in it.

    Raises
    ------
    KeyError, TypeError, ValueError
        If the ledger is none, or names a picture that the video does not have.
    """
    asked = ledger.get("pictures", {}).get("question")
    if asked is None:
        return Opening(last.read_bytes(), None, ledger["alt"])
    at = float(asked["time"])
    passage = next((p for p in passages if p.start <= at <= p.end), None)
    if passage is None:
        raise ValueError(f"no beat shows the picture at {at:g} s")
    # A gallery that is only planned, and a film that names no question, need no video library.
    from scenes.production.video.still import picture_at

    picture = io.BytesIO()
    picture_at(video, at).save(picture, "png")
    return Opening(picture.getvalue(), passage, f"{passage.sentence} {passage.shown}".strip())
