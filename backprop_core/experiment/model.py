"""The experiment: what a configuration file says, as frozen, strict models.

Every field carries its description and bounds. They are the one source of the JSON Schema, of the
commented configuration file and of what an error line says is allowed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from backprop_core import caps
from backprop_core.errors import InputError
from backprop_core.experiment.field_rows import field_rows
from backprop_core.experiment.field_rules import Rule, printable, refuse
from backprop_core.experiment.overrides import merge
from backprop_core.experiment.validation_errors import problems
from backprop_core.formatting import source_name
from backprop_core.html_tables import html_table

FILE_FIELDS = ("path", "held_out")
"""Fields of `DataSection` that may hold the path of a data file."""
LEGAL_PAIRS = (
    ("sigmoid", "cross_entropy"),
    ("softmax", "cross_entropy"),
    ("sigmoid", "quadratic"),
    ("tanh", "quadratic"),
    ("identity", "quadratic"),
    ("identity", "hinge"),
)
"""Output and loss that go together: cross entropy is taken from the logits of its output."""


def _as_tuple(value: object) -> object:
    """TOML and JSON have lists; a frozen model holds tuples."""
    return tuple(value) if isinstance(value, list) else value


Width = Annotated[int, Field(ge=caps.WIDTH[0], le=caps.WIDTH[1])]
Value = Annotated[float, Field(ge=-1000, le=1000)]
Widths = Annotated[
    tuple[Width, ...],
    Field(min_length=caps.DEPTH[0] + 1, max_length=caps.DEPTH[1] + 1),
    BeforeValidator(_as_tuple),
]
Share = Annotated[float, Field(gt=0, lt=1)]
PathText = Annotated[str, Field(min_length=1, max_length=1024), AfterValidator(printable)]
Column = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(printable)]
Place = Annotated[int, Field(ge=-caps.WIDTH[1] - 1, le=caps.WIDTH[1])]
Title = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(printable)]


class Section(BaseModel):
    """What all tables of the file share: no field too many, no silent conversion, no change."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


class NetworkSection(Section):
    """The fully connected network and the loss that it is trained on."""

    depth: int = Field(
        9,
        ge=caps.DEPTH[0],
        le=caps.DEPTH[1],
        description="layers with weights: the hidden ones and the output",
    )
    width: int = Field(
        30, ge=caps.WIDTH[0], le=caps.WIDTH[1], description="units of each hidden layer"
    )
    widths: Widths | None = Field(
        None,
        description="units of every layer, input first, instead of depth and width; "
        "its ends must match the data",
        examples=[[64, 30, 20, 10]],
    )
    activation: Literal["sigmoid", "tanh", "relu", "leaky_relu", "identity"] = Field(
        "sigmoid", description="activation of the hidden layers"
    )
    output: Literal["sigmoid", "softmax", "tanh", "identity"] = Field(
        "sigmoid", description="activation of the last layer; goes with loss"
    )
    init: Literal[
        "normal", "uniform", "lecun", "xavier", "he", "orthogonal", "constant", "zeros"
    ] = Field(
        "normal",
        description="how weights are drawn; normal: W ~ N(0, gain^2 / n_in); "
        "constant: all are gain / n_in; zeros: all are 0",
    )
    gain: float = Field(
        1.0,
        gt=0,
        le=1000,
        description="factor on the standard deviation of the weights, or on constant ones",
    )
    bias_std: float = Field(0.0, ge=0, le=1000, description="standard deviation of the biases")
    loss: Literal["cross_entropy", "quadratic", "hinge"] = Field(
        "cross_entropy",
        description="what is minimised. With cross_entropy go the outputs sigmoid and softmax, "
        "with quadratic sigmoid, tanh and identity, with hinge identity",
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        return refuse(self, self._rules())

    def _rules(self) -> Iterator[Rule]:
        if self.widths is not None:
            both = tuple(sorted({"depth", "width"} & self.model_fields_set))
            if both:
                yield Rule(
                    ("widths", *both),
                    f"given together with {' and '.join(both)}; "
                    "allowed either widths, or depth and width",
                )
        if (self.output, self.loss) not in LEGAL_PAIRS:
            pairs = ", ".join(f"{output} + {loss}" for output, loss in LEGAL_PAIRS)
            yield Rule(
                ("output", "loss"),
                f'got "{self.output}" with loss = "{self.loss}"; allowed {pairs}',
            )


class DataSection(Section):
    """The examples, and how they are scaled: x = raw * scale + shift, then standardised."""

    name: Literal["digits", "moons", "blobs", "noise", "file"] = Field(
        "digits", description="data set; file: your own, at path"
    )
    path: PathText | None = Field(
        None,
        description='with name = "file": a .csv file with an example in each row, one column of '
        "which is the class; or an .npz file with x (examples, features) and y, (examples,) "
        "classes or (examples, outputs) targets. Relative to the folder of this file",
        examples=["mine.npz"],
    )
    target: Column | Place | None = Field(
        None,
        description='with name = "file": the column of the class, by its name or its place, '
        "counted from 0, where -1 is the last; or the array of an .npz file, by its name. By "
        "default it is found: backprop check says which one was taken",
        examples=["label"],
    )
    samples: int = Field(
        1000,
        ge=1,
        le=caps.EXAMPLES,
        description="examples, drawn with the seed; all, if the data set has no more",
    )
    scale: float = Field(
        1.0,
        ge=-1e6,
        le=1e6,
        description="factor on the raw inputs (digits: pixels from 0 to 1)",
    )
    shift: float = Field(0.0, ge=-1e6, le=1e6, description="added to the scaled inputs")
    standardize: bool = Field(
        True,
        description="bring each feature to mean 0 and standard deviation 1, after scale and shift",
    )
    held_out: Share | PathText | None = Field(
        None,
        description="examples that are kept from training, to be judged on at its end. A share of "
        "the data set is set aside; of moons, blobs and noise that share of samples is drawn in "
        'addition. With name = "file" it may be the path of a second file. By default those of '
        "the digits that samples leaves out, and none of other data",
        examples=[0.25],
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        return refuse(self, self._rules())

    def _rules(self) -> Iterator[Rule]:
        if self.name == "file" and self.path is None:
            yield Rule(
                ("path", "name"), 'missing; name = "file" needs the path of an .npz or .csv file'
            )
        if self.name != "file" and self.path is not None:
            yield Rule(
                ("path", "name"), f'given with name = "{self.name}"; allowed with name = "file"'
            )
        if self.name != "file" and self.target is not None:
            yield Rule(
                ("target", "name"), f'given with name = "{self.name}"; allowed with name = "file"'
            )
        if self.name != "file" and isinstance(self.held_out, str):
            yield Rule(
                ("held_out", "name"),
                f'got a path with name = "{self.name}"; allowed a share, 0 < held_out < 1, '
                'or the path of a second file with name = "file"',
            )

    @property
    def files(self) -> dict[str, str]:
        """The data files: the names of the fields that hold a path, with the paths."""
        given = {name: getattr(self, name) for name in FILE_FIELDS}
        return {name: path for name, path in given.items() if isinstance(path, str)}


class TrainingSection(Section):
    """Stochastic gradient descent on minibatches."""

    epochs: int = Field(30, ge=1, le=caps.EPOCHS, description="passes through the examples")
    learning_rate: float = Field(
        0.5, gt=0, le=1000, description="step = learning_rate * gradient of the mean loss"
    )
    batch_size: int = Field(
        10,
        ge=1,
        le=caps.EXAMPLES,
        description="examples of a minibatch; all, if there are no more",
    )


class CircuitSection(Section):
    """The one neuron of the film on the computational graph."""

    weights: Annotated[tuple[Value, ...], BeforeValidator(_as_tuple)] = Field(
        (2.0, -3.0, -3.0),
        min_length=2,
        max_length=5,
        description="one for each input; the last one is the bias",
    )
    inputs: Annotated[tuple[Value, ...], BeforeValidator(_as_tuple)] = Field(
        (-1.0, -2.0), min_length=1, max_length=4, description="the values that come in"
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        return refuse(self, self._rules())

    def _rules(self) -> Iterator[Rule]:
        if len(self.weights) != len(self.inputs) + 1:
            yield Rule(
                ("weights", "inputs"),
                f"got {len(self.weights)} for {len(self.inputs)} inputs; "
                f"allowed {len(self.inputs) + 1}: one for each input, then the bias",
            )


class FilmSection(Section):
    """How a film of this experiment looks."""

    title: Title | None = Field(
        None,
        description="your own words in place of the film's title",
        examples=["Why deep sigmoid stacks do not learn"],
    )
    theme: Literal["dark", "light"] = Field(
        "dark", description="colours; light is for print and bright rooms"
    )
    narration: bool = Field(
        True,
        description="false: the sentences stay in captions and transcript, the lecturer speaks",
    )
    pace: float = Field(
        1.0,
        ge=0.7,
        le=1.5,
        description="how fast it plays: at 0.7 all takes 1 / 0.7 of the time, for those who read a "
        "foreign language; at 1.5 motions are short, and sentences stay until they can be read",
    )


class Experiment(Section):
    """Everything that decides a computation and its film; equal experiments give equal numbers.

    Sections are given as dictionaries: `Experiment(seed=1, network={"depth": 5})`.

    Raises
    ------
    InputError
        If any field is unknown, of the wrong type or out of bounds, or if two do not go together;
        one line for each.
    """

    model_config = ConfigDict(
        title="Experiment",
        json_schema_extra={"description": "A network, its data, its training and its film."},
    )

    seed: int = Field(
        0, ge=0, le=2**32 - 1, description="seed of everything that is drawn at random"
    )
    dtype: Literal["float64", "float32", "float16"] = Field(
        "float64",
        description="floating-point numbers to compute in; float16 is for the film on numerics",
    )
    network: NetworkSection = NetworkSection()
    data: DataSection = DataSection()
    training: TrainingSection = TrainingSection()
    circuit: CircuitSection = CircuitSection()
    film: FilmSection = FilmSection()

    def __init__(self, /, **fields: Any) -> None:
        try:
            super().__init__(**fields)
        except ValidationError as error:
            raise InputError(*problems(type(self), error, fields)) from None

    @property
    def depth(self) -> int:
        """L, the number of layers with weights, however it was given."""
        widths = self.network.widths
        return self.network.depth if widths is None else len(widths) - 1

    def override(self, changes: Mapping[str, object], source: str = "--set") -> Experiment:
        """Change fields by their dotted names.

        Parameters
        ----------
        changes
            `{"network.depth": 12}`. Setting `network.widths` drops an earlier depth and width;
            `data.name` drops an earlier path and what was held out. A relative path of a data
            file is taken from the working folder.
        source
            Put in front of error lines.

        Raises
        ------
        InputError
            With a line for each change that is not allowed.
        """
        fields = merge(self.model_dump(exclude_unset=True), changes)
        data = fields.get("data")
        for name in FILE_FIELDS:
            path = data.get(name) if isinstance(data, dict) else None
            if isinstance(path, str) and path.strip() and path.isprintable():
                fields["data"] = {**fields["data"], name: str(Path.cwd() / path)}
        return build(fields, source)

    def from_folder(self, folder: Path, source: str = "--set") -> Experiment:
        """Let relative paths of data files start from a folder; put `source` before errors."""
        files = self.data.files
        changes = {f"data.{name}": str(folder / path) for name, path in files.items()}
        return self.override(changes, source) if changes else self

    def canonical(self) -> str:
        """Write the experiment as JSON in one way only, for use as a key.

        Of a data file only the path is in it, not the content.
        """
        return json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))

    def _repr_html_(self) -> str:
        given = self.network.widths is not None
        return html_table(
            f"Experiment: {self.depth} layers, {self.network.activation}, {self.data.name}",
            ["field", "value", "what it is"],
            list(field_rows(self, {"network.depth", "network.width"} if given else ())),
            worded=True,
        )


def build(fields: Mapping[str, object], source: str) -> Experiment:
    """Validate plain dictionaries; every error line starts with `source`."""
    try:
        return Experiment(**fields)
    except InputError as error:
        where = source_name(source)
        raise InputError(*(f"{where}: {line}" for line in error.problems)) from None
