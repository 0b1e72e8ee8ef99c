"""Names of the axes of a sweep, and labels of their values, which all differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.production.sweeps.axes import LONGEST, LONGEST_ROW, Axis, listed
from scenes.production.sweeps.overview_picture import drawable


def labels(field: str, *values: object) -> list[str]:
    return list(Axis.of({"fields": [field], "values": [[v] for v in values]}, drawable).labels)


@pytest.mark.parametrize(
    ("field", "values", "written"),
    [
        ("network.gain", [1.0, 2.5, 10.0], ["1", "2.5", "10"]),
        ("network.gain", [0.1, 0.121736, 13.66], ["0.1", "0.122", "13.7"]),
        # Three digits would make the same of these.
        ("network.gain", [1.23456, 1.23457], ["1.23456", "1.23457"]),
        ("network.gain", [1e-7, 1.0], ["1.00 × 10⁻⁷", "1"]),
        ("data.shift", [-2.0, -0.25], ["−2", "−0.25"]),
        ("seed", [0, 123456], ["0", "123,456"]),
        ("data.standardize", [True, False], ["true", "false"]),
        ("network.widths", [[64, 5, 10], [64, 10]], ["[64, 5, 10]", "[64, 10]"]),
        ("network.activation", ["tanh", "日本"], ["tanh", "??"]),
        ("network.activation", ["日本", "日木"], ["1: ??", "2: ??"]),
        ("network.activation", ["$x^2$", "a\nb\u202e"], ["$x^2$", "a\\nb\\u202e"]),
        ("network.gain", ["nan", True], ["nan", "true"]),
    ],
)
def test_a_value_is_labelled_as_a_person_writes_it(
    field: str, values: list[object], written: list[str]
) -> None:
    assert labels(field, *values) == written


@given(
    st.lists(st.lists(st.integers(1, 4096), min_size=3, max_size=40), min_size=2, unique_by=tuple)
)
def test_labels_are_short_and_none_is_like_another(widths: list[list[int]]) -> None:
    written = labels("network.widths", *widths)
    assert len(set(written)) == len(written)
    assert max(map(len, written)) <= LONGEST_ROW
    assert all(len(label) <= LONGEST or label.partition(":")[0].isdigit() for label in written)


def test_axes_side_by_side_are_one() -> None:
    fields = ["network.gain", "network.depth", "data.name"]
    axis = Axis.of({"fields": fields, "values": [[1.0, 3, "moons"], [2.5, 9, "moons"]]})
    assert (axis.name, axis.labels) == ("gain, depth, data set", ("1, 3, moons", "2.5, 9, moons"))


def test_where_all_can_be_written_words_stay_as_they_are() -> None:
    fields = {"fields": ["network.activation"], "values": [["日本"], ["tanh"]]}
    assert Axis.of(fields).labels == ("日本", "tanh")


def test_names_are_listed_as_in_a_sentence() -> None:
    assert [listed(names) for names in (["a"], ["a", "b"], ["a", "b", "c"])] == [
        *("a", "a and b", "a, b and c")
    ]
