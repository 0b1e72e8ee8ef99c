"""Turns what a worker drew into the files of a film: encodes, verifies and describes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import av
from PIL import Image

from scenes.kit.quality import QUALITIES
from scenes.production.process.error_messages import RenderError, words
from scenes.production.process.worker_client import Drawn, Progress, draw
from scenes.production.request.job import Job, Request
from scenes.production.request.keys import Keys
from scenes.production.sidecars.captions import vtt_of
from scenes.production.sidecars.transcript import heading_of, transcript_of
from scenes.production.sidecars.transcript_markdown import as_markdown
from scenes.production.store.film_files import FilmFiles, film_files
from scenes.production.store.output_paths import Target
from scenes.production.store.publish import Made
from scenes.production.video.files import Chapter, join
from scenes.production.video.gif import write_gif
from scenes.production.video.verify import Decoded, decode
from scenes.production.video.webp import decode_webp, write_webp


def draw_film(
    request: Request,
    target: Target,
    keys: Keys,
    private: Path,
    report: Callable[[Progress], None] | None = None,
) -> Made:
    """Draw a film and check it.

    Parameters
    ----------
    request
        What to draw, and how many processes draw it.
    target
        Where the files will go.
    keys
        The keys of the job when it began.
    private
        An empty private folder.
    report
        Called several times a second.

    Raises
    ------
    InputError, NumericalError, RenderError
        See `render`.
    """
    latest = Progress(0, None)

    def say(progress: Progress) -> None:
        nonlocal latest
        latest = progress
        if report is not None:
            report(progress)

    say(latest)
    drawn = draw(request, private, say)
    made = _finish(request.job, drawn, private, lambda: say(latest))
    return film_files(made, target, keys)


def _finish(job: Job, drawn: Drawn, private: Path, watch: Callable[[], None]) -> FilmFiles:
    """Make the files to publish from those that the worker drew."""
    files = (*drawn.pieces, drawn.ledger, drawn.captions)
    missing = [path.name for path in files if not path.is_file()]
    if missing:
        raise RenderError(f"the render left no {', no '.join(missing)}")
    frame_rate = QUALITIES[job.quality][1]
    about = json.loads(drawn.ledger.read_text(encoding="utf-8"))
    finished = private / f"finished{drawn.pieces[0].suffix}"
    try:
        chapters = chapters_of(about["beats"], drawn.frames / frame_rate)
        join(drawn.pieces, finished, frame_rate, about["title"], chapters)
        decoded = _checked(decode(finished, watch, clear=job.transparent), drawn.frames)
        poster = private / "poster.png"
        _on(decoded.last, drawn.ground).save(poster)
        if job.format == "gif":
            small = private / "finished.gif"
            frames, frame_rate = write_gif(finished, small, watch=watch)
            finished, decoded = small, _checked(decode(small, watch), frames)
        elif job.format == "webp":
            small = private / "finished.webp"
            frames, frame_rate = write_webp(finished, small, watch=watch, clear=job.transparent)
            finished, decoded = small, _checked(decode_webp(small, frame_rate, watch), frames)
    except (av.FFmpegError, ValueError) as error:
        if isinstance(error, (OSError, MemoryError)):
            raise
        said = str(error) if isinstance(error, ValueError) else words(error)
        raise RenderError(f"the finished video cannot be decoded: {said}") from error
    facts = decoded.facts(job.quality, job.format, frame_rate)
    web_captions, transcript = private / "captions.vtt", private / "transcript.md"
    web_captions.write_text(vtt_of(drawn.captions.read_text(encoding="utf-8")), encoding="utf-8")
    transcript.write_text(as_markdown(transcript_of(about)), encoding="utf-8")
    return FilmFiles(
        finished, poster, drawn.captions, web_captions, transcript, drawn.ledger, facts
    )


def _on(picture: Image.Image, ground: str) -> Image.Image:
    """Lay a transparent picture on a background colour."""
    if picture.mode != "RGBA":
        return picture
    below = Image.new("RGBA", picture.size, ground)
    return Image.alpha_composite(below, picture).convert("RGB")


def _checked(decoded: Decoded, frames: int) -> Decoded:
    if decoded.frames != frames:
        raise RenderError(
            f"the finished video has {decoded.frames} frames, but {frames} were drawn"
        )
    return decoded


def chapters_of(beats: Sequence[Mapping[str, Any]], seconds: float) -> list[Chapter]:
    """Return a chapter for each beat, named after it; the last one ends with the film.

    Parameters
    ----------
    seconds
        How long the film is: the last picture stands for a while after its last beat.
    """
    ends = [*(beat["start"] for beat in beats[1:]), seconds]
    return [
        Chapter(heading_of(beat["name"]), beat["start"], end)
        for beat, end in zip(beats, ends, strict=True)
    ]
