"""Bad input exits at once with code 2 and one line, and writes nothing; one table row a case."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
import pytest
from click.testing import Result

from tests.patience import at_once

Backprop = Callable[..., Result]
Content = bytes | Callable[[Path], object]
DIGITS = "9" * 30
DEVICE = "is a pipe or a device; allowed a regular"


@dataclass(frozen=True)
class Bad:
    """A row: what was typed, how the line begins, what it says, and which files were there."""

    typed: tuple[str, ...]
    begins: str
    said: str
    files: Mapping[str, Content] = field(default_factory=dict)

    @classmethod
    def words(cls, said: str, *typed: str) -> Self:
        return cls(typed, "", said)

    @classmethod
    def setting(cls, typed: str, said: str) -> Self:
        return cls(("render", "vanishing", "--set", typed), "--set: ", said)

    @classmethod
    def config(cls, content: Content, said: str) -> Self:
        typed = ("render", "vanishing", "--config", "bad.toml")
        return cls(typed, "bad.toml: ", said, {"bad.toml": content})

    @classmethod
    def data(cls, name: str, content: Content, said: str) -> Self:
        config = f'data = {{ name = "file", path = "{name}" }}\n'.encode()
        typed = ("render", "vanishing", "--config", "bad.toml")
        files = {"bad.toml": config, name: content}
        return cls(typed, "bad.toml: data.path: ", said, files)

    @classmethod
    def sweep(cls, content: Content, said: str) -> Self:
        typed = ("batch", "sweep.toml", "--list")
        return cls(typed, "sweep.toml: ", said, {"sweep.toml": content})

    @classmethod
    def folder(cls, said: str, **files: Content) -> Self:
        """Put files into the folder that a render would write to."""
        folder = "media/films/deep"
        made = {f"{folder}/{path}": content for path, content in files.items()}
        typed = ("render", "leak", "--config", "deep.toml")
        return cls(typed, folder, said, {"deep.toml": b"seed = 1", **made})

    def __str__(self) -> str:
        return " ".join(self.typed)[:60]


def npz(packing: int = zipfile.ZIP_DEFLATED, **arrays: object) -> bytes:
    """Return an archive; bytes are what an array's file holds."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            if isinstance(array, bytes):
                content.write(array)
            else:
                np.save(content, np.asarray(array), allow_pickle=True)
            archive.writestr(f"{name}.npy", content.getvalue())
    return made.getvalue()


def npy(header: str, data: bytes = b"") -> bytes:
    return b"\x93NUMPY\1\0" + len(header).to_bytes(2, "little") + header.encode() + data


def link(target: str) -> Callable[[Path], object]:
    return lambda path: path.symlink_to(target)


CLASSES = np.array([0, 1])
HUGE = npy(f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({10**12}, 4096)}}")


def write_bytes_that_grow(path: Path) -> None:
    """Write 100 MB of small numbers, which would be 800 MB as float64, in 100 KB."""
    header = "{'descr': '|u1', 'fortran_order': False, 'shape': (102400, 1024)}"
    path.write_bytes(npz(x=npy(header, bytes(102400 * 1024)), y=CLASSES))


CALL = npy("__import__('os').system('touch pwned')")

TABLE = [
    # Fields, by --set
    Bad.setting("network.dpeth=3", "network.dpeth: unknown field; did you mean depth?"),
    Bad.setting("netwrk.depth=3", "netwrk: unknown field; did you mean network?"),
    Bad.setting(
        'network.depth="10"', 'network.depth: got "10"; allowed a whole number, 2 <= depth <= 2000'
    ),
    Bad.setting("network.depth=true", "network.depth: got true; allowed a whole number"),
    Bad.setting("network.depth=3.0", "network.depth: got 3.0; allowed a whole number"),
    Bad.setting(
        "network.depth=0", "network.depth: got 0; allowed a whole number, 2 <= depth <= 2000"
    ),
    Bad.setting("network.depth=1", "network.depth: got 1; allowed"),
    Bad.setting("network.depth=-1", "network.depth: got -1; allowed"),
    Bad.setting("network.depth=1000000000", "network.depth: got 1000000000; allowed"),
    Bad.setting(
        "network.width=0", "network.width: got 0; allowed a whole number, 1 <= width <= 4096"
    ),
    Bad.setting(f"network.width={DIGITS}", f"network.width: got {DIGITS}; allowed"),
    Bad.setting("network.gain=nan", "network.gain: got nan; allowed 0 < gain <= 1000"),
    Bad.setting("network.gain=inf", "network.gain: got inf; allowed"),
    Bad.setting("network.gain=0", "network.gain: got 0; allowed"),
    Bad.setting("network.gain=1e308", "network.gain: got 1e+308; allowed"),
    Bad.setting("network.activation=sigmod", 'got "sigmod"; allowed sigmoid, tanh, relu'),
    Bad.setting("network.init=glorot", 'network.init: got "glorot"; allowed normal'),
    Bad.setting("network.loss=mse", 'network.loss: got "mse"; allowed cross_entropy'),
    Bad.setting("data.name=mnist", 'data.name: got "mnist"; allowed digits'),
    Bad.setting(
        "network.output=tanh", 'got "tanh" with loss = "cross_entropy"; allowed sigmoid + cross'
    ),
    Bad.setting("training.epochs=0", "training.epochs: got 0; allowed a whole number"),
    Bad.setting("training.epochs=1000000000", "training.epochs: got 1000000000; allowed"),
    Bad.setting("seed=-1", "seed: got -1; allowed a whole number, 0 <= seed <= 4294967295"),
    Bad.setting("network.widths=[3, 5, 10]", "got 3 inputs and 10 outputs; allowed 64 and 10"),
    Bad.setting(
        "film.title=" + "x" * 5000, "(5,000 characters); allowed 1 to 80 printable characters"
    ),
    Bad.setting('film.title="a\\u0007b"', "film.title: got"),
    Bad.setting("film.title=中文", "film.title: got"),
    Bad.setting("network.depth", "allowed KEY=VALUE"),
    Bad.setting("network.depth=[[", "network.depth: got"),
    Bad.setting("=3", "allowed KEY=VALUE"),
    Bad.setting("network.width=4097", "network.width: got 4097; allowed"),
    Bad.setting("network.gain=-inf", "network.gain: got -inf; allowed"),
    Bad.setting("network.gain=true", "network.gain: got true; allowed a number, 0 < gain <= 1000"),
    Bad.setting("network.depth=1e1", "network.depth: got 10.0; allowed a whole number"),
    Bad.setting('data.standardize="true"', 'got "true"; allowed true or false'),
    Bad.setting("data.standardize=1", "data.standardize: got 1; allowed true or false"),
    Bad.setting("network=3", "network: got 3; allowed a section [network]"),
    Bad.setting("seed={}", "seed: got a table; allowed a whole number"),
    Bad.setting("network.widths=[64, 3, true]", "network.widths[2]: got true; allowed a list of"),
    Bad.setting("network.widths=[64, 10]", "network.widths: got [64, 10] (2 values); allowed"),
    Bad.setting("network.depth=0x" + "f" * 5000, "a number of more than 48 digits; allowed"),
    Bad.setting("network.depth=2021-02-31", "network.depth: got"),
    Bad.setting("training.batch_size=0", "training.batch_size: got 0; allowed"),
    Bad.setting("data.samples=100001", "data.samples: got 100001; allowed"),
    Bad.setting("network.init=orthogonal\x00", 'got "orthogonal\\x00"; allowed a TOML value'),
    Bad.setting("data.path=x.npz", 'given with name = "digits"; allowed with name = "file"'),
    Bad.setting('film.title="a\\u202eb"', 'film.title: got "a\\u202eb"; allowed'),
    Bad.setting('film.title="a\\u200bb"', 'film.title: got "a\\u200bb"; allowed'),
    Bad.setting('film.title="\\u3164"', 'film.title: got "\\u3164"; allowed'),
    Bad.setting("film.title=e" + "\u0301" * 9, "film.title: got"),
    Bad.setting("film.title=" + "\N{ROMAN NUMERAL EIGHT}" * 80, "allowed what fits into 2 lines"),
    Bad.setting('film.title="😀"', "it lacks 😀 (GRINNING FACE)"),
    Bad.setting("film.theme=pink", 'film.theme: got "pink"; allowed dark, light'),
    Bad.setting("circuit.inputs=[1.0]", "circuit.weights: got 3 for 1 inputs; allowed 2"),
    Bad.setting("circuit.inputs=[nan, 1]", "circuit.inputs[0]: got nan; allowed"),
    Bad.setting("network.depth=3\nseed=4", 'got "3\\nseed=4"; allowed a TOML value'),
    Bad.setting("a.b.c=3", 'got "a.b.c=3"; allowed KEY=VALUE'),
    Bad.setting("a." * 20_000 + "a=3", "allowed KEY=VALUE"),
    Bad.setting("network.widths=" + "[" * 5000, "network.widths: got"),
    # Configuration files
    Bad.config(b"", "is empty"),
    Bad.config(bytes(range(256)), "is not text: byte 128 is not UTF-8"),
    Bad.config(b"\xff\xfes\0", "is not text: byte 0 is not UTF-8"),
    Bad.config(b"# x\n" * 2_500_000, "got 10,000,000 bytes; allowed at most 16,384"),
    Bad.config(b"#" * 16_385, "got 16,385 bytes; allowed at most 16,384"),
    Bad.config(b"seed = 1\nseed = 2\n", "line 2"),
    Bad.config(b"a = " + b"[" * 4000 + b"]" * 4000, "brackets nested more than"),
    Bad.config(b"a = " + b"{a=" * 4000, "brackets nested more than"),
    Bad.config(b"a." * 20_000 + b"a = 1", "got 40,005 bytes"),
    Bad.config(b"a." * 8000 + b"a = 1", "line 1: a dotted key of more than 4 names"),
    Bad.config(b"[" + b"a." * 8000 + b"a]", "line 1: a dotted key of more than 4 names"),
    Bad.config(b"seed = " + b"1" * 5000, "a number of thousands of digits"),
    Bad.config(b"seed = 1\n\x1b[31mx", 'line 2: got "\\x1b[31mx", not TOML'),
    Bad.config(b"!!python/object/apply:os.system [touch pwned]", "line 1: got"),
    Bad.config(b"__import__('os').system('touch pwned')", "line 1: got"),
    Bad.config(b'"\\u001b[31m" = 1', '"\\x1b[31m": unknown field; allowed seed'),
    Bad.config(os.mkfifo, DEVICE),
    Bad.config(Path.mkdir, "is a folder; allowed a regular TOML file"),
    Bad.config(link("/dev/zero"), DEVICE),
    Bad.config(link("/dev/tty"), DEVICE),
    Bad.config(link("/proc/self/mem"), "cannot be read"),
    Bad.config(link("nowhere"), "no such file"),
    Bad.config(b"[network]\ndepth = 2000\nwidth = 4096\n", "allowed at most 20,000,000"),
    Bad.config(
        b"[network]\nwidths = [64" + b", 4096, 1" * 999 + b", 4096, 10]",
        "network: got 4,097,073 units; allowed at most 400,000",
    ),
    Bad.config(
        b"[network]\ndepth = 2000\nwidth = 60\n[data]\nsamples = 1797\n",
        "GiB for the activations and gradients of 1,797 examples; allowed at most 2 GiB",
    ),
    Bad.config(
        b'[network]\nwidths = [64, 4000, 4000, 10]\ninit = "orthogonal"\n',
        "network.init: got orthogonal for layers so wide that it takes 6.4e+10 steps",
    ),
    Bad.config(
        b'[network]\ndepth = 4\nwidth = 2000\n[data]\nname = "noise"\nsamples = 13000\n',
        "parameters x 13,000 examples = 1.1e+11; allowed at most 1e+11",
    ),
    Bad.config(
        b"[network]\ndepth = 9\nwidth = 500\n[training]\nepochs = 10000\n",
        "x 10,000 epochs = 1.8e+13; allowed at most 1e+13",
    ),
    Bad.config(
        b"[network]\ndepth = 1000\nwidth = 2\n[training]\nepochs = 1000\nbatch_size = 1\n",
        "layers x 1,000 minibatches x 1,000 epochs = 1e+09; allowed at most 1e+08",
    ),
    # Data files
    Bad.config(b'data = { name = "file", path = "none.npz" }', "none.npz: no such file"),
    Bad.config(
        b'data = { name = "file", path = "/etc/passwd" }', "allowed a file that ends in .npz"
    ),
    Bad.config(b'data = { name = "file", path = "~/x.npz" }', "/~/x.npz: no such file"),
    Bad.config(b'data = { name = "file", path = "a\\u0000.npz" }', "data.path: got"),
    Bad.config(b'data = { name = "file" }', 'data.path: missing; name = "file" needs the path'),
    Bad.data("x.npz", os.mkfifo, DEVICE),
    Bad.data("x.npz", link("/dev/zero"), DEVICE),
    Bad.data("x.csv", os.mkfifo, DEVICE),
    Bad.data("x.csv", link("/dev/tty"), DEVICE),
    Bad.data("x.npz", Path.mkdir, "is a folder; allowed a regular file"),
    Bad.data(
        "x.npz", lambda p: os.truncate(os.open(p, os.O_CREAT | os.O_WRONLY), 2**40), "got 1,099"
    ),
    Bad.data("x.npz", b"", "is not an .npz archive, or is damaged"),
    Bad.data(
        "x.npz", b"cos\nsystem\n(S'touch pwned'\ntR.", "is not an .npz archive, or is damaged"
    ),
    Bad.data("x.npz", npz(x=CLASSES), "has no array y; it holds x (2,); write np.savez("),
    Bad.data("x.npz", npz(x=np.array([{}, {}]), y=CLASSES), "x: holds pickled Python objects"),
    Bad.data("x.npz", npz(x=CALL, y=CLASSES), "x: is damaged: NumPy writes another header"),
    Bad.data("x.npz", npz(x=HUGE, y=CLASSES), "x: is cut short: its header promises 32,768,"),
    Bad.data("x.npz", write_bytes_that_grow, "got 838,860,816 bytes when unpacked; allowed"),
    Bad.data("x.npz", npz(x=[[np.nan], [1.0]], y=CLASSES), "x: got nan in row 0, column 0"),
    Bad.data("x.npz", npz(x=[["a"], ["b"]], y=CLASSES), "x: got <U1; allowed real numbers"),
    Bad.data("x.npz", npz(x=np.zeros((0, 3)), y=[]), "x: got shape (0, 3); allowed"),
    Bad.data("x.npz", npz(zipfile.ZIP_LZMA, x=[[0], [1]], y=CLASSES), "x: is packed by method 14"),
    Bad.data("x.csv", b"", "line 1: got 0 columns"),
    Bad.data("x.csv", b"a,c\n" + b"1" * 2**19, "line 2: got more than 262,144 characters"),
    Bad.data(
        "x.csv",
        b"a,c\n1,1\n=1+1\x1b,0\n",
        'line 3: column "a" (0): got "=1+1\\x1b"; allowed a number',
    ),
    Bad.data("x.csv", b"a,c\n\xff,0\n", "is not text in UTF-8"),
    Bad.data("x.csv", b"a,c\n1,u\n2,u\n", 'got a single class, "u"; allowed at least two'),
    # Sweeps
    Bad.sweep(b"", "is empty"),
    Bad.sweep(os.mkfifo, DEVICE),
    Bad.sweep(link("/dev/zero"), DEVICE),
    Bad.sweep(b"films = 3", "films: got 3; allowed a list of names of films"),
    Bad.sweep(b'films = ["os:system"]', 'film: got "os:system"; allowed names of the catalog'),
    Bad.sweep(b'films = ["../leak"]', 'film: got "../leak"; allowed leak'),
    Bad.sweep(b'films = ["leak"]\n[axes]\nsede = [1]', "axes.sede: unknown field"),
    Bad.sweep(b'films = ["leak"]\n[axes]\nseed = [[[1]]]', "axes.seed[0]: got [[...]]; allowed"),
    Bad.sweep(
        b'films = ["leak"]\n[axes]\nseed = { from = 1, to = 1e9, step = 1e-300 }',
        "more than 10,000 values; allowed a larger step",
    ),
    Bad.sweep(
        b'films = ["leak"]\n[axes]\nseed = { from = 1, to = 999, step = 1 }\n'
        b"network.depth = { from = 2, to = 999, step = 1 }",
        "= 997,002 jobs; allowed at most 10,000",
    ),
    # An output folder from somebody else
    Bad.folder("is a symbolic link; allowed a folder", **{".backprop": link("/tmp")}),
    Bad.folder("leak.lock: is a file; allowed a folder", **{".backprop/leak.lock": os.mkfifo}),
    Bad.folder("leak.mp4: is a folder; allowed a file", **{"leak.mp4": Path.mkdir}),
    Bad.folder("holds films of [1], not of", **{".backprop/folder.json": b'{"made_from": [1]}'}),
    Bad.words('HASH: got "../x"; allowed 16 hexadecimal digits', "job", "../x"),
    Bad.words("no sweep has a job 0123456789abcdef", "job", "0123456789abcdef"),
    # Words
    Bad.words("none.toml: no such file", "render", "vanishing", "--config", "none.toml"),
    Bad.words(
        ".: is a folder; allowed a regular TOML file", "render", "vanishing", "--config", "."
    ),
    Bad.words('film: got "vanishin"; allowed', "render", "vanishin"),
    Bad.words("did you mean vanishing?", "render", "vanishin"),
    Bad.words('film: got ":"; allowed leak', "render", ":"),
    Bad.words('film: got "os:system"; allowed leak', "render", "os:system", "--dry-run"),
    Bad.words('film: got "antigravity:x"; allowed leak', "lecture", "antigravity:x"),
    Bad.words("did you mean shallow?", "render", "vanishing", "--preset", "shalow"),
    Bad.words('--name: got "../x"; allowed', "render", "vanishing", "--name", "../x"),
    Bad.words("backprop render: name films, or --all; the films are", "render"),
    Bad.words("backprop render: name films, or --all", "render", "vanishing", "--all"),
    Bad.words("allowed one of them", "render", "vanishing", "--config", "a", "--preset", "b"),
    Bad.words("'8k' is not one of 'low', 'medium'", "render", "vanishing", "--quality", "8k"),
    Bad.words("'avi' is not one of 'mp4'", "render", "vanishing", "--format", "avi"),
    Bad.words(
        "got --format mp4, which has no transparency; allowed --format webm or webp",
        *("render", "vanishing", "--transparent"),
    ),
    Bad.words("'blue' is not one of 'dark', 'light'", "numbers", "--theme", "blue"),
    Bad.words("got both --json and --csv", "numbers", "--json", "--csv"),
    Bad.words("No such option", "numbers", "--confg", "x"),
    Bad.words("network.depth: got 1", "numbers", "--set", "network.depth=1"),
    Bad.words("network.depth: got 1", "check", "--set", "network.depth=1"),
    Bad.words("did you mean shallow?", "config", "new", "--preset", "shalow"),
    Bad.words("cannot be written: No such file", "config", "new", "no/such/folder.toml"),
    Bad.words('got "nwe"; allowed new, presets, schema; did you mean new?', "config", "nwe"),
    Bad.words('got "rendr"; allowed films, render', "rendr"),
    Bad.words("did you mean render?", "rendr"),
    Bad.words("'tcsh' is not one of 'bash'", "completion", "tcsh"),
]


def refused(backprop: Backprop, *words: str) -> list[str]:
    before = sorted(Path.cwd().rglob("*"))
    with at_once():
        result = backprop(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert sorted(Path.cwd().rglob("*")) == before
    lines = result.stderr.splitlines()
    assert lines
    assert all(line.isprintable() and len(line) < 500 for line in lines)
    return lines


# Whoever is first loads scikit-learn.
@pytest.fixture(autouse=True, scope="module")
def _warm() -> None:
    from backprop_core.experiment.config import Experiment
    from scenes.production.render.plan import plan
    from scenes.production.request.selection import Selection
    from scenes.production.sweeps.jobs import plan_batch

    Selection(settings=("film.title=x",)).experiment(Experiment())
    assert plan is not plan_batch


@pytest.mark.parametrize("bad", TABLE, ids=str)
def test_bad_input(backprop: Backprop, bad: Bad) -> None:
    for name, content in bad.files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            content(path)
    (line,) = refused(backprop, *bad.typed)
    assert line.startswith(bad.begins)
    assert bad.said in line


def test_errors_are_reported_together(backprop: Backprop) -> None:
    words = ("--set", "x", "--set", "network.depth=1", "--set", "seed=-1", "--name", "..")
    lines = refused(backprop, "render", "vanishing", "vanishin", *words)
    starts = ["--name: ", '--set: got "x"', "--set: seed", "--set: network.depth", "film: got"]
    assert len(lines) == len(starts)
    assert all(any(line.startswith(start) for line in lines) for start in starts)


def test_debug_shows_where(backprop: Backprop) -> None:
    result = backprop("numbers", "--set", "network.depth=1", "--debug")
    assert result.exit_code == 2
    assert "Traceback" in result.stderr
    assert result.stderr.splitlines()[-1].startswith("--set: network.depth: got 1")


def test_nan_in_the_computation_is_a_failure_with_layer_and_cause(backprop: Backprop) -> None:
    settings = ("dtype=float16", "network.gain=1000", "network.activation=identity")
    words = [word for setting in settings for word in ("--set", setting)]
    result = backprop("numbers", *words)
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("layer 2, forward pass: NaN or infinity")
    assert "likely cause: weights or inputs too large" in line


def seconds_of_children() -> float:
    """Return how long processes that were started and have ended have computed."""
    times = os.times()
    return times.children_user + times.children_system


def test_the_real_program_from_another_folder(tmp_path: Path) -> None:
    program = Path(sys.executable).parent / "backprop"
    start = seconds_of_children()
    done = subprocess.run(
        [program, "render", "vanishing", "--set", "network.depth=0"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        check=False,
    )
    # Start of Python and imports included.
    assert seconds_of_children() - start < 2
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "--set: network.depth: got 0; allowed a whole number, 2 <= depth <= 2000\n"
    )
    assert list(tmp_path.iterdir()) == []
