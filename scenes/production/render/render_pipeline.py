"""Making a film's files in a private folder, and publishing them if they are whole."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import av
from PIL import Image

from backprop_core.formatting import source_name
from scenes.kit.quality import QUALITIES
from scenes.production.process.error_messages import words
from scenes.production.process.worker_client import LOG, Drawn, Progress, RenderError, draw
from scenes.production.request.job import Job, Keys, Request
from scenes.production.sidecars.captions import vtt_of
from scenes.production.sidecars.transcript import heading_of, transcript_of
from scenes.production.sidecars.transcript_markdown import as_markdown
from scenes.production.store.output_paths import Target, private_folder
from scenes.production.store.publish import Made, publish
from scenes.production.video.files import Chapter, join
from scenes.production.video.gif import write_gif
from scenes.production.video.verify import Decoded, decode
from scenes.production.video.webp import decode_webp, write_webp


def make(
    request: Request,
    target: Target,
    keys: Keys,
    origin: str,
    report: Callable[[Progress], None] | None,
) -> dict[str, Any]:
    """Draw, check and publish the files of a film; see `render` for what is raised.

    Parameters
    ----------
    request
        What to draw, and by how many processes.
    target
        Where to; nobody else makes it meanwhile.
    keys
        Of the job as it is now.
    origin
        What the folder shall remember that it was made from.
    report
        Called several times a second until the film is published.

    Returns
    -------
    The facts about the video.
    """
    latest = Progress(0, None)

    def say(progress: Progress) -> None:
        nonlocal latest
        latest = progress
        if report is not None:
            report(progress)

    with private_folder(target) as private:
        status = private.stat()
        try:
            say(latest)
            drawn = draw(request, private, say)
            made = _finish(request.job, drawn, private, lambda: say(latest))
            facts = publish(made, target, keys, origin)
        except (RenderError, OSError) as error:
            if not _is_the_same(private, status):
                where = source_name(str(target.folder))
                raise RenderError(f"{where} was removed while it was rendered") from error
            _keep_log(private, target)
            raise
    with suppress(OSError):
        target.log.unlink(missing_ok=True)
    return facts


def _is_the_same(private: Path, status: os.stat_result) -> bool:
    """Tell whether a folder is still there; a library may have made another one in its place."""
    try:
        return os.path.samestat(private.stat(), status)
    except FileNotFoundError:
        return False


def _finish(job: Job, drawn: Drawn, private: Path, watch: Callable[[], None]) -> Made:
    """Make the files that are published of those that were drawn."""
    files = (*drawn.pieces, drawn.ledger, drawn.captions)
    missing = [path.name for path in files if not path.is_file()]
    if missing:
        raise RenderError(f"the render left no {', no '.join(missing)}")
    frame_rate = QUALITIES[job.quality][1]
    about = json.loads(drawn.ledger.read_text(encoding="utf-8"))
    finished = private / f"finished{drawn.pieces[0].suffix}"
    try:
        join(drawn.pieces, finished, frame_rate, about["title"], _chapters(about["beats"]))
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
    facts = {
        "quality": job.quality,
        "format": job.format,
        "width": decoded.width,
        "height": decoded.height,
        "fps": frame_rate,
        "frames": decoded.frames,
        "seconds": decoded.frames / frame_rate,
    }
    web_captions, transcript = private / "captions.vtt", private / "transcript.md"
    web_captions.write_text(vtt_of(drawn.captions.read_text(encoding="utf-8")), encoding="utf-8")
    transcript.write_text(as_markdown(transcript_of(about)), encoding="utf-8")
    return Made(finished, poster, drawn.captions, web_captions, transcript, drawn.ledger, facts)


def _on(picture: Image.Image, ground: str) -> Image.Image:
    """Lay a picture on its ground, if it has none."""
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


def _keep_log(private: Path, target: Target) -> None:
    with suppress(OSError):
        if (private / LOG).stat().st_size:
            (private / LOG).replace(target.log)


def _chapters(beats: list[dict[str, Any]]) -> list[Chapter]:
    """Return a chapter for each beat, named after it."""
    return [Chapter(heading_of(beat["name"]), beat["start"], beat["end"]) for beat in beats]
