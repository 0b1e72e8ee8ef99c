"""Joins films into one video without re-encoding, with chapters, captions and a transcript."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import srt

from backprop_core.files import write_whole
from scenes.production.lecture.lecture import Lecture, Part
from scenes.production.process.error_messages import RenderError
from scenes.production.sidecars.captions import vtt_of
from scenes.production.sidecars.transcript import transcript_of
from scenes.production.sidecars.transcript_markdown import lecture_as_markdown
from scenes.production.store.bounded_reads import legible_text, read_ledger, read_text
from scenes.production.store.build import Built, build
from scenes.production.store.film_files import FilmFiles, film_files
from scenes.production.store.output_paths import Target
from scenes.production.store.publish import Made
from scenes.production.video.files import Chapter, join
from scenes.production.video.verify import Decoded, decode
from scenes.words.ledger import write_json


def make_lecture(lecture: Lecture, *, force: bool = False) -> Built[Target]:
    """Make the files of a lecture, unless they exist and are up to date.

    Parameters
    ----------
    force
        Join even if nothing has changed.

    Raises
    ------
    RenderError
        If the films cannot be joined, for example because somebody has changed their sidecars.
        No files are written or replaced then.
    """
    keys = lecture.keys()
    origin = lecture.parts[0].planned.origin

    def produce(private: Path) -> Made:
        check = lecture.check_films()
        try:
            made = film_files(_made(lecture, private), lecture.target, keys)
        except (ValueError, KeyError, TypeError, srt.SRTParseError) as error:
            raise RenderError(str(error)) from error
        lecture.check_unchanged()
        return replace(made, check=check)

    try:
        return build(lecture.target, keys, produce, origin=origin, force=force)
    except RenderError as error:
        raise RenderError(f"the films cannot be joined: {error}") from error


def _made(lecture: Lecture, private: Path) -> FilmFiles:
    video, poster = private / "lecture.mp4", private / "lecture.png"
    captions, ledger = private / "lecture.srt", private / "lecture.json"
    decoded = _joined(lecture, video)
    decoded.last.save(poster, optimize=True)
    web_captions, transcript = private / "lecture.vtt", private / "lecture.md"
    said = _captions(lecture)
    words = {captions: said, web_captions: vtt_of(said), transcript: _transcript(lecture)}
    for path, text in words.items():
        write_whole(path, text.encode("utf-8"), new=True)
    write_json(ledger, _document(lecture))
    facts = decoded.facts(str(lecture.parts[0].facts["quality"]), "mp4", lecture.frame_rate)
    return FilmFiles(video, poster, captions, web_captions, transcript, ledger, facts)


def _joined(lecture: Lecture, video: Path) -> Decoded:
    """Join the films, and check that the video has all their frames, without a gap."""
    sources = [part.planned.target.video for part in lecture.parts]
    chapters = [Chapter(part.title, start, end) for part, start, end in lecture.timed()]
    try:
        join(sources, video, lecture.frame_rate, lecture.title, chapters)
        decoded = decode(video)
    except av.FFmpegError as error:
        if isinstance(error, (OSError, MemoryError)):
            raise
        raise ValueError(str(error)) from error
    if decoded.frames != lecture.frames:
        raise ValueError(f"got {decoded.frames} frames; the films have {lecture.frames}")
    if decoded.last_shown != Fraction(lecture.frames - 1, lecture.frame_rate):
        raise ValueError(f"the last frame is shown at {float(decoded.last_shown):.3f} s")
    return decoded


def _captions(lecture: Lecture) -> str:
    """Return the captions of all films, shifted in time and numbered consecutively."""
    captions = [
        srt.Subtitle(0, start + caption.start, start + caption.end, caption.content)
        for part, first, _ in lecture.timed()
        for start in [timedelta(seconds=first)]
        for caption in srt.parse(legible_text(read_text(part.planned.target.captions)))
    ]
    return str(srt.compose(captions))


def _transcript(lecture: Lecture) -> str:
    transcripts = [transcript_of(_ledger(part), start) for part, start, _ in lecture.timed()]
    # A title that the user chose is the same for all films, so each gets its own title instead.
    named = [
        replace(transcript, stem=part.planned.target.stem, title=part.title)
        for part, transcript in zip(lecture.parts, transcripts, strict=True)
    ]
    notes = [f"Left out is {film}: {why}." for film, why in lecture.left_out.items()]
    return lecture_as_markdown(lecture.title, named, notes)


def _document(lecture: Lecture) -> dict[str, Any]:
    return {
        "title": lecture.title,
        "films": [
            {
                "film": part.film,
                "title": part.title,
                "start": start,
                "end": end,
                "ledger": part.planned.target.ledger.name,
                "beats": [_shifted(beat, start) for beat in _beats(part)],
            }
            for part, start, end in lecture.timed()
        ],
        "left_out": [{"film": film, "why": why} for film, why in lecture.left_out.items()],
    }


def _ledger(part: Part) -> dict[str, Any]:
    return read_ledger(part.planned.target.ledger)


def _beats(part: Part) -> list[dict[str, Any]]:
    beats: list[dict[str, Any]] = _ledger(part)["beats"]
    return beats


def _shifted(beat: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    times = ("start", "end", "pause", "said")
    return {**beat, **{name: beat[name] + seconds for name in times if name in beat}}
