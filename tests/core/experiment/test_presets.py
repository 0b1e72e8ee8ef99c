"""The named experiments."""

import pytest

from backprop_core.data.datasets import layer_widths
from backprop_core.errors import InputError
from backprop_core.experiment import presets


def test_the_four_of_the_lecture_are_there() -> None:
    assert {"shallow", "deep-sigmoid", "tanh-xavier", "relu-he"} <= set(presets.names())
    assert list(presets.names()) == sorted(presets.names())


@pytest.mark.parametrize("name", presets.names())
def test_each_is_valid_and_says_in_a_sentence_what_it_shows(name: str) -> None:
    assert len(layer_widths(presets.load(name))) == presets.load(name).depth + 1
    assert presets.text(name).startswith(f"# {presets.describe(name)}\n")
    assert presets.describe(name).endswith(".")
    assert 20 < len(presets.describe(name)) < 100


def test_they_differ_in_what_their_names_say() -> None:
    shallow, deep = presets.load("shallow"), presets.load("deep-sigmoid")
    assert (shallow.depth, deep.depth) == (2, 9)
    assert shallow.override({"network.depth": 9}) == deep
    tanh, relu = presets.load("tanh-xavier").network, presets.load("relu-he").network
    assert (tanh.activation, tanh.init) == ("tanh", "xavier")
    assert (relu.activation, relu.init) == ("relu", "he")


@pytest.mark.parametrize("name", ["relu-hee", "RELU-HE"])
def test_an_unknown_name_suggests_the_nearest(name: str) -> None:
    with pytest.raises(InputError) as caught:
        presets.load(name)
    assert caught.value.problems == (
        f'--preset: got "{name}"; allowed {", ".join(presets.names())}; did you mean relu-he?',
    )


def test_a_name_is_no_path() -> None:
    with pytest.raises(InputError, match="allowed deep-sigmoid"):
        presets.text("../presets/shallow")
