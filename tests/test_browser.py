"""The browser fixture reports the faults of a bad page, and none of a good page."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser import Visit

GOOD = '<!doctype html><html lang="en"><title>good</title><p id="p">0<script src="a.js"></script>'


@pytest.mark.parametrize(
    ("script", "misdeed"),
    [
        ("document.getElementById('p').textContent = 6 * 7", ""),
        ("console.error('lost')", "error: lost"),
        ("throw new Error('broken')", "broken"),
        ("fetch('http://localhost:9/x').catch(() => {})", "asks for http://localhost:9/x"),
        ("document.body.append(Object.assign(new Image(), {src: 'no.png'}))", "no.png"),
    ],
)
def test_misdeeds_are_seen(
    script: str, misdeed: str, tmp_path: Path, visit: Callable[..., Visit]
) -> None:
    (tmp_path / "page.html").write_text(GOOD, encoding="utf-8")
    (tmp_path / "a.js").write_text(script, encoding="utf-8")
    seen = visit(tmp_path / "page.html")
    seen.page.wait_for_load_state("networkidle")
    if misdeed:
        assert any(misdeed in found for found in seen.misdeeds), seen.misdeeds
    else:
        assert seen.misdeeds == []
        assert seen.page.text_content("#p") == "42"


def test_barriers_are_seen(tmp_path: Path, visit: Callable[..., Visit]) -> None:
    (tmp_path / "page.html").write_text(GOOD + '<img src="data:,">', encoding="utf-8")
    (tmp_path / "a.js").touch()
    assert any(line.startswith("image-alt:") for line in visit(tmp_path / "page.html").barriers())
