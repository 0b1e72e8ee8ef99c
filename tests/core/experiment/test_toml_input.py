"""Files and texts that are not a configuration are refused at once, in one line."""

import os
import string
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backprop_core.errors import InputError
from backprop_core.experiment.config import load_experiment, parse_experiment
from tests.patience import at_once

TOO_DEEP = "brackets nested more than 4 deep; allowed sections of fields, and lists of numbers"
LONG_KEY = "line 1: a dotted key of more than 4 names; allowed section.field"
START = "for one to start from, type: backprop config new"

BAD_TEXTS = {
    "empty": ("", f"is empty; {START}"),
    "blank": (" \n\t\n", f"is empty; {START}"),
    "field twice": (
        "[network]\ngain = 1\ngain = 2\n",
        'line 3: got "gain = 2", a field or section that comes twice; allowed once',
    ),
    "field twice at the end": (
        "seed = 1\nseed = 2",
        'line 2: got "seed = 2", a field or section that comes twice; allowed once',
    ),
    "section twice": (
        "[film]\n[film]\n",
        'line 2: got "[film]", a field or section that comes twice; allowed once',
    ),
    "no value": ("seed =\n", 'line 1: got "seed =", not TOML: invalid value'),
    "NUL in a word": ("a = b\0c", 'line 1: got "a = b\\x00c", not TOML: invalid value'),
    "NUL": ("seed = 1\n\0", 'line 2: got "\\x00", not TOML: invalid statement'),
    "nested lists": ("network.widths = " + "[" * 8000, TOO_DEEP),
    "nested tables": ("a = " + "{a=" * 4000, TOO_DEEP),
    "brackets after a string": ('t = """a""""\nx = ' + "[" * 9, TOO_DEEP),
    "dotted key": ("a." * 8000 + "a = 1", LONG_KEY),
    "dotted key, quoted": ("'a' . " * 2000 + "a = 1", LONG_KEY),
    "dotted table": ("[" + "a." * 8000 + "a]", LONG_KEY),
    "dotted key of 40 KB": (
        "a." * 20_000 + "a = 1",
        "got 40,005 characters; allowed at most 16,384",
    ),
    "digits": ("seed = " + "1" * 5000, "got a number of thousands of digits; allowed up to 4,300"),
    "escaped quotes": ('t = "' + '\\"' * 8000, None),
    "apostrophes": ("t = " + "'''" * 5000, None),
    "a word": ("a" * 16_000, None),
    "dots": ("." * 16_000, None),
    "sections": ("".join(f"[a.b{i}]\n" for i in range(1600)), None),
    "fields": ("".join(f"b{i}=1\n" for i in range(1800)), None),
    "tables in a list": ("[[a.b]]\n" * 2000, None),
}


def quickly(function, *arguments: object) -> tuple[str, ...]:
    with at_once(), pytest.raises(InputError) as caught:
        function(*arguments)
    return caught.value.problems


@pytest.mark.parametrize("kind", BAD_TEXTS)
def test_hostile_text_is_refused_in_a_second(kind: str) -> None:
    text, line = BAD_TEXTS[kind]
    found = quickly(parse_experiment, text, "deep.toml")
    assert all(problem.startswith("deep.toml: ") and problem.isprintable() for problem in found)
    if line is not None:
        assert found == (f"deep.toml: {line}",)


WINDOWS = {
    "hex": (r'path = "C:\Users\me\data.csv"', r"C:\Users\me\data.csv", "C:/Users/me/data.csv"),
    "letter": (r'path = "D:\my data\x.npz" # mine', r"D:\my data\x.npz", "D:/my data/x.npz"),
    "inline": (r'data = { path = "C:\Users\x.csv" }', r"C:\Users\x.csv", "C:/Users/x.csv"),
    "last": ('path = "C:\\Data\\"', "C:\\Data\\", "C:/Data/"),
    "network": (
        r'path = "\\server\share\x.csv"',
        r"\\server\share\x.csv",
        "//server/share/x.csv",
    ),
    "three quotes": (
        r'path = """C:\Users\x.csv"""',
        r"C:\Users\x.csv",
        "C:/Users/x.csv",
    ),
    "half": (r'path = "C:\\a\me.csv"', r"C:\a\me.csv", "C:/a/me.csv"),
}


@pytest.mark.parametrize("kind", WINDOWS)
def test_a_path_of_windows_is_told_how_it_is_written(kind: str) -> None:
    text, bare, slashes = WINDOWS[kind]
    (line,) = quickly(parse_experiment, f"# mine\n{text}\n", "deep.toml")
    assert line.startswith("deep.toml: line 2: got ")
    assert line.endswith(
        f'a backslash in "..." begins an escape; write \'{bare}\' in single quotes, or "{slashes}"'
    )


def test_a_text_without_quotes_is_told_that_it_has_some() -> None:
    for text in (r"C:\Users\x.csv", "C:/Users/x.csv", "mine.csv", "relu"):
        (line,) = quickly(parse_experiment, f"# mine\n[data]\npath = {text}  # x\n", "deep.toml")
        assert line == (
            f'deep.toml: line 3: got "path = {text}  # x", not TOML: '
            f"text stands in quotes; write '{text}'"
        )


def test_truth_that_is_written_as_in_python() -> None:
    (line,) = quickly(parse_experiment, "data.standardize = True\n", "deep.toml")
    assert line.endswith("not TOML: truth is written small; write true")


def test_a_path_whose_backslashes_were_escapes_without_a_word() -> None:
    text = '[data]\nname = "file"\npath = "C:\\new\\table.csv"\n'
    (line,) = quickly(parse_experiment, text, "deep.toml")
    assert line == (
        'deep.toml: data.path: got "C:\\new\\table.csv"; allowed 1 to 1024 printable characters; '
        'a backslash in "..." begins an escape; '
        "write 'C:\\new\\table.csv' in single quotes, or \"C:/new/table.csv\""
    )


def test_what_the_lines_say_is_read() -> None:
    for written in (r"'C:\new\table.csv'", '"C:/new/table.csv"', r'"C:\\new\\table.csv"'):
        text = f'[data]\nname = "file"\npath = {written}\n'
        assert parse_experiment(text).data.path in (r"C:\new\table.csv", "C:/new/table.csv")


def test_brackets_and_dots_in_strings_and_comments_do_no_harm() -> None:
    text = "# [[[[[[ a.b.c.d.e.f\n[film] # {{{{{{\ntitle = '[[[[[[ a.b.c.d.e.f \"'\n"
    assert parse_experiment(text).film.title == '[[[[[[ a.b.c.d.e.f "'
    text = 'film.title = """[[[[[[\\\n   {{{{{{"""""\nseed = 3'
    assert parse_experiment(text).film.title == '[[[[[[{{{{{{""'


def test_comments_alone_are_the_defaults() -> None:
    assert parse_experiment("# nothing\n").depth == 9


def write(folder: Path, content: bytes) -> Path:
    path = folder / "deep.toml"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", f"is empty; {START}"),
        (bytes(range(256)), "is not text: byte 128 is not UTF-8; allowed TOML in UTF-8"),
        (b"\x89PNG\r\n\x1a\n", "is not text: byte 0 is not UTF-8; allowed TOML in UTF-8"),
        ("seed = 1".encode("utf-16"), "is not text: byte 0 is not UTF-8; allowed TOML in UTF-8"),
        (b"#" * 10_000_000, "got 10,000,000 bytes; allowed at most 16,384"),
    ],
    ids=["empty", "bytes", "png", "utf-16", "10 MB"],
)
def test_files_that_are_no_configuration(tmp_path: Path, content: bytes, line: str) -> None:
    path = write(tmp_path, content)
    assert quickly(load_experiment, path) == (f"{path}: {line}",)


def test_the_name_in_the_line_is_the_one_that_was_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, b"[network]\ngain = -1\n")
    monkeypatch.chdir(tmp_path)
    line = "network.gain: got -1; allowed 0 < gain <= 1000"
    assert quickly(load_experiment, "deep.toml") == (f"deep.toml: {line}",)
    assert quickly(load_experiment, "./deep.toml") == (f"./deep.toml: {line}",)


def test_what_is_no_regular_file_is_never_opened(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    device = "is a pipe or a device; allowed a regular TOML file"
    assert quickly(load_experiment, pipe) == (f"{pipe}: {device}",)
    assert quickly(load_experiment, "/dev/zero") == (f"/dev/zero: {device}",)
    folder = "is a folder; allowed a regular TOML file"
    assert quickly(load_experiment, tmp_path) == (f"{tmp_path}: {folder}",)


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    path = tmp_path / "none.toml"
    assert quickly(load_experiment, path) == (f"{path}: no such file; {START}",)


@pytest.mark.parametrize("path", ["a\0b.toml", "a\nb" * 3000, "deep.toml/x.toml"])
def test_names_that_no_file_can_have(tmp_path: Path, path: str) -> None:
    write(tmp_path, b"seed = 1")
    (line,) = quickly(load_experiment, f"{tmp_path}/{path}")
    assert line.isprintable()
    assert len(line) < 400


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs Linux")
def test_a_file_that_cannot_be_read() -> None:
    line = "/proc/self/mem: cannot be read: Input/output error"
    assert quickly(load_experiment, "/proc/self/mem") == (line,)


def test_a_byte_order_mark_and_windows_line_ends_are_read_over(tmp_path: Path) -> None:
    path = write(tmp_path, b"\xef\xbb\xbf[network]\r\ndepth = 5\r\n")
    assert load_experiment(path).depth == 5


TOML_LIKE = st.text(alphabet=string.printable + "äß\u2028\x00\U0001f600", max_size=200)
TOML_PIECES = st.lists(
    st.sampled_from(["[network]", "depth", "widths", "gain", "title", "film", "1", "nan", "true"])
    | st.sampled_from(["[", "]", "{", "}", "=", ".", ",", '"', "'", '"""', "'''", "#", "\n", "\\"]),
    max_size=60,
).map("".join)


@given(TOML_LIKE | TOML_PIECES)
@example("seed = 00:61:00")
@example("seed = 2021-02-31")
@example("seed = 0001-01-01T00:00:00+23:59")
def test_any_text_is_an_experiment_or_an_input_error(text: str) -> None:
    try:
        parse_experiment(text, "deep.toml")
    except InputError as error:
        lines = error.problems
    else:
        return
    assert lines
    assert all(line.startswith("deep.toml: ") and line.isprintable() for line in lines)
