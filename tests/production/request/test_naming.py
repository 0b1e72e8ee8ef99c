"""Names of output folders."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment
from backprop_core.experiment.sharing import DATA_FILES, without_folders
from scenes.production.request.naming import LONGEST, checked_name, folder_name
from scenes.production.request.selection import Selection


@pytest.mark.parametrize(
    ("label", "overrides", "name"),
    [
        ("default", {}, "default"),
        ("deep", {"network.depth": 3}, "deep,network.depth=3"),
        ("deep", {"film.theme": "light"}, "deep,light"),
        (
            "deep",
            {"film.theme": "light", "seed": 1, "network.gain": 10.0},
            "deep,network.gain=10,seed=1,light",
        ),
        ("deep", {"network.widths": [64, 8, 10]}, "deep,network.widths=64+8+10"),
        ("deep", {"data.standardize": False}, "deep,data.standardize=false"),
        ("My net", {}, "My-net"),
        ("réseau", {}, "réseau"),
        ("../etc/passwd", {}, "etc-passwd"),
        (".hidden", {}, "hidden"),
        ("...", {}, "experiment"),
        ("con", {}, "con-"),
        ("NUL.tar", {}, "NUL-.tar"),
        ("lpt1", {"network.depth": 3}, "lpt1-,network.depth=3"),
        ("constant", {}, "constant"),
        ("con1", {}, "con1"),
        ("a\u3164b\u115f", {}, "a-b-"),
        ("x\x1b[31m\u202e", {}, "x--31m-"),
    ],
)
def test_names(label: str, overrides: dict[str, object], name: str) -> None:
    assert folder_name(label, overrides) == name


@pytest.mark.parametrize("field", DATA_FILES)
def test_a_folder_is_not_named_by_the_folder_of_its_data(field: str) -> None:
    places = ("data.npz", "whose/data.npz", "/home/whose/data.npz")
    names = {folder_name(None, {field: path}) for path in places}
    assert len(names) == 3
    assert f"{field}=data.npz" in names
    assert all(name.startswith(f"{field}=data.npz") and "whose" not in name for name in names)


def test_an_experiment_that_is_handed_on_names_no_folder() -> None:
    data = {"name": "file", "path": "/home/whose/a.npz", "held_out": "/home/whose/b.npz"}
    shared = without_folders(Experiment(data=data))
    assert shared.data.files == {"path": "a.npz", "held_out": "b.npz"}
    share = Experiment(data={"held_out": 0.25})
    assert without_folders(share) == share


def test_what_a_folder_that_is_handed_on_was_made_from_is_said_without_folders() -> None:
    mine, other = (
        Selection(config=Path(f"/home/{who}/deep.toml")).public_origin for who in ("whose", "other")
    )
    assert re.fullmatch(r"deep\.toml \([0-9a-f]{8}\)", mine)
    assert mine != other
    assert Selection().public_origin == Selection().origin


def test_values_that_lose_letters_do_not_share_a_folder() -> None:
    names = {folder_name("deep", {"data.path": path}) for path in ("a:b.npz", "a b.npz", "a-b.npz")}
    assert len(names) == 3
    assert all(name.startswith("deep,data.path=a-b.npz") for name in names)


def test_long_names_that_differ_at_their_end_differ() -> None:
    titles = ("x" * 200 + "1", "x" * 200 + "2")
    first, second = (folder_name("deep", {"film.title": title}) for title in titles)
    assert first != second
    assert len(first) <= LONGEST


def test_values_that_are_no_experiment_have_a_name_too() -> None:
    huge = 16**5000
    names = {
        folder_name("deep", {"seed": value})
        for value in (huge, huge + 1, -huge, [huge, 1], {"a": huge}, {"a": [1, huge]})
    }
    assert len(names) == 6
    assert all(len(name) <= LONGEST for name in names)


values = st.one_of(st.text(max_size=80), st.integers(), st.floats(), st.booleans())


@given(
    st.text(max_size=300), st.dictionaries(st.sampled_from(["a.b", "c.d", "film.theme"]), values)
)
def test_any_name_is_one_folder_on_any_file_system(
    label: str, overrides: dict[str, object]
) -> None:
    name = folder_name(label, overrides)
    assert 0 < len(name.encode()) <= LONGEST
    assert all(c.isalnum() or c in "._=,+-" for c in name)
    assert name[0].isalnum()
    assert name == folder_name(label, dict(reversed(overrides.items())))


@pytest.mark.parametrize("name", ["lecture-3", "deep,light", "v1.2"])
def test_a_given_name_is_taken_as_it_is(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "a/b", "a\\b", "-x", "a b", "x" * 121, "a\n", "a.", "con", "aux.x", "a\u3164"],
)
def test_a_given_name_that_is_no_folder_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"^--name: got .*; allowed 1 to 120 letters"):
        checked_name(name)
