"""Upper bounds on what a person may ask for, checked before any memory is taken.

`experiment.model` checks the bounds on single fields. `budget_problems` checks the bounds on
products of fields once the widths are known. Films add no bounds: whatever the experiment, they
compute within `budget.FILM_SECONDS`, have a few thousand frames, and draw at most one object for
each layer or class.
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
"""Largest data file in bytes, and largest size of its arrays when unpacked; 60,000 images of
28 x 28 fit."""

PARAMETERS = 20_000_000

UNITS = 400_000
"""Most units of all layers together. The largest allowed number of parameters, in layers of equal
width, needs half of it. Wide layers that alternate with layers of one unit could have ten times as
many units for the same parameters."""

TRACE_BYTES = 2 * 1024**3
"""Most bytes that a `trace` may keep: z, a and delta of every layer, W and dW."""

PASS_PRODUCTS = 10**11
"""Largest parameters x examples of one forward and backward pass. Each costs 6 floating-point
operations: about 10 s on two cores at 60 Gflop/s."""

ORTHOGONAL_PRODUCTS = 2 * 10**9
"""Largest sum over the layers of n_l x n_{l-1} x min(n_l, n_{l-1}). Orthogonal weights then take
half a second to draw, and a film draws about ten networks."""

TRAINING_PRODUCTS = 10**13
"""Largest parameters x examples x epochs: about a quarter of an hour on two cores."""

TRAINING_LAYER_STEPS = 10**8
"""Largest layers x minibatches x epochs: about half an hour. In small layers the calls (some 20 us
each) cost more than the arithmetic."""


def parameter_count(widths: Sequence[int]) -> int:
    """Count the weights and biases of layers `widths` wide, input first."""
    return sum(n * (n_in + 1) for n_in, n in pairwise(widths))


def trace_bytes(widths: Sequence[int], examples: int, itemsize: int) -> int:
    """Return the bytes of a trace: x, all z, a and delta, parameters and their gradients."""
    values = examples * (widths[0] + 3 * sum(widths[1:])) + 2 * parameter_count(widths)
    return values * itemsize


def orthogonal_products(widths: Sequence[int]) -> int:
    """Count the multiplications, up to a constant factor, that orthogonal weights take to draw."""
    return sum(n * n_in * min(n, n_in) for n_in, n in pairwise(widths))


def budget_problems(
    widths: Sequence[int],
    *,
    examples: int,
    itemsize: int,
    epochs: int,
    batch_size: int,
    orthogonal: bool = False,
    held_out: int = 0,
) -> list[str]:
    """Return one line for each product of sizes that exceeds its bound.

    Parameters
    ----------
    widths
        Units of every layer, input first.
    examples
        Number of examples that are used: no more than the data set has.
    itemsize
        Bytes of one number.
    epochs, batch_size
        Epochs of training, and examples of a minibatch.
    orthogonal
        Whether the weights are drawn orthogonal.
    held_out
        Number of examples that are passed forward only, after training.

    Returns
    -------
    list of str
        One line for each exceeded bound; it names the fields to lower.
    """
    parameters = parameter_count(widths)
    if parameters > PARAMETERS:
        # All other products contain this factor, so further lines would only repeat the problem.
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
    if parameters * held_out > PASS_PRODUCTS:
        problems.append(
            f"network x data.held_out: got {parameters:,} parameters x {held_out:,} examples = "
            f"{parameters * held_out:.2g}; allowed at most {PASS_PRODUCTS:.0e}"
        )
    depth, steps = len(widths) - 1, ceil(examples / batch_size)
    if depth * steps * epochs > TRAINING_LAYER_STEPS:
        problems.append(
            f"training.batch_size x training.epochs: got {depth:,} layers x {steps:,} minibatches "
            f"x {epochs:,} epochs = {depth * steps * epochs:.2g}; "
            f"allowed at most {TRAINING_LAYER_STEPS:.0e}"
        )
    return problems
