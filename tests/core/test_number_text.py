"""The writer of numbers: its output, its rounding, and that no other code formats numbers."""

import ast
import math
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_core.number_text import (
    as_typed,
    digits_of,
    digits_of_rough,
    digits_of_rough_share,
    file_size,
    number,
    percent,
    power_of_ten,
    roughly,
    to_compare,
)
from scenes.words import figures

ROOT = Path(__file__).parents[2]

WRITTEN = {
    0.0: "0 exactly",
    5e-324: "4.94 × 10⁻³²⁴",
    2.31e-7: "2.31 × 10⁻⁷",
    0.000999: "9.99 × 10⁻⁴",
    0.0009999: "0.00100",
    0.001: "0.00100",
    0.05: "0.0500",
    0.049996: "0.0500",
    0.25: "0.250",
    -12.1: "−12.1",
    9.9996: "10.0",
    999.4: "999",
    999.6: "1.00 × 10³",
    -12.075: "−12.1",
    0.00123456: "0.00123",
    999.9: "1.00 × 10³",
    1234.5: "1.23 × 10³",
    12345.0: "1.23 × 10⁴",
    -810_000: "−8.10 × 10⁵",
    1e22: "1.00 × 10²²",
}


@pytest.mark.parametrize(("value", "text"), WRITTEN.items())
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text


def test_a_negative_zero_is_zero() -> None:
    assert number(-0.0) == "0 exactly"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0312, "0.03"),
        (0.5, "0.5"),
        (8.7, "9"),
        (1234, "1,000"),
        (96_000, "100,000"),
        (3e6, "3 × 10⁶"),
    ],
)
def test_rough_numbers(value: float, text: str) -> None:
    assert roughly(value) == text


@pytest.mark.parametrize(
    ("log10", "text"),
    [
        (-math.inf, "0 exactly"),
        (-629.8, "1.58 × 10⁻⁶³⁰"),
        (-0.00001 - 400, "1.00 × 10⁻⁴⁰⁰"),
        (3.0, "1.00 × 10³"),
        (2.0, "100"),
        (5000.3, "2.00 × 10⁵⁰⁰⁰"),
        (-0.5, "0.316"),
        (-4.0, "1.00 × 10⁻⁴"),
        (-630.25, "5.62 × 10⁻⁶³¹"),
        (-630.0000001, "1.00 × 10⁻⁶³⁰"),
        (400.5, "3.16 × 10⁴⁰⁰"),
    ],
)
def test_powers_of_ten(log10: float, text: str) -> None:
    assert power_of_ten(log10) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (0.0004, "under 0.1 %"),
        (0.05, "5.0 %"),
        (0.0996, "10 %"),
        (0.372, "37 %"),
        (0.5, "50 %"),
        (0.8127, "81 %"),
        (0.9999, "over 99.9 %"),
        (0.993, "99.3 %"),
        (0.9996, "over 99.9 %"),
        (1, "100 %"),
    ],
)
def test_percentages(share: float, text: str) -> None:
    assert percent(share) == text


def parsed(text: str) -> Decimal:
    plain = text.replace("−", "-").translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
    found = re.fullmatch(r"(-?[\d.]+)(?: × 10(-?\d+))?", plain)
    assert found, text
    return Decimal(found[1]).scaleb(int(found[2] or 0))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0 exactly"),
        (1.447, "1"),
        (0.0378, "0.04"),
        (65.4, "about 70"),
        (976.0, "about 1,000"),
        (1234.0, "1 × 10³"),
        (3.91e-14, "4 × 10⁻¹⁴"),
    ],
)
def test_one_digit(value: float, text: str) -> None:
    assert digits_of_rough(value).plain == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0"),
        (1.0, "100"),
        (0.0001, "under 0.1"),
        (0.0046, "0.5"),
        (0.046, "5"),
        (0.099, "10"),
        (0.12, "about 10"),
        (0.859, "about 90"),
        (0.967, "over 90"),
        (0.9999, "over 90"),
    ],
)
def test_one_digit_of_a_share(share: float, text: str) -> None:
    assert digits_of_rough_share(share) == text


@given(st.floats(allow_nan=False, allow_infinity=False).filter(bool))
def test_a_number_reads_back_to_half_a_unit_of_its_last_digit(value: float) -> None:
    exact = Decimal(value)
    last = Decimal(1).scaleb(exact.adjusted() - 2)
    assert abs(parsed(number(value)) - exact) <= last / 2


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_film_and_a_table_write_the_same(value: float) -> None:
    figure = figures.measured("x", value)
    assert figure.plain == number(value)
    assert (figure.mantissa, figure.exponent) == digits_of(value)


@given(st.floats(-3000, 3000))
def test_so_they_do_beyond_floats(log10: float) -> None:
    assert figures.magnitude("x", log10).plain == power_of_ten(log10)


@given(st.floats(0, 1))
def test_so_they_do_of_shares(share: float) -> None:
    film = figures.percent("x", share).plain.replace(figures.NARROW_SPACE, " ")
    assert film == percent(share)


OTHERS = {
    "backprop_core/number_text.py": "the writer",
    "backprop_core/caps.py": "limits in errors, in the notation that a person types",
    "backprop_core/data/datasets.py": "values of the configuration in errors",
    "backprop_core/exercise/patterns.py": "the learner's own numbers, to 6 digits",
    "backprop_core/exercise/layer.py": "names of cases",
    "backprop_core/exercise/softmax.py": "names of cases",
    "backprop_core/measures/landscape.py": "the largest float",
    "backprop_core/passes/finite.py": "the largest float",
    "backprop_core/recording/checks.py": "values of a file in errors",
    "backprop_core/recording/functions.py": "names of functions, with their parameter",
    "scenes/kit/film.py": "seconds in an error",
    "scenes/kit/type/titles.py": "Typst code",
    "scenes/kit/type/typesetting.py": "Typst code",
    "scenes/stories/gains.py": "rounds a setting, which is then trained with",
    "scenes/production/gallery/chart.py": "SVG paths",
    "scenes/production/gallery/explorer.py": "a setting",
    "scenes/production/lecture/concat.py": "seconds in an error",
    "scenes/production/lecture/decks/youtube.py": "seconds in an error",
    "scenes/production/notebook.py": "seconds and progress",
    "scenes/production/player.py": "seconds in a page",
    "scenes/production/process/error_messages.py": "sizes of memory",
    "scenes/production/sidecars/opening.py": "seconds in an error",
    "scenes/production/sidecars/transcript.py": "shortens a name that holds a setting",
    "scenes/production/sweeps/axes.py": "settings",
    "scenes/production/sweeps/sweep.py": "settings",
    "scenes/cli/batch_progress.py": "seconds and progress",
    "scenes/cli/films.py": "seconds",
    "scenes/cli/lecture.py": "seconds",
    "scenes/cli/lecture_goals.py": "seconds",
    "scenes/cli/progress.py": "seconds and progress",
    "scenes/cli/render_report.py": "seconds",
}
"""Files that write floats by themselves, each with its reason: none writes what was measured."""


def float_formats(tree: ast.AST) -> list[str]:
    """Return what writes floats: formats in f-strings, `format`, `%`; `round` in f-strings."""
    return [ast.unparse(node) for node in ast.walk(tree) if _writes_a_float(node)]


def _writes_a_float(node: ast.AST) -> bool:
    match node:
        case ast.FormattedValue(value=ast.Call(func=ast.Name(id="round"), args=[_, _])):
            return True
        case ast.FormattedValue(format_spec=ast.JoinedStr() as spec):
            return re.search(r"[efgEFG%]'$", ast.unparse(spec)) is not None
        case ast.Call(func=ast.Name(id="format"), args=[_, ast.Constant(value=str(spec))]):
            return spec[-1:] in set("efgEFG%")
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)), attr="format")):
            return re.search(r":[^{}]*[efgEFG%]}", text) is not None
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod()):
            return re.search(r"%[-+ 0#]*[\d.*]*[efgEFG]", text) is not None
        case ast.Attribute(attr="format_float_scientific" | "format_float_positional"):
            return True
    return False


def test_nobody_else_writes_measured_numbers() -> None:
    paths = [*(ROOT / "backprop_core").rglob("*.py"), *(ROOT / "scenes").rglob("*.py")]
    writing = {
        path.relative_to(ROOT).as_posix()
        for path in paths
        if float_formats(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert writing == OTHERS.keys()


@pytest.mark.parametrize(
    "line",
    [
        "f'{x:.3g}'",
        "f'{x:.{n}f}'",
        "f'{x:.0%}'",
        "f'{round(x, 2)}'",
        "format(x, '.2e')",
        "'{:.2f} s'.format(x)",
        "'%.3g' % x",
        "np.format_float_scientific(x)",
    ],
)
def test_a_float_format_is_found(line: str) -> None:
    assert len(float_formats(ast.parse(line))) == 1


@pytest.mark.parametrize(
    "line", ["f'{n:>8} {n:,} {n:02} {x}'", "'{u}'.format(u=u)", "'%d of %s' % x", "n % 3"]
)
def test_other_formats_are_left_alone(line: str) -> None:
    assert float_formats(ast.parse(line)) == []


@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_no_zero_has_a_sign(zero: float) -> None:
    assert percent(zero) == "0 %"
    assert as_typed(zero) == "0"
    assert figures.setting("x", zero).plain == figures.tick(zero).plain == "0"
    assert figures.coordinate("x", zero).plain == "0.00"


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "1 kB"),
        (1, "1 kB"),
        (1500, "2 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (3_140_000, "3.1 MB"),
    ],
)
def test_sizes_of_files(count: int, text: str) -> None:
    assert file_size(count) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_to_compare_reads_back(value: float) -> None:
    assert float(to_compare(value)) == pytest.approx(value, rel=1e-8, abs=1e-320)


@given(st.floats(allow_nan=False, allow_infinity=False).filter(bool))
def test_a_setting_is_the_same_in_films_and_in_text(value: float) -> None:
    assert figures.setting("x", value).plain == as_typed(value)
    assert parsed(as_typed(value)) == pytest.approx(Decimal(value), rel=Decimal("0.0051"))
