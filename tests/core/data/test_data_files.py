"""The user's own data files: what is read, and the error line for each bad file."""

import io
import os
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from backprop_core import caps
from backprop_core.data import datasets, held_files
from backprop_core.data.datasets import Data, layer_widths, load_data
from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment, load_experiment
from tests.patience import at_once

RNG = np.random.default_rng(0)
X = RNG.normal(3, 2, size=(30, 4))
CLASSES = np.arange(30) % 3
TARGETS = RNG.uniform(size=(30, 2))


def experiment(path: Path, **network: object) -> Experiment:
    data = {"name": "file", "path": str(path), "standardize": False}
    return Experiment(data=data, network={"depth": 2, "width": 5, **network})


def npz(folder: Path, **arrays: object) -> Path:
    path = folder / "mine.npz"
    np.savez(path, **arrays)  # type: ignore[arg-type]
    return path


def csv(folder: Path, text: str) -> Path:
    path = folder / "mine.csv"
    path.write_text(text, encoding="utf-8")
    return path


def rows(data: Data) -> set[tuple[float, ...]]:
    return {tuple(row) for row in np.column_stack([data.x, data.y])}


def problem(path: Path, function: Callable[[Experiment], object] = layer_widths) -> str:
    with at_once(), pytest.raises(InputError) as caught:
        function(experiment(path))
    (line,) = caught.value.problems
    assert line.isprintable()
    prefix = f"data.path: {path}: "
    assert line.startswith(prefix)
    return line.removeprefix(prefix)


def test_classes_of_an_npz(tmp_path: Path) -> None:
    e = experiment(npz(tmp_path, x=X, y=CLASSES))
    data = load_data(e)
    assert layer_widths(e) == (4, 5, 3)
    assert (data.outputs, data.available, data.name) == (3, 30, "file")
    assert data.y.dtype == np.int64
    assert rows(data) == {tuple(row) for row in np.column_stack([X, CLASSES])}


def test_targets_of_an_npz(tmp_path: Path) -> None:
    e = experiment(npz(tmp_path, x=X, y=TARGETS), loss="quadratic")
    data = load_data(e)
    assert layer_widths(e) == (4, 5, 2)
    assert data.y.shape == (30, 2)
    assert rows(data) == {tuple(row) for row in np.column_stack([X, TARGETS])}
    with pytest.raises(ValueError, match="read-only"):
        data.y[0] = 0


@pytest.mark.parametrize("kind", ["u1", ">i4", "<i8", "f2", ">f4", "g", "?"])
def test_every_real_type_and_order_of_an_npz(tmp_path: Path, kind: str) -> None:
    x = np.asfortranarray((abs(X) * 10).astype(kind))
    labels = CLASSES.astype("u1")
    path = tmp_path / "mine.npz"
    np.savez_compressed(path, x=x, y=labels, other=np.zeros(3))
    data = load_data(experiment(path))
    assert data.x.dtype == np.float64
    assert rows(data) == {tuple(r) for r in np.column_stack([x.astype("f8"), labels])}


def test_versions_of_an_npy_header(tmp_path: Path) -> None:
    path = npz(tmp_path, y=CLASSES)
    member = io.BytesIO()
    np.lib.format.write_array(member, X, version=(2, 0))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("x.npy", member.getvalue())
    assert load_data(experiment(path)).x.shape == (30, 4)
    path = npz(tmp_path, y=CLASSES)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("x.npy", member.getvalue().replace(b"NUMPY\x02", b"NUMPY\x03"))
    assert problem(path) == "x: got .npy version (3, 0); allowed 1 or 2"


def test_fewer_samples_leave_the_classes_as_they_are(tmp_path: Path) -> None:
    e = experiment(npz(tmp_path, x=X, y=CLASSES)).override({"data.samples": 2})
    assert load_data(e).x.shape == (2, 4)
    assert load_data(e).outputs == 3


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    e = experiment(npz(tmp_path, x=X, y=CLASSES))
    assert load_data(e).x.shape == (30, 4)
    assert load_data(e) is load_data(e)
    npz(tmp_path, x=X[:, :3], y=CLASSES)
    assert load_data(e).x.shape == (30, 3)
    assert layer_widths(e) == (3, 5, 3)


def test_a_path_is_looked_up_beside_the_configuration(tmp_path: Path) -> None:
    npz(tmp_path, x=X, y=CLASSES)
    file = tmp_path / "deep.toml"
    file.write_text('data = {name = "file", path = "mine.npz"}')
    assert load_data(load_experiment(file)).x.shape == (30, 4)


def test_classes_of_a_csv_are_words_or_numbers_in_order(tmp_path: Path) -> None:
    path = csv(
        tmp_path, "\ufeffwidth, length,kind\r\n1,2.5,pear\r\n\r\n3,4e1, apple\r\n5,-6,pear\r\n"
    )
    data = load_data(experiment(path))
    assert rows(data) == {(1, 2.5, 1), (3, 40, 0), (5, -6, 1)}
    assert data.outputs == 2
    path = csv(tmp_path, 'a,"the, class"\n1,10\n2,9\n3,-1\n4,"10"\n')
    assert rows(load_data(experiment(path))) == {(1, 2), (2, 1), (3, 0), (4, 2)}


def test_numbers_of_a_csv_are_what_numpy_takes_for_such(tmp_path: Path) -> None:
    cells = [" 1 ", "1.", ".5", "+2e-3", "\u00a07", "1E2"]
    path = csv(tmp_path, "a,class\n" + "".join(f"{cell},{n % 2}\n" for n, cell in enumerate(cells)))
    wanted = np.loadtxt(io.StringIO("\n".join(cells)))
    assert {row[0] for row in rows(load_data(experiment(path)))} == set(wanted)


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        pytest.param(["01", "02", "10"], [0, 1, 2], id="padded alike"),
        pytest.param(["1_6", "2", "1_6"], [0, 1, 0], id="no number, so a word"),
        pytest.param(["a1", "a01", "a1"], [1, 0, 1], id="words are what they are"),
    ],
)
def test_labels_that_look_like_numbers(
    tmp_path: Path, labels: list[str], classes: list[int]
) -> None:
    text = "a,class\n" + "".join(f"{n},{label}\n" for n, label in enumerate(labels))
    data = load_data(experiment(csv(tmp_path, text)))
    assert rows(data) == {(n, label) for n, label in enumerate(classes)}


NPZ = "is not an .npz archive, or is damaged; allowed what numpy.savez writes"
WAY_OUT = 'write np.savez("mine.npz", x=..., y=...)'
TO_PREDICT = "to predict numbers type --set network.output=identity --set network.loss=quadratic"
NO_CLASSES = (
    f"which are no classes; {TO_PREDICT}, to take another column data.target; "
    "classes may have words as names"
)
SHAPE = "allowed (examples, features), with at least 1 example and 1 to 4096 features"
WITH_NAN = X.copy()
WITH_NAN[3, 1] = np.nan
WITH_NAN[7, 0] = -np.inf

BAD_ARRAYS = [
    ({"x": X}, f"has no array y; it holds x (30, 4); {WAY_OUT}"),
    ({"P": X, "Q": X}, f"has no array x and no y; it holds P (30, 4), Q (30, 4); {WAY_OUT}"),
    ({}, f"has no array x and no y; it holds no arrays; {WAY_OUT}"),
    (
        {"x": np.array([object()]), "y": CLASSES},
        "x: holds pickled Python objects; allowed an array of numbers: save x.astype(float)",
    ),
    (
        {"x": X, "y": np.array([{}] * 30)},
        "y: holds pickled Python objects; allowed an array of numbers or words: save y.astype(str)",
    ),
    ({"x": X + 1j, "y": CLASSES}, "x: got complex128; allowed real numbers"),
    ({"x": X.astype(str), "y": CLASSES}, "x: got <U32; allowed real numbers"),
    ({"x": X, "y": CLASSES + 1j}, "y: got complex128; allowed real numbers or words"),
    (
        {"x": X, "y": np.array(["a"] * 30)},
        'y: got a single class, "a"; allowed at least two',
    ),
    (
        {"x": X, "y": np.array(["a", "", "b"] * 10)},
        "y: has no class in row 1 (counted from 0), and in 9 more; leave these rows out",
    ),
    (
        {"x": X, "y": np.array(["a" * 201, "b"] * 15)},
        "y: got a class of 201 characters; allowed at most 200",
    ),
    (
        {"x": X, "y": np.array([b"\xff", b"a"] * 15)},
        "y: holds words that are no text; allowed words in UTF-8",
    ),
    ({"x": X.astype("M8[s]"), "y": CLASSES}, "x: got datetime64[s]; allowed real numbers"),
    (
        {"x": np.zeros(3, [("a", "f8")]), "y": CLASSES},
        "x: got [('a', '<f8')]; allowed real numbers",
    ),
    (
        {"x": WITH_NAN, "y": CLASSES},
        "x: got nan in row 3, column 1 (counted from 0), and 1 more; allowed finite numbers",
    ),
    (
        {"x": X, "y": WITH_NAN[:, :2]},
        "y: got nan in row 3, column 1 (counted from 0), and 1 more; allowed finite numbers",
    ),
    (
        {"x": np.full((2, 1), np.longdouble("1e4000")), "y": [0, 1]},
        "x: got inf in row 0, column 0 (counted from 0), and 1 more; allowed finite numbers",
    ),
    (
        {"x": X[None], "y": CLASSES},
        "y: got shape (30,); allowed (1,) classes or (1, outputs) targets, as x has 1 examples",
    ),
    (
        {"x": np.zeros((2, 40, 40, 3)), "y": [0, 1]},
        "x: got shape (2, 40, 40, 3), which are 4,800 features of an example when flattened; "
        "allowed at most 4,096",
    ),
    ({"x": X[:0], "y": CLASSES[:0]}, f"x: got shape (0, 4); {SHAPE}"),
    ({"x": np.zeros((2, 4097)), "y": [0, 1]}, f"x: got shape (2, 4097); {SHAPE}"),
    (
        {"x": X, "y": CLASSES[:-1]},
        "y: got shape (29,); allowed (30,) classes or (30, outputs) targets, as x has 30 examples",
    ),
    (
        {"x": X, "y": 3},
        "y: got shape (); allowed (30,) classes or (30, outputs) targets, as x has 30 examples",
    ),
    ({"x": X, "y": np.zeros((30, 0))}, "y: got 0 outputs; allowed 1 to 4096"),
    (
        {"x": np.zeros((5000, 1)), "y": np.arange(5000)},
        "the target, array y: got 5,000 different numbers in 5,000 rows, from 0 to 4999, "
        f"{NO_CLASSES}",
    ),
    (
        {"x": X, "y": CLASSES / 2},
        f"the target, array y: got 3 different numbers in 30 rows, from 0 to 1, {NO_CLASSES}",
    ),
    (
        {"x": X, "y": np.where(CLASSES, np.nan, 1)},
        "y: got nan in row 1 (counted from 0), and 19 more; allowed finite numbers",
    ),
    ({"x": X, "y": CLASSES * 0}, "y: got a single class, 0; allowed at least two"),
    ({"x": X, "y": CLASSES * 0 + 7}, 'y: got a single class, "7"; allowed at least two'),
]


@pytest.mark.parametrize(("arrays", "line"), BAD_ARRAYS, ids=[line[:50] for _, line in BAD_ARRAYS])
def test_arrays_that_are_no_examples(tmp_path: Path, arrays: dict[str, object], line: str) -> None:
    assert problem(npz(tmp_path, **arrays)) == line
    assert problem(tmp_path / "mine.npz", load_data) == line


def forged(folder: Path, shape: tuple[int, ...], descr: str = "<f8") -> Path:
    """An archive whose x has a header that promises what is not there."""
    member = io.BytesIO()
    header = {"descr": descr, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(member, header)
    path = npz(folder, y=CLASSES)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("x.npy", member.getvalue() + bytes(64))
    return path


@pytest.mark.parametrize(
    ("shape", "line"),
    [
        ((10**9, 10**9), "x: is cut short: its header promises 8,000,000,000,000,000,000 bytes"),
        ((30, 4), "x: is cut short: its header promises 960 bytes"),
        ((-1, 4), "x: got shape (-1, 4); allowed lengths of at least 0"),
    ],
)
def test_a_header_that_lies_takes_no_memory(
    tmp_path: Path, shape: tuple[int, ...], line: str
) -> None:
    path = forged(tmp_path, shape)
    tracemalloc.start()
    assert problem(path) == line
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caps, "DATA_BYTES", 2**23)
    member = io.BytesIO()
    shape = (caps.DATA_BYTES // 8 + 1, 1)
    header = {"descr": "<f8", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(member, header)
    path = npz(tmp_path, y=CLASSES)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("x.npy", "w") as file,
    ):
        file.write(member.getvalue())
        file.write(bytes(caps.DATA_BYTES + 8))
    tracemalloc.start()
    assert problem(path) == (
        "x and y: got 8,388,856 bytes when unpacked; allowed at most 8,388,608"
    )
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


def test_damaged_archives(tmp_path: Path) -> None:
    whole = npz(tmp_path, x=X, y=CLASSES).read_bytes()
    path = tmp_path / "mine.npz"
    for content in (b"", b"PK", whole[:-200], whole[:100], X.dumps(), bytes(1000)):
        path.write_bytes(content)
        assert problem(path) == NPZ
    expected = {tuple(row) for row in np.column_stack([X, CLASSES])}
    refused = 0
    for place in range(len(whole)):
        content = bytearray(whole)
        content[place] ^= 0xFF
        path.write_bytes(content)
        # The file may be rewritten faster than its time of change ticks.
        held_files._read.cache_clear()
        datasets._load.cache_clear()
        try:
            data = load_data(experiment(path))
        except InputError as error:
            (line,) = error.problems
            refused += line.isprintable()
        else:
            # It was a date, or another field that nobody needs.
            assert rows(data) == expected
    assert refused > 0.8 * len(whole)


FILL = 'no value; fill in or delete, with pandas: df.dropna().to_csv("clean.csv", index=False)'
SPELLING = "allowed one spelling for each number, or words"
ALONE = " alone, as 1234.5: without unit, currency, % or marks between thousands"
BAD_TABLES = [
    ("", "line 1: got 0 columns; allowed at least one feature and the class"),
    (
        "a\n1\n",
        "line 1: got 1 column (looked for , ; tab | and blanks between them); "
        "allowed at least one feature and the class",
    ),
    ("a," * 4097 + "c\n", "line 1: got 4,098 columns; allowed 4,097"),
    ("a,b,c\n1,2,u\n3,v\n", "line 3: got 2 cells; allowed 3, as in the header"),
    ("a,b,c\n1,2,u\n\n3,4 m,v\n", f'line 4: column "b" (1): got "4 m"; allowed a number{ALONE}'),
    ("1,2,u\n3,v\n4,5,v\n", "line 2: got 2 cells; allowed 3, as in the first line"),
    (
        "a,b,c\n1,5,2,5,u\n3,1,4,2,v\n",
        "line 2: got 5 cells; allowed 3, as in the header; cells with commas in them stand in "
        "quotes",
    ),
    ("a,b,c\n1,,u\n", f'line 2: column "b" (1) is empty; 1 row of 1 has {FILL}'),
    (
        "a,b,c\n1,?,u\n2,NA,v\n3,4,v\n",
        f'line 2: column "b" (1): got "?"; 2 rows of 3 have {FILL}',
    ),
    ("a,c\n1,u\n2,v\nnan,u\n", f'line 4: column "a" (0): got "nan"; 1 row of 3 has {FILL}'),
    ("a,c\n1,u\n2,\n", f'line 3: the target, column "c" (1) is empty; 1 row of 2 has {FILL}'),
    ("a,c\n1,u\n?,?\n2,v\n", f'line 3: the target, column "c" (1): got "?"; 1 row of 3 has {FILL}'),
    ("a,b,c\n,1,u\n,2,v\n", 'column "a" (0) has no value in any row; delete the column'),
    (
        "a,c\n1,\n2,?\n",
        'the target, column "c" (1) has no value in any row; for another column: data.target',
    ),
    ("id,c\nx,u\ny,v\n", "has no column of numbers beside the target; allowed at least one"),
    (
        "a,c\n1,0.5\n2,1\n",
        'the target, column "c" (1), the last column: got 2 different numbers in 2 rows, '
        f"from 0.5 to 1, {NO_CLASSES}",
    ),
    ("a,c\n", "has a header and no examples; allowed at least one row below it"),
    (
        "a,c\n1,u\n2,u\n",
        'the target, column "c" (1): got a single class, "u"; allowed at least two; '
        "for another column: data.target",
    ),
    (
        "kind,p\n0,0\n1,0\n0,0\n1,0\n",
        'the target, column "p" (1): got a single class, "0"; allowed at least two; '
        'column "kind" (0) holds 2 classes: data.target="kind"',
    ),
    ("a,c\n" + "1,u\n" * 100_001, "got more than 100,000 examples; allowed that many"),
    ("a,c\n" + '"' + "1" * 200_000, "is not a table: field larger than field limit (131072)"),
    ("a,c\n1,v\n\x00,u", 'line 3: column "a" (0): got "\\x00"; allowed a number'),
    ("a,b,c\n1,2,u\n1_6,3,v\n", 'line 3: column "a" (0): got "1_6"; allowed a number'),
    ("a,b,c\n1,2,u\n4,\u0661,v\n", 'line 3: column "b" (1): got "\u0661"; allowed a number'),
    ("a,c\n1,v\n0x10,u\n", 'line 3: column "a" (0): got "0x10"; allowed a number'),
    ("a,c\n1,v\n1e,u\n", f'line 3: column "a" (0): got "1e"; allowed a number{ALONE}'),
    (
        "a,sex,c\n1,male,u\n2,female,v\n",
        'line 2: column "sex" (1): got "male"; allowed a number in each feature; delete the '
        "column, or of its words make columns of 0 and 1 (pandas: pd.get_dummies(df, "
        'columns=["sex"], dtype=int)), or if it is the class type data.target="sex"',
    ),
    (
        "a,c\n1,u\ninfinity,v\n",
        "x: got inf in row 1, column 0 (counted from 0), and 0 more; allowed finite numbers",
    ),
    (
        "a,c\n1,1\n2,2\n3,01\n",
        f'the target, column "c" (1): got "01" and "1"; {SPELLING}',
    ),
    (
        "a,c\n1,-0\n2,+0\n",
        f'the target, column "c" (1): got "+0" and "-0"; {SPELLING}',
    ),
]


@pytest.mark.parametrize(("text", "line"), BAD_TABLES, ids=[line[:50] for _, line in BAD_TABLES])
def test_tables_that_are_no_examples(tmp_path: Path, text: str, line: str) -> None:
    assert problem(csv(tmp_path, text)) == line


def test_a_table_of_too_many_numbers_stops_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caps, "DATA_BYTES", 240)
    path = csv(tmp_path, "a,b,c\n" + "1,2,u\n" * 11)
    assert problem(path) == "got more than 30 numbers; allowed that many"


def test_a_table_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    utf8 = 'save it as "CSV UTF-8", or type iconv -f'
    path.write_bytes("a,größe,c\n1,2,u\n".encode("cp1252"))
    assert problem(path) == (
        'is not text in UTF-8: byte 0xf6, which Windows-1252 reads as in "größe"; '
        f"{utf8} CP1252 -t UTF-8 OLD.csv > NEW.csv"
    )
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        path.write_bytes("a,c\n1,u\n2,v\n".encode(encoding))
        assert problem(path) == (
            f"is text in UTF-16; allowed UTF-8: {utf8} UTF-16 -t UTF-8 OLD.csv > NEW.csv"
        )


def test_what_is_no_data_file(tmp_path: Path) -> None:
    special = "is a pipe or a device; allowed a regular file"
    assert problem(tmp_path / "none.npz") == "no such file"
    assert problem(tmp_path) == "is a folder; allowed a regular file"
    os.mkfifo(tmp_path / "pipe.npz")
    assert problem(tmp_path / "pipe.npz") == special
    assert problem(tmp_path / "pipe.npz", load_data) == special
    assert problem(Path("/dev/zero")) == special
    (tmp_path / "file").touch()
    assert problem(tmp_path / "file" / "mine.npz") == "cannot be read: Not a directory"
    other = tmp_path / "mine.pkl"
    other.write_bytes(X.dumps())
    assert problem(other) == "allowed a file that ends in .npz or .csv"
    sheet = other.rename(tmp_path / "mine.xlsx")
    assert problem(sheet) == 'allowed a file that ends in .npz or .csv; save it as "CSV UTF-8"'
    large = tmp_path / "large.npz"
    with large.open("wb") as file:
        file.truncate(caps.DATA_BYTES + 1)
    assert problem(large) == "got 536,870,913 bytes; allowed at most 536,870,912"


def test_widths_that_do_not_match_the_file(tmp_path: Path) -> None:
    path = npz(tmp_path, x=X, y=CLASSES)
    data = {"name": "file", "path": str(path)}
    with pytest.raises(InputError) as caught:
        layer_widths(Experiment(data=data, network={"widths": [64, 30, 10]}))
    assert caught.value.problems == (
        "network.widths: got 64 inputs and 10 outputs; "
        f"allowed 4 and 3, those of the data ({path})",
    )


def test_targets_go_with_the_loss(tmp_path: Path) -> None:
    path = npz(tmp_path, x=X, y=TARGETS)
    assert load_data(experiment(path)).outputs == 2
    with pytest.raises(InputError) as caught:
        load_data(experiment(path, output="identity", loss="hinge"))
    assert caught.value.problems == (
        f'data.path: {path}: y: got targets of shape (30, 2) with loss = "hinge"; '
        "allowed classes, whole numbers of shape (examples,)",
    )
    npz(tmp_path, x=X, y=np.array([[-1, 2.5]] * 30))
    assert problem(path, load_data) == (
        f'y: got targets from -1 to 2.5 with loss = "cross_entropy"; allowed 0 to 1; {TO_PREDICT}'
    )


def test_targets_beyond_the_type_are_refused(tmp_path: Path) -> None:
    path = npz(tmp_path, x=X, y=TARGETS * 1e9)
    e = experiment(path, loss="quadratic").override({"dtype": "float16"})
    with pytest.raises(InputError, match="y leaves the range of float16"):
        load_data(e)
