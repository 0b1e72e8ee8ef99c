"""All films as one video: joined without being encoded again, with a chapter for each."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import srt

from backprop_core.errors import InputError
from scenes.kit.ledger import write_json
from scenes.production.captions import vtt_of
from scenes.production.catalog import default_experiment, describe, known
from scenes.production.child import RenderError
from scenes.production.decoding import Decoded, decode
from scenes.production.failures import words
from scenes.production.job import Keys, hash_of
from scenes.production.plan import Planned
from scenes.production.publish import Made, facts_of, is_current, publish
from scenes.production.reading import LEDGER_BYTES, read_json, read_text
from scenes.production.render import Rendered
from scenes.production.selection import Selection
from scenes.production.target import Target, check_folder, only_one, private_folder
from scenes.production.transcript import transcript_of
from scenes.production.transcript_markdown import lecture_as_markdown
from scenes.production.video import Chapter, join

STEM = "lecture"
TITLE = "Backpropagation is a leaky abstraction"
"""Of the video, unless the experiment has one of its own."""


@dataclass(frozen=True)
class Part:
    """A film of a lecture, in its place.

    Attributes
    ----------
    facts
        About its video; see `Rendered`.
    """

    planned: Planned
    facts: Mapping[str, Any]

    @property
    def film(self) -> str:
        """Its name."""
        return self.planned.job.film

    @property
    def title(self) -> str:
        """Its own title: a person's own words would name all chapters alike."""
        return describe(self.film).title


@dataclass(frozen=True)
class Lecture:
    """Films that are to be joined.

    Attributes
    ----------
    parts
        At least one, in the order in which they are shown.
    left_out
        Film -> why this experiment cannot show it.
    target
        See `lecture_target`.
    """

    parts: tuple[Part, ...]
    left_out: Mapping[str, str]
    target: Target

    @property
    def title(self) -> str:
        """What a player shows."""
        return self.parts[0].planned.job.experiment.film.title or TITLE

    @property
    def frame_rate(self) -> int:
        """Frames per second."""
        return int(self.parts[0].facts["fps"])

    @property
    def frames(self) -> int:
        """Of all films together."""
        return sum(part.facts["frames"] for part in self.parts)

    def keys(self) -> Keys:
        """Return the keys of the lecture as code, packages and films are at this moment."""
        keys = [part.planned.job.keys() for part in self.parts]
        parts = list(zip(self.parts, keys, strict=True))
        content = hash_of(
            {
                "title": self.title,
                "films": [(part.film, part.title, key.content) for part, key in parts],
                "left out": dict(self.left_out),
            }
        )
        videos = [(key.video, part.facts["sha256"]) for part, key in parts]
        return Keys(content, hash_of({"content": content, "videos": videos}))

    @property
    def current(self) -> bool:
        """Whether its files are there already, made of the same."""
        return is_current(self.target, self.keys())

    def timed(self) -> Iterator[tuple[Part, float, float]]:
        """Yield each film with the seconds at which it begins and ends."""
        before = 0
        for part in self.parts:
            after = before + part.facts["frames"]
            yield part, before / self.frame_rate, after / self.frame_rate
            before = after


def suited(films: Iterable[str], selection: Selection) -> tuple[list[str], dict[str, str]]:
    """Tell the films that can show an experiment from those that cannot, and why.

    Parameters
    ----------
    films
        Names of the catalog.
    selection
        The experiment to film, where it is not each film's own.

    Raises
    ------
    InputError
        If there is no such film, or if no film can show the experiment.
    """
    able: list[str] = []
    unable: dict[str, str] = {}
    lines: dict[str, None] = {}
    for film in dict.fromkeys(films):
        default = default_experiment(known(film))
        try:
            selection.experiment(default)
        except InputError as error:
            unable[film] = "; ".join(error.problems)
            lines |= dict.fromkeys(error.problems)
        else:
            able.append(film)
    if not able:
        raise InputError(*lines)
    return able, unable


def lecture_target(planned: Sequence[Planned], *, named: bool) -> Target:
    """Return where the lecture of these films goes: into their folder.

    Parameters
    ----------
    named
        Whether a person chose the folder's name.

    Raises
    ------
    InputError
        With a line for each thing in the way.
    """
    target = Target(planned[0].target.folder, STEM, "mp4")
    check_folder(target, planned[0].origin, named=named)
    return target


def make_lecture(lecture: Lecture, *, force: bool = False) -> Rendered:
    """Make the files of a lecture, unless they are there and nothing has changed.

    Parameters
    ----------
    force
        Join even if nothing has changed.

    Raises
    ------
    RenderError
        If the films cannot be joined. Nothing is in its place then that was not there before.
    """
    started = time.monotonic()
    keys = lecture.keys()
    if not force and is_current(lecture.target, keys):
        return Rendered(lecture.target, True, facts_of(lecture.target), time.monotonic() - started)
    try:
        with only_one(lecture.target), private_folder(lecture.target) as private:
            made = _made(lecture, private)
            facts = publish(made, lecture.target, keys, lecture.parts[0].planned.origin)
    except (OSError, MemoryError) as error:
        raise RenderError(f"the films cannot be joined: {words(error)}") from error
    except (ValueError, KeyError, TypeError, srt.SRTParseError) as error:
        # The films may have been there before, with sidecars that somebody else has made.
        raise RenderError(f"the films cannot be joined: {error}") from error
    return Rendered(lecture.target, False, facts, time.monotonic() - started)


def _made(lecture: Lecture, private: Path) -> Made:
    """Make the files that are published in a private folder."""
    video, poster = private / "lecture.mp4", private / "lecture.png"
    captions, ledger = private / "lecture.srt", private / "lecture.json"
    decoded = _joined(lecture, video)
    decoded.last.save(poster, optimize=True)
    web_captions, transcript = private / "lecture.vtt", private / "lecture.md"
    said = _captions(lecture)
    captions.write_text(said, encoding="utf-8")
    web_captions.write_text(vtt_of(said), encoding="utf-8")
    transcript.write_text(_transcript(lecture), encoding="utf-8")
    write_json(ledger, _document(lecture))
    facts = {
        "quality": lecture.parts[0].planned.job.quality,
        "format": "mp4",
        "width": decoded.width,
        "height": decoded.height,
        "fps": lecture.frame_rate,
        "frames": decoded.frames,
        "seconds": decoded.frames / lecture.frame_rate,
    }
    return Made(video, poster, captions, web_captions, transcript, ledger, facts)


def _joined(lecture: Lecture, video: Path) -> Decoded:
    """Join the films, and see that what came out is all of them and without a gap."""
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
    """Return the captions of all films, shifted and numbered through."""
    captions = [
        srt.Subtitle(0, start + caption.start, start + caption.end, caption.content)
        for part, first, _ in lecture.timed()
        for start in [timedelta(seconds=first)]
        for caption in srt.parse(read_text(part.planned.target.captions))
    ]
    return str(srt.compose(captions))


def _transcript(lecture: Lecture) -> str:
    transcripts = [transcript_of(_ledger(part), start) for part, start, _ in lecture.timed()]
    # All have the title that a person chose, if there is one.
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
    return read_json(part.planned.target.ledger, LEDGER_BYTES)


def _beats(part: Part) -> list[dict[str, Any]]:
    beats: list[dict[str, Any]] = _ledger(part)["beats"]
    return beats


def _shifted(beat: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    return {**beat, **{name: beat[name] + seconds for name in ("start", "end", "pause")}}
