"""The explorer in one file: alone from the disk, and in a frame of a page of a course."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from scenes.kit.theme import DARK, LIGHT
from scenes.production.gallery.explorer_alone import NAME, explorer_page
from tests.browser import Visit
from tests.production.gallery.test_visits import rgb

PHONE = {"width": 390, "height": 844}
README = files("scenes.production.gallery") / "README.md"
FRAGMENT = "#depth=12&gain=3"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page, which is alone in its folder."""
    found = tmp_path_factory.mktemp("alone") / NAME
    found.write_bytes(explorer_page())
    return found


def test_it_names_no_other_file() -> None:
    soup = BeautifulSoup(explorer_page(), "html.parser")
    assert not soup.find_all(src=True)
    assert [str(link["href"])[:5] for link in soup.find_all(href=True)] == ["data:"]
    kinds = [script.get("type") for script in soup.find_all("script")]
    assert kinds == ["application/json"] * 9 + [None]
    (policy,) = soup.find_all("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert "'unsafe" not in str(policy["content"])
    assert "default-src 'none'" in str(policy["content"])


@pytest.mark.thorough
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_it_computes_alone_for_everybody(
    page: Path, visit: Callable[..., Visit], theme: str
) -> None:
    found = visit(page.as_uri() + FRAGMENT, color_scheme=theme, viewport=PHONE)
    found.page.locator("#explorer-summary", has_text="at layer 12").wait_for()
    found.page.get_by_label("Initialization").select_option("xavier")
    found.page.locator("#explorer-link", has_text="init=xavier").wait_for()
    assert found.page.url == f"{page.as_uri()}#depth=12&init=xavier&gain=3"
    assert found.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert found.barriers() == []
    assert found.misdeeds == []


@pytest.mark.thorough
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_in_a_frame_it_fits_the_page_around_it(
    page: Path, visit: Callable[..., Visit], theme: str
) -> None:
    course = page.with_name(f"{theme}.html")
    (line,) = re.findall(r"^```html\n(.*?)^```", README.read_text(encoding="utf-8"), re.S | re.M)
    assert f"{NAME}{FRAGMENT}&theme=light" in line
    line = line.replace("theme=light", f"theme={theme}")
    course.write_text(
        f'<!doctype html><html lang="en"><title>A course</title><p>{"Words. " * 4000}</p>{line}',
        encoding="utf-8",
    )
    other = {"light": "dark", "dark": "light"}[theme]
    found = visit(course, color_scheme=other)
    # The frame is out of sight, and the page around it stays where it is.
    assert found.page.evaluate("scrollY") == 0
    frame = found.page.frame_locator("iframe")
    found.page.locator("iframe").scroll_into_view_if_needed()
    frame.locator("#explorer-summary", has_text="at layer 12").wait_for()
    ground = frame.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert ground == rgb({"light": LIGHT, "dark": DARK}[theme].background)
    frame.get_by_label("Depth").press("ArrowRight")
    frame.locator("#explorer-link", has_text=f"#depth=13&gain=3&theme={theme}").wait_for()
    assert found.misdeeds == []
