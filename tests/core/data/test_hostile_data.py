"""Malicious data files are refused in one line, before they use memory or time."""

import csv
import io
import os
import struct
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from backprop_core import caps
from backprop_core.data import csv_data
from backprop_core.data.datasets import layer_widths, load_data
from backprop_core.data.npz_data import DIRECTORY_BYTES
from backprop_core.errors import InputError
from backprop_core.experiment.config import Experiment
from tests.patience import at_once


def npy(header: str, data: bytes = b"", version: int = 1) -> bytes:
    """An array as NumPy writes it, with any header."""
    length = struct.pack("<H" if version == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes([version, 0]) + length + header.encode() + data


def plain(descr: str = "'<f8'", shape: str = "(2, 1)", turned: object = False) -> str:
    return f"{{'descr': {descr}, 'fortran_order': {turned}, 'shape': {shape}, }}\n"


TWO = np.array([0.0, 1.0]).tobytes()
CLASSES = npy(plain("'|u1'", "(2,)"), b"\0\1")


def archive(folder: Path, x: bytes, packing: int = zipfile.ZIP_STORED) -> Path:
    path = folder / "mine.npz"
    with zipfile.ZipFile(path, "w", packing) as file:
        file.writestr("x.npy", x)
        file.writestr("y.npy", CLASSES)
    return path


def use(path: Path) -> None:
    data = {"name": "file", "path": str(path)}
    experiment = Experiment(data=data, network={"depth": 2, "width": 5})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        layer_widths(experiment)
        load_data(experiment)


def problem(path: Path) -> str:
    """Return what is said of a file, and see that it was said quickly and took no memory."""
    tracemalloc.start()
    with at_once(), pytest.raises(InputError) as caught:
        use(path)
    assert tracemalloc.get_traced_memory()[1] < 2**23
    tracemalloc.stop()
    (line,) = caught.value.problems
    assert line.isprintable()
    assert len(line) < 400
    prefix = f"data.path: {path}: "
    assert line.startswith(prefix)
    return line.removeprefix(prefix)


OTHER = "x: is damaged: NumPy writes another header"
HEADERS = {
    "no end": ("{'descr': ('<f8', 'fortran_order': False\n", OTHER),
    "another string": (plain("'\x1b[31m\n'"), OTHER),
    "a call": ("__import__('os').system('false')", OTHER),
    "a call within": (plain("print(1)"), OTHER),
    "minuses": (plain(shape="(" + "-" * 900 + "1,)"), OTHER),
    "brackets": ("[" * 900, OTHER),
    "brackets within": (plain("[" * 90 + "]" * 90), OTHER),
    "of Python 2": (plain(shape="(2L, 1L)"), OTHER),
    "NUL": ("{\0}", OTHER),
    "empty": ("", OTHER),
    "a list": ("[1, 2]", OTHER),
    "other keys": ("{'descr\\n': 1}", OTHER),
    "more keys": (plain().replace("}", "'\x1b[31m': 1}"), OTHER),
    "a bool for a length": (plain(shape="(True, 1)"), OTHER),
    "a float for a length": (plain(shape="(2.0, 1)"), OTHER),
    "a list for a shape": (plain(shape="[2, 1]"), OTHER),
    "a number for an order": (plain(turned=0), OTHER),
    "bytes for a type": (plain("b'<f8'"), OTHER),
    "too many lengths": (plain(shape="(" + "1," * 64 + ")"), OTHER),
    "too long": (plain() + " " * 1000, "x: got a header of 1,060 bytes; allowed at most 1,024"),
    "negative": (plain(shape="(-2, -1)"), "x: got shape (-2, -1); allowed lengths of at least 0"),
    "10^30 of nothing": (
        plain(shape=f"(0, {10**30})"),
        "is damaged: Maximum allowed dimension exceeded",
    ),
    "objects": (
        plain("'|O'"),
        "x: holds pickled Python objects; allowed an array of numbers: save x.astype(float)",
    ),
    "objects within": (
        plain("[('a', '|O')]"),
        "x: holds pickled Python objects; allowed an array of numbers: save x.astype(float)",
    ),
    "arrays within": (plain("('<f8', (3,))"), "x: got ('<f8', (3,)); allowed real numbers"),
    "fields": (
        plain("[('\\x1b[31m', '<f8')]"),
        "x: got [('\\x1b[31m', '<f8')]; allowed real numbers",
    ),
    "no bytes each": (plain("'|S0'", f"({10**9}, 1)"), "x: got |S0; allowed real numbers"),
    "times": (plain("'<m8[s]'"), "x: got timedelta64[s]; allowed real numbers"),
    "too much for memory": (
        plain(shape=f"({10**12}, 4096)"),
        "x: is cut short: its header promises 32,768,000,000,000,000 bytes",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", HEADERS)
def test_headers_of_arrays(tmp_path: Path, kind: str) -> None:
    header, line = HEADERS[kind]
    assert problem(archive(tmp_path, npy(header, TWO))) == line


def test_a_nan_that_signals_says_nothing_on_its_own(tmp_path: Path) -> None:
    signalling = np.array([0x7FA00000, 0], dtype=">u4").tobytes()
    assert problem(archive(tmp_path, npy(plain("'>f4'"), signalling))) == (
        "x: got nan in row 0, column 0 (counted from 0), and 0 more; allowed finite numbers"
    )


@pytest.mark.parametrize(
    ("descr", "turned", "content"),
    [
        ("'<f8'", False, np.array([1.0, 2.0])),
        ("'>f4'", True, np.array([1.0, 2.0], dtype=">f4")),
        ("'|b1'", False, np.array([False, True])),
        ("'<i2'", True, np.array([1, 2], dtype="<i2")),
    ],
)
@pytest.mark.parametrize("version", [1, 2])
def test_headers_that_are_good(
    tmp_path: Path, descr: str, turned: bool, content: np.ndarray, version: int
) -> None:
    x = npy(plain(descr, turned=turned), content.tobytes(), version)
    data = {"name": "file", "path": str(archive(tmp_path, x)), "standardize": False}
    found = load_data(Experiment(data=data)).x[:, 0]
    assert sorted(found) == sorted(content.astype(float))


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "is damaged: EOF: reading magic string, expected 8 bytes got 0"),
        (b"\x93NUMPY\1\0", "is damaged: unpack requires a buffer of 2 bytes"),
        (b"cos\nsystem\n(S'false'\ntR.", "is damaged: the magic string is not correct; expected"),
        (npy(plain())[:40], OTHER),
        (npy(plain(), TWO[:9]), "x: is cut short: its header promises 16 bytes"),
    ],
)
def test_arrays_that_end_early(tmp_path: Path, content: bytes, line: str) -> None:
    assert problem(archive(tmp_path, content)).startswith(line)


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packings_that_numpy_does_not_use(tmp_path: Path, packing: int) -> None:
    path = archive(tmp_path, npy(plain(), TWO), packing)
    line = f"x: is packed by method {packing}; allowed what numpy.savez writes"
    assert problem(path) == line
    content = path.read_bytes()
    # Its decoder has an error of its own.
    path.write_bytes(content[:50] + b"\xff" * 20 + content[70:])
    assert problem(path) == line


def deflated(folder: Path, head: bytes, zeros: int) -> Path:
    """A small archive whose x is `head` and megabytes of zeros."""
    path = folder / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        with file.open("x.npy", "w") as member:
            member.write(head)
            for _ in range(zeros):
                member.write(bytes(2**20))
        file.writestr("y.npy", CLASSES)
    assert path.stat().st_size < zeros * 2**20 / 100
    return path


def test_a_header_of_a_hundred_megabytes_is_not_read(tmp_path: Path) -> None:
    head = b"\x93NUMPY\2\0" + struct.pack("<I", 100 * 2**20)
    assert problem(deflated(tmp_path, head, 101)) == (
        "x: got a header of 104,857,600 bytes; allowed at most 1,024"
    )


def test_small_numbers_count_as_what_they_become(tmp_path: Path) -> None:
    # 100 MB of bytes are 800 MB of float64.
    head = npy(plain("'|u1'", f"({100 * 2**10}, 1024)"))
    assert problem(deflated(tmp_path, head, 101)) == (
        "x and y: got 838,860,816 bytes when unpacked; allowed at most 536,870,912"
    )


def test_a_list_of_a_million_contents_is_not_read(tmp_path: Path) -> None:
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", *(20, 3, 20), *(0,) * 8, 1, *(0,) * 6) + b"a"
    count = DIRECTORY_BYTES // len(entry) + 1
    listed = entry * count
    sizes = (44, 45, 45, 0, 0, count, count, len(listed), 0)
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", *sizes)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(listed), 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, *(2**16 - 1,) * 2, *(2**32 - 1,) * 2, 0)
    path = tmp_path / "many.npz"
    path.write_bytes(listed + end64 + locator + end)
    assert problem(path) == (
        f"got {len(listed):,} bytes for its list of contents; allowed what numpy.savez writes"
    )


def test_two_entries_that_share_their_bytes(tmp_path: Path) -> None:
    path = archive(tmp_path, npy(plain(), TWO))
    content = bytearray(path.read_bytes())
    # The second entry is made to begin where the first one does.
    second = content.rindex(b"PK\1\2")
    content[second + 42 : second + 46] = bytes(4)
    path.write_bytes(content)
    line = problem(path)
    assert line == "is not an .npz archive, or is damaged; allowed what numpy.savez writes"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a" * 2**19, "line 1: got more than 262,144 characters; allowed that many"),
        ("a,c\n" + "1" * 2**19, "line 2: got more than 262,144 characters; allowed that many"),
        (
            'a,c\n1,"' + "\n" * 140_000,
            f"is not a table: field larger than field limit ({csv.field_size_limit()})",
        ),
        (f"a,c\n1,{'x' * 201}\n", "line 2: got a class of 201 characters; allowed at most 200"),
        (
            f"a,c\n1,{'9' * 199}\n2,1.5\n",
            'the target, column "c" (1), the last column: got 2 different numbers in 2 rows',
        ),
        (
            "a,c\n1,0\n=cmd|' /C calc'!A0\x1b[31m\u202e,1\n",
            'line 3: column "a" (0): got "=cmd|\' /C calc\'!A0\\x1b[31m\\u202e"; allowed a number',
        ),
        ("a,c\n" + "5" * 5000 + ",1\n1,0\n", "x: got inf in row 0, column 0"),
    ],
    ids=["no line end", "no line end later", "quote", "class", "digits", "escapes", "number"],
)
def test_tables(tmp_path: Path, text: str, line: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(text, encoding="utf-8")
    assert problem(path).startswith(line)


def test_a_line_may_be_as_long_as_a_table_may_be_wide() -> None:
    assert caps.WIDTH[1] * len("-1.7976931348623157e+308,") < csv_data.LINE_CHARACTERS


@pytest.mark.parametrize("name", ["mine.npz", "mine.csv"])
@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_pipes_and_devices(tmp_path: Path, name: str, make: Callable[[Path], None]) -> None:
    make(tmp_path / name)
    assert problem(tmp_path / name) == "is a pipe or a device; allowed a regular file"


def test_an_array_is_read_as_it_was_announced(tmp_path: Path) -> None:
    """What lies behind the announced numbers, such as pickled objects, is not looked at."""
    behind = io.BytesIO()
    np.save(behind, np.array([object()]), allow_pickle=True)
    path = archive(tmp_path, npy(plain(), TWO + behind.getvalue()))
    data = {"name": "file", "path": str(path), "standardize": False}
    assert sorted(load_data(Experiment(data=data)).x[:, 0]) == [0.0, 1.0]
