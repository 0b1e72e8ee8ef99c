import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_core.formatting import (
    escape,
    escape_lines,
    format_value,
    is_seen,
    layer_names,
    reason,
    source_name,
    wrap,
)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a b", "a b"),
        ("Größe ∂ 中 😀", "Größe ∂ 中 😀"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\x9b31m\x7f\0", r"\x9b31m\x7f\x00"),
        ("a\r\nb\u2028c\x85", r"a\r\nb\u2028c\x85"),
        ("\u202egnp.exe\u2066", r"\u202egnp.exe\u2066"),
        ("a\u200bb\u00adc\ufeff", r"a\u200bb\xadc\ufeff"),
        ("\u00a0\u3000", r"\xa0\u3000"),
        ("\U000e0041\ud800\ue000", r"\U000e0041\ud800\ue000"),
        ("\u3164\u2800\ufe0f\u115f\U000e0100", r"\u3164\u2800\ufe0f\u115f\U000e0100"),
        ("e\u0301\u0302\u0303", "e\u0301\u0302\u0303"),
        ("e" + "\u0301" * 5, "e\u0301\u0301\u0301" + r"\u0301\u0301"),
        ("e\u0301\u0301\u0301e\u0301", "e\u0301\u0301\u0301e\u0301"),
    ],
)
def test_what_is_not_seen_is_escaped(text: str, written: str) -> None:
    assert escape(text) == written
    assert is_seen(text) == (text == written)
    assert format_value(text) == f'"{written}"'
    assert source_name(text) == written


@given(st.text(max_size=300) | st.text(string.printable, max_size=300))
def test_whatever_is_written_can_be_read_on_one_line(text: str) -> None:
    for written in (escape(text), format_value(text), format_value([text]), source_name(text)):
        assert is_seen(written)
        assert written.isprintable()
    assert len(format_value(text)) <= 50
    assert len(source_name(text)) <= 200 * len(r"\U0010ffff")


def test_lines_keep_their_ends() -> None:
    assert escape_lines("a\x1b\n\tb\n") == "a\\x1b\n\\tb\n"


def test_what_a_library_says_is_cut() -> None:
    assert reason(ValueError("a\n  b\x1b")) == r"a b\x1b"
    assert len(reason(ValueError("x" * 9000))) == 120


@pytest.mark.parametrize(
    ("layers", "text"),
    [
        ((3,), "layer 3"),
        ((1, 2), "layers 1 and 2"),
        ((1, 9), "layers 1 and 9"),
        ((1, 2, 3), "layers 1 to 3"),
        ((1, 2, 3, 7), "layers 1 to 3 and 7"),
        ((1, 3, 4, 9), "layers 1, 3 to 4 and 9"),
        ((1, 3, 5, 7, 9), "5 of the layers 1 to 9"),
        ((1000,), "layer 1,000"),
        ((999, 1000, 1001), "layers 999 to 1,001"),
    ],
)
def test_layers_are_named_by_their_ranges(layers: tuple[int, ...], text: str) -> None:
    assert layer_names(layers) == text


def test_sentences_are_cut_into_lines_that_stand_below_each_other() -> None:
    lines = wrap("word " * 40, "note   ")
    assert max(map(len, lines)) <= 80
    assert {line[:7] for line in lines} == {"note   ", "       "}
    assert " ".join(line[7:] for line in lines).split() == ["word"] * 40
    assert wrap("") == [""]
    assert wrap("", "note   ") == ["note"]


@pytest.mark.parametrize("number", ["3.00 × 10³⁰⁸", "99.5 %", "a" * 200, "\xa0", "a-b" * 20])
def test_a_number_or_a_name_stays_on_one_line(number: str) -> None:
    for before in range(60, 80):
        lines = wrap("x" * before + f" {number} y")
        assert any(escape(number) in line for line in lines)
