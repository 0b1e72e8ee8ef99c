"""A browser for the tests that open pages; without one they are skipped, with the reason."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.patience import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
"""Names of browsers, in the order in which they are tried; `.ci/browser` installs the first."""

HARMLESS = ("file:", "data:", "blob:", "about:")
"""Schemes of URLs that cause no network requests."""


@dataclass
class Visit:
    """An open page, and the faults that were observed in it.

    Attributes
    ----------
    page
        Playwright's page.
    errors
        Errors and warnings on its console (a breach of its security policy is one), exceptions
        that nothing caught, files that were not found.
    requests
        Addresses it asked for that are not files beside it.
    """

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @property
    def misdeeds(self) -> list[str]:
        """All of them: empty for a good page."""
        return [*self.errors, *(f"asks for {address}" for address in self.requests)]

    def barriers(self) -> list[str]:
        """What axe finds that shuts people out, a line each: empty for a good page."""
        axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe")
        # It would fetch the style sheets again, which a strict policy forbids and Playwright sees.
        found = axe.Axe().run(self.page, options={"preload": False}).response["violations"]
        return [f"{v['id']}: {v['help']}: {node['html']}" for v in found for node in v["nodes"]]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium without a window.

    One for each module: Playwright holds an event loop open in this thread for as long as it
    lives, which tests elsewhere that run a loop of their own would meet.
    """
    sync_api = pytest.importorskip("playwright.sync_api", reason="no playwright: extra [test]")
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip(f"no browser: none of {', '.join(PROGRAMS)} on PATH; see .ci/browser")
    home = str(tmp_path_factory.mktemp("browser"))
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program,
            # There is no sandbox for root, as which continuous integration runs.
            args=["--no-sandbox"],
            env={**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home},
        )
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Return a function that opens a page, given as a file or an address.

    What else it is given, Playwright's `new_context` takes: `color_scheme="dark"`,
    `reduced_motion="reduce"`, `viewport={"width": 390, "height": 844}`. Each visit is one of a new
    visitor, and ends with the test.
    """
    with ExitStack() as visits:

        def open_page(place: Path | str, **settings: Any) -> Visit:
            context = browser.new_context(**settings)
            visits.callback(context.close)
            context.set_default_timeout(1000 * PATIENCE)
            found = Visit(context.new_page())
            _watch(found)
            found.page.goto(place.as_uri() if isinstance(place, Path) else place)
            return found

        yield open_page


def _watch(visit: Visit) -> None:
    def note_message(message: Any) -> None:
        if message.type in {"error", "warning"}:
            visit.errors.append(f"{message.type}: {message.text}")

    def note_request(request: Any) -> None:
        if not request.url.startswith(HARMLESS):
            visit.requests.append(request.url)

    def note_failure(request: Any) -> None:
        # Leaving a page cancels whatever it still loads. Any other failure has another name.
        if request.failure != "net::ERR_ABORTED":
            visit.errors.append(f"{request.failure}: {request.url}")

    visit.page.on("console", note_message)
    visit.page.on("pageerror", lambda error: visit.errors.append(str(error)))
    visit.page.on("requestfailed", note_failure)
    visit.page.on("request", note_request)
