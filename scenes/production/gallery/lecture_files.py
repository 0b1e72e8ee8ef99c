"""The files of the lecture that lie beside the films."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

LECTURE = {
    ".mp4": "Video with a chapter for each film, MP4",
    ".srt": "Its captions, SubRip",
    ".vtt": "Its captions, WebVTT",
    ".md": "Its transcript, Markdown",
    ".html": "Slides for the browser, one HTML file",
    ".pptx": "Slides for PowerPoint",
    ".pdf": "Slides for print, PDF",
}


@dataclass(frozen=True)
class LectureFile:
    """A file of the lecture that was made of the films."""

    label: str
    place: PurePosixPath
    source: Path

    @property
    def bytes(self) -> int:
        """Its size in bytes."""
        return self.source.stat().st_size


def lecture_files(folder: Path) -> tuple[LectureFile, ...]:
    """Return the files of a lecture that exist in the folder of its films."""
    return tuple(
        LectureFile(label, PurePosixPath("lecture") / path.name, path)
        for ending, label in LECTURE.items()
        for path in [folder / f"lecture{ending}"]
        if path.is_file() and not path.is_symlink()
    )
