"""Numbers in words are read back by a parser of its own."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scenes.words.figures import Kind
from scenes.words.spoken import (
    about,
    counted,
    fraction,
    nearest,
    part_of,
    share_or_digits,
    times,
)
from tests.words.number_words import PARTS, half_a_unit, number_in


def test_the_parser_reads_what_is_known() -> None:
    assert number_in("zero") == 0
    assert number_in("Seventy-three") == 73
    assert number_in("four hundred million") == 400_000_000
    assert number_in("nineteen thousand") == 19_000
    assert number_in("most of it") is None
    assert [half_a_unit(n) for n in (0, 7, 20, 21, 700_000)] == [0.0, 0.5, 5.0, 0.5, 50_000.0]


@pytest.mark.parametrize("number", range(100))
def test_a_count_is_exact(number: int) -> None:
    figure = counted("depth", number)
    assert number_in(figure.plain) == number == figure.value
    assert figure.plain.islower()
    assert counted("depth", number, capital=True).plain == figure.plain.capitalize()


def test_every_count_has_words_of_its_own() -> None:
    assert len({counted("depth", number).plain for number in range(100)}) == 100


@pytest.mark.parametrize("number", [100, 101, 2000])
def test_a_large_count_is_written_in_digits(number: int) -> None:
    figure = counted("depth", number)
    assert (figure.plain, figure.value, figure.kind) == (f"{number}", number, Kind.SETTING)


@given(st.floats(0, 15))
@example(0.0)
@example(math.log10(9.4999))
@example(math.log10(9.5001))
@example(math.log10(95))
@example(math.log10(99.9))
@example(math.log10(949))
@example(math.log10(999.9))
@example(math.log10(9.6e5))
@example(math.log10(9.6e8))
@example(math.log10(9.6e11))
@example(math.nextafter(3.0, 0))
@example(math.nextafter(12.0, 0))
@example(12.0)
def test_a_factor_is_rounded_to_one_digit(log10: float) -> None:
    figure, exact = times("zoom", log10), 10.0**log10
    assert figure.log10 == log10
    assert figure.value == pytest.approx(exact)
    said = number_in(figure.plain)
    if said is None:
        # Nobody can say it.
        assert log10 >= 12
        digit, _, power = figure.plain.partition(" × 10")
        said = int(digit) * 10 ** int(power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")))
    else:
        assert log10 < 12
        assert figure.plain.islower()
    assert len(f"{said}".rstrip("0")) == 1
    assert abs(said - exact) <= 0.5 * 10 ** math.floor(log10 + 1e-12) * (1 + 1e-9)


@pytest.mark.parametrize("digit", range(1, 10))
@pytest.mark.parametrize("power", range(16))
def test_a_round_factor_is_exact(digit: int, power: int) -> None:
    plain = times("zoom", math.log10(digit) + power).plain
    written = number_in(plain)
    if power < 12:
        assert written == digit * 10**power
        # A hundred, ten thousand, ten million: nothing is said in hundreds of tens.
        assert len(plain.split()) <= 3
    else:
        assert written is None
        assert plain.startswith(f"{digit} × 10")


def test_a_factor_can_begin_a_sentence() -> None:
    assert times("zoom", math.log10(70_400), capital=True).plain == "Seventy thousand"


def test_just_below_the_largest_that_is_said() -> None:
    assert times("zoom", math.log10(9.6e11)).plain == "one trillion"
    assert times("zoom", 12.0).plain == "1 × 10¹²"
    assert times("zoom", 400.0).plain == "1 × 10⁴⁰⁰"


@pytest.mark.parametrize(
    ("most", "below", "above"),
    [
        (0.0, None, "almost nothing"),
        (0.05, "almost nothing", "a little"),
        (0.2, "a little", "a quarter"),
        (0.29, "a quarter", "a third"),
        (0.4, "a third", "half"),
        (0.6, "half", "two thirds"),
        (0.7, "two thirds", "three quarters"),
        (0.8, "three quarters", "most of it"),
        (0.95, "most of it", "nearly all of it"),
    ],
)
def test_a_share_at_a_border(most: float, below: str | None, above: str) -> None:
    if below is not None:
        assert part_of("taken", math.nextafter(most, 0)).plain == below
        assert part_of("taken", most).plain == below
    assert part_of("taken", math.nextafter(most, 1)).plain == above


def test_only_nothing_is_nothing_and_only_all_is_all() -> None:
    assert part_of("taken", 0.0).plain == "nothing"
    assert part_of("taken", 5e-324).plain == "almost nothing"
    assert part_of("taken", math.nextafter(1, 0)).plain == "nearly all of it"
    assert part_of("taken", 1.0).plain == "all of it"


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.248, "a quarter"),
        (0.2376, "a quarter"),
        (0.2374, "0.237"),
        (0.34, "a third"),
        (0.5, "half"),
        (0.65, "two thirds"),
        (0.77, "three quarters"),
        (0.9, "0.900"),
        (1.0, "1.00"),
        (3.07, "3.07"),
        (0.0, "0 exactly"),
    ],
)
def test_a_share_near_a_fraction_is_said_as_that(share: float, words: str) -> None:
    log10 = math.log10(share) if share else -math.inf
    figure = share_or_digits("factor", log10)
    assert figure.plain == words
    assert figure.value == pytest.approx(share)


@given(st.floats(0, 1))
def test_a_share_is_what_a_listener_takes_it_for(share: float) -> None:
    figure = part_of("taken", share)
    low, high = PARTS[figure.plain]
    assert figure.value == share
    assert low <= share <= high


@pytest.mark.parametrize(
    ("value", "least", "words"),
    [
        (7.98, 0.0, "eight"),
        (0.0238, 0.4, "almost nothing"),
        (0.0238, 0.01, "0.024"),
        (0.0, 0.4, "0 exactly"),
        (2.6, 0.0, "2.6"),
        (64.0, 0.0, "sixty"),
        (123.4, 0.0, "one hundred"),
        (1981.0, 0.0, "two thousand"),
    ],
)
def test_about(value: float, least: float, words: str) -> None:
    figure = about("loss[0]", value, least)
    assert (figure.plain, figure.value) == (words, value)


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.5, "half"),
        (0.207, "a fifth"),
        (0.215, "a fifth"),
        (1 / 8, "an eighth"),
        (0.1, "a tenth"),
        (0.7, None),
        (0.4, None),
        (0.05, None),
        (0.0, None),
        (1.0, None),
    ],
)
def test_a_share_is_one_of_equal_parts_or_none(share: float, words: str | None) -> None:
    figure = fraction("share", share)
    assert (None if figure is None else figure.plain) == words
    assert figure is None or figure.value == share


@given(st.floats(0, 99.4))
def test_the_nearest_whole_number_is_spoken(value: float) -> None:
    figure = nearest("ratio", value)
    assert abs(number_in(figure.plain) - value) <= 0.5
    assert figure.value == value
