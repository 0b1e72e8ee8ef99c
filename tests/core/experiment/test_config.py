"""The meaning of configurations, and the error line for each mistake."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_core.errors import InputError
from backprop_core.experiment.config import LEGAL_PAIRS, Experiment, parse_experiment
from tests.patience import PATIENCE, at_once

DEPTH = "allowed a whole number, 2 <= depth <= 2000"
WIDTH = "allowed a whole number, 1 <= width <= 4096"
EPOCHS = "allowed a whole number, 1 <= epochs <= 10000"
WIDTHS = "allowed a list of 3 to 2001 whole numbers, each 1 to 4096"
TITLE = "allowed 1 to 80 printable characters"
PAIRS = (
    "allowed sigmoid + cross_entropy, softmax + cross_entropy, sigmoid + quadratic, "
    "tanh + quadratic, identity + quadratic, identity + hinge"
)

BAD_FIELDS = [
    ("network.dpeth = 3", "network.dpeth: unknown field; did you mean depth?"),
    ("netwrk.depth = 3", "netwrk: unknown field; did you mean network?"),
    ("gain = 3", "gain: unknown field; did you mean network.gain?"),
    ("data.seed = 3", "data.seed: unknown field; did you mean seed, outside the sections?"),
    ("film.zzz = 3", "film.zzz: unknown field; allowed title, theme, narration, pace"),
    (
        "self = 3",
        "self: unknown field; allowed seed, dtype, network, data, training, circuit, film",
    ),
    (
        '"a.b\\n" = 3',
        '"a.b\\n": unknown field; allowed seed, dtype, network, data, training, circuit, film',
    ),
    ("film.pace = 0.6", "film.pace: got 0.6; allowed 0.7 <= pace <= 1.5"),
    ("film.pace = 2", "film.pace: got 2; allowed 0.7 <= pace <= 1.5"),
    ("network = 3", "network: got 3; allowed a section [network]"),
    ("[[network]]", "network: got [a table]; allowed a section [network]"),
    ('network.depth = "10"', f'network.depth: got "10"; {DEPTH}'),
    ("network.depth = true", f"network.depth: got true; {DEPTH}"),
    ("network.depth = 3.0", f"network.depth: got 3.0; {DEPTH}"),
    ("network.depth = 0", f"network.depth: got 0; {DEPTH}"),
    ("network.depth = 1", f"network.depth: got 1; {DEPTH}"),
    ("network.depth = -1", f"network.depth: got -1; {DEPTH}"),
    ("network.depth = 1_000_000_000", f"network.depth: got 1000000000; {DEPTH}"),
    ("network.depth = 1e400", f"network.depth: got inf; {DEPTH}"),
    (
        "network.depth = 1" + "0" * 100,
        f"network.depth: got a number of more than 48 digits; {DEPTH}",
    ),
    ("network.depth = 2021-03-04", f"network.depth: got 2021-03-04; {DEPTH}"),
    ("network.width = 0", f"network.width: got 0; {WIDTH}"),
    ("network.width = 1000000000", f"network.width: got 1000000000; {WIDTH}"),
    ("network.gain = -1", "network.gain: got -1; allowed 0 < gain <= 1000"),
    ("network.gain = 0", "network.gain: got 0; allowed 0 < gain <= 1000"),
    ("network.gain = nan", "network.gain: got nan; allowed 0 < gain <= 1000"),
    ("network.gain = inf", "network.gain: got inf; allowed 0 < gain <= 1000"),
    ("network.gain = -inf", "network.gain: got -inf; allowed 0 < gain <= 1000"),
    ("network.gain = 1e308", "network.gain: got 1e+308; allowed 0 < gain <= 1000"),
    ('network.gain = "2"', 'network.gain: got "2"; allowed a number, 0 < gain <= 1000'),
    ("network.gain = true", "network.gain: got true; allowed a number, 0 < gain <= 1000"),
    ("network.gain = {a = 1}", "network.gain: got a table; allowed a number, 0 < gain <= 1000"),
    ("network.bias_std = -0.1", "network.bias_std: got -0.1; allowed 0 <= bias_std <= 1000"),
    (
        'network.activation = "rleu"',
        'network.activation: got "rleu"; '
        "allowed sigmoid, tanh, relu, leaky_relu, identity; did you mean relu?",
    ),
    (
        'network.activation = "ReLU"',
        'network.activation: got "ReLU"; '
        "allowed sigmoid, tanh, relu, leaky_relu, identity; did you mean relu?",
    ),
    (
        'network.init = "xavjer"',
        'network.init: got "xavjer"; '
        "allowed normal, uniform, lecun, xavier, he, orthogonal, constant, zeros; "
        "did you mean xavier?",
    ),
    (
        'network.loss = "qwop"',
        'network.loss: got "qwop"; allowed cross_entropy, quadratic, hinge',
    ),
    ("network.output = 3", "network.output: got 3; allowed sigmoid, softmax, tanh, identity"),
    (
        'data.name = "digit"',
        'data.name: got "digit"; allowed digits, moons, blobs, noise, file; did you mean digits?',
    ),
    (
        'data.name = "file"',
        'data.path: missing; name = "file" needs the path of an .npz or .csv file',
    ),
    ('data.path = "m.npz"', 'data.path: given with name = "digits"; allowed with name = "file"'),
    (
        'data.held_out = "t.npz"',
        'data.held_out: got a path with name = "digits"; allowed a share, 0 < held_out < 1, or the '
        'path of a second file with name = "file"',
    ),
    (
        "data.held_out = 1.0",
        "data.held_out: got 1.0; allowed 0 < held_out < 1, or 1 to 1024 printable characters",
    ),
    (
        "data.held_out = true",
        "data.held_out: got true; "
        "allowed a number, 0 < held_out < 1, or 1 to 1024 printable characters",
    ),
    (
        'data.path = "m\\u0000.npz"',
        'data.path: got "m\\x00.npz"; allowed 1 to 1024 printable characters',
    ),
    ("data.samples = 0", "data.samples: got 0; allowed a whole number, 1 <= samples <= 100000"),
    (
        "data.samples = 100001",
        "data.samples: got 100001; allowed a whole number, 1 <= samples <= 100000",
    ),
    ("data.scale = inf", "data.scale: got inf; allowed -1000000 <= scale <= 1000000"),
    ("data.shift = 1e7", "data.shift: got 10000000.0; allowed -1000000 <= shift <= 1000000"),
    ("data.standardize = 1", "data.standardize: got 1; allowed true or false"),
    ("training.epochs = 0", f"training.epochs: got 0; {EPOCHS}"),
    ("training.epochs = 1000000000", f"training.epochs: got 1000000000; {EPOCHS}"),
    (
        "training.learning_rate = 0.0",
        "training.learning_rate: got 0.0; allowed 0 < learning_rate <= 1000",
    ),
    (
        "training.batch_size = 0",
        "training.batch_size: got 0; allowed a whole number, 1 <= batch_size <= 100000",
    ),
    ("seed = -1", "seed: got -1; allowed a whole number, 0 <= seed <= 4294967295"),
    ("seed = 4294967296", "seed: got 4294967296; allowed a whole number, 0 <= seed <= 4294967295"),
    (
        'dtype = "float46"',
        'dtype: got "float46"; allowed float64, float32, float16; did you mean float64?',
    ),
    ("network.widths = 3", f"network.widths: got 3; {WIDTHS}"),
    ("network.widths = [64, 10]", f"network.widths: got [64, 10] (2 values); {WIDTHS}"),
    ("network.widths = [64, 0, 0, 10]", f"network.widths[1]: got 0; {WIDTHS}"),
    ("network.widths = [64, [[1]], 10]", f"network.widths[1]: got [[...]] (1 values); {WIDTHS}"),
    (
        "network = {widths = [64, 30, 10], depth = 2}",
        "network.widths: given together with depth; allowed either widths, or depth and width",
    ),
    (
        "network = {widths = [64, 30, 10], depth = 9, width = 30}",
        "network.widths: given together with depth and width; "
        "allowed either widths, or depth and width",
    ),
    (
        "circuit.inputs = [1]",
        "circuit.weights: got 3 for 1 inputs; allowed 2: one for each input, then the bias",
    ),
    (
        "circuit.weights = [1, nan, 2]",
        "circuit.weights[1]: got nan; allowed a list of 2 to 5 numbers, each -1000 to 1000",
    ),
    ('film.title = "a\\nb"', f'film.title: got "a\\nb"; {TITLE}'),
    ('film.title = "a\\u202Eb"', f'film.title: got "a\\u202eb"; {TITLE}'),
    ('film.title = "a\\u007Fb"', f'film.title: got "a\\x7fb"; {TITLE}'),
    ('film.title = "  "', f'film.title: got "  "; {TITLE}'),
    ('film.title = ""', f'film.title: got ""; {TITLE}'),
    (
        f'film.title = "{"x" * 5000}"',
        f'film.title: got "{"x" * 32}...{"x" * 13}" (5,000 characters); {TITLE}',
    ),
    ('film.theme = "drak"', 'film.theme: got "drak"; allowed dark, light; did you mean dark?'),
]


def problems(text: str) -> tuple[str, ...]:
    with at_once(), pytest.raises(InputError) as caught:
        parse_experiment(text, "deep.toml")
    return caught.value.problems


@pytest.mark.parametrize(("text", "line"), BAD_FIELDS, ids=[text[:40] for text, _ in BAD_FIELDS])
def test_one_mistake_is_one_line_that_names_field_value_and_range(text: str, line: str) -> None:
    assert problems(text) == (f"deep.toml: {line}",)


def test_all_mistakes_of_a_file_are_reported_together() -> None:
    text = """
    seed = -1
    gain = 3
    [network]
    depth = 0
    dpeth = 3
    output = "softmax"
    loss = "hinge"
    [data]
    name = "file"
    samples = 0
    """
    assert problems(text) == (
        "deep.toml: seed: got -1; allowed a whole number, 0 <= seed <= 4294967295",
        f"deep.toml: network.depth: got 0; {DEPTH}",
        "deep.toml: network.dpeth: unknown field; did you mean depth?",
        "deep.toml: data.samples: got 0; allowed a whole number, 1 <= samples <= 100000",
        "deep.toml: gain: unknown field; did you mean network.gain?",
        f'deep.toml: network.output: got "softmax" with loss = "hinge"; {PAIRS}',
        'deep.toml: data.path: missing; name = "file" needs the path of an .npz or .csv file',
    )


def test_a_rule_says_nothing_of_a_field_that_is_wrong_itself() -> None:
    lines = problems('network = {output = "sofmax", loss = "hinge"}')
    assert len(lines) == 1
    assert "did you mean softmax?" in lines[0]


def test_a_file_of_another_kind_does_not_flood_the_screen() -> None:
    lines = problems("\n".join(f"zzz{i} = 1" for i in range(1000)))
    assert len(lines) == 21
    assert lines[-1] == "deep.toml: and 980 more"


@pytest.mark.parametrize("output", ["sigmoid", "softmax", "tanh", "identity"])
@pytest.mark.parametrize("loss", ["cross_entropy", "quadratic", "hinge"])
def test_output_and_loss_go_together_or_the_legal_pairs_are_listed(output: str, loss: str) -> None:
    text = f'network = {{output = "{output}", loss = "{loss}"}}'
    if (output, loss) in LEGAL_PAIRS:
        assert parse_experiment(text).network.loss == loss
    else:
        assert problems(text) == (
            f'deep.toml: network.output: got "{output}" with loss = "{loss}"; {PAIRS}',
        )


def test_defaults_are_those_of_the_first_film() -> None:
    e = Experiment()
    assert (e.seed, e.dtype, e.depth) == (0, "float64", 9)
    n = e.network
    assert (n.depth, n.width, n.widths, n.activation, n.output) == (
        9,
        30,
        None,
        "sigmoid",
        "sigmoid",
    )
    assert (n.init, n.gain, n.bias_std, n.loss) == ("normal", 1.0, 0.0, "cross_entropy")
    d = e.data
    assert (d.name, d.path, d.samples, d.scale, d.shift, d.standardize) == (
        *("digits", None, 1000, 1.0, 0.0, True),
    )
    assert (e.training.epochs, e.training.learning_rate, e.training.batch_size) == (30, 0.5, 10)
    assert (e.circuit.weights, e.circuit.inputs) == ((2.0, -3.0, -3.0), (-1.0, -2.0))
    assert (e.film.title, e.film.theme, e.film.narration) == (None, "dark", True)
    assert e.film.pace == 1.0


def test_a_whole_number_will_do_for_a_real_one() -> None:
    gain = parse_experiment("network.gain = 2").network.gain
    assert gain == 2
    assert isinstance(gain, float)


def test_depth_is_counted_from_the_widths_if_they_are_given() -> None:
    e = parse_experiment("network.widths = [64, 30, 20, 10]")
    assert e.depth == 3
    assert e.network.widths == (64, 30, 20, 10)


def test_an_experiment_cannot_change_and_is_equal_by_value() -> None:
    e = Experiment(network={"depth": 5, "gain": 2})
    assert e == parse_experiment("network = {depth = 5, gain = 2.0}")
    assert hash(e) == hash(Experiment(network={"depth": 5, "gain": 2.0}))
    with pytest.raises(ValueError, match="frozen"):
        e.seed = 3  # type: ignore[misc]


def test_python_callers_get_the_same_lines() -> None:
    with pytest.raises(InputError) as caught:
        Experiment(seed=-1, network={"gain": 0, 3: 4})
    assert caught.value.problems == (
        "seed: got -1; allowed a whole number, 0 <= seed <= 4294967295",
        "network.gain: got 0; allowed 0 < gain <= 1000",
        "network.3: unknown field; "
        "allowed depth, width, widths, activation, output, init, gain, bias_std, loss",
    )


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"\ud800": 1}, r'"\ud800": unknown field; allowed seed, dtype'),
        ({"data": {"\udfff": []}}, r'data."\udfff": unknown field; allowed name, path'),
        ({"data": {"\ud800": 1, "samples": 0}}, r'data."\ud800": unknown field'),
        ({"data": {"\ud800": 1, "path": "x"}}, r'data."\ud800": unknown field'),
        ({"dtype": "\ud800"}, r'dtype: got "\ud800"; allowed float64'),
        ({"film": {"title": "\ud800"}}, r'film.title: got "\ud800"; allowed 1 to 80'),
        ({"": {}}, r'"": unknown field; allowed seed'),
        ({"network": {1: 2}}, "network.1: unknown field; allowed depth"),
    ],
)
def test_names_and_words_that_json_has_and_toml_has_not(fields: dict, line: str) -> None:
    with pytest.raises(InputError) as caught:
        Experiment(**fields)
    assert caught.value.problems[0].startswith(line)


def test_the_canonical_form_tells_experiments_apart_and_nothing_else() -> None:
    e = parse_experiment("seed = 1\nnetwork.gain = 2\n")
    assert e.canonical() == parse_experiment("network = {gain = 2.0}\nseed=1").canonical()
    assert (
        e.canonical() == parse_experiment("network = {gain = 2.0, depth = 9}\nseed=1").canonical()
    )
    assert e.canonical() != parse_experiment("seed = 2\nnetwork.gain = 2\n").canonical()
    assert "\n" not in e.canonical()


def test_names_agree_with_the_functions_that_bear_them() -> None:
    from backprop_core.passes.activations import ACTIVATIONS
    from backprop_core.passes.initializers import INITIALIZERS
    from backprop_core.passes.losses import LEGAL_PAIRS as PAIRS_OF_LOSSES

    properties = Experiment.model_json_schema()["$defs"]["NetworkSection"]["properties"]
    assert set(properties["activation"]["enum"]) == set(ACTIVATIONS)
    assert set(properties["init"]["enum"]) == set(INITIALIZERS)
    assert set(LEGAL_PAIRS) == set(PAIRS_OF_LOSSES)


def test_reading_a_configuration_imports_neither_scikit_learn_nor_manim() -> None:
    code = (
        "import sys, backprop_core.experiment.config\n"
        "print(*sorted({'sklearn', 'scipy', 'manim', 'click', 'rich'} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    assert done.stdout.split() == []


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=100)
    | st.sampled_from(["relu", "softmax", "hinge", "file", "moons", "light"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = [
    (section, field)
    for section, model in (
        (name, info.default.__class__) for name, info in Experiment.model_fields.items()
    )
    for field in getattr(model, "model_fields", ["x"])
]


@given(
    st.dictionaries(st.sampled_from(FIELDS) | st.tuples(st.text(), st.text()), VALUES, max_size=6)
)
def test_whatever_the_fields_hold_it_is_an_experiment_or_an_input_error(
    fields: dict[tuple[str, str], object],
) -> None:
    tables: dict[str, dict[str, object]] = {}
    for (section, field), value in fields.items():
        tables.setdefault(section, {})[field] = value
    try:
        e = Experiment(**tables)
    except InputError as error:
        for line in error.problems:
            assert line.isprintable()
            assert len(line) < 500
    else:
        assert e.depth >= 2
