"""Numbers as they are written, and the sentences that hold them."""

import math
import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from scenes.words.figures import (
    MINUS,
    NARROW_SPACE,
    TIMES,
    Figure,
    Kind,
    Sentence,
    constant,
    coordinate,
    count,
    in_full,
    index,
    joined,
    magnitude,
    measured,
    percent,
    power_tick,
    quoted,
    rough,
    sentence,
    setting,
    tick,
    verbatim,
)

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1.49, "1.49"),
        (240.3, "240"),
        (8290.4, "8,290"),
        (70_412.0, "70,400"),
        (999_400.0, "999,000"),
        (999_600.0, "1.00 × 10⁶"),
        (3e6, "3.00 × 10⁶"),
        (3e-7, "3.00 × 10⁻⁷"),
    ],
)
def test_a_factor_is_written_in_full_below_a_million(value: float, written: str) -> None:
    figure = in_full("zoom", math.log10(value))
    assert figure.plain == written
    assert figure.value == pytest.approx(value)


def log10_and_sign(text: str) -> tuple[float, int]:
    """Read a written number back, by another way than it was written."""
    found = re.fullmatch(rf"({MINUS}?)([\d.]+)(?: {TIMES} 10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+))?", text)
    assert found, text
    sign, digits, power = found.groups()
    exponent = int(power.translate(SUPERSCRIPTS)) if power else 0
    return math.log10(float(digits)) + exponent, -1 if sign else 1


def digits_of(text: str) -> str:
    """Return the significant digits of a written number."""
    return text.split(f" {TIMES}")[0].strip(MINUS).replace(".", "").lstrip("0")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (8.14e5, "8.14 × 10⁵"),
        (814_008, "8.14 × 10⁵"),
        (3.808, "3.81"),
        (2.31e-7, "2.31 × 10⁻⁷"),
        (-2.31e-7, f"{MINUS}2.31 × 10⁻⁷"),
        (-0.5, f"{MINUS}0.500"),
        (0.0, "0 exactly"),
        (-0.0, "0 exactly"),
        (0.001, "0.00100"),
        (999.4, "999"),
        (999.6, "1.00 × 10³"),
        (-999.6, f"{MINUS}1.00 × 10³"),
        (0.0009996, "0.00100"),
        (0.0009994, "9.99 × 10⁻⁴"),
        (9.996e-5, "1.00 × 10⁻⁴"),
        (9.996, "10.0"),
        (99.96, "100"),
        (0.9996, "1.00"),
        (5e-324, "4.94 × 10⁻³²⁴"),
        (1.7976931348623157e308, "1.80 × 10³⁰⁸"),
    ],
)
def test_a_measured_number_has_three_digits(value: float, text: str) -> None:
    figure = measured("x", value)
    assert (figure.plain, figure.value, figure.kind) == (text, value, Kind.MEASURED)


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(2, 5))
@example(999.5, 3)
@example(0.00099951, 3)
@example(-99.95, 3)
def test_what_is_written_lies_within_half_a_unit_of_the_last_digit(x: float, n: int) -> None:
    assume(x != 0)
    text = measured("x", x, digits=n).plain
    log10, sign = log10_and_sign(text)
    assert sign == math.copysign(1, x)
    assert len(digits_of(text)) in {n, n + 1}  # 99.96 reads 100, three digits and no fraction
    # Half a unit of the last of n digits is at most half of 10**(1-n) of the number.
    assert abs(10 ** (log10 - math.log10(abs(x))) - 1) <= 0.5 * 10 ** (1 - n) * 1.0001
    assert (TIMES in text) == (not 0.0009995 <= abs(x) < 999.5) or n != 3
    assert "-" not in text
    assert "e" not in text


@given(st.floats(-5000, 5000))
@example(-602.3)
@example(299.99999)
@example(300.0)
@example(-300.0)
@example(307.9999)
@example(-323.0)
def test_a_magnitude_is_written_where_floats_end(log10: float) -> None:
    figure = magnitude("x", log10)
    written, sign = log10_and_sign(figure.plain)
    assert sign == 1
    assert abs(10 ** (written - log10) - 1) <= 0.005 * 1.0001
    assert figure.log10 == log10
    assert len(digits_of(figure.plain)) == 3


@pytest.mark.parametrize(
    ("log10", "text"),
    [
        (-602.3, "5.01 × 10⁻⁶⁰³"),
        (-400.00001, "1.00 × 10⁻⁴⁰⁰"),
        (399.99999, "1.00 × 10⁴⁰⁰"),
        (0.0, "1.00"),
        (-math.inf, "0 exactly"),
    ],
)
def test_huge_and_tiny_magnitudes(log10: float, text: str) -> None:
    assert magnitude("x", log10).plain == text


@pytest.mark.parametrize(
    ("log10", "text", "value"),
    [
        (-602.3, "−5.01 × 10⁻⁶⁰³", 0.0),
        (602.3, "−2.00 × 10⁶⁰²", -math.inf),
        (-5.0, "−1.00 × 10⁻⁵", -1e-5),
    ],
)
def test_a_negative_magnitude(log10: float, text: str, value: float) -> None:
    figure = magnitude("x", log10, negative=True)
    assert figure.plain == text
    assert figure.value == pytest.approx(value)
    assert not figure.is_zero


def test_only_zero_is_zero() -> None:
    assert measured("x", 0.0).is_zero
    assert measured("x", -0.0).is_zero
    assert magnitude("x", -math.inf).is_zero
    assert not measured("x", 5e-324).is_zero
    assert not magnitude("x", -602.3).is_zero


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_never_written(value: float) -> None:
    with pytest.raises(ValueError, match="loss is"):
        measured("loss", value)
    if value != -math.inf:
        with pytest.raises(ValueError, match="log10 of loss"):
            magnitude("loss", value)


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (0.0, "0"),
        (1.0, "100"),
        (0.0004, "under 0.1"),
        (0.001, "0.1"),
        (0.0994, "9.9"),
        (0.0996, "10"),
        (0.13, "13"),
        (0.9876, "99"),
        (0.9912, "99.1"),
        (0.9994, "99.9"),
        (0.9995, "over 99.9"),
        (1 - 1e-12, "over 99.9"),
    ],
)
def test_a_share(fraction: float, text: str) -> None:
    assert percent("x", fraction).plain == f"{text}{NARROW_SPACE}%"


@given(st.floats(0, 1))
@example(0.9995)
@example(math.nextafter(0.9995, 0))
@example(math.nextafter(1, 0))
@example(5e-324)
@example(0.0005)
def test_only_nothing_reads_0_and_only_all_reads_100(fraction: float) -> None:
    text = percent("x", fraction).mantissa
    number = float(text.split()[-1])
    assert (number == 0) == (fraction == 0)
    assert (number == 100) == (fraction == 1)
    if " " not in text:
        decimals = len(text.partition(".")[2])
        assert abs(number - 100 * fraction) <= 0.5 * 10**-decimals * 1.0001


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1.0, "1"),
        (0.01, "0.01"),
        (0.25, "0.25"),
        (1000.0, "1,000"),
        (-3.0, f"{MINUS}3"),
        (1e-7, "1.00 × 10⁻⁷"),
        (-2.5e20, f"{MINUS}2.50 × 10²⁰"),
        (9999.6, "1.00 × 10⁴"),
    ],
)
def test_a_setting_stands_as_it_was_typed(value: float, text: str) -> None:
    figure = setting("network.gain", value)
    assert (figure.plain, figure.kind) == (text, Kind.SETTING)


def test_counts_are_exact() -> None:
    assert count("x", 999).plain == "999"
    assert count("x", 1_234_567).plain == "1,234,567"
    assert index(7) == Figure("layer", 7, "7", kind=Kind.INDEX)
    assert index(1000).plain == "1,000"


@pytest.mark.parametrize(
    ("value", "text"),
    [(-0.001, "0.00"), (0.0, "0.00"), (-0.0, "0.00"), (1.5, "1.50"), (-12.346, f"{MINUS}12.35")],
)
def test_a_coordinate_keeps_its_decimals(value: float, text: str) -> None:
    assert coordinate("z", value).plain == text


@pytest.mark.parametrize(
    ("text", "value"),
    [("2", 2), ("0.25", 0.25), (f"{MINUS}1", -1), ("3 of 7", 3), ("v1.2.3", 1.2)],
)
def test_a_constant_stands_as_it_is(text: str, value: float) -> None:
    figure = constant("x", text)
    assert (figure.plain, figure.value, figure.kind) == (text, value, Kind.CONSTANT)


def test_a_range_takes_the_place_of_a_number() -> None:
    ends = sentence("{low} to {high}", low=measured("x", 1.0), high=measured("y", 2.0))
    said = sentence("From {a}, {b}.", a=ends, b=measured("z", 3.0))
    assert said.plain == "From 1.00 to 2.00, 3.00."
    assert [figure.name for figure in said.figures.values()] == ["x", "y", "z"]


def test_a_rough_number_has_one_digit() -> None:
    assert rough("x", 1.447).plain == "1"
    assert percent("x", 0.62, rough=True).plain == f"about 60{NARROW_SPACE}%"


@pytest.mark.parametrize("words", ["Dr. A. B. Smith", "1.2.3", ".", "a..b", "²", "9" * 400, ""])
def test_a_persons_words_are_taken_as_they_are(words: str) -> None:
    assert verbatim(words).plain == words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-20, f"{MINUS}20"),
        (0.30000000000000004, "0.3"),
        (5000, "5,000"),
        (20000, "2 × 10⁴"),
        (-0.00005, f"{MINUS}5 × 10⁻⁵"),
        (2.5e6, "2.5 × 10⁶"),
    ],
)
def test_a_tick_is_written_in_full(value: float, text: str) -> None:
    assert (tick(value).plain, tick(value).kind) == (text, Kind.TICK)


@pytest.mark.parametrize(
    ("exponent", "text"), [(-3, "10⁻³"), (0, "1"), (1, "10"), (2, "10²"), (-400, "10⁻⁴⁰⁰")]
)
def test_a_tick_of_decades(exponent: int, text: str) -> None:
    figure = power_tick(exponent)
    assert (figure.plain, figure.log10) == (text, exponent)


def test_a_unit_follows_its_number() -> None:
    figure = measured("x", 2.31e-7, unit="s")
    assert figure.plain == f"2.31 × 10⁻⁷{NARROW_SPACE}s"
    assert figure.digits == "2.31 × 10⁻⁷"


def test_a_sentence_reads_its_figures() -> None:
    said = sentence("Layer {l} holds {x}.", l=index(3), x=measured("x", 0.25))
    assert said.plain == "Layer 3 holds 0.250."
    assert said.markup == '"Layer " + "3" + " holds " + "0.250" + "."'


@pytest.mark.parametrize("template", ["Layer 3", "x² ", "٣", "of {n} 7"])
def test_a_template_holds_no_number_of_its_own(template: str) -> None:
    with pytest.raises(ValueError, match="without a record"):
        sentence(template, n=index(1))


@pytest.mark.parametrize(
    ("template", "figures"),
    [("{a} and {b}", {"a"}), ("{a}", {"a", "b"}), ("none", {"a"}), ("{a}", set())],
)
def test_a_template_and_its_figures_fit(template: str, figures: set[str]) -> None:
    with pytest.raises(ValueError, match="has figures"):
        Sentence(template, {name: index(1) for name in figures})


def test_sentences_can_be_joined_though_their_figures_have_the_same_names() -> None:
    parts = [sentence("layer {l}", l=index(n)) for n in (3, 4)]
    both = joined([joined(parts, " and "), sentence("none")], "; ")
    assert both.plain == "layer 3 and layer 4; none"
    assert [figure.value for figure in both.figures.values()] == [3, 4]
    assert joined([verbatim("{a}")], "").plain == "{a}"


def test_a_placeholder_in_a_persons_words_is_text() -> None:
    assert verbatim("{a} of {words}").plain == "{a} of {words}"


@pytest.mark.parametrize("text", ['a"b', "a\\b", "\\u{41}", "tab\tend", '"); #panic("x'])
def test_a_quoted_text_is_one_string(text: str) -> None:
    inner = quoted(text)[1:-1]
    assert not re.search(r'(?<!\\)(?:\\\\)*"', inner)
