"""Every process that we start: nobody's files in its folder run, and it ends with its parent."""

import os
import py_compile
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

import scenes.kit.film
from backprop_core.experiment.config import Experiment
from scenes.production.process.launcher import command
from scenes.production.process.worker_client import draw
from scenes.production.request.job import Job, Request
from tests.patience import PATIENCE, wait_until
from tests.production.real_program import processes_in
from tests.selection import quick_cases

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
EDITABLE = "__editable__.leaky_backprop-0.1.0.finder.__path_hook__"
"""What an editable installation puts on the path; no folder has this name until one is made."""
LIBRARIES = ("libz.so.1", "libstdc++.so.6", "libcairo.so.2", "libpangocairo-1.0.so.0")
CACHED = Path(scenes.kit.film.__file__)
PLUGIN = {
    "theirs.py": "",
    "theirs-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: theirs\nVersion: 1\n",
    "theirs-1.dist-info/entry_points.txt": "[manim.plugins]\ntheirs = theirs\n",
}
"""A plug-in, which Manim imports wherever it finds one."""
LAID = {
    "a package": (["pydantic/__init__.py"], {}),
    "Manim": (["manim/__init__.py"], {}),
    "a folder of an editable installation": ([f"{EDITABLE}/sitecustomize.py"], {}),
    "a plug-in": ([f"{EDITABLE}/{name}" for name in PLUGIN], {}),
    "an empty entry": (["manim/__init__.py", "sitecustomize.py"], {"PYTHONPATH": ""}),
    "a relative entry": (["lib/manim/__init__.py"], {"PYTHONPATH": "lib"}),
    "a cache of modules": (["cache"], {"PYTHONPYCACHEPREFIX": "cache"}),
    "a library": (LIBRARIES, {"LD_LIBRARY_PATH": ":/nowhere"}),
}
"""What somebody lays into the folder of a render, and the environment of the one who renders."""
QUICK = ("a plug-in",)


@linux
@pytest.mark.parametrize("name", quick_cases([*LAID], *QUICK))
def test_what_somebody_lays_into_its_folder_does_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    private, ran, here = tmp_path / "private", tmp_path / "ran", tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    names, environment = LAID[name]
    for file in names:
        _lay(private / file, f"open({str(ran)!r}, 'w')\n")
    for variable, value in environment.items():
        before = os.environ[variable] if variable == "PYTHONPATH" else None
        monkeypatch.setenv(variable, value if before is None else f"{value}:{before}")
    drawn = draw(Request(Job("tiny:Tiny", Experiment(), "low"), 2), private)
    assert drawn.frames > 1
    assert not ran.exists()


def _lay(path: Path, code: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.name == "cache":
        source = path.with_name("theirs.txt")
        source.write_text(code)
        compiled = f"{CACHED.stem}.{sys.implementation.cache_tag}.pyc"
        cache = path.joinpath(*CACHED.parts[1:-1], compiled)
        # Python takes it for the module, whatever stands there.
        unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
        py_compile.compile(str(source), str(cache), invalidation_mode=unchecked)
    else:
        path.write_text(PLUGIN.get(f"{path.parent.name}/{path.name}") or code)


def test_the_users_own_path_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "private").mkdir()
    (tmp_path / "lib" / "mine.py").write_text("import sys; sys.stdout.write('mine')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", "lib")
    started = command(Path("private"), "-m", "mine")
    done = subprocess.run(started, stdin=subprocess.PIPE, capture_output=True, check=True)
    assert done.stdout == b"mine"


PARENT = """
import sys
from pathlib import Path
from scenes.production.process.worker_client import converse
converse(sys.argv[1], "", Path(sys.argv[2]), ends_with="finished")
"""
SLOW = """
import time
from pathlib import Path
Path("begun").touch()
time.sleep(600)
"""
STOPPED_HELPER = """
import os, signal, time
from pathlib import Path
from scenes.production.process.launcher import end_with
from scenes.production.render.drawing.team import Team
team = Team(2, end_with)
team.gather()
if team.number:
    Path("begun").touch()
    os.kill(os.getpid(), signal.SIGSTOP)
time.sleep(600)
"""


@contextmanager
def parent_of(code: str, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a process that starts one which runs `code`, and wait until this has begun."""
    private = tmp_path / "private"
    private.mkdir()
    (tmp_path / "child_of_a_test.py").write_text(code)
    path = os.pathsep.join((str(tmp_path), os.environ["PYTHONPATH"]))
    process = subprocess.Popen(
        (sys.executable, "-c", PARENT, "child_of_a_test", str(private)),
        env={**os.environ, "PYTHONPATH": path},
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until((private / "begun").exists, process=process)
        yield process
    finally:
        process.kill()
        process.wait()
        kill_those_left(private)


def kill_those_left(private: Path) -> None:
    """Kill what a test that fails has left."""
    for left in processes_in(private):
        with suppress(ProcessLookupError):
            os.kill(left, signal.SIGKILL)


@linux
def test_a_worker_that_is_only_being_imported_ends_with_its_parent(tmp_path: Path) -> None:
    with parent_of(SLOW, tmp_path) as parent:
        parent.kill()
        parent.wait()
        wait_until(lambda: not processes_in(tmp_path))


@linux
@pytest.mark.parametrize("killed", ["parent", "worker"])
def test_a_helper_that_is_stopped_ends_with_whom_it_helps(tmp_path: Path, killed: str) -> None:
    with parent_of(STOPPED_HELPER, tmp_path) as parent:
        if killed == "parent":
            parent.kill()
        else:
            worker = min(processes_in(tmp_path / "private"))
            os.kill(worker, signal.SIGKILL)
        # It would wait for what a helper that is left may have to say.
        parent.wait(PATIENCE)
        wait_until(lambda: not processes_in(tmp_path))


@linux
def test_a_render_leaves_no_process_when_its_parent_is_killed(tmp_path: Path) -> None:
    job = Job("tiny:Endless", Experiment(), "low")
    code = (
        "import sys; from pathlib import Path\n"
        "from scenes.production.process.worker_client import draw\n"
        "from scenes.production.request.job import Job, Request\n"
        "draw(Request(Job.from_json(sys.argv[1]), 3), Path(sys.argv[2]))\n"
    )
    private = tmp_path / "private"
    private.mkdir()
    words = (sys.executable, "-c", code, job.as_json(), str(private))
    with subprocess.Popen(words, stderr=subprocess.DEVNULL) as parent:
        wait_until(lambda: len(processes_in(private)) == 3, process=parent)
        parent.kill()
        parent.wait()
    try:
        wait_until(lambda: not processes_in(private))
    finally:
        kill_those_left(private)


ELSEWHERE = """
import runpy, sys
sys.platform = "other"
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
SCRIPT = """
import sys, time
from pathlib import Path
assert sys.stdin.read() == ""
Path("begun").write_text(" ".join(sys.argv[1:]))
time.sleep(600)
"""
MODULE = """
import os, sys
sys.stdin.readline()
from scenes.production.process.launcher import end_with
end_with(os.getppid())
""" + SCRIPT.replace('assert sys.stdin.read() == ""\n', "")


@pytest.mark.parametrize("kind", ["file", "module"])
@pytest.mark.parametrize("elsewhere", [False, True], ids=["here", "elsewhere"])
def test_a_pipe_ties_where_the_system_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, elsewhere: bool
) -> None:
    script = tmp_path / "of_a_test.py"
    script.write_text(SCRIPT if kind == "file" else MODULE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    target = (str(script),) if kind == "file" else ("-m", "of_a_test")
    python, safe, *words = command(tmp_path, *target, "one", "two")
    tried = (python, safe, "-c", ELSEWHERE, *words) if elsewhere else (python, safe, *words)
    with subprocess.Popen(tried, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        if kind == "module":
            process.stdin.write(b"the request\n")
            process.stdin.flush()
        begun = tmp_path / "begun"
        wait_until(lambda: begun.exists() and begun.read_text() == "one two", process=process)
        assert process.poll() is None
        if elsewhere:
            process.stdin.close()
            assert process.wait(PATIENCE) == 1
        else:
            process.kill()
    assert (tmp_path / "begun").read_text() == "one two"


@linux
def test_a_parent_that_ended_before_is_noticed(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("import sys; sys.stdout.write('it ran')\n")
    words = list(command(tmp_path, str(script)))
    words[words.index(str(os.getpid()))] = "1"
    done = subprocess.run(words, stdin=subprocess.PIPE, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
