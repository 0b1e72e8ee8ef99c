import pytest

from backprop_core.legible import layer_names, number, percent, power_of_ten


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0 exactly"),
        (0.25, "0.250"),
        (-12.075, "−12.1"),
        (0.00123456, "0.00123"),
        (999.9, "1000"),
        (1234.5, "1234"),
        (12345.0, "1.23 × 10⁴"),
        (2.306e-7, "2.31 × 10⁻⁷"),
        (5e-324, "4.94 × 10⁻³²⁴"),
    ],
)
def test_number(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("log10", "text"),
    [
        (-0.5, "0.316"),
        (-4.0, "1.00 × 10⁻⁴"),
        (-630.25, "5.62 × 10⁻⁶³¹"),
        (-630.0000001, "1.00 × 10⁻⁶³⁰"),
        (400.5, "3.16 × 10⁴⁰⁰"),
    ],
)
def test_power_of_ten(log10: float, text: str) -> None:
    assert power_of_ten(log10) == text


def test_only_all_reads_a_hundred_percent() -> None:
    assert [percent(share) for share in (0.5, 0.8127, 0.9999, 1.0)] == [
        "50 %",
        "81.3 %",
        "over 99.9 %",
        "100 %",
    ]


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
    ],
)
def test_layers_are_named_by_their_ranges(layers: tuple[int, ...], text: str) -> None:
    assert layer_names(layers) == text
