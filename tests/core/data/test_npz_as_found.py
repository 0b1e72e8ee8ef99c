"""Arrays under the names and in the shapes that people give them."""

import io

import numpy as np
import pytest

from backprop_core.data.npz_examples import read_npz
from backprop_core.data.raw_data import Arrays
from backprop_core.errors import InputError

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (30, 4, 5), dtype=np.uint8)
X = IMAGES.reshape(30, -1) / 255
Y = np.arange(30) % 3
FEW = {"x": X[:6], "y": Y[:6]}


def read(target: str | int | None = None, /, *, part: bool = False, **arrays: object) -> Arrays:
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]
    file.seek(0)
    return read_npz(file, target, part=part)


def problem(target: str | int | None = None, /, **arrays: object) -> str:
    with pytest.raises(InputError) as caught:
        read(target, **arrays)
    (line,) = caught.value.problems
    return line


NAMES = [
    ("x", "y"),
    ("X", "y"),
    ("X", "Y"),
    ("x", "labels"),
    ("x_train", "y_train"),
    ("X_train", "Y_train"),
    ("xtrain", "ytrain"),
    ("trainX", "trainY"),
    ("train_images", "train_labels"),
    ("training_data", "training_targets"),
    ("data", "target"),
    ("images", "labels"),
    ("features", "species"),
    ("arr_0", "arr_1"),
    ("anything", "whatever"),
]


@pytest.mark.parametrize(("x", "y"), NAMES)
def test_usual_names_are_taken(x: str, y: str) -> None:
    found = read(**{y: Y, x: X})
    np.testing.assert_array_equal(found.x, X)
    np.testing.assert_array_equal(found.y, Y)
    assert found.taken.target == f"array {y}"
    assert found.taken.features == f"20, from the array {x}"


def test_of_the_parts_of_a_data_set_the_first_is_trained_on_and_the_last_held_out() -> None:
    for x, y in (("x_{}", "y_{}"), ("{}_images", "{}_labels")):
        parts = {"train": slice(0, 20), "val": slice(20, 24), "test": slice(24, 30)}
        arrays = {x.format(part): X[places] for part, places in parts.items()}
        arrays |= {y.format(part): Y[places] for part, places in parts.items()}
        found, held = read(**arrays), read(part=True, **arrays)
        np.testing.assert_array_equal(found.x, X[:20])
        np.testing.assert_array_equal(held.x, X[24:])
        np.testing.assert_array_equal(held.y, Y[24:])
        (note,) = found.taken.notes
        assert note.startswith("not read: ")
        assert note.endswith("to judge on them set data.held_out to this file, too")
    np.testing.assert_array_equal(read(part=True, **FEW).x, X[:6])


def test_x_and_y_come_before_all_others() -> None:
    found = read(x=X, y=Y, x_train=X[:9], y_train=Y[:9], images=IMAGES)
    assert len(found.x) == 30
    assert found.taken.notes == ("not read: x_train, y_train, images",)
    names = {"target_names": np.array(["a", "b", "c"]), "DESCR": np.array("iris")}
    assert read(data=X, images=IMAGES, target=Y, **names).taken.notes == ("not read: images",)


@pytest.mark.parametrize(
    ("arrays", "line"),
    [
        (
            {"a": X, "b": Y, "c": Y},
            "has no array x and no y; it holds a (30, 20), b (30,), c (30,); "
            'write np.savez("mine.npz", x=..., y=...)',
        ),
        (
            {"x_train": X, "labels": Y, "x_test": X},
            "has no two that belong together; it holds x_train (30, 20), labels (30,), "
            'x_test (30, 20); write np.savez("mine.npz", x=..., y=...)',
        ),
        (
            {"X": X, "y": Y, "X_train": X, "y_train": Y},
            'has X with y and X_train with y_train; say which by data.target="y" or '
            'data.target="y_train"',
        ),
        (
            {"images": X, "label": Y, "target": Y},
            'has target and label; say which are the classes: data.target="target" or '
            'data.target="label"',
        ),
        (
            {"x": X.T, "y": Y},
            "x: got shape (20, 30) with 30 classes; allowed (examples, features): write x.T",
        ),
        (
            {"x": np.moveaxis(IMAGES, 0, -1), "y": Y},
            "x: got shape (4, 5, 30) with 30 classes; allowed (examples, ...): "
            "write np.moveaxis(x, -1, 0)",
        ),
    ],
)
def test_what_is_not_clear_is_asked(arrays: dict[str, np.ndarray], line: str) -> None:
    assert problem(**arrays) == line


def test_the_target_is_named() -> None:
    other = (Y + 1) % 3
    found = read("coarse", x=X, y=Y, coarse=other)
    np.testing.assert_array_equal(found.y, other)
    np.testing.assert_array_equal(read("label", images=X, label=other, target=Y).y, other)
    np.testing.assert_array_equal(read("this", this=other, that=X).y, other)
    np.testing.assert_array_equal(read("y_train", X=X, y=Y, X_train=X, y_train=other).y, other)
    assert problem("none", x=X, y=Y) == (
        'data.target: got "none"; allowed an array of the file: x, y'
    )
    assert problem(0, x=X, y=Y) == "data.target: got 0; allowed the name of an array"


@pytest.mark.parametrize("turned", [np.ascontiguousarray, np.asfortranarray])
@pytest.mark.parametrize("shape", [(30, 4, 5), (30, 1, 4, 5), (30, 4, 5, 1), (30, 2, 2, 5)])
def test_images_are_flattened(turned: type, shape: tuple[int, ...]) -> None:
    found = read(x=np.asarray(turned(IMAGES.reshape(shape))), y=Y)
    np.testing.assert_array_equal(found.x, IMAGES.reshape(30, -1))
    assert found.taken.notes == (f"inputs of {' x '.join(map(str, shape[1:]))} are flattened",)


WORDS = np.array(["oak", "ash", "elm"])


@pytest.mark.parametrize(
    ("y", "classes", "names"),
    [
        pytest.param(Y[:, None], Y, (), id="a column"),
        pytest.param(Y[None], Y, (), id="a row"),
        pytest.param(Y[:, None] + 0.0, Y, (), id="a column of floats"),
        pytest.param(Y % 2 == 1, Y % 2, (), id="truth"),
        pytest.param(Y.astype(np.float32), Y, (), id="floats"),
        pytest.param(Y + 1, Y, ("1", "2", "3"), id="from 1"),
        pytest.param(np.where(Y == 1, 1.0, -1.0), Y == 1, ("-1", "1"), id="-1 and 1"),
        pytest.param(np.where(Y == 1, 8, 3), Y == 1, ("3", "8"), id="some digits"),
        pytest.param(Y * 2**40, Y, ("0", str(2**40), str(2**41)), id="large"),
        pytest.param(WORDS[Y], [2, 0, 1] * 10, ("ash", "elm", "oak"), id="words"),
        pytest.param(WORDS[Y][:, None], [2, 0, 1] * 10, ("ash", "elm", "oak"), id="words below"),
        pytest.param(WORDS[Y].astype("S"), [2, 0, 1] * 10, ("ash", "elm", "oak"), id="bytes"),
        pytest.param(Y.astype(str), Y, (), id="numbers as words"),
        pytest.param(np.eye(3)[Y], Y, (), id="a column for each class"),
        pytest.param(np.eye(3, dtype=np.uint8)[Y], Y, (), id="the same in bytes"),
    ],
)
def test_classes_in_all_shapes(y: np.ndarray, classes: object, names: tuple[str, ...]) -> None:
    found = read(x=X, y=y)
    np.testing.assert_array_equal(found.y, classes)
    assert found.y.dtype == np.int64
    assert found.names == names
    assert not found.taken.quantity


@pytest.mark.parametrize(
    "y", [np.eye(3)[Y] * 0.9, np.eye(4)[Y], np.eye(3)[Y] - 0.5, RNG.normal(size=(30, 1))]
)
def test_targets_of_two_dimensions_stay_targets(y: np.ndarray) -> None:
    found = read(x=X, y=y)
    np.testing.assert_array_equal(found.y, y)
    assert not found.taken.quantity


@pytest.mark.parametrize(
    "y", [RNG.normal(size=30), np.arange(30) * 1000, np.arange(30) + 1.0, Y / 2, np.arange(1, 31)]
)
def test_numbers_of_one_dimension_that_are_no_classes(y: np.ndarray) -> None:
    found = read(x=X, y=y)
    np.testing.assert_allclose(found.y, y[:, None], rtol=1e-15)
    assert "different numbers in 30 rows" in found.taken.quantity


def test_classes_that_count_from_0_may_all_differ() -> None:
    found = read(x=X, y=np.arange(30))
    np.testing.assert_array_equal(found.y, np.arange(30))
    assert found.taken.classes.endswith("as many as examples: names of the rows?")


@pytest.mark.parametrize("kind", ["<U2", ">U2"])
def test_words_that_hold_no_characters(kind: str) -> None:
    codes = np.full((30, 2), 0x110000, dtype=np.dtype("u4").newbyteorder(kind[0]))
    assert problem(x=X, y=codes.view(kind)[:, 0]) == (
        "y: holds words that are no text; allowed words in UTF-8"
    )
    np.testing.assert_array_equal(read(x=X, y=WORDS[Y].astype(f"{kind[0]}U3")).y, [2, 0, 1] * 10)


def test_a_single_feature_needs_no_second_dimension() -> None:
    assert read(x=X[:, 0], y=Y).x.shape == (30, 1)
