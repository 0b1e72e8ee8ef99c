"""`--set KEY=VALUE`: what is read, what wins, what is refused."""

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_core.errors import InputError
from backprop_core.experiment.config import (
    Experiment,
    load_experiment,
    parse_experiment,
    parse_override,
)

VALUE = 'allowed a TOML value: a word, a number, true, false, [1, 2] or "quoted text"'
KEY = "allowed KEY=VALUE, for example network.depth=12"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("network.depth=12", ("network.depth", 12)),
        (" network.gain = 2.5 ", ("network.gain", 2.5)),
        ("network.widths=[64, 30, 10]", ("network.widths", [64, 30, 10])),
        ("network.activation=relu", ("network.activation", "relu")),
        ('network.activation="relu"', ("network.activation", "relu")),
        ("data.standardize=false", ("data.standardize", False)),
        ("data.standardize=False", ("data.standardize", "False")),
        ("data.path=./a=b.npz", ("data.path", "./a=b.npz")),
        ("film.title=Don't panic", ("film.title", "Don't panic")),
        ("film.title=Übung 3", ("film.title", "Übung 3")),
        ("network={depth = 3}", ("network", {"depth": 3})),
        ("seed=7", ("seed", 7)),
    ],
)
def test_what_is_read(text: str, expected: tuple[str, object]) -> None:
    assert parse_override(text) == expected


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("network.depth", f'--set: got "network.depth"; {KEY}'),
        ("", f'--set: got ""; {KEY}'),
        ("=3", f'--set: got "=3"; {KEY}'),
        ("a.b.c=3", f'--set: got "a.b.c=3"; {KEY}'),
        ("a." * 20_000 + "a=3", f'--set: got "{"a." * 16}...{"a." * 5}a=3"; {KEY}'),
        ("network.depth=", f'--set: network.depth: got ""; {VALUE}'),
        ("network.depth=1x", f'--set: network.depth: got "1x"; {VALUE}'),
        ("network.depth=[1", f'--set: network.depth: got "[1"; {VALUE}'),
        ("network.depth=3\nseed=4", f'--set: network.depth: got "3\\nseed=4"; {VALUE}'),
        (
            "network.widths=" + "[" * 5000,
            f'--set: network.widths: got "{"[" * 32}...{"[" * 13}"; {VALUE}',
        ),
    ],
)
def test_what_does_not_parse(text: str, line: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_override(text)
    assert caught.value.problems == (line,)


def test_changes_are_checked_together_and_leave_the_original() -> None:
    e = Experiment(seed=3, network={"gain": 2})
    with pytest.raises(InputError) as caught:
        e.override({"network.depth": 0, "network.gian": 3, "sede": 1, "film.theme": "pink"})
    assert caught.value.problems == (
        "--set: network.depth: got 0; allowed a whole number, 2 <= depth <= 2000",
        "--set: network.gian: unknown field; did you mean gain?",
        '--set: film.theme: got "pink"; allowed dark, light',
        "--set: sede: unknown field; did you mean seed?",
    )
    changed = e.override({"network.depth": 12})
    assert (changed.depth, changed.network.gain, changed.seed) == (12, 2, 3)
    assert e == Experiment(seed=3, network={"gain": 2})


def test_a_section_is_changed_field_by_field() -> None:
    e = Experiment(network={"gain": 2}).override({"network": {"depth": 3}, "seed": 1})
    assert (e.network.gain, e.depth, e.seed) == (2, 3, 1)


def test_an_empty_section_changes_nothing() -> None:
    e = Experiment(network={"gain": 2})
    assert e.override({"network": {}}) == e
    assert e.override({"data": {}}) == e


def test_a_field_is_no_section_and_a_section_no_field() -> None:
    for changes, line in (
        (
            {"seed": 3, "seed.x": 4},
            "seed: got a table; allowed a whole number, 0 <= seed <= 4294967295",
        ),
        ({"network": 3}, "network: got 3; allowed a section [network]"),
        ({"seed": {}}, "seed: got a table; allowed a whole number, 0 <= seed <= 4294967295"),
        (
            {"nonsense": {}},
            "nonsense: unknown field; allowed seed, dtype, network, data, training, circuit, film",
        ),
    ):
        with pytest.raises(InputError) as caught:
            Experiment().override(changes)
        assert caught.value.problems == (f"--set: {line}",)


def test_widths_replace_the_depth_and_width_of_the_file() -> None:
    e = parse_experiment("network = {depth = 5, width = 20}")
    assert e.override({"network.widths": [64, 8, 10]}).depth == 2
    with pytest.raises(InputError, match="given together with depth"):
        e.override({"network.widths": [64, 8, 10], "network.depth": 2})


def test_depth_does_not_replace_widths_for_nobody_could_say_which_stay() -> None:
    e = parse_experiment("network.widths = [64, 30, 20, 10]")
    with pytest.raises(InputError, match="given together with depth"):
        e.override({"network.depth": 5})


def test_another_data_set_drops_the_path_and_what_was_held_out() -> None:
    e = parse_experiment('data = {name = "file", path = "/m.npz", held_out = "/t.npz"}')
    assert e.override({"data.name": "moons"}).data.files == {}
    assert e.override({"data.name": "moons", "data.held_out": 0.5}).data.held_out == 0.5


def test_a_path_in_a_file_starts_there_and_a_path_in_the_shell_starts_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "course").mkdir()
    file = tmp_path / "course" / "deep.toml"
    file.write_text('[data]\nname = "file"\npath = "mine.npz"\nheld_out = "test.npz"\n')
    monkeypatch.chdir(tmp_path)
    e = load_experiment("course/deep.toml")
    assert e.data.path == str(tmp_path / "course" / "mine.npz")
    assert e.data.held_out == str(tmp_path / "course" / "test.npz")
    assert e.override({"data.held_out": "t.npz"}).data.held_out == str(tmp_path / "t.npz")
    assert e.override({"data.held_out": 0.5}).data.held_out == 0.5
    assert e.override({"seed": 1}).data == e.data
    assert e.override({"data.path": "other.npz"}).data.path == str(tmp_path / "other.npz")
    assert e.override({"data": {"path": "/abs.npz"}}).data.path == "/abs.npz"


KEYS = st.sampled_from(
    [
        "seed",
        "network",
        "network.depth",
        "network.widths",
        "network.gain",
        "data.path",
        "film.title",
    ]
)


@given(st.text(max_size=60) | st.text(alphabet=string.printable, max_size=60))
def test_any_text_parses_or_is_an_input_error(text: str) -> None:
    try:
        key, _ = parse_override(text)
    except InputError as error:
        line = error.problems[0]
    else:
        line = f"--set: {key}"
        assert "=" in text
    assert line.startswith("--set: ")
    assert line.isprintable()


@given(st.lists(st.tuples(KEYS, st.text(max_size=30) | st.sampled_from(["3", "[64,3,10]", "{}"]))))
def test_any_overrides_give_an_experiment_or_an_input_error(pairs: list[tuple[str, str]]) -> None:
    try:
        e = Experiment().override(dict(parse_override(f"{key}={value}") for key, value in pairs))
    except InputError as error:
        lines = error.problems
    else:
        lines = ()
        assert e.depth >= 2
    assert all(line.startswith("--set: ") and line.isprintable() for line in lines)
