"""Whatever comes: a valid result, or lines that say what is wrong. Never anything else, and soon.

`make fuzz` tries a hundred thousand cases, other ones each time, instead of the few thousand that
are always the same; `BACKPROP_FUZZ=N pytest -s tests/fuzz` tries N.
"""

from __future__ import annotations

import json
import math
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backprop_core.data import datasets, held_files
from backprop_core.data.data_files import read_data_file
from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment, as_toml, load_experiment, parse_experiment
from backprop_core.formatting import is_seen
from backprop_core.recording import Recording, load
from scenes.cli.main import main
from scenes.production.request.naming import LONGEST, slug
from scenes.production.request.selection import Selection
from scenes.production.store.durations import length
from scenes.production.store.folder_checks import taken
from scenes.production.store.output_paths import Target
from scenes.production.sweeps.jobs import find_jobs, plan_batch
from scenes.production.sweeps.sweep import load_sweep
from tests.fuzz import data, texts

WISHED = int(os.environ.get("BACKPROP_FUZZ", "0"))
TARGETS = 9
LONGEST_LINE = 700
MOST_JOBS = 200
"""Larger sweeps are planned, too, but take a second."""

CASES: Counter[str] = Counter()
TAKEN: Counter[str] = Counter()
SLOWEST: dict[str, tuple[float, str]] = {}


def cases(few: int) -> settings:
    """Return how many cases to try: `few`, or the share of what was wished for."""
    return settings(
        max_examples=max(1, WISHED // TARGETS) if WISHED else few,
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(scope="module", autouse=True)
def _report() -> Iterator[None]:
    start = time.process_time()
    yield
    if WISHED:
        took = time.process_time() - start
        lines = [f"{sum(CASES.values()):,} cases in {took:.0f} s of computing"]
        for what, number in CASES.items():
            seconds, case = SLOWEST[what]
            taken_share = f"{TAKEN[what] / number:.0%} taken"
            lines.append(f"{what}: {number:,}, {taken_share}, slowest {seconds:.3f} s {case[:80]}")
        sys.stdout.write("\n" + "\n".join(lines) + "\n")


def shown(case: object) -> str:
    try:
        return ascii(case)
    except ValueError:
        return "with a number of thousands of digits"


def timed(function: Callable[[], object]) -> tuple[float, object, tuple[str, ...]]:
    """Return how long a function takes, what it returns, and what it complains of."""
    start = time.process_time()
    try:
        result, lines = function(), ()
    except InputError as error:
        result, lines = None, error.problems
        assert lines
    return time.process_time() - start, result, lines


def expect(
    what: str, case: object, function: Callable[[], object], *, patient: bool = False
) -> object:
    """Call a function that may raise InputError; return what it returns, or None.

    It has a second, and if we are `patient` longer, when it has something to show for it.
    """
    seconds, result, lines = timed(function)
    if seconds >= 1:
        # Python may have tidied up its memory meanwhile; what is slow is so again.
        seconds, result, lines = timed(function)
    TAKEN[what] += not lines
    CASES[what] += 1
    SLOWEST[what] = max(SLOWEST.get(what, (0.0, "")), (seconds, shown(case)))
    assert seconds < 1 or (patient and not lines)
    assert all(is_seen(line) and line.isprintable() and len(line) < LONGEST_LINE for line in lines)
    return result


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


def is_whole(experiment: Experiment) -> None:
    """See that an experiment that was taken is one: it is written and read as itself."""
    assert parse_experiment(as_toml(experiment)) == experiment
    assert json.loads(experiment.canonical())
    datasets.layer_widths(experiment)


CONFIGURATIONS = (
    st.binary(max_size=200)
    | texts.random_texts().map(lambda text: text.encode("utf-8", "replace"))
    | texts.mutated(texts.whole_texts()).map(lambda text: text.encode("utf-8", "replace"))
    | texts.experiments().map(texts.as_text).map(lambda text: text.encode("utf-8", "replace"))
)


@cases(1000)
@given(content=CONFIGURATIONS)
@pytest.mark.thorough
def test_configurations(folder: Path, content: bytes) -> None:
    path = folder / "deep.toml"
    path.write_bytes(content)
    found = expect("configurations", content, lambda: load_experiment(path))
    if isinstance(found, Experiment):
        expect("experiments", content, lambda: is_whole(found))


@cases(500)
@given(fields=texts.experiments())
@pytest.mark.thorough
def test_experiments_from_plain_data(fields: dict[str, Any]) -> None:
    found = expect("plain data", fields, lambda: Experiment(**fields))
    if isinstance(found, Experiment):
        expect("experiments", fields, lambda: is_whole(found))


KEYS = st.sampled_from(sorted(texts.named()))
NEAR = st.one_of(
    *(
        st.tuples(st.just(name), texts.values_near(field))
        for name, field in texts.named().items()
        if name not in {"data.path", "network.widths"}
    )
)
SETTINGS = (
    NEAR.map(lambda pair: f"{pair[0]}={texts.as_value(pair[1])}")
    | st.builds(lambda k, v: f"{k}={texts.as_value(v)}", KEYS, texts.wild_values())
    | st.builds("{}={}".format, KEYS | texts.WORDS, texts.WORDS | texts.PIECES)
)


@cases(700)
@given(chosen=st.lists(SETTINGS | texts.WORDS, max_size=4))
@pytest.mark.thorough
def test_settings(chosen: list[str]) -> None:
    selection = Selection(settings=tuple(chosen))
    name = expect("names", chosen, lambda: selection.name)
    if isinstance(name, str):
        assert slug(name) == name
        assert 0 < len(name.encode()) <= LONGEST
    found = expect("settings", chosen, lambda: Experiment().override(selection.overrides))
    if isinstance(found, Experiment):
        expect("experiments", chosen, lambda: is_whole(found))


def grouped(pairs: list[tuple[str, object]]) -> dict[str, list[object]]:
    """Return axes: the values that came for each field."""
    found: dict[str, list[object]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


SWEEPS = (
    'films = ["leak", "vanishing"]\n[axes]\n"network.gain" = [1.0, 3.0]\n'
    '"network.depth" = { from = 3, to = 9, step = 3 }\n[experiment.network]\nwidth = 20\n',
    'films = ["leak"]\ncombine = "zip"\n[axes]\n"data.path" = ["a.npz", "../b.csv", "/c.npz"]\n'
    "seed = { from = 1, to = 9, count = 3, log = true }\n",
)
RANGES = st.dictionaries(
    st.sampled_from(["from", "to", "step", "count", "log", "x"]),
    st.integers(-3, 30) | texts.wild_values(),
    max_size=4,
)
AXES = st.dictionaries(
    KEYS | texts.WORDS,
    st.lists(texts.wild_values(), max_size=4) | RANGES | texts.wild_values(),
    max_size=3,
) | st.lists(NEAR, max_size=5).map(grouped)
SWEEP_TEXTS = (
    texts.mutated(SWEEPS)
    | texts.random_texts()
    | st.fixed_dictionaries(
        {"films": st.just(["leak"]) | texts.wild_values(), "axes": AXES},
        optional={"combine": st.sampled_from(["zip", "product"]) | texts.wild_values()},
    ).map(texts.as_text)
)


@cases(700)
@given(text=SWEEP_TEXTS)
@pytest.mark.thorough
def test_sweeps(folder: Path, text: str) -> None:
    path = folder / "sweep.toml"
    path.write_bytes(text.encode("utf-8", "replace"))

    def planned() -> list[Any]:
        sweep = load_sweep(path)
        lengths = [len(values) for values in sweep.axes.values()]
        many = math.prod(lengths) * len(sweep.films) > MOST_JOBS
        return [] if many else plan_batch(sweep, "low", "mp4")

    for job in expect("sweeps", text, planned) or ():
        assert slug(job.folder) == job.folder
        json.dumps(job.as_dict(), allow_nan=False)
        assert job.error is None or is_seen(job.error)


def read(path: Path, target: str | int | None = None) -> None:
    held_files._read.cache_clear()
    datasets._load.cache_clear()
    for field in ("held_out", "path"):
        raw = read_data_file(str(path), field, target)
        assert raw.x.ndim == 2
        assert len(raw.x) == len(raw.y)
        assert raw.y.ndim == 2 or raw.y.max() < raw.outputs
        assert len(raw.names) in (0, raw.outputs)
        assert len(raw.features) in (0, raw.x.shape[1])
    data = {"name": "file", "path": str(path), "held_out": str(path), "target": target}
    datasets.load_data(Experiment(data=data, network={"loss": "quadratic", "output": "tanh"}))


@cases(700)
@given(content=data.archives(), target=st.none() | st.sampled_from(["y", "x", "b", 0]))
@pytest.mark.thorough
def test_archives(folder: Path, content: bytes, target: str | int | None) -> None:
    path = folder / "mine.npz"
    path.write_bytes(content)
    expect("archives", content, lambda: read(path, target))


@cases(150)
@given(content=data.recordings())
def test_recordings(folder: Path, content: bytes) -> None:
    path = folder / "run.npz"
    path.write_bytes(content)
    found = expect("recordings", content, lambda: load(path))
    if isinstance(found, Recording):
        # What was taken is written and read as itself.
        path.unlink()
        again = load(found.save(path))
        assert again.arrays().keys() == found.arrays().keys()


@cases(450)
@given(content=data.tables(), target=st.none() | st.sampled_from(["kind", "a", 0, -1, 7]))
def test_tables(folder: Path, content: bytes, target: str | int | None) -> None:
    path = folder / "mine.csv"
    path.write_bytes(content)
    expect("tables", content, lambda: read(path, target))


def json_values() -> st.SearchStrategy[Any]:
    names = st.sampled_from(
        [
            *("content", "videos", "sidecars", "leak.mp4", "leak.json", "made_from", "files"),
            *("film", "quality", "format", "experiment", "values", "folder", "origin", "seconds"),
            *("network", "depth", "sha256", "key", "bytes", "frames", "../x"),
        ]
    )
    plain = texts.WORDS | st.integers() | st.floats() | st.booleans() | st.none()
    plain |= st.sampled_from(["leak", "low", "mp4", "0" * 64, "/../../x", 1.5])
    return st.recursive(
        plain,
        lambda inner: st.dictionaries(names, inner, max_size=6) | st.lists(inner, max_size=3),
        max_leaves=15,
    )


@cases(500)
@given(document=json_values(), cut=st.just(1.0) | st.floats(0, 1))
@pytest.mark.thorough
def test_states_of_folders(folder: Path, document: object, cut: float) -> None:
    """An output folder that came from somebody else is read without harm, whatever is in it."""
    text = json.dumps(document)
    content = text[: int(cut * len(text))].encode("utf-8", "replace")
    name = "0123456789abcdef"
    state = folder / "films" / "default" / ".backprop"
    (state / "jobs").mkdir(parents=True, exist_ok=True)
    for path in (
        *(state / "folder.json", state / "leak.json", state / "jobs" / f"{name}.json"),
        folder / "films" / "default" / "leak.json",
    ):
        path.write_bytes(content)
    target = Target(folder / "films" / "default", "leak", "mp4")

    def all_of_it() -> None:
        record = target.record()
        assert record is None or record.places <= {path.name for path in target.folder.iterdir()}
        line = taken(target.folder, "/a.toml", "--name x")
        assert line is None or (is_seen(line) and len(line) < LONGEST_LINE)
        seconds = length("leak", folder / "films")
        assert seconds is None or math.isfinite(seconds)
        list(find_jobs(folder / "films", name))

    expect("states", document, all_of_it)


COMMANDS = st.sampled_from(
    [
        *(("numbers",), ("check",), ("render", "leak", "--dry-run"), ("lecture", "--dry-run")),
        *(("batch", "--list"), ("job",), ("config", "new", "--preset"), ("films",), ("config",)),
        *(("render", "--dry-run"), ()),
    ]
)
OPTIONS = st.sampled_from(
    [
        *("--config", "--preset", "--set", "--name", "--output", "--theme", "--quality", "--json"),
        *("bad.toml", "sweep.toml", "--format", "--list", "0123456789abcdef", "--", "-x"),
    ]
)
# No line of a shell holds NUL, and what is written is to stay in the folder of the test.
SPOKEN = texts.WORDS.map(lambda word: word.encode("utf-8", "replace").decode()).filter(
    lambda word: not {"\0", "/"} & set(word) and ".." not in word
)


@cases(100)
@given(
    command=COMMANDS,
    words=st.lists(OPTIONS | SPOKEN, max_size=4),
    text=texts.mutated(texts.whole_texts()) | SWEEP_TEXTS,
)
def test_command_lines(folder: Path, command: tuple[str, ...], words: list[str], text: str) -> None:
    """The whole program: a code of its own, no traceback, lines that steer nothing."""

    def run() -> None:
        result = CliRunner().invoke(main, [*command, *words], prog_name="backprop")
        assert result.exit_code in (0, 1, 2)
        said = result.stderr + result.stdout
        assert "Traceback" not in said
        assert "--debug shows where" not in said
        if result.exit_code:
            raise InputError(*said.splitlines())

    with chdir(folder):
        for name in ("bad.toml", "sweep.toml"):
            Path(name).write_bytes(text.encode("utf-8", "replace"))
        expect("command lines", (command, words), run, patient=True)
