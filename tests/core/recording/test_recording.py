"""Recordings have the core's measures, are equal after saving and loading, and refuse bad files."""

import io
import json
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_core import caps
from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment
from backprop_core.measures import layers as measures
from backprop_core.passes.first_pass import run
from backprop_core.passes.trace import Trace
from backprop_core.recording import Layer, Pass, Recording, from_arrays, load
from backprop_core.recording.contents import SHARES, Born

SIGMOIDS = Experiment(network={"depth": 4, "width": 12}, data={"samples": 40})
RELUS = SIGMOIDS.override({"network.activation": "relu", "network.init": "he"})


def pass_of(trace: Trace, step: int = 0, **more: Any) -> Pass:
    return Pass(
        z=trace.z,
        delta=trace.delta,
        step=step,
        a=trace.a[1:],
        x=trace.x,
        weights=trace.network.weights,
        biases=trace.network.biases,
        dW=trace.dW,
        loss=trace.loss,
        **more,
    )


@pytest.fixture(scope="module")
def trace() -> Trace:
    return run(SIGMOIDS)


@pytest.fixture(scope="module")
def recording(trace: Trace) -> Recording:
    return from_arrays(pass_of(trace), "sigmoid", names=["one", "two", "three", "four"])


@pytest.mark.parametrize("experiment", [SIGMOIDS, RELUS], ids=["sigmoid", "relu"])
def test_a_recording_measures_what_a_trace_measures(experiment: Experiment) -> None:
    trace = run(experiment)
    found = from_arrays(pass_of(trace), experiment.network.activation)
    for kind in ("signal", "dW"):
        np.testing.assert_allclose(found.log10(kind)[0], trace.log10_norm(kind), atol=1e-12)
    assert found.back is not None
    np.testing.assert_allclose(np.log10(found.back[0]), trace.log10_norm("back"), atol=1e-12)
    hidden = slice(0, trace.depth - 1)
    saturated = measures.saturated_fraction(trace)
    np.testing.assert_array_equal(found.shares["saturated"][0, hidden], saturated)
    np.testing.assert_array_equal(found.shares["dead"][0, hidden], measures.dead_units(trace))
    # Off, a ReLU has no slope: that its gradient is 0 there is no underflow.
    assert not found.shares["zeros"].any()
    assert found.widths == trace.network.widths


def test_what_is_kept_is_part_of_what_came(trace: Trace) -> None:
    found = from_arrays(pass_of(trace), "sigmoid", neurons=5, examples=7, seed=3).snapshots
    assert found is not None
    assert found.examples == 7
    assert [len(units) for units in found.units] == [5, 5, 5, 5]
    again = from_arrays(pass_of(trace), "sigmoid", neurons=5, examples=7, seed=3).snapshots
    other = from_arrays(pass_of(trace), "sigmoid", neurons=5, examples=7, seed=4).snapshots
    assert again is not None
    assert other is not None
    np.testing.assert_array_equal(found.z[2], again.z[2])
    assert not np.array_equal(found.z[2], other.z[2])
    assert found.x is not None
    rows = [int(np.flatnonzero((trace.x == row).all(axis=1))[0]) for row in found.x[0]]
    for layer in range(trace.depth):
        expected = trace.z[layer][np.ix_(rows, found.units[layer])]
        np.testing.assert_array_equal(found.z[layer][0], expected)


def test_of_many_passes_few_are_kept_first_and_last_among_them(trace: Trace) -> None:
    small = Pass(z=[np.ones((2, 3))], delta=[np.ones((2, 3))])
    passes = [Pass(z=small.z, delta=small.delta, step=10 * n) for n in range(150)]
    shots = from_arrays(passes, "sigmoid").snapshots
    assert shots is not None
    assert 16 <= len(shots.passes) <= 33
    assert shots.passes[0] == 0
    assert shots.passes[-1] == 149
    assert len(set(np.diff(shots.passes[:-1]))) == 1


def test_underflow_in_float16_is_counted_where_there_is_a_slope() -> None:
    z = np.array([[1.0, -1.0, 2.0, 3.0]], dtype=np.float16)
    delta = np.array([[0.0, 0.0, 1e-7, 0.5]], dtype=np.float16)
    found = from_arrays(Pass(z=[z, z], delta=[delta, delta]), ["relu", "identity"])
    assert found.dtype == "float16"
    np.testing.assert_allclose(found.shares["zeros"], [[1 / 3, 1 / 2]])
    np.testing.assert_array_equal(found.shares["largest"], [[0.5, 0.5]])


def test_nan_ends_a_recording_that_says_where(trace: Trace) -> None:
    bad = [delta.copy() for delta in trace.delta]
    bad[1][3, 4] = np.nan
    later = Pass(z=trace.z, delta=bad, step=20)
    found = from_arrays([pass_of(trace), later, pass_of(trace, 30)], "sigmoid")
    assert found.ended == "step 20: layer 2, delta: NaN or infinity"
    assert found.passes == 1
    with pytest.raises(InputError, match="layer 2, delta: NaN or infinity"):
        from_arrays(Pass(z=trace.z, delta=bad), "sigmoid")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"delta": [np.ones((2, 3))]}, "got 2 z and 1 delta"),
        ({"delta": [np.ones((2, 3)), np.ones((3, 4))]}, "layer 2: got z"),
        ({"z": [np.ones((2, 3)), np.ones((5, 4))]}, "layer 2: got z"),
        ({"x": np.ones((3, 4))}, "x: got shape"),
        ({"a": [np.ones((2, 4)), np.ones((2, 4))]}, "a: got shape"),
        ({"a": [np.ones((3, 4))]}, "a: got 1; allowed one a layer, 2"),
        ({"weights": [np.ones((4, 3)), np.ones((3, 4))]}, "weights: got shapes"),
        ({"dW": [np.ones((3, 3))]}, "dW: got 1; allowed one a layer, 2"),
        ({"z": [np.full((2, 3), "a"), np.ones((2, 4))]}, "allowed real numbers"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(change: dict[str, Any], said: str) -> None:
    good: dict[str, Any] = {
        "z": [np.ones((2, 3)), np.ones((2, 4))],
        "delta": [np.ones((2, 3)), np.ones((2, 4))],
    }
    from_arrays(Pass(**good), "tanh")
    with pytest.raises(InputError, match=said):
        from_arrays(Pass(**{**good, **change}), "tanh")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([], "tanh"), "passes: got none"),
        ((Pass([np.ones((2, 3))], [np.ones((2, 3))]), ["sine"]), 'activation: got "sine"'),
        ((Pass([np.ones((2, 3))], [np.ones((2, 3))]), ["tanh"] * 2), "names: got 1 for 2"),
    ],
)
def test_what_is_no_network_is_refused(arguments: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        from_arrays(*arguments)


def test_steps_rise() -> None:
    one = Pass([np.ones((2, 3))], [np.ones((2, 3))], step=5)
    with pytest.raises(InputError, match="allowed steps that rise"):
        from_arrays([one, one], "tanh")


# Files


def shapes() -> st.SearchStrategy[tuple[int, list[int]]]:
    return st.tuples(st.integers(1, 6), st.lists(st.integers(1, 5), min_size=2, max_size=5))


@settings(max_examples=40, deadline=None)
@given(
    shape=shapes(),
    dtype=st.sampled_from(["float16", "float32", "float64"]),
    passes=st.integers(1, 4),
    given=st.sets(st.sampled_from(["a", "x", "weights", "dW", "update", "step_dW", "loss"])),
    seed=st.integers(0, 99),
    activation=st.sampled_from(["sigmoid", "relu", "identity", None]),
)
def test_a_recording_is_the_same_after_a_file(
    tmp_path_factory: pytest.TempPathFactory,
    shape: tuple[int, list[int]],
    dtype: str,
    passes: int,
    given: set[str],
    seed: int,
    activation: str | None,
) -> None:
    examples, widths = shape
    rng = np.random.default_rng(seed)

    def draw(*size: int) -> np.ndarray:
        return rng.standard_normal(size).astype(dtype)

    def one(step: int) -> Pass:
        pairs = list(pairwise(widths))
        units, matrices = widths[1:], [draw(n, m) for m, n in pairs]
        every = {
            "a": [draw(examples, n) for n in units],
            "x": draw(examples, widths[0]),
            "weights": matrices,
            **{kind: [draw(n, m) for m, n in pairs] for kind in ("dW", "update", "step_dW")},
            "loss": float(rng.random()),
        }
        kept: Any = {name: value for name, value in every.items() if name in given}
        if "weights" in given:
            kept["biases"] = [draw(n) for n in units]
        z = [draw(examples, n) for n in units]
        return Pass(z=z, delta=[draw(examples, n) for n in units], step=7 * step, **kept)

    kinds = [activation] * (len(widths) - 1)
    found = from_arrays([one(step) for step in range(passes)], kinds, source="Keras 3 ✓")
    path = found.save(tmp_path_factory.mktemp("run") / "run.npz")
    again = load(path)
    assert [p.name for p in path.parent.iterdir()] == ["run.npz"]
    arrays, others = found.arrays(), again.arrays()
    assert arrays.keys() == others.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(array, others[name])
        assert array.dtype == others[name].dtype
        assert not others[name].flags.writeable
    kept = ("layers", "source", "dtype", "every", "seed", "ended", "passed_over")
    assert all(getattr(found, name) == getattr(again, name) for name in kept)
    assert again.dtype == dtype


def contents(recording: Recording, folder: Path) -> dict[str, bytes]:
    path = recording.save(folder / "good.npz")
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def npy(array: Any) -> bytes:
    made = io.BytesIO()
    np.save(made, array, allow_pickle=np.asarray(array).dtype.hasobject)
    return made.getvalue()


def about(parts: dict[str, bytes], **changes: Any) -> bytes:
    found = json.loads(np.load(io.BytesIO(parts["about.npy"]), allow_pickle=False).tobytes())
    return npy(np.frombuffer(json.dumps({**found, **changes}).encode(), dtype=np.uint8))


NEW = ("own_steps", "other_steps", "precision", "born", "skipped", "head", "without_gradient")


def test_a_file_of_version_1_is_read(recording: Recording, tmp_path: Path) -> None:
    parts = contents(recording, tmp_path)
    found = json.loads(np.load(io.BytesIO(parts["about.npy"]), allow_pickle=False).tobytes())
    for name in NEW:
        del found[name]
    for layer in found["layers"]:
        del layer["kind"], layer["after"]
    found["version"] = 1
    parts["about.npy"] = npy(np.frombuffer(json.dumps(found).encode(), dtype=np.uint8))
    path = tmp_path / "old.npz"
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    old = load(path)
    assert old.layers == recording.layers
    assert old.own_steps is None
    assert old.arrived.all()
    assert old.stepped is None


def test_a_recording_without_a_pass_says_where_it_ended(tmp_path: Path) -> None:
    none = np.zeros((0, 1))
    empty = Recording(
        layers=(Layer("a", 2, 3, "gelu"),),
        source="arrays",
        dtype="float32",
        steps=np.zeros(0, np.int64),
        batch=np.zeros(0, np.int64),
        norms={"signal": none},
        shares={kind: none.copy() for kind in SHARES},
        ended="step 0: layer 1, z: NaN or infinity",
        born=Born(0, "x"),
    )
    found = load(empty.save(tmp_path / "empty.npz"))
    assert found.born == Born(0, "x")
    assert found.layers == empty.layers
    with pytest.raises(InputError, match="has no pass; allowed at least one, and step 0: layer 1"):
        found.row(0)


def huge(parts: dict[str, bytes]) -> bytes:
    return parts["signal.npy"].replace(b"(1, 4), }          ", b"(1000000, 1000000), }")[:128]


Change = Callable[[dict[str, bytes]], dict[str, bytes]]
BAD: dict[str, tuple[Change, str]] = {
    "a later version": (lambda p: {"about.npy": about(p, version=3)}, "version: got 3; allowed 1"),
    "another format": (lambda p: {"about.npy": about(p, format="x")}, "is no recording"),
    "no JSON": (lambda p: {"about.npy": npy(np.frombuffer(b"{", np.uint8))}, "is no recording"),
    "pickled": (
        lambda p: {"signal.npy": npy(np.array([{}, 1], dtype=object))},
        "signal: holds pickled Python objects",
    ),
    "NaN": (lambda p: {"z.2.npy": npy(np.full((1, 40, 12), np.nan))}, "z.2: got NaN or infinity"),
    "10^12 elements": (
        lambda p: {"signal.npy": huge(p)},
        "signal: is cut short: its header promises 8,000,000,000,000 bytes",
    ),
    "another shape": (
        lambda p: {"dW.npy": npy(np.ones((1, 5)))},
        "dW: got float64 of shape (1, 5); allowed float64 of shape (1, 4)",
    ),
    "another dtype": (lambda p: {"z.1.npy": npy(np.ones((1, 40, 12), "f4"))}, "z.1: got float32"),
    "a layer too many": (lambda p: {"W.5.npy": npy(np.ones((1, 1)))}, 'has an array "W.5"'),
    "a layer missing": (lambda p: {"z.3.npy": b""}, "is damaged"),
    "a share of 2": (
        lambda p: {"saturated.npy": npy(np.full((1, 4), 2.0))},
        "got 2; allowed shares",
    ),
    "less than no norm": (lambda p: {"signal.npy": npy(-np.ones((1, 4)))}, "nothing below 0"),
    "units that fall": (
        lambda p: {"units.1.npy": npy(np.arange(12)[::-1].copy())},
        "units.1: allowed whole numbers that rise, below 12",
    ),
    "steps of no dimension": (
        lambda p: {"steps.npy": npy(np.int64(3))},
        "steps: got shape (); allowed (passes,)",
    ),
    "a batch of no dimension": (
        lambda p: {"batch.npy": npy(np.int64(3))},
        "batch: got int64 of shape (); allowed int64 of shape (1,)",
    ),
    "no passes": (lambda p: {"steps.npy": npy(np.zeros(0, np.int64))}, "steps: got shape (0,)"),
    "steps beyond 2^63": (
        lambda p: {"steps.npy": npy(np.full(1, 2**64 - 1, np.uint64))},
        "steps: got uint64 of shape (1,); allowed int64",
    ),
    "the other byte order": (
        lambda p: {"signal.npy": npy(np.ones((1, 4), ">f8"))},
        "signal: got >f8 of shape (1, 4); allowed float64",
    ),
    "more dead units than units": (
        lambda p: {"dead.npy": npy(np.full((1, 4), 1e308))},
        "dead: got 1e+308; allowed at most the units of the layer",
    ),
    "words for numbers": (lambda p: {"signal.npy": npy(np.full((1, 4), "x"))}, "signal: "),
    "no layers": (lambda p: {"about.npy": about(p, layers=[])}, "allowed those of 0 layers"),
    "a layer of no kind": (lambda p: {"about.npy": about(p, layers=[7])}, "got 7 for layer 1"),
    "a name that steers": (lambda p: {"about.npy": about(p, source="\x1b[2J")}, "printable"),
    "no names": (lambda p: {"about.npy": about(p, passed_over=[1])}, "no names for passed_over"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_recording_is_refused_in_a_line(
    recording: Recording, tmp_path: Path, name: str
) -> None:
    change, said = BAD[name]
    parts = contents(recording, tmp_path)
    path = tmp_path / "bad.npz"
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in {**parts, **change(parts)}.items():
            archive.writestr(part, content)
    with pytest.raises(InputError) as caught:
        load(path)
    assert said in str(caught.value)
    assert all(line.startswith(str(path)) and len(line) < 400 for line in caught.value.problems)


def test_a_bomb_is_refused_before_it_is_unpacked(
    recording: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caps, "DATA_BYTES", 8 * 2**20)
    header = npy(np.ones((1, 4))).replace(b"(1, 4), }    ", b"(2097152,), }")[:128]
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in contents(recording, tmp_path).items():
            if part != "signal.npy":
                archive.writestr(part, content)
        with archive.open("signal.npy", "w") as file:
            file.write(header)
            zeros = bytes(2**20)
            for _ in range(16):
                file.write(zeros)
    assert path.stat().st_size < 2**20
    with pytest.raises(InputError, match="when unpacked; allowed at most"):
        load(path)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_truncated_file_is_refused(recording: Recording, tmp_path: Path, share: float) -> None:
    path = recording.save(tmp_path / "run.npz")
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(InputError, match=r"is not an \.npz archive, or is damaged"):
        load(path)


def test_another_archive_is_no_recording(tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    np.savez(path, x=np.ones((2, 2)), y=np.ones(2))
    with pytest.raises(InputError, match="is no recording"):
        load(path)
    with pytest.raises(InputError, match="no such file"):
        load(tmp_path / "none.npz")
    with pytest.raises(InputError, match="is a folder"):
        load(tmp_path)


def test_another_file_is_not_written_over(recording: Recording, tmp_path: Path) -> None:
    path = tmp_path / "data.npz"
    np.savez(path, x=np.ones(2))
    before = path.read_bytes()
    with pytest.raises(InputError, match="exists and is no recording"):
        recording.save(path)
    assert path.read_bytes() == before
    with pytest.raises(InputError, match=r"ends in \.npz"):
        recording.save(tmp_path / "run.txt")
    with pytest.raises(InputError, match="cannot be written"):
        recording.save(tmp_path / "none" / "run.npz")
    recording.save(tmp_path / "run.npz")
    recording.save(tmp_path / "run.npz")
    assert {p.name for p in tmp_path.iterdir()} == {"data.npz", "run.npz"}


def test_a_save_that_fails_leaves_the_old_file(
    recording: Recording, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = recording.save(tmp_path / "run.npz")
    before = path.read_bytes()

    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", fails)
    with pytest.raises(InputError, match="No space left on device"):
        recording.save(path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["run.npz"]
