"""The graph that PyTorch keeps of a forward pass: which functions lie between which layers.

Each tensor knows the node that computed it, and each node those that computed its inputs. Names of
nodes are the only exact account of what a model does: they are the same whether a function was
called as a module, as a function, or in place.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backprop_core.recording.functions import MOVES, named

MOST_NODES = 20_000
"""Nodes that are looked at on the way down from one tensor."""
_PLAIN = {
    "relu": "relu",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "silu": "silu",
    "mish": "mish",
    "hardswish": "hardswish",
    "hardsigmoid": "hardsigmoid",
    "log_sigmoid": "log_sigmoid",
}
_DROPOUTS = {"native_dropout", "fused_dropout", "feature_dropout"}
_SCALES = {"mul", "div", "mean", "sum", "neg", "avg_pool1_d", "avg_pool2_d", "adaptive_avg_pool2_d"}
_NORMS = {
    "native_batch_norm",
    "cudnn_batch_norm",
    "miopen_batch_norm",
    "native_layer_norm",
    "native_group_norm",
    "fused_rms_norm",
    "rms_norm",
}
_LOSSES = ("loss", "binary_cross_entropy", "binary_cross_entropy_with_logits")


@dataclass(frozen=True)
class Way:
    """The nodes between the output of a layer and what is computed of it, in forward order.

    Attributes
    ----------
    names
        Names of their functions.
    function
        The name of the activation that follows the layer; None if it is not known.
    normed
        Whether a norm stands between the layer and its activation.
    direct
        Whether nothing else stands on the way: then each gradient that is 0 is the function's own.
    """

    names: tuple[str, ...]
    function: str | None
    normed: bool
    direct: bool


def name_of(node: Any) -> str:
    """Return the name of the function of a node, in snake case: "relu", "nll_loss"."""
    name = node.name().rpartition("::")[2]
    name = re.sub(r"Backward\d*$", "", name)
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def before(node: Any) -> list[Any]:
    """Return the nodes that computed the inputs of a node."""
    return [found for found, _ in node.next_functions if found is not None]


def own_nodes(node: Any) -> list[Any]:
    """Return the last nodes of a layer: those that only give its output another shape included.

    A function that works in place on such an output leaves these out of its graph.
    """
    found = [node]
    while name_of(found[-1]) in MOVES and len(before(found[-1])) == 1 and len(found) < 4:
        found += before(found[-1])
    return found


def ways_down(node: Any, layers: Mapping[Any, str]) -> dict[str, list[Any]]:
    """Return the way from a node down to each of the nearest layers, in forward order.

    Parameters
    ----------
    node
        Where to begin.
    layers
        Nodes of layers, and their names.

    Returns
    -------
    The nodes on the way, by the names of the layers that are reached without passing another one.
    """
    above: dict[Any, Any] = {node: None}
    waiting, found = deque([node]), {}
    while waiting and len(above) < MOST_NODES:
        here = waiting.popleft()
        if here in layers:
            name = layers[here]
            if name not in found:
                way, at = [], above[here]
                while at is not None:
                    way.append(at)
                    at = above[at]
                found[name] = way
            continue
        for below in before(here):
            if below not in above:
                above[below] = here
                waiting.append(below)
    return found


def way_of(nodes: Sequence[Any]) -> Way:
    """Read the nodes behind a layer: find its activation."""
    names = tuple(map(name_of, nodes))
    function: str | None = None
    normed = scaled = False
    plain = True
    for at, (name, node) in enumerate(zip(names, nodes, strict=True)):
        found = activation_of(name, node)
        if found is not None:
            function = None if scaled else found
            plain = plain and all(
                after in MOVES and "pool" not in after for after in names[at + 1 :]
            )
            return Way(names, function, normed, plain and not normed)
        if name in _NORMS:
            normed = True
        elif name in _SCALES and len(before(node)) == 1:
            scaled, plain = True, False
        elif name in _DROPOUTS:
            plain = False
        elif name not in MOVES:
            return Way(names, _at_the_end(names[at:], node, normed), normed, False)
        plain = plain and "pool" not in name
    return Way(names, None if normed else "identity", normed, plain)


def _at_the_end(names: Sequence[str], node: Any, normed: bool) -> str | None:
    """Return the activation of a layer behind which stands no function of single units."""
    if normed:
        return None
    if names[0].endswith(_LOSSES) or list(names[:2]) == ["log_softmax", "nll_loss"]:
        return "identity"
    # The layer adds to what others have computed: a residual block.
    return "identity" if names[0] in {"add", "sub"} and len(before(node)) > 1 else None


def activation_of(name: str, node: Any) -> str | None:
    """Return the activation that a node computes; None if it is another function."""
    if name in _PLAIN:
        return _PLAIN[name]
    if name == "leaky_relu":
        return named("leaky_relu", float(node._saved_negative_slope))
    if name == "elu":
        # SELU is an ELU with a scale.
        scaled = float(node._saved_scale) != 1.0
        return "selu" if scaled else named("elu", float(node._saved_alpha))
    if name == "celu":
        return named("celu", float(node._saved_alpha))
    if name == "gelu":
        return "gelu_tanh" if node._saved_approximate == "tanh" else "gelu"
    if name == "softplus":
        return named("softplus", float(node._saved_beta))
    if name == "hardtanh":
        limits = (float(node._saved_min_val), float(node._saved_max_val))
        return {(0.0, 6.0): "relu6", (-1.0, 1.0): "hardtanh"}.get(limits)
    return None
