"""Whoever reads a film sees that all its files are of one render."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from scenes.production.process.error_messages import RenderError
from scenes.production.store.one_render import check_one_render, is_mixture
from scenes.production.store.output_paths import Target

SAID = r"tiny\.mp4 and the files beside it are not of one render; type the same again"


def swap(folder: Path, name: str, content: bytes) -> None:
    (folder / name).unlink()
    (folder / name).write_bytes(content)


def incomplete(folder: Path, name: str) -> None:
    path = folder / ".backprop" / "tiny.json"
    record = json.loads(path.read_text())
    path.write_text(json.dumps({**record, "coming": {name: []}}))


CHANGES: dict[str, Callable[[Path, str], None]] = {
    "another file": lambda folder, name: swap(folder, name, b"of another render"),
    "other bytes": lambda folder, name: swap(folder, name, b"\0" * (folder / name).stat().st_size),
    "no file": lambda folder, name: (folder / name).unlink(),
    "files that were coming": incomplete,
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", ["tiny.mp4", "tiny.json", "tiny.srt"])
def test_a_mixture_is_not_read(made: Path, name: str, change: str) -> None:
    target = Target(made, "tiny", "mp4")
    again = check_one_render([(target, target.facts()["sha256"])])
    again()
    CHANGES[change](made, name)
    assert is_mixture(target, target.required)
    for check in (again, lambda: check_one_render([(target, target.facts()["sha256"])])):
        with pytest.raises(RenderError, match=SAID):
            check()


def test_a_film_that_was_rendered_anew_is_not_the_one_that_was_looked_at(made: Path) -> None:
    target = Target(made, "tiny", "mp4")
    with pytest.raises(RenderError, match=SAID):
        check_one_render([(target, "0" * 64)])


def test_without_a_record_nothing_can_be_known(made: Path) -> None:
    (made / ".backprop" / "tiny.json").unlink()
    target = Target(made, "tiny", "mp4")
    assert not is_mixture(target, target.required)
