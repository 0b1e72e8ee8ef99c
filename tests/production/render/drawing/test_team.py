"""Drawing processes are forked once, noticed when they fail, and never left behind."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scenes.production.process.error_messages import EndedError, RenderError
from scenes.production.render.drawing.team import CAN_SHARE, Team
from tests.patience import wait_until

pytestmark = pytest.mark.skipif(not CAN_SHARE, reason="processes are copied on Linux only")


def helping(what: Callable[[], object]) -> Team:
    """Return the team of a process of which one copy does `what`, and ends."""
    team = Team(2)
    team.gather()
    if team.number:
        code = 1
        try:
            what()
            code = 0
        finally:
            os._exit(code)
    return team


def test_who_is_alone_has_nobody_to_wait_for() -> None:
    team = Team(1)
    team.gather()
    team.check()
    team.wait()
    assert team.number == 0


def test_helpers_do_their_part(tmp_path: Path) -> None:
    team = helping((tmp_path / "done").touch)
    team.wait()
    assert (tmp_path / "done").exists()
    team.check()


def test_a_helper_that_fails_is_noticed() -> None:
    def fail() -> None:
        os._exit(3)

    with pytest.raises(EndedError, match="ended with code 3"):
        helping(fail).wait()


def test_a_helper_that_is_killed_is_noticed_while_others_draw() -> None:
    team = helping(lambda: os.kill(os.getpid(), signal.SIGKILL))
    with pytest.raises(EndedError, match="was killed, as happens where memory"):
        wait_until(team.check)


@pytest.mark.parametrize(
    ("film", "line"),
    [
        ("HelperDies", "^its process was killed, as happens where memory runs out"),
        ("HelperFails", r"^ZeroDivisionError: only in a copy$"),
    ],
)
def test_a_film_of_which_a_part_is_missing_is_not_published(
    make: Any, tmp_path: Path, film: str, line: str
) -> None:
    with pytest.raises(RenderError, match=line):
        make(film, processes=2)
    folder = tmp_path / "films" / "default"
    assert [path.name for path in folder.glob("[!.]*")] == []
    assert [path.name for path in (folder / ".backprop").glob("render-*")] == []


def test_helpers_end_with_the_one_they_help(make: Any, tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"^its process was killed, as happens where memory"):
        make("LeaderDies", processes=3)
    assert [path.name for path in (tmp_path / "films" / "default").glob("[!.]*")] == []
