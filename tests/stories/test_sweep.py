"""What the overview of a sweep says: labels, title, subtitle, notes."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenes.stories.sweep import LONGEST, LONGEST_ROW, SweepStory
from scenes.words.figures import Kind

NETWORK = {
    "log10": [-2.0, -1.0, None],
    "examples": 50,
    "hidden": [30, 30],
    "activation": "tanh",
    "init": "he",
    "gain": 2.5,
    "data": "digits",
}


def told(*axes: tuple[str, Sequence[object]], **changes: Any) -> SweepStory:
    """Tell of a product of axes, all of whose networks are the same but for `networks`."""
    total = math.prod(len(values) for _, values in axes)
    facts = {
        "name": "mine",
        "theme": "dark",
        "axes": [{"fields": [field], "values": [[v] for v in values]} for field, values in axes],
        "unread": [],
        "networks": [NETWORK] * total,
    }
    return SweepStory.of(facts | changes)


def labels(field: str, values: Sequence[object]) -> list[str]:
    return [label.plain for label in told((field, values)).axes[0].labels]


def test_profiles_stand_at_their_places() -> None:
    networks = [{**NETWORK, "log10": [float(n), 0.0]} for n in range(6)]
    story = told(("seed", [4, 5]), ("network.gain", [1.0, 2.0, 3.0]), networks=networks)
    assert [axis.name for axis in story.axes] == ["seed", "gain"]
    assert {place: profile[0] for place, profile in story.profiles.items()} == {
        (0, 0): 0, (0, 1): 1, (0, 2): 2, (1, 0): 3, (1, 1): 4, (1, 2): 5
    }  # fmt: skip
    (zero,) = told().profiles.values()
    assert list(zero) == [-2.0, -1.0, -np.inf]


@pytest.mark.parametrize(
    ("field", "values", "written"),
    [
        ("network.gain", [1.0, 2.5, 10.0], ["1", "2.5", "10"]),
        ("network.gain", [0.1, 0.121736, 13.66], ["0.1", "0.122", "13.7"]),
        # Three digits would make the same of these.
        ("network.gain", [1.23456, 1.23457], ["1.23456", "1.23457"]),
        ("data.shift", [-2.0, -0.25], ["−2", "−0.25"]),
        ("seed", [0, 123456], ["0", "123\u202f456"]),
        ("data.standardize", [True, False], ["true", "false"]),
        ("network.widths", [[64, 5, 10], [64, 10]], ["[64, 5, 10]", "[64, 10]"]),
        ("network.activation", ["tanh", "日本"], ["tanh", "??"]),
        ("network.gain", ["nan", True], ["nan", "true"]),
    ],
)
def test_a_value_is_labelled_as_a_person_writes_it(
    field: str, values: list[object], written: list[str]
) -> None:
    assert labels(field, values) == written


def test_the_exact_value_is_recorded_however_short_it_is_written() -> None:
    label = told(("network.gain", [0.1, 0.121736])).axes[0].labels[1]
    (part,) = label.figures.values()
    assert (part.name, part.value, part.kind) == ("network.gain", 0.121736, Kind.SETTING)


@given(
    st.lists(st.lists(st.integers(1, 4096), min_size=3, max_size=40), min_size=2, unique_by=tuple)
)
def test_labels_are_short_and_none_is_like_another(widths: list[list[int]]) -> None:
    written = labels("network.widths", widths)
    assert len(set(written)) == len(written)
    assert max(map(len, written)) <= LONGEST_ROW
    assert all(len(label) <= LONGEST or label.partition(":")[0].isdigit() for label in written)


def test_axes_side_by_side_are_one() -> None:
    axes = [{"fields": ["network.gain", "network.depth"], "values": [[1.0, 3], [2.5, 9]]}]
    story = told(axes=axes, networks=[NETWORK] * 2)
    (axis,) = story.axes
    assert (axis.name, [label.plain for label in axis.labels]) == (
        "gain, depth",
        ["1, 3", "2.5, 9"],
    )
    assert story.titles[0] == "mine: gradients over gain and depth"


def test_the_title_names_the_sweep_and_what_varies() -> None:
    axes = [("network.bias_std", [0.0, 1.0]), ("seed", [1, 2]), ("data.name", ["moons", "blobs"])]
    assert told(*axes).titles[0] == "mine: gradients over bias std, seed and data set"
    assert told().titles[0] == "mine: the gradient of a network"
    assert len(told(name="x" * 120).titles[1]) == 60
    assert told(name="日本-é").titles[1] == "??-é"


def test_the_subtitle_says_what_all_networks_share() -> None:
    assert told().subtitle().plain == (
        "2 hidden tanh layers of 30 units, He init, gain 2.5, 50 examples of digits"
    )
    other = {"activation": "relu", "gain": 1.0, "hidden": [30], "examples": 7, "data": "moons"}
    two = told(("seed", [1, 2]), networks=[NETWORK, NETWORK | other])
    assert two.subtitle().plain == (
        "2 networks: hidden layers of 30 units, He init, 7 to 50 examples"
    )
    wide = told(("seed", [1, 2]), networks=[NETWORK, NETWORK | {"hidden": [30, 20]}])
    assert wide.subtitle().plain.startswith("2 networks: hidden tanh layers, He init")
    same = told(("seed", [1, 2]), ("dtype", ["float32"]))
    assert same.subtitle().plain.endswith("gain 2.5, dtype float32, 50 examples of digits")
    assert told(networks=[None]).subtitle().plain == "no network"


def test_what_is_left_out_or_failed_is_said() -> None:
    story = told(("seed", [1, 2, 3]), networks=[NETWORK, None, None])
    failed = story.failed()
    assert failed is not None
    assert failed.plain == "2 of 3 networks failed"
    assert told(("seed", [1, 2])).failed() is None
    assert story.shown(["seed", "gain"], 6, 40).plain == "6 of 40 values of seed and gain shown"
    assert story.unread() is None
    unread = told(unread=["training.epochs"]).unread()
    assert unread is not None
    assert unread.plain == "training.epochs: no difference before training"


def test_how_far_profiles_go_beyond_the_axis_is_said() -> None:
    profiles = [np.array([-630.0, 0.5]), np.array([-9.0, -np.inf]), np.array([-1.0, 2.0])]
    said = [(up, words.plain) for up, words in told().beyond(profiles, -8, 1)]
    assert said == [
        (False, "2 networks go on down to 1.00 × 10⁻⁶³⁰"),
        (True, "1 network goes on up to 100"),
    ]
    assert list(told().beyond(profiles[2:], -1, 2)) == []


def test_depths_are_said_where_they_differ() -> None:
    networks = [NETWORK, {**NETWORK, "log10": [0.0] * 1000}, None]
    story = told(("seed", [1, 2, 3]), networks=networks)
    assert story.own_depth().plain == "networks of 3 to 1\u202f000 layers, drawn equally wide"
