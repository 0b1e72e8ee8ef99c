"""Examples held out: which they are, how they are scaled, and what a second file may hold."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from backprop_core import caps
from backprop_core.data.data_files import read_data_file
from backprop_core.data.datasets import Data, Examples, layer_widths, load_data
from backprop_core.data.held_files import holding_files
from backprop_core.data.resolved import resolve
from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment

RAW = {"standardize": False}


def load(seed: int = 0, dtype: str = "float64", **data: object) -> Data:
    return load_data(Experiment(seed=seed, dtype=dtype, data=data))


def held(data: Data) -> Examples:
    assert data.held_out is not None
    return data.held_out


def rows(*parts: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Return the examples, inputs and class, in one order."""
    table = np.vstack([np.column_stack(part) for part in parts])
    return table[np.lexsort(table.T)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    rng = np.random.default_rng(5)
    np.savez(tmp_path / "a.npz", x=rng.normal(3, 2, (41, 4)), y=np.arange(41) % 3)
    return tmp_path / "a.npz"


def test_of_the_digits_the_others_are_held_out() -> None:
    data = load(scale=16, **RAW)
    assert (len(data.x), len(held(data).x), len(held(data).y)) == (1000, 797, 797)
    pixels, classes = load_digits(return_X_y=True)
    both = rows((data.x, data.y), (held(data).x, held(data).y))
    np.testing.assert_array_equal(both, rows((pixels, classes)))


def test_they_are_standardised_like_those_that_are_trained_on() -> None:
    data, raw = load(scale=16), load(scale=16, **RAW)
    scaler = StandardScaler().fit(raw.x)
    np.testing.assert_allclose(held(data).x, scaler.transform(held(raw).x), rtol=1e-9, atol=1e-12)
    assert np.abs(held(data).x.mean(axis=0)).max() > 1e-3


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_they_are_read_only_and_of_the_experiment_s_type(dtype: str) -> None:
    data = load(dtype=dtype)
    assert held(data).x.dtype == dtype
    assert held(data).y.dtype == np.int64
    assert not held(data).x.flags.writeable
    assert not held(data).y.flags.writeable


def test_by_default_none_of_other_data(path: Path) -> None:
    assert load(samples=1797).held_out is None
    for name in ("moons", "blobs", "noise"):
        assert load(name=name).held_out is None
    assert load(name="file", path=str(path), samples=10).held_out is None


@pytest.mark.parametrize("share", [0.01, 0.1, 1 / 3, 0.5, 0.97])
def test_a_share_of_a_file_is_set_aside(path: Path, share: float) -> None:
    given = {"name": "file", "path": str(path), **RAW}
    data = load(**given, held_out=share)
    train, test = train_test_split(np.arange(41), test_size=share, random_state=0)
    assert (len(data.x), len(held(data).x)) == (len(train), len(test))
    raw = read_data_file(str(path))
    both = rows((data.x, data.y), (held(data).x, held(data).y))
    np.testing.assert_array_equal(both, rows((raw.x, raw.y)))
    # What is trained on comes in the order in which it came before.
    np.testing.assert_array_equal(data.x, load(**given).x[: len(train)])
    again, other = load(**given, held_out=share), load(seed=1, **given, held_out=share)
    np.testing.assert_array_equal(held(data).x, held(again).x)
    assert len(train) == 1 or not np.array_equal(held(data).x, held(other).x)


def test_samples_are_taken_from_what_is_left(path: Path) -> None:
    given = {"name": "file", "path": str(path), "held_out": 0.5}
    few, many = load(**given, samples=5, **RAW), load(**given, **RAW)
    np.testing.assert_array_equal(few.x, many.x[:5])
    np.testing.assert_array_equal(held(few).x, held(many).x)
    assert len(held(load(held_out=0.4)).x) == 719
    np.testing.assert_array_equal(load(held_out=0.4).x, load().x)
    assert len(load(held_out=0.9).x) == 179


@pytest.mark.parametrize("name", ["moons", "blobs", "noise"])
def test_of_generated_data_more_are_drawn(name: str) -> None:
    without, data = load(name=name, samples=90), load(name=name, samples=90, held_out=0.25)
    np.testing.assert_array_equal(data.x, without.x)
    np.testing.assert_array_equal(data.y, without.y)
    assert held(data).x.shape == (23, data.x.shape[1])
    assert not {tuple(x) for x in held(data).x.tolist()} & {tuple(x) for x in data.x.tolist()}


def second(path: Path, x: object, y: object, **more: Any) -> dict[str, object]:
    np.savez(path.with_name("b.npz"), x=np.asarray(x), y=np.asarray(y))
    held_out = str(path.with_name("b.npz"))
    return {"name": "file", "path": str(path), "held_out": held_out, **more}


def test_a_second_file(path: Path) -> None:
    x = np.random.default_rng(1).normal(size=(7, 4))
    data = load(**second(path, x, [2, 2, 1, 1, 1, 2, 1], scale=2, shift=1))
    raw = read_data_file(str(path))
    assert (len(data.x), data.outputs) == (41, 3)
    np.testing.assert_array_equal(held(data).y, [2, 2, 1, 1, 1, 2, 1])
    scaler = StandardScaler().fit(raw.x * 2 + 1)
    np.testing.assert_allclose(held(data).x, scaler.transform(x * 2 + 1), rtol=1e-9)


def test_a_second_file_that_changes_is_read_again_unless_it_is_held(path: Path) -> None:
    given = second(path, np.zeros((2, 4)), [0, 1], **RAW)
    experiment = Experiment(data=given)
    with holding_files(experiment.data):
        second(path, np.ones((3, 4)), [0, 1, 2])
        assert (held(load_data(experiment)).x == 0).all()
        assert (held(resolve(experiment).data).x == 0).all()
    assert (held(load_data(experiment)).x == 1).all()


def test_one_file_may_be_both(path: Path) -> None:
    data = load(name="file", path=str(path), held_out=str(path))
    both = rows((data.x, data.y)), rows((held(data).x, held(data).y))
    np.testing.assert_allclose(*both, atol=1e-12)


def test_classes_of_tables_are_matched_by_their_names(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("p,class\n1,oak\n2,ash\n3,elm\n4,oak\n")
    (tmp_path / "b.csv").write_text("p,class\n5,oak\n6,elm\n7,oak\n")
    given = {"name": "file", "path": str(tmp_path / "a.csv"), "held_out": str(tmp_path / "b.csv")}
    data = load(**given, **RAW)
    assert dict(zip(data.x[:, 0].tolist(), data.y.tolist(), strict=True)) == {
        1: 2,
        2: 0,
        3: 1,
        4: 2,
    }
    assert held(data).y.tolist() == [2, 1, 2]
    (tmp_path / "b.csv").write_text("p,class\n5,oak\n6,fir\n")
    with pytest.raises(InputError, match=r'got class "fir"; allowed those of data.path: ash, elm'):
        load(**given)


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        (np.zeros((3, 5)), [0, 1, 2], "got 5 features; allowed 4, as data.path has"),
        (np.zeros((0, 4)), [], "x: got shape (0, 4); allowed (examples, features)"),
        (np.zeros((2, 4)), [0, 3], 'got class "3"; allowed those of data.path: 0, 1, 2'),
        (np.zeros((2, 4)), [0, -1], 'got class "-1"; allowed those of data.path: 0, 1, 2'),
        (np.zeros((2, 4)), [0.5, 1.0], "y: got targets; allowed classes, as data.path has"),
        (np.zeros((2, 4)), np.zeros((2, 3)), "y: got targets; allowed classes, as data.path has"),
        (np.full((2, 4), np.nan), [0, 1], "x: got nan in row 0"),
    ],
)
def test_a_second_file_that_does_not_go_with_the_first(
    path: Path, x: object, y: object, said: str
) -> None:
    given = second(path, x, y)
    for compute in (load_data, resolve):
        with pytest.raises(InputError) as caught:
            compute(Experiment(data=given))
        assert str(caught.value).startswith(f"data.held_out: {given['held_out']}: {said}")
        assert len(caught.value.problems) == 1


TWO_KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "a table to an archive": ("p,class\n5,2\n6,0\n7.5,2\n", {"x": [[1], [2], [3]], "y": [0, 1, 2]}),
    "from 1": ("p,class\n5,3\n6,1\n7.5,3\n", {"x": [[1], [2], [3]], "y": [1, 2, 3]}),
    "floats": ("p,class\n5,2.0\n6,0.0\n7.5,2.0\n", {"x": [[1], [2], [3]], "y": [0.0, 1, 2]}),
    "words": ("p,class\n5,c\n6,a\n7.5,c\n", {"x": [[1], [2], [3]], "y": ["a", "b", "c"]}),
    "columns": ("p,class\n5,2\n6,0\n7.5,2\n", {"x": [[1], [2], [3]], "y": np.eye(3)}),
}


@pytest.mark.parametrize("kind", TWO_KINDS)
def test_classes_are_matched_whatever_the_files_are(tmp_path: Path, kind: str) -> None:
    text, arrays = TWO_KINDS[kind]
    (tmp_path / "b.csv").write_text(text)
    np.savez(tmp_path / "a.npz", **{name: np.asarray(values) for name, values in arrays.items()})
    paths = {"path": str(tmp_path / "a.npz"), "held_out": str(tmp_path / "b.csv")}
    assert held(load(name="file", **paths, **RAW)).y.tolist() == [2, 0, 2]


def test_features_of_tables_are_matched_by_their_names(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,p,q,class\n1,1,2,u\n2,3,4,v\n3,5,6,u\n")
    (tmp_path / "b.csv").write_text("class,q,p\nu,20,10\nv,40,30\n")
    given = {"name": "file", "path": str(tmp_path / "a.csv"), "held_out": str(tmp_path / "b.csv")}
    assert held(load(**given, **RAW)).x.tolist() == [[10, 20], [30, 40]]


def test_what_are_numbers_in_the_first_file_are_numbers_in_the_second(tmp_path: Path) -> None:
    rows = "".join(f"{n / 3},{1000 * n}\n" for n in range(12))
    (tmp_path / "a.csv").write_text(f"p,price\n{rows}")
    (tmp_path / "b.csv").write_text("p,price\n.1,7\n.2,9\n.3,7\n")
    paths = {"path": str(tmp_path / "a.csv"), "held_out": str(tmp_path / "b.csv")}
    network = {"output": "identity", "loss": "quadratic"}
    data = load_data(Experiment(data={"name": "file", **paths}, network=network))
    assert held(data).y.tolist() == [[7], [9], [7]]
    soft, hard = np.full((4, 2), 0.5), np.array([[1.0, 0], [1, 0]])
    np.savez(tmp_path / "a.npz", x=np.zeros((4, 4)), y=soft)
    given = second(tmp_path / "a.npz", np.zeros((2, 4)), hard)
    np.testing.assert_array_equal(held(load(**given)).y, hard)


def test_one_archive_may_hold_both(tmp_path: Path) -> None:
    arrays = {"x_train": np.zeros((4, 1)), "y_train": [0, 1, 2, 0], "x_test": np.ones((2, 1))}
    path = str(tmp_path / "mnist.npz")
    np.savez(path, y_test=[2, 2], **arrays)
    data = load(name="file", path=path, held_out=path, **RAW)
    assert (len(data.x), held(data).y.tolist(), held(data).x.tolist()) == (4, [2, 2], [[1], [1]])


def test_a_second_file_that_is_none(path: Path, tmp_path: Path) -> None:
    for name, said in (("none.npz", "no such file"), (".", "allowed"), ("a.txt", "no such file")):
        with pytest.raises(InputError, match=f"^data.held_out: .*{said}"):
            load(name="file", path=str(path), held_out=str(tmp_path / name))
    (tmp_path / "b.csv").write_text("a,b,c,d,class\n1,2,3,4,oak\n")
    with pytest.raises(InputError, match=r'got class "oak"; allowed those of data.path: 0, 1, 2'):
        load(name="file", path=str(path), held_out=str(tmp_path / "b.csv"))


def test_targets_are_checked_in_both_files(path: Path) -> None:
    np.savez(path, x=np.zeros((4, 4)), y=np.full((4, 2), 0.5))
    given = second(path, np.zeros((2, 4)), np.full((2, 2), 1.5))
    with pytest.raises(InputError, match=r"data.held_out: .*b.npz: y: got targets from 1.5 to 1.5"):
        load(**given)
    with pytest.raises(InputError, match=r"y: got 3 outputs; allowed 2, as data.path has"):
        load(**second(path, np.zeros((2, 4)), np.full((2, 3), 0.5)))


def test_a_share_that_leaves_nothing_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "two.npz", x=np.zeros((2, 1)), y=[0, 1])
    with pytest.raises(InputError, match=r"data.held_out: got 0.6, which takes all of 2;"):
        load(name="file", path=str(tmp_path / "two.npz"), held_out=0.6)


def test_inputs_beyond_the_type_are_refused_only_where_they_were_asked_for() -> None:
    # One digit alone is standardised to 0; the others then lie anywhere.
    given: dict[str, Any] = {"dtype": "float16", "samples": 1, "scale": 1e6}
    assert load(**given).held_out is None
    with pytest.raises(InputError, match=r"data.scale: .* inputs of held-out examples beyond"):
        load(**given, held_out=0.5)


def test_no_more_are_passed_than_a_computation_can_take(path: Path) -> None:
    given = second(path, np.zeros((caps.EXAMPLES + 5, 4)), np.zeros(caps.EXAMPLES + 5, int))
    assert len(held(load(**given)).x) == caps.EXAMPLES
    wide = Experiment(data=given, network={"widths": [4, 4000, 4000, 3]})
    with pytest.raises(InputError, match=r"network x data.held_out: got"):
        layer_widths(wide)
