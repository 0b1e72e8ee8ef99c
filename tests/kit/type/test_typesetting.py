"""Text and formulas as shapes; text of the user is never run as source."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenes.kit.theme import SMALL, THEMES
from scenes.kit.type import outlines, typst_cache
from scenes.kit.type.outlines import outline
from scenes.kit.type.typesetting import Pen
from scenes.words.figures import index, measured, quoted, sentence, verbatim

INJECTIONS = (
    '#import "x"',
    "$x$",
    "*bold* _slanted_",
    r"\u{41}",
    r"a\nb",
    '"quoted"',
    "back\\slash\\",
    '") + panic("no")',
    "#(1 + 1)",
    "// no comment",
    "/* open",
    "{words} [x] <label> @ref ~ `raw`",
    "= heading",
    "- item",
    "1. first",
    "https://example.org",
    "a--b...c",
)
FACE = f'#set text(font: "{typst_cache.TEXT_FACE}", fallback: false)\n'
PAGE = "#set page(width: auto, height: auto, margin: 0pt, fill: none)\n"


def glyphs(source: str) -> int:
    return typst_cache.compile_svg(PAGE + FACE + source).decode().count("<use")


def parts(source: str) -> int:
    return len(outline(PAGE + FACE + source).curves)


@pytest.mark.parametrize("words", INJECTIONS)
def test_a_persons_words_are_set_as_text(pen: Pen, words: str) -> None:
    ink = pen.title(verbatim(words), 44)
    assert ink.plain == words
    # Each character by its number: nothing in it can mean anything to Typst.
    spelled = "+".join(f'"\\u{{{ord(c):x}}}"' for c in words)
    assert glyphs(f"#({verbatim(words).markup})") == glyphs(f"#({spelled})")
    expected = outline(f"{PAGE}{FACE}#set text(size: 10pt, weight: 700)\n#({spelled})")
    assert len(ink.points) == len(expected.curves)


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30))
def test_no_words_stop_the_pen(words: str) -> None:
    ink = Pen(THEMES["dark"]).text(verbatim(words))
    assert ink.plain == words
    assert len(ink.points)


@pytest.mark.parametrize("line", ['dW = delta.T @ a  # it\'s "dW"', "x\\y", "#panic()"])
def test_code_is_set_as_it_stands(pen: Pen, line: str) -> None:
    assert pen.code(line).plain == line


def test_a_plain_string_with_a_number_is_refused(pen: Pen) -> None:
    with pytest.raises(ValueError, match="without a record"):
        pen.text("layer 3")
    with pytest.raises(ValueError, match="without a record"):
        pen.label("10 %")


def test_ink_remembers_its_figures(pen: Pen) -> None:
    said = sentence("Layer {l}: {x}", l=index(3), x=measured("signal[3]", 0.5))
    assert {figure.name for figure in pen.text(said).figures} == {"layer", "signal[3]"}
    formula = pen.formula("1 / 4", "a quarter")
    assert [figure.plain for figure in formula.figures] == ["1", "4"]


def test_text_stands_on_its_baseline(pen: Pen) -> None:
    # A descender hangs below the line, a capital stands on it.
    for words, below in (("Hex", 0.0), ("Egg", 0.05)):
        ink = pen.text(words).on_baseline(1.0)
        assert ink.baseline == pytest.approx(1.0)
        assert ink.get_bottom()[1] == pytest.approx(1.0 - below, abs=0.03)
        assert (ink.get_bottom()[1] < 0.97) == bool(below)


def test_the_baseline_follows_scale_and_shift(pen: Pen) -> None:
    ink = pen.text("Egg")
    hang = ink.baseline - ink.get_bottom()[1]
    ink.scale(2.0).shift(np.array([3.0, -1.0, 0.0]))
    assert ink.baseline - ink.get_bottom()[1] == pytest.approx(2 * hang)
    assert ink.font_size == pytest.approx(56)


def test_words_flow_into_a_width(pen: Pen) -> None:
    words = "a gradient that has a long way to go until it arrives"
    narrow, wide = pen.text(words, width=2.0), pen.text(words)
    assert narrow.width <= 2.0 + 1e-6
    assert narrow.height > 3 * wide.height


def test_type_shrinks_no_further_than_can_be_read(pen: Pen) -> None:
    ink = pen.text("a rather long sentence", size=34)
    width = ink.width
    assert ink.fit_width(2 * width).font_size == 34
    assert ink.fit_width(0.9 * width).width == pytest.approx(0.9 * width)
    assert ink.fit_width(0.1 * width).font_size == pytest.approx(SMALL)


def test_shapes_are_closed_and_read_only() -> None:
    shape = outline(f'{PAGE}#set text(font: "{typst_cache.TEXT_FACE}")\nB8i')
    assert not shape.curves.flags.writeable
    assert len(shape.curves) % 4 == 0
    curves = shape.curves.reshape(-1, 4, 3)
    breaks = np.flatnonzero(np.any(curves[1:, 0] != curves[:-1, 3], axis=1)) + 1
    subpaths = np.split(curves, breaks)
    assert len(subpaths) == 3 + 3 + 2  # B and 8 have two holes, i has a dot
    for path in subpaths:
        assert path[0, 0] == pytest.approx(path[-1, 3], abs=1e-9)


def test_a_fraction_has_its_bar() -> None:
    face = f'#show math.equation: set text(font: "{typst_cache.MATH_FACE}")\n'
    apart, fraction = (outline(f"{PAGE}{face}$ {code} $") for code in ("a b", "a / b"))
    assert len(fraction.curves) == len(apart.curves) + 16  # four sides of four points
    fours = (fraction.curves[at : at + 16] for at in range(0, len(fraction.curves) - 15, 4))
    (bar,) = (four for four in fours if _is_rectangle(four))
    assert np.ptp(bar[:, 0]) > 4 * np.ptp(bar[:, 1]) > 0


def _is_rectangle(points: np.ndarray) -> bool:
    corners = points[::4].round(6)
    return len(set(corners[:, 0])) == len(set(corners[:, 1])) == 2


def test_a_source_is_compiled_once(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    compile_svg = typst_cache.compile_svg

    def compile_and_note(source: str) -> bytes:
        compiled.append(source)
        return compile_svg(source)

    monkeypatch.setattr(typst_cache, "compile_svg", compile_and_note)
    monkeypatch.setattr(typst_cache, "cache_directory", lambda: tmp_path)
    source = f"{PAGE}#{quoted('compiled once')}"
    first = outlines.outline.__wrapped__(source)
    again = outlines.outline.__wrapped__(source)
    assert compiled == [source]
    assert np.array_equal(first.curves, again.curves)
    assert outline(source) is outline(source)


def test_a_space_has_no_shape_and_no_height(pen: Pen) -> None:
    assert len(pen.text(" ").points) == 0
