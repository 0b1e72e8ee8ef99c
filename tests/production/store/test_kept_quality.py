"""In which quality a film is made: no worse than what is there."""

import json
from pathlib import Path

import pytest

from scenes.production.store.kept_quality import kept_quality
from scenes.production.store.output_paths import Target

CONTENT, OTHER = "0" * 64, "1" * 64


def facts(quality: str, format: str) -> dict[str, object]:
    size = {"width": 2, "height": 2, "fps": 15, "frames": 3, "seconds": 0.2}
    return {"quality": quality, "format": format, "bytes": 1, "sha256": "2" * 64, **size}


@pytest.fixture
def there(tmp_path: Path) -> Target:
    """Return the place of a film that is there in 1080p60, as mp4 and webm."""
    names = ("leak.mp4", "leak.webm")
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    parts = {n: {"key": "3" * 64, "facts": facts("high", n[5:])} for n in names}
    files = {n: {"bytes": 1, "sha256": "2" * 64} for n in names}
    target = Target(tmp_path, "leak", "mp4")
    target.state.mkdir()
    target.manifest.write_text(json.dumps({"content": CONTENT, "parts": parts, "files": files}))
    return target


@pytest.mark.parametrize(
    ("content", "asked", "force", "kept"),
    [
        (CONTENT, None, False, "high"),
        (CONTENT, "low", False, "high"),
        (CONTENT, "4k", False, "4k"),
        # Out of date: what the user named counts, and if that is nothing, it keeps its quality.
        (OTHER, "low", False, "low"),
        (OTHER, None, False, "high"),
        # Forced: the same.
        (CONTENT, "low", True, "low"),
        (CONTENT, None, True, "high"),
    ],
)
def test_the_quality_of_what_is_there(
    there: Target, content: str, asked: str | None, force: bool, kept: str
) -> None:
    assert kept_quality(there, content, asked, force=force) == kept


def test_a_film_in_another_format_counts_as_it_shares_captions_and_poster(there: Target) -> None:
    there.video.unlink()
    assert kept_quality(there, CONTENT, "low") == "high"
    (there.folder / "leak.webm").unlink()
    assert kept_quality(there, CONTENT, "low") == "low"


def test_where_nothing_is_there_the_usual_quality_is_taken(tmp_path: Path) -> None:
    target = Target(tmp_path, "leak", "mp4")
    assert kept_quality(target, CONTENT, None) == "medium"
    assert kept_quality(target, CONTENT, None, usual="low") == "low"
    assert kept_quality(target, CONTENT, "high") == "high"
