"""Data files, from arbitrary bytes to valid ones."""

from __future__ import annotations

import io
import struct
import zipfile

import numpy as np
from hypothesis import strategies as st

from backprop_core.recording import Pass, from_arrays
from backprop_core.recording.archive import about
from tests.fuzz.texts import WORDS

TOKENS = [
    *(b"PK\1\2", b"PK\3\4", b"PK\5\6", b"PK\6\6", b"PK\6\7", b"\x93NUMPY", b"x.npy", b"y.npy"),
    *(b"\xff" * 4, b"\0" * 4, b"\xff" * 8, b"(", b"'", b"}", b"|O", b"<f8", b">u2", b"True", b"L"),
    *(b"\x80\4.", b"cos\nsystem\n", b"-" * 60, b"9" * 30, b"\1\0", b"\x7f", b"\x1b[31m"),
]
DTYPES = ["<f8", ">f4", "|u1", "|b1", "<i8", "<f2", "<c16", "|S3", "<U2", "<M8[s]", "<V8"]


def archive(packing: int, x: bytes, y: bytes, names: tuple[str, str] = ("x.npy", "y.npy")) -> bytes:
    """Return an archive of two files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as file:
        file.writestr(names[0], x)
        file.writestr(names[1], y)
    return made.getvalue()


def npy(array: np.ndarray) -> bytes:
    """Return an array as NumPy writes it."""
    made = io.BytesIO()
    np.save(made, array, allow_pickle=False)
    return made.getvalue()


def with_header(header: bytes, data: bytes, version: int) -> bytes:
    """Return an array with any header."""
    length = struct.pack("<H" if version == 1 else "<I", len(header) % 2**16)
    return b"\x93NUMPY" + bytes([version, 0]) + length + header + data


X = npy(np.arange(24.0).reshape(8, 3))
Y = npy(np.arange(8) % 2)


def mutated(wholes: list[bytes]) -> st.SearchStrategy[bytes]:
    """Return bytes of which a few places were cut out or written over."""
    change = st.tuples(
        st.floats(0, 1), st.integers(0, 8), st.sampled_from(TOKENS) | st.binary(max_size=4)
    )

    def apply(content: bytes, changes: list[tuple[float, int, bytes]], end: float) -> bytes:
        for where, length, put in changes:
            at = int(where * len(content))
            content = content[:at] + put + content[at + length :]
        return content[: int(end * len(content))]

    ends = st.just(1.0) | st.floats(0, 1)
    return st.builds(apply, st.sampled_from(wholes), st.lists(change, min_size=1, max_size=4), ends)


def headers() -> st.SearchStrategy[bytes]:
    """Return headers of arrays: literals of Python, of all kinds."""
    number = st.integers(-2, 12) | st.sampled_from([2**31, 2**63, 10**30, True, 2.5, None, "3"])
    shape = st.lists(number, max_size=4).map(tuple) | number | st.just([8, 3])
    descr = st.sampled_from(DTYPES) | WORDS | st.just([("a", "<f8")]) | number
    turned = st.booleans() | number
    whole = st.fixed_dictionaries(
        {"descr": descr, "fortran_order": turned, "shape": shape},
        optional={"more": number},
    )
    return whole.map(lambda found: repr(found).encode("utf-8", "replace") + b"\n")


def archives() -> st.SearchStrategy[bytes]:
    """Return archives: mutated ones, and ones of arrays that nobody wrote."""
    packings = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
    wholes = [archive(packing, X, Y) for packing in packings]
    data = st.binary(max_size=200) | st.just(bytes(192))
    made = st.builds(with_header, headers(), data, st.sampled_from([1, 1, 1, 2, 3]))
    arrays = mutated([X, Y]) | made | st.binary(max_size=60) | st.just(X)
    built = st.builds(archive, st.sampled_from(packings), arrays, arrays | st.just(Y))
    return mutated(wholes) | built | st.binary(max_size=100) | saved()


def saved() -> st.SearchStrategy[bytes]:
    """Return archives as NumPy writes them, of arrays of all types and shapes."""
    shapes = st.just((8, 3)) | st.lists(st.integers(0, 9), max_size=3).map(tuple)

    def array(descr: str, shape: tuple[int, ...], turned: bool, seed: int) -> np.ndarray:
        dtype = np.dtype(descr)
        size = dtype.itemsize * int(np.prod(shape))
        found = np.frombuffer(np.random.default_rng(seed).bytes(size), dtype).reshape(shape)
        return np.asfortranarray(found) if turned else found

    arrays = st.builds(
        array, st.sampled_from(DTYPES), shapes, st.booleans(), st.integers(0, 99)
    ).map(npy)
    classes = st.integers(0, 9).map(lambda most: npy(np.arange(8) % (most + 1)))
    packing = st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
    return st.builds(archive, packing, arrays, classes | arrays)


def tables() -> st.SearchStrategy[bytes]:
    """Return tables: of cells of all kinds, mutated, and of no cells at all."""
    wholes = [
        *(b"a,b,kind\n1,2.5,pear\n3,4e1,apple\n5,-6,pear\n", b"a,c\r\n1,0\r\n2,1\r\n"),
        *(b"sep=;\na;kind\n1,5;u\n1.234,5;v\n", b"# a b kind\n1 2 0.0\n3 4 1.0\n"),
        b",a,kind\n0,True,u\n1,?,v\n",
    ]
    cell = (
        WORDS
        | st.floats().map(str)
        | st.integers().map(str)
        | st.sampled_from(
            [
                *(
                    "1",
                    "0",
                    "nan",
                    "inf",
                    "1e400",
                    '"',
                    '"a\nb"',
                    "",
                    " ",
                    "=1+1",
                    "9" * 400,
                    "1_0",
                ),
                *("٣", "1,5", '"1,234"', "1.234,5", "?", "#", "True", "sep=;"),
            ]
        )
    )
    separator = st.sampled_from([",", ",", ";", "\t", " ", "|"])
    row = st.builds(str.join, separator, st.lists(cell, max_size=4))
    built = st.lists(row, max_size=8).map("\n".join)
    number = st.floats(allow_nan=False, allow_infinity=False).map(str) | st.integers().map(str)
    lines = st.lists(st.tuples(number, number, st.sampled_from(["a", "b", "1", "2"]) | cell))
    good = lines.map(lambda rows: "\n".join(map(",".join, [("x", "y", "kind"), *rows])))
    texts = built | good
    encoded = texts.map(lambda text: text.encode("utf-8", "surrogatepass"))
    return mutated(wholes) | encoded | st.binary(max_size=100)


def recordings() -> st.SearchStrategy[bytes]:
    """Return recordings that were mutated, or parts of which are arrays that nobody wrote."""
    z = [np.linspace(-2.0, 2.0, 12).reshape(4, 3), np.ones((4, 2))]
    passes = [Pass(z=z, delta=z, a=z, x=z[0], loss=1.0, step=step) for step in range(2)]
    made = io.BytesIO()
    found = from_arrays(passes, "sigmoid")
    arrays = {"about": np.frombuffer(about(found), dtype=np.uint8), **found.arrays()}
    np.savez(made, allow_pickle=False, **arrays)
    whole = made.getvalue()

    def with_part(name: str, part: bytes) -> bytes:
        changed = io.BytesIO()
        parts = {key: npy(array) for key, array in arrays.items()} | {name: part}
        with zipfile.ZipFile(changed, "w") as file:
            for key, content in parts.items():
                file.writestr(f"{key}.npy", content)
        return changed.getvalue()

    names = st.sampled_from([*arrays, "W.1", "dW", "back", "z.3", "a.0", "units.x", "more"])
    strange = st.builds(with_header, headers(), st.binary(max_size=200), st.just(1))
    texts = WORDS.map(lambda text: npy(np.frombuffer(text.encode("utf-8", "replace"), np.uint8)))
    own = st.sampled_from([npy(array) for array in arrays.values()])
    return mutated([whole]) | st.builds(with_part, names, strange | texts | own)
