"""The meaning of sweep files, and the errors in them."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backprop_core.errors import InputError
from scenes.production.sweeps.axes import Axis
from scenes.production.sweeps.jobs import plan_batch
from scenes.production.sweeps.sweep import MOST_JOBS, Sweep, load_sweep
from tests.patience import at_once

Load = Callable[[str], Sweep]
HEAD = 'films = ["leak"]\n'


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Return a function that reads a text as the file gains.toml."""
    monkeypatch.chdir(tmp_path)

    def load(text: str) -> Sweep:
        Path("gains.toml").write_text(text, encoding="utf-8")
        return load_sweep(Path("gains.toml"))

    return load


def axis(load: Load, field: str, values: str) -> tuple[object, ...]:
    return load(f'{HEAD}[axes]\n"{field}" = {values}\n').axes[field]


def test_a_product_has_every_combination_the_last_axis_fastest(load: Load) -> None:
    sweep = load(
        'films = ["vanishing", "leak", "vanishing"]\n[axes]\n"network.gain" = [1.0, 3.0]\n'
        "network.depth = [2, 3, 4]\nseed = [7]\n"
    )
    assert (sweep.films, sweep.name, sweep.base) == (("vanishing", "leak"), "gains", None)
    assert list(sweep.points()) == [
        {"network.gain": gain, "network.depth": depth, "seed": 7}
        for gain in (1.0, 3.0)
        for depth in (2, 3, 4)
    ]


def test_zip_takes_the_axes_side_by_side(load: Load) -> None:
    sweep = load(f'{HEAD}combine = "zip"\n[axes]\nseed = [1, 2]\n"network.depth" = [3, 5]\n')
    assert list(sweep.points()) == [
        {"seed": 1, "network.depth": 3},
        {"seed": 2, "network.depth": 5},
    ]


def test_without_axes_there_is_one_point(load: Load) -> None:
    assert list(load(HEAD).points()) == [{}]


@pytest.mark.parametrize(
    ("field", "given", "values"),
    [
        ("network.depth", "{ from = 3, to = 9, step = 3 }", (3, 6, 9)),
        ("network.depth", "{ from = 3, to = 8, step = 3 }", (3, 6)),
        ("network.gain", "{ from = 0.1, to = 0.5, step = 0.1 }", (0.1, 0.2, 0.3, 0.4, 0.5)),
        ("network.gain", "{ from = 1, to = 2, count = 3 }", (1.0, 1.5, 2.0)),
        (
            "network.gain",
            "{ from = 1e-2, to = 100, count = 5, log = true }",
            (0.01, 0.1, 1, 10, 100),
        ),
        ("network.depth", "{ from = 2, to = 200, count = 3, log = true }", (2, 20, 200)),
        ("network.depth", "{ from = 2, to = 4, count = 30 }", (2, 3, 4)),
        ("network.activation", '["tanh", "relu"]', ("tanh", "relu")),
        ("network.widths", "[[64, 5, 10], [64, 9, 10]]", ([64, 5, 10], [64, 9, 10])),
    ],
)
def test_values_of_an_axis(load: Load, field: str, given: str, values: tuple[object, ...]) -> None:
    found = axis(load, field, given)
    assert found == values
    assert list(map(type, found)) in ([type(v) for v in values], [float] * len(values))


@pytest.mark.parametrize("log", ["", ", log = true"])
def test_points_that_lie_close_stay_as_many(load: Load, log: str) -> None:
    given = f"{{ from = 1, to = 1.0000001, count = 50{log} }}"
    values = axis(load, "network.gain", given)
    assert len(set(values)) == 50
    assert list(values) == sorted(map(float, values))
    jobs = plan_batch(load(f'{HEAD}[axes]\n"network.gain" = {given}\n'), "low", "mp4")
    assert len({job.folder for job in jobs}) == 50
    labels = Axis.of({"fields": ["network.gain"], "values": [[v] for v in values]}).labels
    assert len(set(labels)) == 50
    assert labels[1] == "1.000000002"


@pytest.mark.parametrize(
    "given",
    [
        "{ from = 1, to = 1.0000000000000002, count = 3 }",
        "{ from = 1.0, to = 1.000000000000001, step = 1e-17 }",
    ],
)
def test_more_points_than_floats_are_refused(load: Load, given: str) -> None:
    with pytest.raises(InputError, match=r"axes\.network\.gain: (count|step): got .*; allowed"):
        axis(load, "network.gain", given)


def test_a_counted_range_is_that_of_numpy(load: Load) -> None:
    found = axis(load, "network.gain", "{ from = 0.3, to = 70, count = 11, log = true }")
    np.testing.assert_allclose(np.array(found, float), np.geomspace(0.3, 70, 11), rtol=1e-5)
    found = axis(load, "network.gain", "{ from = 0.3, to = 70, count = 11 }")
    np.testing.assert_allclose(np.array(found, float), np.linspace(0.3, 70, 11), rtol=1e-5)


RANGE = "{ from, to, step } or { from, to, count }, with log = true for equal factors"
PLAIN = "a word, a number, true, false, or a list of numbers"
BAD = [
    ("seed = 1", "seed: unknown field; allowed films, combine, axes, experiment"),
    ("axe = 1", "axe: unknown field; did you mean axes?"),
    ('combine = "prod"', 'combine: got "prod"; allowed product, zip'),
    ("combine = 3", "combine: got 3; allowed product, zip"),
    ("axes = 3", "axes: got 3; allowed a section [axes]"),
    ("experiment = 3", "experiment: got 3; allowed a section [experiment]"),
    ("[experiment]\nsede = 3", "experiment.sede: unknown field; did you mean seed?"),
    (
        "[experiment.network]\ndepth = 1",
        "experiment.network.depth: got 1; allowed a whole number, 2 <= depth <= 2000",
    ),
    ('[axes]\n"network.dpeth" = [3]', "did you mean axes.network.depth?"),
    ("[axes]\nnetwork.dpeth = [3]", "did you mean axes.network.depth?"),
    ("[axes]\nseed = 3", f"axes.seed: got 3; allowed a list of values, or {RANGE}"),
    ("[axes]\nseed = []", f"axes.seed: got []; allowed a list of values, or {RANGE}"),
    ("[axes]\nseed = { }", f"axes.seed: got a table of nothing; allowed {RANGE}"),
    ("[axes]\nseed = { from = 1, to = 2 }", f"got a table of from, to; allowed {RANGE}"),
    (
        "[axes]\nseed = { from = 1, to = 2, step = 1, log = true }",
        f"axes.seed: got a table of from, to, step, log; allowed {RANGE}",
    ),
    (
        "[axes]\nseed = { from = 1, to = 2, count = 2, log = 1 }",
        f"axes.seed: got a table of from, to, count, log; allowed {RANGE}",
    ),
    (
        "[axes]\nseed = { from = 3, to = 2, step = 1 }",
        "axes.seed: got from = 3 and to = 2; allowed from <= to",
    ),
    (
        "[axes]\nseed = { from = 1, to = 2, step = 0 }",
        "axes.seed: step: got 0; allowed a number above 0",
    ),
    (
        "[axes]\nseed = { from = 1, to = 1e9, step = 1e-300 }",
        "axes.seed: step: got 1e-300, more than 10,000 values; allowed a larger step",
    ),
    (
        "[axes]\nseed = { from = 1, to = 2, count = 1 }",
        "axes.seed: count: got 1; allowed a whole number, 2 <= count <= 10000",
    ),
    (
        "[axes]\nseed = { from = 0, to = 2, count = 3, log = true }",
        "axes.seed: from: got 0; allowed a number above 0 with log = true",
    ),
    (
        "[axes]\nseed = { from = nan, to = 2, count = 3 }",
        "axes.seed: from: got nan; allowed a number up to 1e+12",
    ),
    ('[axes]\nseed = { from = "a", to = 2, count = 3 }', 'axes.seed: from: got "a"; allowed'),
    ("[axes]\nseed = [1, 2024-01-01]", f"axes.seed[1]: got 2024-01-01; allowed {PLAIN}"),
    ("[axes]\nseed = [{ a = 1 }]", f"axes.seed[0]: got a table; allowed {PLAIN}"),
    ("[axes]\nseed = [[[1]]]", f"axes.seed[0]: got [[...]]; allowed {PLAIN}"),
    (
        f"[axes]\nseed = [0x{'f' * 9000}]",
        f"axes.seed[0]: got a number of more than 48 digits; allowed {PLAIN}",
    ),
    ('[axes]\nseed = [1]\n"seed" = [2]', "line 4: got"),
    ('[axes]\nnetwork.depth = [3]\n"network.depth" = [4]', "axes.network.depth: comes twice"),
    (
        'combine = "zip"\n[axes]\nseed = [1]\n"network.depth" = [3, 4]',
        'axes: got seed 1, network.depth 2; allowed with combine = "zip" axes of equal length',
    ),
    (
        "[axes]\nseed = { from = 1, to = 5000, step = 1 }\n"
        "network.depth = { from = 2, to = 2000, step = 1 }\n"
        "network.width = { from = 1, to = 4000, step = 1 }\n",
        "axes x films: got 39,980,000,000 points x 1 films = 39,980,000,000 jobs; "
        "allowed at most 10,000",
    ),
]


@pytest.mark.parametrize(("text", "said"), BAD)
def test_what_is_wrong_is_said_in_a_line(load: Load, text: str, said: str) -> None:
    with at_once(), pytest.raises(InputError) as error:
        load(HEAD + text)
    (line,) = error.value.problems
    assert line.startswith("gains.toml: ")
    assert line.endswith(said) or said in line
    assert line.isprintable()


@pytest.mark.parametrize(
    ("films", "said"),
    [
        ("", 'films: missing; allowed a list of films, as in films = ["vanishing"]'),
        ("films = []", "films: got []; allowed a list of names of films"),
        ('films = "leak"', 'films: got "leak"; allowed a list of names of films'),
        ("films = [1]", "films: got [1]; allowed a list of names of films"),
        ('films = ["os:system"]', 'film: got "os:system"; allowed names of the catalog'),
        ('films = ["vanishin"]', "; did you mean vanishing?"),
    ],
)
def test_films_are_those_of_the_catalog(load: Load, films: str, said: str) -> None:
    with pytest.raises(InputError) as error:
        load(f"{films}\n[axes]\nseed = [1]\n")
    (line,) = error.value.problems
    assert line.endswith(said)


def test_everything_that_is_wrong_is_said_together(load: Load) -> None:
    with pytest.raises(InputError) as error:
        load('films = []\ncombine = "x"\n[axes]\nseed = 1\n"b" = [1]\n[experiment]\nseed = -1\n')
    starts = ["films: ", "combine: ", "axes.seed: ", "axes.b: ", "experiment.seed: "]
    assert [line.split(": ")[1] + ": " for line in error.value.problems] == starts


def test_the_largest_sweep_is_planned_quickly(load: Load) -> None:
    sweep = load(f"{HEAD}[axes]\nseed = {{ from = 1, to = {MOST_JOBS}, step = 1 }}\n")
    with at_once(20):
        jobs = plan_batch(sweep, "low", "mp4")
        assert len({job.hash for job in jobs}) == MOST_JOBS


def test_a_sweep_whose_table_would_be_too_long(load: Load) -> None:
    text = f"{HEAD}[axes]\nseed = {{ from = 1, to = %d, step = 1 }}\nnetwork.depth = [2000]"
    assert len(plan_batch(load(text % 100), "low", "mp4")) == 100
    with pytest.raises(InputError) as error:
        plan_batch(load(text % 101), "low", "mp4")
    assert error.value.problems == (
        "axes x network.depth: got 101 points with 202,000 layers in all; allowed at most 200,000",
    )


def test_a_data_file_is_sought_beside_the_sweep(tmp_path: Path, load: Load) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "own.toml").write_text(
        f'{HEAD}[axes]\n"data.path" = ["a.npz", "b.npz"]\n"data.held_out" = ["t.npz"]\n'
        '[experiment.data]\nname = "file"\npath = "a.npz"\n'
    )
    sweep = load_sweep(Path("sub/own.toml"))
    first, second = plan_batch(sweep, "low", "mp4")
    assert first.job is not None
    assert second.job is not None
    assert first.job.experiment.data.path == str(tmp_path / "sub" / "a.npz")
    assert second.job.experiment.data.path == str(tmp_path / "sub" / "b.npz")
    assert second.job.experiment.data.held_out == str(tmp_path / "sub" / "t.npz")
    assert load is not None


def test_names_of_jobs_are_stable_and_differ_where_films_do(load: Load) -> None:
    text = f'{HEAD}[axes]\n"network.gain" = [1.0, 2.0]\n[experiment.network]\ndepth = 3\n'
    first, second = plan_batch(load(text), "low", "mp4")
    again, _ = plan_batch(load(text.replace("1.0, 2.0", "1, 2.0") + "width = 30\n"), "low", "mp4")
    # What decides the film is the same, however it was written.
    assert first.hash == again.hash
    others = [
        *plan_batch(load(text), "high", "mp4"),
        *plan_batch(load(text), "low", "gif"),
        *plan_batch(load(text.replace("leak", "layer")), "low", "mp4"),
        *plan_batch(load(text.replace("= 3", "= 4")), "low", "mp4"),
        second,
    ]
    assert first.hash not in {job.hash for job in others}


def test_a_bad_point_is_a_job_with_an_error(load: Load) -> None:
    good, bad = plan_batch(load(f'{HEAD}[axes]\n"network.depth" = [3, 1]\n'), "low", "mp4")
    assert (good.error, good.folder) == (None, "network.depth=3")
    assert bad.job is None
    assert bad.error == "network.depth: got 1; allowed a whole number, 2 <= depth <= 2000"


VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(
    values=st.dictionaries(st.sampled_from(["seed", "network.depth", "film.title", "x"]), VALUES),
    films=VALUES,
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_it_is_planned_or_refused(
    load: Load, monkeypatch: pytest.MonkeyPatch, values: dict[str, object], films: object
) -> None:
    from scenes.production.sweeps import sweep as module

    with monkeypatch.context() as patch, at_once():
        patch.setattr(
            module,
            "parse_toml",
            lambda text, source: {"films": films or ["leak"], "axes": values},
        )
        try:
            jobs = plan_batch(load(HEAD), "low", "mp4")
        except InputError as error:
            said = error.problems
        else:
            json.dumps([job.as_dict() for job in jobs], allow_nan=False)
            said = tuple(job.error for job in jobs if job.error is not None)
    assert all(line.isprintable() for line in said)
