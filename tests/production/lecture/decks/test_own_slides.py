"""Slides of the lecturer's own: what is read, what is refused, and where they stand."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from lxml import etree
from PIL import Image
from pptx import Presentation
from pypdf import PdfReader

from backprop_core.errors import InputError
from scenes.kit.theme import THEMES
from scenes.production.lecture.decks.deck import Clip, Deck, Section, Sources, Title, deck_of
from scenes.production.lecture.decks.framing import Framing, placed
from scenes.production.lecture.decks.own_blocks import Block, Own, Run
from scenes.production.lecture.decks.own_pictures import LARGEST
from scenes.production.lecture.decks.own_slides import own_slides
from scenes.production.lecture.decks.page import write_page
from scenes.production.lecture.decks.pdf import write_pdf
from scenes.production.lecture.decks.powerpoint import write_powerpoint
from scenes.production.lecture.lecture import Lecture
from tests.production.lecture.decks.test_page import Page

TEXT = """# Last **week**

A *chain* of `factors`,
one a layer.

* above [one](https://example.org/x)
  1. explodes

```python
z = x
a = f(z)
```

<!-- Ask Ann. -->
<script>alert(1)</script>

---

![a box](my%20box.png)
"""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    Image.new("RGB", (80, 40), "#446688").save(tmp_path / "my box.png")
    path = tmp_path / "notes.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def framed(lecture: Lecture, notes: Path) -> Deck:
    own = placed(["leak", str(notes), str(notes.with_name("my box.png")), "layer"], [])[1]
    return deck_of(lecture, Framing("My day", "A. Person", "CS 101", "2 May", own=own))


def test_markdown_is_slides_with_blocks_and_notes(notes: Path) -> None:
    first, second = own_slides(notes)
    assert (first.title, first.notes) == ("Last week", "Ask Ann.")
    assert first.blocks == (
        Block("heading", (Run("Last "), Run("week", bold=True))),
        Block(
            "paragraph",
            (
                *(Run("A "), Run("chain", italic=True), Run(" of ")),
                *(Run("factors", code=True), Run(","), Run(" "), Run("one a layer.")),
            ),
        ),
        Block("item", (Run("above "), Run("one", link="https://example.org/x"))),
        Block("item", (Run("explodes"),), level=2, number=1),
        Block("code", (Run("z = x\na = f(z)", code=True),)),
        # What could run is shown as it is written.
        Block("paragraph", (Run("<script>alert(1)</script>"),)),
    )
    (block,) = second.blocks
    assert block.picture is second.picture is not None
    assert (block.picture.width, block.picture.height, block.picture.alt) == (80, 40, "a box")
    assert second.title == "notes"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("plot.pdf", b"%PDF", "allowed a film, or a file that ends in .md, .markdown, .png"),
        ("missing.md", None, "missing.md: there is no such file"),
        ("missing.png", None, "missing.png: there is no such file"),
        ("latin.md", b"\xe9", "latin.md: is not text in UTF-8"),
        ("empty.md", b"\n<!-- only notes -->\n", "empty.md: is empty; allowed Markdown"),
        ("broken.png", b"\x89PNG\r\n\x1a\n", "is not a picture that can be read; allowed PNG"),
        ("far.md", b"![x](https://example.org/x.png)", "as slides load nothing"),
        ("gone.md", b"![x](gone.png)", "gone.png: there is no such file"),
    ],
)
def test_what_cannot_be_a_slide_is_one_line(
    tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        own_slides(tmp_path / name)
    (line,) = caught.value.problems
    assert said in line


def test_a_link_that_is_no_address_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("[a](ftp://example.org) [b](mailto:a@b.org) [c](../secret)")
    (slide,) = own_slides(tmp_path / "x.md")
    links = {run.text: run.link for run in slide.blocks[0].runs if run.text.strip()}
    assert links == {"a": "", "b": "mailto:a@b.org", "c": ""}


def test_a_photograph_keeps_no_place_and_is_not_too_large(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "at home"  # turned by a quarter; a description
    Image.new("RGB", (3000, 2000)).save(tmp_path / "at_the-sea.jpg", exif=exif)
    (slide,) = own_slides(tmp_path / "at_the-sea.jpg")
    assert slide.picture is not None
    assert (slide.title, slide.picture.kind) == ("at the sea", "jpeg")
    with Image.open(io.BytesIO(slide.picture.content)) as picture:
        assert picture.size == (LARGEST * 2 // 3, LARGEST)
        assert not picture.getexif()


def test_they_stand_where_they_were_named(framed: Deck, lecture_of: Callable[..., Lecture]) -> None:
    kinds = [type(slide) for slide in framed.slides()]
    assert kinds == [Title, Section, Clip, Clip, Own, Own, Own, Section, *3 * [Clip], Sources]
    assert (framed.title, framed.framing.byline) == ("My day", "A. Person · CS 101 · 2 May")
    # The film behind them was left out: they come at the end.
    alone = deck_of(lecture_of("leak"), framed.framing)
    kinds = [type(slide) for slide in alone.slides()]
    assert kinds == [Title, Section, Clip, Clip, Own, Own, Own, Sources]


def test_a_key_tells_one_framing_from_another(framed: Deck, notes: Path) -> None:
    whole = framed.framing
    assert Framing(**vars(whole)).plain() == whole.plain()
    Image.new("RGB", (80, 40), "red").save(notes.with_name("my box.png"))
    own = placed(["leak", str(notes), str(notes.with_name("my box.png")), "layer"], [])[1]
    assert Framing(**vars(whole) | {"own": own}).plain() != whole.plain()
    assert Framing(**vars(whole) | {"per_page": 4}).plain() != whole.plain()


@pytest.mark.parametrize("field", ["title", "author", "course", "date"])
def test_what_cannot_be_seen_is_no_title(field: str) -> None:
    with pytest.raises(InputError, match=rf"^--{field}: got .*; allowed 1 to 200 characters"):
        Framing(**{field: "a\x1bb"})


@pytest.mark.parametrize("slides", [0, 3, 8])
def test_a_page_has_as_many_slides_as_there_are_layouts_for(slides: int) -> None:
    with pytest.raises(InputError, match=f"^--per-page: got {slides}; allowed 1, 2, 4, 6$"):
        Framing(per_page=slides)


def test_a_page_shows_them_and_runs_nothing(framed: Deck, tmp_path: Path) -> None:
    page = Page(*write_page(framed, tmp_path).values())
    own = [about for about, _ in page.found("section") if "own" in (about["class"] or "")]
    assert [about["id"] for about in own] == ["5", "6", "7"]
    assert page.found("title")[0][1] == "My day"
    assert ({"class": "byline"}, framed.framing.byline) in page.found("p")
    assert [text for _, text in page.found("b")] == ["week"]
    assert [text for _, text in page.found("code")] == ["factors", "z = x\na = f(z)"]
    assert [about["href"] for about, text in page.found("a") if text == "one"] == [
        "https://example.org/x"
    ]
    assert "Ask Ann." in [text for _, text in page.found("dd")]
    assert len(page.found("script")) == 1 + len(framed.films)
    boxes = [about for about, _ in page.found("img") if about["alt"] in {"a box", "my box"}]
    assert len(boxes) == 2
    assert all((about["src"] or "").startswith("data:image/png;base64,") for about in boxes)


def test_powerpoint_shows_them(framed: Deck, tmp_path: Path) -> None:
    (path,) = write_powerpoint(framed, tmp_path).values()
    presentation = Presentation(str(path))
    first, second, third = list(presentation.slides)[4:7]
    words = "\n".join(shape.text_frame.text for shape in first.shapes if shape.has_text_frame)
    for said in ("Last week", "A chain of factors, one a layer.", "• above one", "z = x\va = f(z)"):
        assert said in words
    assert "_x000B_" not in etree.tostring(first._element).decode()
    # A link is read as well as the text around it.
    with ZipFile(path) as held:
        theme = held.read("ppt/theme/theme1.xml").decode()
    links = re.findall(r'<a:(?:hlink|folHlink)><a:srgbClr val="(\w+)"', theme)
    assert links == [THEMES[framed.theme].forward.removeprefix("#")] * 2
    assert first.notes_slide.notes_text_frame.text == "Ask Ann."
    for page, alt in ((second, "a box"), (third, "my box")):
        (picture,) = (shape for shape in page.shapes if shape.shape_type == 13)
        assert picture._element.nvPicPr.cNvPr.get("descr") == alt
        assert picture.width / picture.height == pytest.approx(2, 0.01)
        assert 0 <= picture.left < picture.left + picture.width <= presentation.slide_width
        assert 0 <= picture.top < picture.top + picture.height <= presentation.slide_height
    names = [section.get("name") for section in presentation.element.iter("{*}section")]
    assert names[2:5] == ["Last week", "notes", "my box"]
    assert "A. Person · CS 101 · 2 May" in "\n".join(
        shape.text_frame.text for shape in presentation.slides[0].shapes if shape.has_text_frame
    )


def test_the_pdf_shows_them(framed: Deck, tmp_path: Path) -> None:
    (path,) = write_pdf(framed, tmp_path).values()
    made = PdfReader(path)
    texts = [" ".join(page.extract_text().split()) for page in made.pages]
    assert "A. Person · CS 101 · 2 May" in texts[0]
    assert "Last week A chain of factors, one a layer. • above one 1. explodes" in texts[4]
    assert [len(page.images) for page in made.pages[4:7]] == [0, 1, 1]
    marks = [mark.title for mark in made.outline if not isinstance(mark, list)]
    assert marks[2:5] == ["Last week", "notes", "my box"]
    assert made.metadata is not None
    assert made.metadata.author == "A. Person"
