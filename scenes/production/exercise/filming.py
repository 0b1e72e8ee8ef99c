"""Film a wrong array: a whole film takes its place among the outputs, or none does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from backprop_core.formatting import source_name
from scenes.kit.quality import QUALITIES
from scenes.production.exercise.array_diff import ArrayDiff
from scenes.production.process.error_messages import RenderError
from scenes.production.process.worker_client import converse
from scenes.production.request.keys import Keys
from scenes.production.request.naming import slug
from scenes.production.sidecars.captions import vtt_of
from scenes.production.store.build import build
from scenes.production.store.film_files import with_checksum
from scenes.production.store.folder_checks import check_folder
from scenes.production.store.kept_quality import kept_quality
from scenes.production.store.output_paths import Target
from scenes.production.store.publish import Made, Source
from scenes.production.store.record import Fact

WORKER = "scenes.production.exercise.array_diff_worker"
"""The module whose process draws."""


@dataclass(frozen=True)
class FunctionFilm(Target):
    """The film of a function: it says little, so it has no transcript."""

    format: str = "mp4"

    @property
    def sidecars(self) -> tuple[Path, ...]:
        """What lies beside it."""
        return self.ledger, self.poster, self.captions, self.web_captions


def place(file: Path, diff: ArrayDiff, output: Path) -> Target:
    """Return where the film of a function in a learner's file goes.

    Raises
    ------
    InputError
        If nothing can be written there, or if it holds films of another file.
    """
    target = FunctionFilm(output / (slug(file.stem) or "exercise"), diff.function)
    check_folder(target, str(file.resolve()), named=False)
    return target


def film(diff: ArrayDiff, target: Target, file: Path, asked: str | None) -> Path:
    """Draw a film, put it in its place, and return its path.

    Parameters
    ----------
    asked
        The quality; if there is none, that of the film that is there, if it is better than usual.

    Raises
    ------
    RenderError
        If it could not be made; then the previous film is still in place.
    """
    quality = kept_quality(target, "", asked)
    request = json.dumps({"diff": diff.as_json(), "quality": quality})

    def produce(private: Path) -> Made:
        drawn = converse(WORKER, request, private, ends_with="finished")
        pieces = [private / piece for piece in drawn["pieces"]]
        ledger, captions = private / drawn["ledger"], private / drawn["captions"]
        video, poster, facts = _joined(pieces, private, ledger, quality, drawn["finished"])
        files: dict[Path, Source] = {
            target.video: video,
            target.poster: poster,
            target.captions: captions,
            target.web_captions: vtt_of(captions.read_text(encoding="utf-8")).encode(),
            target.ledger: ledger,
        }
        return Made({place.name: source for place, source in files.items()}, facts)

    try:
        # The learner's file changes from try to try, so the film is drawn each time.
        keys = Keys.of({"request": request})
        build(target, keys, produce, origin=str(file.resolve()), force=True)
    except RenderError as error:
        raise RenderError(f"{source_name(str(target.video))}: {error}") from error
    return target.video


def _joined(
    pieces: list[Path], private: Path, ledger: Path, quality: str, frames: int
) -> tuple[Path, Path, dict[str, Fact]]:
    """Join the pieces of a film and decode it; return video, last picture and facts."""
    # Libraries for video are imported only when there is one.
    from scenes.production.render.render_pipeline import chapters_of
    from scenes.production.video.files import join
    from scenes.production.video.verify import decode

    about, frame_rate = json.loads(ledger.read_text(encoding="utf-8")), QUALITIES[quality][1]
    video, poster = private / "finished.mp4", private / "poster.png"
    chapters = chapters_of(about["beats"], frames / frame_rate)
    join(pieces, video, frame_rate, about["title"], chapters)
    decoded = decode(video, lambda: None)
    if decoded.frames != frames:
        raise RenderError(f"the finished video has {decoded.frames} of {frames} frames")
    decoded.last.save(poster)
    return video, poster, with_checksum(decoded.facts(quality, "mp4", frame_rate), video)
