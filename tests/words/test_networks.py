"""Networks in words."""

from backprop_core.passes.activations import ACTIVATIONS
from backprop_core.passes.initializers import INITIALIZERS
from scenes.words.networks import ACTIVATION_WORDS, INIT_WORDS, network_in_words


def words(widths: tuple[int, ...], **changes: object) -> str:
    given = {"activation": "sigmoid", "init": "normal", "gain": 1.0, "data": "digits"}
    return network_in_words(**({"widths": widths, "examples": 1000} | given | changes)).plain


def test_a_network_in_words() -> None:
    assert words((64, *[30] * 8, 10)) == (
        "8 hidden sigmoid layers of 30 units, normal init, gain 1, 1,000 examples of digits"
    )
    assert words((2, 1, 2)).startswith("1 hidden sigmoid layer of 1 unit, ")
    assert words((2, 5, 40, 7, 2)).startswith("3 hidden sigmoid layers of 5 to 40 units, ")
    assert words((2, 3, 2), examples=1).endswith(", 1 example of digits")
    assert ", He init, gain 2.5," in words((2, 3, 2), init="he", gain=2.5)


def test_two_networks_in_words() -> None:
    deep, shallow = (64, *[30] * 8, 10), (64, 30, 10)
    both = "2 or 9 sigmoid layers, hidden ones of 30 units, "
    assert words(deep, other_depth=2).startswith(both)
    assert words(shallow, other_depth=9).startswith(both)


def test_every_activation_and_initializer_has_a_word() -> None:
    assert set(ACTIVATION_WORDS) == set(ACTIVATIONS)
    assert set(INIT_WORDS) == set(INITIALIZERS)
