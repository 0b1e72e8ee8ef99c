"""`backprop numbers` and `backprop check`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from scenes.cli.group import FAILED
from scenes.cli.options import debug_option, json_option, selection_options
from scenes.cli.output import answer_json, answer_lines, answer_named, answer_wrapped

if TYPE_CHECKING:
    from rich.table import Table

    from scenes.cli.recorded import RecordedFindings
    from scenes.production.request.selection import Selection
    from scenes.production.sidecars.layer_table import LayerRow

RELU_NOTE = (
    "Theory assumes that the backward pass is independent of the forward pass. With ReLU it is "
    "not: the measured signal is up to 2 times larger."
)


step_option = click.option(
    "--step", type=int, metavar="N", help="Print the pass of this step of a recording."
)


@click.command()
@selection_options
@step_option
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV with a header.")
@debug_option
def numbers(selection: Selection, *, step: int | None, as_json: bool, as_csv: bool) -> None:
    """Print gradients, factors and slopes of each layer.

    \b
    signal        root mean square over the examples of the norm of dL/dz
    norm of dW    norm of the gradient of the mean loss with respect to W
    factor        signal of this layer / signal of the layer above
                  = weight part x slope part
    saturated     share of slopes below 4 % of the largest
    theory        signal that mean-field theory predicts, from the last layer down
    std of a      standard deviation of the activations over units and examples
    std of gradients
                  the same of one example's dL/dz

    In JSON and CSV each magnitude has its log10 beside it, which is right even if the number is too
    small for a float; an exact zero is 0 and has no log10.

    With --recording the numbers are those of a recorded pass: the first one, or that of --step.
    Values that were not recorded are left empty, and there is no theory.
    """  # noqa: D301 (click looks for the character)
    from backprop_core.data.held_files import holding_files
    from backprop_core.experiment.config import Experiment
    from scenes.production.sidecars import layer_table

    if as_json and as_csv:
        raise click.UsageError("got both --json and --csv; allowed one of them")
    experiment = selection.experiment(Experiment())
    about: dict[str, Any] = {"experiment": experiment.model_dump(mode="json")}
    if selection.recordings:
        rows, about = _recorded(selection, step)
    else:
        with holding_files(experiment.data):
            rows = layer_table.layer_rows(experiment)
    if as_json:
        answer_json(about | {"layers": layer_table.as_dicts(rows)})
    elif as_csv:
        answer_lines(layer_table.as_csv(rows))
    else:
        _print_table(rows)
        if not selection.recordings and experiment.network.activation in {"relu", "leaky_relu"}:
            answer_wrapped(RELU_NOTE)


def _recorded(selection: Selection, step: int | None) -> tuple[list[LayerRow], dict[str, Any]]:
    """Return the rows of a recorded pass, and facts about it."""
    from scenes.production.sidecars import recorded_table

    recording = selection.recording()
    recording.require_a_pass()
    row = 0 if step is None else recording.row(step)
    return recorded_table.rows_of(recording, row), {
        "recording": recorded_table.about(recording, row)
    }


def _print_table(rows: list[LayerRow]) -> None:
    """Print the table, in as many parts as the terminal is too narrow for; no number is cut off."""
    from rich.console import Console, ConsoleDimensions

    from scenes.production.sidecars.layer_table import HEADINGS, as_text

    texts = [as_text(row) for row in rows]
    columns = list(zip(HEADINGS.values(), *texts, strict=True))
    console = Console()
    room, unbounded = console.width, console.options.update(max_width=500)
    number, *others = columns
    part = [number]
    parts = [part]
    for column in others:
        if (
            len(part) > 1
            and console.measure(_table([*part, column]), options=unbounded).maximum > room
        ):
            part = [number]
            parts.append(part)
        part.append(column)
    for part in parts:
        table = _table(part)
        wanted = console.measure(table, options=unbounded).maximum
        # Rich takes an unknown terminal as 80 columns wide, unless the height is set as well.
        console.size = ConsoleDimensions(max(room, wanted), console.height)
        console.print(table)


def _table(columns: Sequence[tuple[str, ...]]) -> Table:
    """Return a table of some columns, each with its heading first."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading, *_ in columns:
        table.add_column(heading, justify="right", no_wrap=True)
    for cells in zip(*(column[1:] for column in columns), strict=True):
        table.add_row(*cells)
    return table


@click.command()
@selection_options
@click.option("--train", "training", is_flag=True, help="Also train it, and diagnose the updates.")
@json_option
@debug_option
@click.pass_context
def check(ctx: click.Context, /, selection: Selection, *, training: bool, as_json: bool) -> None:
    """Validate an experiment, check its gradients and diagnose it.

    Gradients are compared with central differences: a few entries of W and b of each layer are
    moved up and down a little, on a few examples, in float64. If a gradient has vanished, rounding
    hides the effect of such a step: differences then prove nothing, and are counted as undecided.
    The exit code is 1 if gradients and differences disagree.

    The diagnosis says what is wrong with the network before its training, and what to do about
    it: inputs that are not standardised, saturated and dead units, gradients that vanish, explode
    or underflow. With --train it also says which weights change too little or too much. This is
    advice: it does not change the exit code.

    With --recording there are no gradients to compare. The diagnosis covers the whole training:
    which layer saturates first and when, how the loss changes and why, clipping, the learning rate
    by update:weight, gradients that are rounded to 0. Each finding names the film that shows it.
    """
    from backprop_core.data.held_files import holding_files
    from backprop_core.experiment.config import Experiment
    from scenes.cli.findings import find
    from scenes.cli.gradient_check import check_gradient

    experiment = selection.experiment(Experiment())
    if selection.recordings:
        from scenes.cli.recorded import RecordedFindings

        if training:
            raise click.UsageError("got --train and --recording; a recording was trained already")
        said = RecordedFindings(selection.recording(), selection.options)
        _say(said, as_json=as_json)
        return
    # All that is said is of the same data, even if somebody replaces the file meanwhile.
    ctx.with_resource(holding_files(experiment.data))
    report = check_gradient(experiment)
    found = find(experiment, training=training, options=selection.options)
    if as_json:
        answer_json(report.as_dict() | found.as_dict())
    else:
        answer_named((*report.lines(vanished=found.vanished), *found.lines()))
    if not report.passed:
        ctx.exit(FAILED)


def _say(said: RecordedFindings, *, as_json: bool) -> None:
    if as_json:
        answer_json(said.as_dict())
    else:
        answer_named(said.lines())
