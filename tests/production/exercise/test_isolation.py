"""What a learner's file can reach, what it leaves behind, and when it ends."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

import backprop_core
from scenes.production.exercise.checking import check
from scenes.production.exercise.learner_process import Limits
from scenes.production.exercise.private_folder import private_folder, remove_tree
from tests.patience import wait_until
from tests.production.exercise.test_running import POSIX
from tests.production.real_program import command, processes_in

ROOT = Path(backprop_core.__file__).parents[1]
SOLVED = (Path(__file__).parent / "learners" / "solved_layer.py").read_text(encoding="utf-8")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing sees to it")
_LANDLOCK = 444
LANDLOCK = pytest.mark.skipif(
    sys.platform != "linux" or ctypes.CDLL(None).syscall(_LANDLOCK, None, 0, 1) < 1,
    reason="this kernel has no Landlock",
)


@pytest.fixture
def folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Have private folders made where nothing else is."""
    folders = tmp_path / "private"
    folders.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folders))
    monkeypatch.setenv("TMPDIR", str(folders))
    return folders


def printed(code: str, folder: Path) -> str:
    """Return what code prints that stands in a learner's file."""
    (folder / "mine.py").write_text(f"import os, sys\n{code}\n{SOLVED}", encoding="utf-8")
    report = check(folder / "mine.py", None, Limits())
    assert report.load_failed is None, report.load_failed
    return report.printed


def tried(*lines: str) -> str:
    """Return code that tries each line, and prints it if it comes to its end."""
    return "\n".join(
        f"try:\n    {line}\n    print({line!r}, flush=True)\nexcept Exception as e:\n    pass"
        for line in lines
    )


@POSIX
def test_answers_cannot_be_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    names = ("backprop_core", "backprop_core.exercise.hinge", "scenes", "scenes.production")
    finder = "import __editable___leaky_backprop_0_1_0_finder"
    assert printed(tried(*(f"import {name}" for name in names), finder), tmp_path) == ""


@LANDLOCK
def test_answers_cannot_be_read(tmp_path: Path) -> None:
    root = str(ROOT)
    lines = (
        f"sys.path.insert(0, {root!r}); import backprop_core",
        f"sys.path.insert(0, {root!r}); import scenes",
        f"open({root!r} + '/backprop_core/exercise/hinge.py').read()",
        f"open({root!r} + '/backprop_core/exercise/templates/hinge.txt').read()",
        f"open({str(Path(__file__).parent / 'learners' / 'right.py')!r}).read()",
        f"open('/proc/{os.getpid()}/environ').read()",
        f"open('/proc/{os.getpid()}/root{root}/backprop_core/exercise/hinge.py').read()",
        "open(f'/proc/{os.getppid()}/environ').read()",
        "open(f'/proc/{os.getppid()}/mem', 'rb')",
        f"import shutil; shutil.copytree({root!r} + '/backprop_core', 'copy')",
        f"os.link({root!r} + '/backprop_core/exercise/hinge.py', 'copy'); open('copy').read()",
    )
    assert printed(tried(*lines), tmp_path) == ""


@LANDLOCK
def test_nothing_is_written_elsewhere(tmp_path: Path, folders: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("kept")
    name = str(kept)
    lines = (
        f"open({name!r}, 'w').write('x')",
        f"open({name + '2'!r}, 'w')",
        f"os.remove({name!r})",
        f"os.truncate({name!r}, 0)",
        f"os.rename({name!r}, {name + '3'!r})",
        f"os.mkdir({name + '4'!r})",
        f"os.symlink('/', {name + '5'!r})",
    )
    assert printed(tried(*lines), tmp_path) == ""
    assert kept.read_text() == "kept"
    assert {path.name for path in tmp_path.iterdir()} == {"kept", "private", "mine.py"}


SEEN = """
import os, sys
print(os.environ.get("SECRET", "none"), os.listdir(), os.getcwd() in sys.path, "" in sys.path)
print([p for p in sys.path if "searched" in p])
print(sorted(os.readlink(f"/proc/self/fd/{n}").rsplit("/")[-1] for n in "0123"))
frame = sys._getframe()
while frame.f_back:
    frame = frame.f_back
print(frame.f_globals["__file__"].rsplit("/")[-1])
open("left.txt", "w").write("behind")
"""


@LINUX
def test_it_runs_alone(tmp_path: Path, folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "word")
    monkeypatch.setenv("PYTHONPATH", "/searched/for/modules")
    assert printed(SEEN, tmp_path).splitlines() == [
        "none ['mine.py'] False False",
        "[]",
        "['answers.jsonl', 'null', 'printed.txt', 'printed.txt']",
        "runner.py",
    ]
    assert list(folders.iterdir()) == []


@POSIX
def test_a_module_beside_the_file_is_run_by_nobody(tmp_path: Path, folders: Path) -> None:
    mine = tmp_path / "mine"
    (mine / "numpy").mkdir(parents=True)
    for name in ("json.py", "numpy/__init__.py", "scenes.py", "backprop_core.py", "ctypes.py"):
        (mine / name).write_text(f"open({str(tmp_path / 'ran')!r}, 'a').write({name!r})\n")
    (mine / "mine.py").write_text(SOLVED)
    done = subprocess.run(
        command("exercise", "check", "mine.py"), cwd=mine, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "ran").exists()


@POSIX
def test_an_argument_that_is_changed_is_seen_whatever_is_patched(tmp_path: Path) -> None:
    source = SOLVED.replace("    z = x @ W.T + b\n", "    z = x @ W.T + b\n    x += 1\n")
    patched = "import numpy as np\nnp.array_equal = lambda *a, **k: True\n"
    patched += "import __main__\n__main__._same = lambda *a: True\n"
    path = tmp_path / "mine.py"
    path.write_text(patched + source, encoding="utf-8")
    forward = check(path, None, Limits()).judgements[1]
    assert forward.right == 0
    assert forward.findings[0].words == "it changes its argument x in place"


SLEEPING = """
import os, subprocess, sys, time
sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
subprocess.Popen(sleep)
subprocess.Popen(sleep, start_new_session=True)
if os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
    time.sleep(600)
"""


@LINUX
def test_what_it_starts_ends_with_it(tmp_path: Path, folders: Path) -> None:
    assert printed(SLEEPING, tmp_path) == ""
    assert processes_in(folders) == []
    assert list(folders.iterdir()) == []


@LINUX
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_a_check_that_is_killed(
    tmp_path: Path, folders: Path, number: signal.Signals
) -> None:
    ready = "open('ready', 'w').close()\ntime.sleep(600)\n"
    (tmp_path / "mine.py").write_text(f'EXERCISE = "layer"\n{SLEEPING}{ready}')
    words = command("exercise", "check", "mine.py", "--seconds", "600")
    checking = subprocess.Popen(words, cwd=tmp_path, stderr=subprocess.DEVNULL)
    wait_until(lambda: list(folders.glob("*/learner/ready")), process=checking)
    assert processes_in(folders)
    checking.send_signal(number)
    checking.wait()
    wait_until(lambda: not processes_in(folders) and not list(folders.iterdir()))


@LINUX
def test_it_ends_with_a_guard_that_is_killed(tmp_path: Path, folders: Path) -> None:
    ready = "import time\nopen('ready', 'w').close()\ntime.sleep(600)\n"
    (tmp_path / "mine.py").write_text(f'EXERCISE = "layer"\n{ready}')
    words = command("exercise", "check", "mine.py", "--seconds", "600")
    checking = subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    wait_until(lambda: list(folders.glob("*/learner/ready")), process=checking)
    (learner,) = processes_in(folders)
    os.kill(parent_of(learner), signal.SIGKILL)
    said, _ = checking.communicate()
    assert checking.returncode == 1
    assert "was killed" in said
    assert processes_in(folders) == []
    assert list(folders.iterdir()) == []


def parent_of(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("PPid:")[2].split()[0])


@POSIX
def test_what_a_dead_check_left_is_removed_and_what_is_used_stays(folders: Path) -> None:
    abandoned = folders / "backprop-learner-abandoned"
    (abandoned / "learner").mkdir(parents=True)
    (folders / "backprop-learner-file").write_text("somebody's")
    (folders / "backprop-learner-link").symlink_to(folders / "another")
    (folders / "another").mkdir()
    with private_folder() as used:
        assert not abandoned.exists()
        assert used.stat().st_mode & 0o777 == 0o700
        (used / "kept").touch()
        with private_folder():
            assert (used / "kept").exists()
    left = {path.name for path in folders.iterdir()}
    assert left == {"backprop-learner-file", "backprop-learner-link", "another"}


@POSIX
def test_a_folder_of_any_depth_is_removed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "kept").touch()
    folder = tmp_path / "deep"
    folder.mkdir()
    handle = os.open(folder, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("d", dir_fd=handle)
        os.symlink(victim, "link", dir_fd=handle)
        below = os.open("d", os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = below
    os.close(handle)
    remove_tree(folder)
    assert not folder.exists()
    assert (victim / "kept").exists()


@POSIX
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root becomes another")
def test_folders_without_rights_are_removed(tmp_path: Path) -> None:
    code = (
        "import os, sys; os.setgid(65534); os.setuid(65534); os.makedirs('f/a/b/c')\n"
        "for path in ('f/a/b/c', 'f/a/b', 'f/a', 'f'): os.chmod(path, 0)\n"
        "from scenes.production.exercise.private_folder import remove_tree\n"
        "from pathlib import Path; remove_tree(Path('f').absolute())\n"
        "sys.exit(Path('f').exists())\n"
    )
    work = Path(tempfile.mkdtemp())
    try:
        work.chmod(0o777)
        prelude = "import scenes.production.exercise.private_folder\n"
        done = subprocess.run([sys.executable, "-c", prelude + code], cwd=work, check=False)
        assert done.returncode == 0
    finally:
        shutil.rmtree(work)
