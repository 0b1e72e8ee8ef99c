"""Networks in words: the names of activations and initializations, and what layers there are."""

from __future__ import annotations

from collections.abc import Sequence

from scenes.words.figures import Figure, Sentence, count, sentence, setting

ACTIVATION_WORDS = {
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "identity": "linear",
}
INIT_WORDS = {
    "normal": "normal",
    "uniform": "uniform",
    "lecun": "LeCun",
    "xavier": "Xavier",
    "he": "He",
    "orthogonal": "orthogonal",
    "constant": "constant",
    "zeros": "zero",
}


def network_in_words(
    *,
    widths: Sequence[int],
    activation: str,
    init: str,
    gain: float,
    data: str,
    examples: int,
    other_depth: int | None = None,
) -> Sentence:
    """Describe a network and its data: ``8 hidden sigmoid layers of 30 units, ...``.

    With the depth of another network, it is of both: ``2 or 9 sigmoid layers, ...``.
    """
    layers, figures = hidden_in_words(widths, f"{ACTIVATION_WORDS[activation]} ", other_depth)
    figures |= {
        "gain": setting("network.gain", gain),
        "examples": count("examples", examples),
    }
    words = f"{layers}, {INIT_WORDS[init]} init, gain {{gain}}, "
    words += f"{{examples}} example{'s' * (examples != 1)} of {data}"
    return sentence(words, **figures)


def hidden_in_words(
    widths: Sequence[int], kind: str = "", other_depth: int | None = None
) -> tuple[str, dict[str, Figure]]:
    """Describe hidden layers: a template, such as ``{hidden} hidden layers ...``, and its figures.

    Parameters
    ----------
    widths
        Units of every layer, input first.
    kind
        An adjective of the layers, with a space behind it.
    other_depth
        The depth of another network, if it is of two. All layers with weights are counted then, the
        output as well, as depths are; the smaller number comes first.
    """
    hidden = widths[1:-1]
    figures: dict[str, Figure]
    if other_depth is not None:
        figures = {
            "depth": count("depth", len(widths) - 1),
            "other": count("other.depth", other_depth),
        }
        number = "{other} or {depth}" if other_depth < len(widths) else "{depth} or {other}"
        layers = f"{number} {kind}layers, hidden ones"
    else:
        figures = {"hidden": count("hidden_layers", len(hidden))}
        layers = f"{{hidden}} hidden {kind}layer{'s' * (len(hidden) > 1)}"
    if len(set(hidden)) == 1:
        figures["width"] = count("width", hidden[0])
        return f"{layers} of {{width}} unit{'s' * (hidden[0] > 1)}", figures
    figures["narrow"] = count("narrowest", min(hidden))
    figures["wide"] = count("widest", max(hidden))
    return f"{layers} of {{narrow}} to {{wide}} units", figures
