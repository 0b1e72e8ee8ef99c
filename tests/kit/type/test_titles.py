"""A title of the user is never read as markup, and fits into the frame uncut."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_core import Experiment, InputError
from scenes.kit.layout import FRAME, MARGIN, SAFE, SUBTITLE_BASELINE, TITLE_FLOOR
from scenes.kit.theme import LABEL, SMALL
from scenes.kit.type.heading import title as heading
from scenes.kit.type.titles import LINE_POINTS, MOST_LINES, title_problem
from scenes.kit.type.typesetting import UNITS_PER_POINT, Pen, Typeset

FACE = "characters that the films' typeface has; it lacks"
LINES = f"what fits into {MOST_LINES} lines"


def stands_in_its_band(title: Typeset) -> bool:
    return bool(
        title.get_top()[1] <= FRAME.top - MARGIN / 2
        and title.get_bottom()[1] >= TITLE_FLOOR - 0.01
        and title.get_left()[0] >= SAFE.left - 0.01
        and title.get_right()[0] <= SAFE.right + 0.01
    )


MARKUP = [
    '#eval("1 + 1")',
    '#read("/etc/passwd")',
    '#include "/etc/passwd"',
    '#image("/etc/passwd")',
    "$x^2$ #sym.arrow",
    r"\u{41} \ \" \n",
    "`raw` ```c```",
    "*bold* _it_ ~ -- ...",
    "@label <label> [a](b) = x",
    "<span size='99pt'>x</span> &lt; &#65;",
    '"); panic("x")',
    "{words} {0} %s ${HOME} $(id)",
    "--> 00:00:01,000",
]


@pytest.mark.parametrize("title", MARKUP)
def test_markup_is_text(pen: Pen, title: str) -> None:
    assert title_problem(title) is None
    ink = heading(title, pen)
    # Each character by its number means nothing to Typst, and is drawn alike.
    spelled = " + ".join(f'"\\u{{{ord(c):x}}}"' for c in title)
    face = '#set text(font: "Libertinus Serif", fallback: false, weight: "bold")\n'
    alike = Typeset(face + f"#({spelled})", plain=title, size=44, color="#fff")
    assert ink.plain == title
    assert len(ink.points) == len(alike.points)
    assert stands_in_its_band(ink)


@pytest.mark.parametrize(
    "title",
    [
        "W" * 80,
        "Wide " * 16,
        "\N{ROMAN NUMERAL EIGHT}" * 40,
        "Größe ∂ → ∞",
        "שלום עולם",
        "e\u0301\u0302\u0303" * 20,
        "\u0301\u0302",
        "...",
        "Ộ" * 80,
        "WgjpÁ" * 16,
    ],
    ids=ascii,
)
def test_titles_that_fit(pen: Pen, title: str) -> None:
    assert Experiment(film={"title": title}).film.title == title
    assert title_problem(title) is None
    assert stands_in_its_band(heading(title, pen))


@pytest.mark.parametrize(
    ("title", "problem"),
    [
        ("x 漢", f"{FACE} 漢 (CJK UNIFIED IDEOGRAPH-6F22)"),
        ("漢 😀 x", f"{FACE} 漢 (CJK UNIFIED IDEOGRAPH-6F22) and 😀 (GRINNING FACE)"),
        (
            "".join(map(chr, range(0x4E00, 0x4E40))),
            f"{FACE} 一 (CJK UNIFIED IDEOGRAPH-4E00), 丁 (CJK UNIFIED IDEOGRAPH-4E01), "
            "丂 (CJK UNIFIED IDEOGRAPH-4E02) and 61 more",
        ),
        ("\N{ROMAN NUMERAL EIGHT}" * 80, LINES),
        ("\N{LATIN CAPITAL LETTER DZ WITH CARON}" * 80, LINES),
    ],
    ids=["one", "two", "many", "wide", "wide letters"],
)
def test_titles_that_cannot_be_set(title: str, problem: str) -> None:
    assert title_problem(title) == problem


@pytest.mark.parametrize(
    "title",
    [
        "",
        " ",
        "x" * 81,
        "x" * 100_000,
        "a\nb",
        "a\tb",
        "a\x1b[31m",
        "a\x00",
        "a\x7f",
        "a\u202eb",
        "a\u2066b",
        "a\u200bb",
        "a\u00adb",
        "a\u00a0b",
        "a\ufeff",
        "a\u034f",
        "\u3164",
        "\u2800",
        "a\ufe0f",
        "e" + "\u0301" * 4,
        "\ud800",
        "\ue000",
        "\U000e0041",
    ],
    ids=lambda title: ascii(title[:9]),
)
def test_titles_that_are_not_what_they_look_like(title: str) -> None:
    with pytest.raises(InputError, match="allowed 1 to 80 printable characters"):
        Experiment(film={"title": title})


def test_a_title_ends_above_the_subtitle(pen: Pen) -> None:
    subtitle = pen.text("Ábdfhklt (", size=LABEL).on_baseline(SUBTITLE_BASELINE)
    assert subtitle.get_top()[1] <= TITLE_FLOOR


def test_a_line_is_as_wide_as_the_frame() -> None:
    assert pytest.approx(SAFE.width, rel=1e-3) == LINE_POINTS * SMALL * UNITS_PER_POINT
    assert SAFE.width >= LINE_POINTS * SMALL * UNITS_PER_POINT


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), min_size=1, max_size=80))
def test_any_title_that_is_taken_can_be_set(title: str) -> None:
    from scenes.kit.theme import THEMES

    try:
        Experiment(film={"title": title})
    except InputError:
        return
    if title_problem(title) is None:
        assert stands_in_its_band(heading(title, Pen(THEMES["dark"])))
