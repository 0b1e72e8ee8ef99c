"""Upper bounds on what a person may ask for, checked before any memory is taken.

A bound on one field alone is written where the field is (`experiment.model` reads it from here);
bounds on products of fields are checked by `budget_problems` once the widths are known.
Films multiply none of them: they compute within `budget.FILM_SECONDS`, and have a few thousand
frames and at most one drawn thing for each layer or class, whatever the experiment.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil

DEPTH = (2, 2000)
WIDTH = (1, 4096)
EXAMPLES = 100_000
EPOCHS = 10_000

CONFIG_BYTES = 16 * 1024
"""The largest configuration text: a commented file is 5 KiB, and `tomllib` is slow on long ones."""

DATA_BYTES = 512 * 1024**2
"""The most that a data file, and its arrays when unpacked, may hold; 60,000 images of
28 x 28 fit."""

PARAMETERS = 20_000_000

UNITS = 400_000
"""Of all layers together. As many parameters as are allowed make half of it, if layers are alike;
layers of thousands of units between layers of one would be ten times as many."""

TRACE_BYTES = 2 * 1024**3
"""z, a and delta of every layer, W and dW: what `trace` keeps."""

PASS_PRODUCTS = 10**11
"""parameters x examples of one forward and backward pass, which costs 6 operations for each:
about 10 s on two cores at 60 Gflop/s."""

ORTHOGONAL_PRODUCTS = 2 * 10**9
"""n_l x n_{l-1} x the smaller of the two, of all layers: making weights orthogonal takes half a
second then, and a film draws some ten networks."""

TRAINING_PRODUCTS = 10**13
"""parameters x examples x epochs: about a quarter of an hour on two cores."""

TRAINING_LAYER_STEPS = 10**8
"""layers x minibatches x epochs: small layers cost their calls (some 20 us each), not their sums;
about half an hour."""


def parameter_count(widths: Sequence[int]) -> int:
    """Count the weights and biases of layers `widths` wide, input first."""
    return sum(n * (n_in + 1) for n_in, n in pairwise(widths))


def trace_bytes(widths: Sequence[int], examples: int, itemsize: int) -> int:
    """Bytes of a trace: x, then z, a and delta of each layer, parameters and their gradients."""
    values = examples * (widths[0] + 3 * sum(widths[1:])) + 2 * parameter_count(widths)
    return values * itemsize


def orthogonal_products(widths: Sequence[int]) -> int:
    """Count the multiplications, but for a factor, of making all weights orthogonal."""
    return sum(n * n_in * min(n, n_in) for n_in, n in pairwise(widths))


def budget_problems(
    widths: Sequence[int],
    *,
    examples: int,
    itemsize: int,
    epochs: int,
    batch_size: int,
    orthogonal: bool = False,
) -> list[str]:
    """Say which products of sizes exceed their bound.

    Parameters
    ----------
    widths
        Units of every layer, input first.
    examples
        Examples that are really used, after the data set's own limit.
    itemsize
        Bytes of one number.
    epochs, batch_size
        Of the training.
    orthogonal
        Whether weights are drawn so.

    Returns
    -------
    list of str
        One line for each bound that is exceeded; each names the fields that would lower it.
    """
    parameters = parameter_count(widths)
    if parameters > PARAMETERS:
        # Every other product contains this one: more lines would only repeat it.
        return [f"network: got {parameters:,} parameters; allowed at most {PARAMETERS:,}"]
    units = sum(widths)
    if units > UNITS:
        return [f"network: got {units:,} units; allowed at most {UNITS:,}"]
    problems = []
    memory = trace_bytes(widths, examples, itemsize)
    if memory > TRACE_BYTES:
        problems.append(
            f"network x data.samples: got {memory / 1024**3:.1f} GiB for the activations and "
            f"gradients of {examples:,} examples; allowed at most {TRACE_BYTES / 1024**3:.0f} GiB"
        )
    products = orthogonal_products(widths) if orthogonal else 0
    if products > ORTHOGONAL_PRODUCTS:
        problems.append(
            f"network.init: got orthogonal for layers so wide that it takes {products:.2g} steps; "
            f"allowed at most {ORTHOGONAL_PRODUCTS:.0e}, or another init"
        )
    one_pass = parameters * examples
    if one_pass > PASS_PRODUCTS:
        problems.append(
            f"network x data.samples: got {parameters:,} parameters x {examples:,} examples = "
            f"{one_pass:.2g}; allowed at most {PASS_PRODUCTS:.0e}"
        )
    elif one_pass * epochs > TRAINING_PRODUCTS:
        problems.append(
            f"network x data.samples x training.epochs: got {parameters:,} parameters x "
            f"{examples:,} examples x {epochs:,} epochs = {one_pass * epochs:.2g}; "
            f"allowed at most {TRAINING_PRODUCTS:.0e}"
        )
    depth, steps = len(widths) - 1, ceil(examples / batch_size)
    if depth * steps * epochs > TRAINING_LAYER_STEPS:
        problems.append(
            f"training.batch_size x training.epochs: got {depth:,} layers x {steps:,} minibatches "
            f"x {epochs:,} epochs = {depth * steps * epochs:.2g}; "
            f"allowed at most {TRAINING_LAYER_STEPS:.0e}"
        )
    return problems
