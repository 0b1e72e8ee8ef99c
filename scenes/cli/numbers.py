"""`backprop numbers` and `backprop check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from scenes.cli.group import FAILED
from scenes.cli.options import debug_option, json_option, selection_options
from scenes.cli.speech import answer, answer_json, answer_lines

if TYPE_CHECKING:
    from scenes.production.layer_table import LayerRow
    from scenes.production.selection import Selection

RELU_NOTE = (
    "Theory takes the backward pass to be independent of the forward pass. With ReLU it is not: "
    "the measured signal lies up to 2 times above."
)


@click.command()
@selection_options
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV with a header.")
@debug_option
def numbers(selection: Selection, *, as_json: bool, as_csv: bool) -> None:
    """Print gradients, factors and slopes of each layer.

    \b
    signal        root mean square over the examples of the norm of dL/dz
    norm of dW    norm of the gradient of the mean loss with respect to W
    factor        signal of this layer / signal of the layer above
                  = weight part x slope part
    saturated     share of slopes below 4 % of the largest
    theory        signal that mean-field theory expects, from the last layer down

    In JSON and CSV each magnitude stands beside its log10, which is right even where the number
    is too small for a float; an exact zero is 0 and has none.
    """  # noqa: D301 (click looks for the character)
    from backprop_core.config import Experiment
    from scenes.production import layer_table

    if as_json and as_csv:
        raise click.UsageError("got both --json and --csv; allowed one of them")
    experiment = selection.experiment(Experiment())
    rows = layer_table.layer_rows(experiment)
    if as_json:
        about = {"experiment": experiment.model_dump(mode="json")}
        answer_json(about | {"layers": layer_table.as_dicts(rows)})
    elif as_csv:
        answer_lines(layer_table.as_csv(rows))
    else:
        _print_table(rows)
        if experiment.network.activation in {"relu", "leaky_relu"}:
            answer(RELU_NOTE)


def _print_table(rows: list[LayerRow]) -> None:
    from rich import box
    from rich.console import Console, ConsoleDimensions
    from rich.table import Table

    from scenes.production.layer_table import HEADINGS, as_text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in HEADINGS.values():
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*as_text(row))
    console = Console()
    # Lines that wrap are better than numbers that are cut off.
    wanted = console.measure(table, options=console.options.update(max_width=500)).maximum
    # A terminal of which nothing is known has 80 columns, unless its height is given too.
    console.size = ConsoleDimensions(max(console.width, wanted), console.height)
    console.print(table)


@click.command()
@selection_options
@click.option("--train", "training", is_flag=True, help="Train it, too, and look at the updates.")
@json_option
@debug_option
@click.pass_context
def check(ctx: click.Context, /, selection: Selection, *, training: bool, as_json: bool) -> None:
    """Validate an experiment, check its gradients and diagnose it.

    Gradients are compared with central differences: a few entries of W and b of each layer are
    moved up and down a little, on a few examples, in float64. Where a gradient has vanished,
    rounding hides what such a step does: differences then prove nothing, and are counted as
    undecided. The exit code is 1 if they disagree.

    The diagnosis says what is wrong with the network before its training, and what to do about
    it: inputs that are not standardised, saturated and dead units, gradients that vanish, explode
    or underflow. With --train it also says which weights change too little or too much. This is
    advice: it does not change the exit code.
    """
    from backprop_core.config import Experiment
    from scenes.cli.findings import find
    from scenes.cli.gradient_check import check_gradient

    experiment = selection.experiment(Experiment())
    report = check_gradient(experiment)
    found = find(experiment, training=training)
    if as_json:
        answer_json(report.as_dict() | found.as_dict())
    else:
        for name, text in (*report.lines(), *found.lines()):
            answer(f"{name:<15}{text}")
    if not report.passed:
        ctx.exit(FAILED)
