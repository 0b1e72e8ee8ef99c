"""The table of faults with real renders of the whole program: `make faults`, some minutes.

Not part of `make test`, which has the quick half of it (``test_faults_*.py``, ``test_streams.py``,
``test_interrupts.py``, ``test_environment.py``).
"""

import json
import math
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from scenes.production.process.error_messages import FULL, TOO_LARGE
from scenes.production.request.keys import file_digest
from scenes.production.store.clean import clean
from scenes.production.video.verify import decode
from tests.cli.test_environment import shown
from tests.cli.test_streams import ENCODINGS, LINES
from tests.patience import PATIENCE, wait_until
from tests.production.mounts import needs_mounts, on_a_disk
from tests.production.real_program import (
    FOLDER,
    LOW,
    command,
    environment,
    left_behind,
    processes_in,
    run,
    shell,
)
from tests.production.store.test_faults_paths import ODD

FILMS = Path("media/films")
INTERRUPTIONS, REMOVALS, PLAIN_KILLS = 24, 8, 10
NAMED = ("--name", "default")


def contents(folder: Path) -> dict[str, str]:
    return {path.name: file_digest(path) for path in folder.glob("[!.]*")}


def whole(folder: Path) -> None:
    ledger = json.loads((folder / "tiny.json").read_text())
    for name, facts in ledger["files"].items():
        assert decode(folder / name).frames == facts["frames"]


@needs_mounts
@pytest.mark.parametrize(("format", "step"), [("mp4", 12), ("gif", 24), ("webm", 24)])
def test_a_disk_that_is_full_at_every_stage(
    tmp_path: Path, made: Path, format: str, step: int
) -> None:
    before, codes = contents(made), []
    # The old films take their pages of the disk; what is left is for the new one.
    paths = [path for path in made.rglob("*") if path.is_file()]
    taken = 4 * sum(math.ceil(path.stat().st_size / 4096) for path in paths)
    for kilobytes in range(taken + 4, taken + 220, step):
        words = ("render", "tiny", "--force", "--format", format, *NAMED, "--output", "disk", *LOW)
        done = run(*words, cwd=tmp_path, before=on_a_disk(f"{kilobytes}k", made.parent))
        codes.append(done.returncode)
        after = tmp_path / "after" / "default"
        assert left_behind(tmp_path / "after") == []
        whole(after)
        if done.returncode:
            assert FULL in done.stderr.splitlines()[-1], (kilobytes, done.stderr)
            assert contents(after) == before
        assert "Traceback" not in done.stderr
        shutil.rmtree(tmp_path / "disk")
        shutil.rmtree(tmp_path / "after")
    assert {0, 1} == set(codes)


@needs_mounts
def test_a_batch_and_a_lecture_on_a_full_disk(tmp_path: Path) -> None:
    sweep = tmp_path / "mine.toml"
    sweep.write_text('films = ["tiny", "second"]\n[axes]\nseed = [1, 2]\n')
    words = ("batch", str(sweep), "--jobs", "1", "--output", "disk/films", *LOW)
    done = run(*words, cwd=tmp_path, before=on_a_disk("240k"))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert re.search(r"^[1-3] rendered, 0 reused, [1-3] failed$", done.stderr, re.MULTILINE)
    failed = [line for line in done.stderr.splitlines() if line.startswith("  ")]
    assert failed
    assert all(line.endswith(f": render failed: {FULL}") for line in failed)
    assert left_behind(tmp_path / "after") == []
    films = ("lecture", "tiny", "second", "--output", "disk/films", *LOW)
    # On the smallest disk that takes both films there is no room for the lecture of them.
    for kilobytes in range(180, 280, 8):
        shutil.rmtree(tmp_path / "disk")
        shutil.rmtree(tmp_path / "after")
        done = run(*films, cwd=tmp_path, before=on_a_disk(f"{kilobytes}k"))
        assert (done.returncode, done.stdout) == (1, "")
        assert left_behind(tmp_path / "after") == []
        last = done.stderr.splitlines()[-1]
        if last != "lecture: not made, as a film is missing":
            break
    assert last == f"lecture: the films cannot be joined: {FULL}"


def test_a_file_that_may_not_be_so_large(tmp_path: Path) -> None:
    done = shell('ulimit -f 20; "$@"', "render", "tiny", *LOW, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(f"tiny: render failed: {TOO_LARGE}")
    assert not list(tmp_path.rglob("*.mp4"))


def test_any_limit_of_memory(tmp_path: Path, made: Path) -> None:
    before, codes = contents(made), []
    for megabytes in range(400, 1100, 50):
        line = f'ulimit -v {megabytes * 1024}; "$@"'
        words = ("render", "tiny", "--force", *NAMED, "--output", "films", *LOW)
        done = shell(line, *words, cwd=tmp_path)
        codes.append(done.returncode)
        last = done.stderr.splitlines()[-1]
        if done.returncode:
            assert "memory" in last.lower(), (megabytes, done.stderr)
            assert contents(made) == before
        assert "Traceback" not in done.stderr, (megabytes, done.stderr)
        assert left_behind(tmp_path / "films") == []
        whole(made)
        before = contents(made)
    assert {0, 1} == set(codes)


@pytest.mark.parametrize("line", LINES)
def test_a_render_whose_streams_are_gone(tmp_path: Path, line: str) -> None:
    done = shell(line, "render", "tiny", *LOW, cwd=tmp_path)
    code, said = LINES[line]
    assert done.returncode == code
    assert done.stderr.endswith(said)
    whole(tmp_path / FILMS / "default")


@pytest.mark.parametrize("name", ENCODINGS)
def test_a_render_where_letters_are_few(tmp_path: Path, name: str) -> None:
    (tmp_path / "Übung.toml").write_text('film.title = "Grüße ∂L/∂z"\n')
    env = environment("LANG", "LC_ALL", "LC_CTYPE", **ENCODINGS[name])
    done = run("render", "tiny", "--config", "Übung.toml", *LOW, cwd=tmp_path, env=env)
    assert done.returncode == 0, done.stderr
    (ledger,) = tmp_path.rglob("[!.]*/tiny.json")
    assert json.loads(ledger.read_text(encoding="utf-8"))["title"] == "Grüße ∂L/∂z"


def test_a_batch_on_a_narrow_terminal(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('films = ["tiny"]\n[axes]\nseed = [1, -1]\n')
    code, text = shown(tmp_path, 20, "xterm", "batch", "mine.toml", *LOW)
    assert code == 1
    assert "Traceback" not in text
    words = re.sub(r"\x1b\[[?\d;]*[a-zA-Z]", "", text)
    assert "1 rendered, 0 reused, 1 failed\r\n" in words


def test_a_batch_in_a_folder_with_an_odd_name(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('films = ["tiny"]\n[axes]\nseed = [1, 2]\n')
    done = run("batch", "mine.toml", "--json", "--output", ODD, *LOW, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert all(decode(tmp_path / job["video"]).frames for job in found["jobs"])
    assert (tmp_path / ODD / "mine" / "sweep.png").is_file()


def begun(*words: str, cwd: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(*words),
        cwd=cwd,
        env=environment(),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )


def listens(process: subprocess.Popen[str]) -> bool:
    """Tell whether the program handles SIGTERM by now, or has ended."""
    if process.poll() is not None:
        return True
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    caught = int(status.partition("SigCgt:")[2].split()[0], 16)
    return bool(caught >> (signal.SIGTERM - 1) & 1)


def test_interrupted_at_any_moment(tmp_path: Path, made: Path) -> None:
    words = ("render", "tiny", "second", "--force", *NAMED, "--output", "films", *LOW)
    start = time.monotonic()
    assert run(*words, cwd=tmp_path).returncode == 0
    took = time.monotonic() - start
    rng, interrupted = random.Random(0), 0
    for n in range(INTERRUPTIONS):
        sent = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)[n % 3]
        process = begun(*words, cwd=tmp_path)
        # Python itself takes a moment to begin, on a busy machine a long one.
        wait_until(partial(listens, process))
        time.sleep(rng.uniform(0, 0.7 * took))
        start = time.monotonic()
        process.send_signal(sent)
        stdout, stderr = process.communicate(timeout=PATIENCE)
        assert time.monotonic() - start < 5
        # Once it has said what it made, Python is leaving, and listens no more.
        assert process.returncode in {0, 128 + sent, -sent if stdout else 0}
        interrupted += process.returncode != 0
        assert "Traceback" not in stderr
        assert processes_in(tmp_path) == []
        assert left_behind(tmp_path) == []
        whole(made)
    assert interrupted > INTERRUPTIONS / 2


def test_removed_at_any_moment(tmp_path: Path) -> None:
    rng = random.Random(1)
    for _ in range(REMOVALS):
        process = begun("render", "tiny", "--output", "films", *LOW, cwd=tmp_path)
        while not list(tmp_path.rglob("render-*")) and process.poll() is None:
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 2))
        # At once: else what is made at this moment would keep the folder in its place.
        (tmp_path / "films").rename(tmp_path / "gone")
        shutil.rmtree(tmp_path / "gone", ignore_errors=True)
        _, stderr = process.communicate(timeout=PATIENCE)
        assert process.returncode in {0, 1}
        assert "Traceback" not in stderr
        if process.returncode:
            assert "films/default was removed while it was rendered" in stderr.splitlines()[-1]
        assert processes_in(tmp_path) == []
        assert left_behind(tmp_path / "films") == []
        shutil.rmtree(tmp_path / "films", ignore_errors=True)
        shutil.rmtree(tmp_path / "gone", ignore_errors=True)


def plain(film: Path, *names: str, cwd: Path, config: Path) -> subprocess.Popen[bytes]:
    words = ("render", "-ql", "--media_dir", "media", str(film), *names)
    return subprocess.Popen(
        (sys.executable, "-m", "manim", *words),
        cwd=cwd,
        env=environment(BACKPROP_EXPERIMENT=str(config), PYTHONPATH=os.pathsep.join(sys.path)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def test_plain_manim_is_right_after_any_kill(tmp_path: Path) -> None:
    film, config = FOLDER / "tiny.py", tmp_path / "mine.toml"
    video = tmp_path / "media" / "videos" / "tiny" / "480p15" / "Tiny.mp4"
    config.write_text("seed = 0\n")
    start = time.monotonic()
    assert plain(film, "Tiny", cwd=tmp_path, config=config).wait() == 0
    took, frames = time.monotonic() - start, decode(video).frames
    rng = random.Random(2)
    for n in range(PLAIN_KILLS):
        config.write_text(f"seed = {n}\n")
        process = plain(film, "Tiny", cwd=tmp_path, config=config)
        time.sleep(rng.uniform(took / 2, took))
        process.send_signal((signal.SIGKILL, signal.SIGTERM)[n % 2])
        process.wait()
        # A ledger lies only beside a film that is whole.
        if video.with_suffix(".json").exists():
            assert decode(video).frames == frames
    # What a kill leaves of a segment that was begun: Manim would take it for a finished one.
    for segment in video.parent.rglob("partial_movie_files/**/*.mp4"):
        segment.write_bytes(segment.read_bytes()[:48])
    config.write_text("seed = 99\n")
    assert plain(film, "Tiny", cwd=tmp_path, config=config).wait() == 0
    assert decode(video).frames == frames
    assert json.loads(video.with_suffix(".json").read_text())["seed"] == 99


def test_a_real_film_by_plain_manim(tmp_path: Path) -> None:
    film, config = FOLDER.parents[1] / "scenes" / "leak.py", tmp_path / "mine.toml"
    config.write_text("seed = 5\n[data]\nsamples = 60\n[training]\nepochs = 3\n")
    process = plain(film, cwd=tmp_path, config=config)
    while not list(tmp_path.rglob("uncached_00003.mp4")) and process.poll() is None:
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    assert process.wait() == -signal.SIGTERM
    assert not list(tmp_path.rglob("Leak.*"))
    for segment in tmp_path.rglob("partial_movie_files/**/*.mp4"):
        segment.write_bytes(segment.read_bytes()[:48])
    assert plain(film, cwd=tmp_path, config=config).wait() == 0
    (video,) = tmp_path.rglob("Leak.mp4")
    ledger = json.loads(video.with_suffix(".json").read_text())
    assert ledger["seed"] == 5
    assert decode(video).frames == pytest.approx(15 * (ledger["beats"][-1]["end"] + 2), abs=5)


def test_a_plain_render_that_fails_does_not_end_with_0(tmp_path: Path) -> None:
    config = tmp_path / "mine.toml"
    config.write_text("seed = 1\n")
    for name in ("Broken", "Overflowing", "Unsuited"):
        assert plain(FOLDER / "tiny.py", name, cwd=tmp_path, config=config).wait() != 0
        assert not list(tmp_path.rglob(f"{name}.mp4"))


def test_nothing_is_left_of_killed_renders_after_a_cleaning(tmp_path: Path) -> None:
    process = begun("render", "endless", *LOW, cwd=tmp_path)
    wait_until(lambda: list(tmp_path.rglob("render-*/piece-*")), process=process)
    process.kill()
    process.communicate()
    wait_until(lambda: not processes_in(tmp_path))
    assert len(clean(tmp_path / FILMS)) == 2
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize("what", ["garbage", "a flipped bit", "a pipe", "a link"])
def test_a_cache_of_type_that_was_tampered_with_changes_no_film(tmp_path: Path, what: str) -> None:
    env = environment(XDG_CACHE_HOME=str(tmp_path / "xdg"))
    words = ("render", "tiny", "--force", *LOW)
    assert run(*words, cwd=tmp_path, env=env).returncode == 0
    film = tmp_path / FILMS / "default" / "tiny.mp4"
    before = file_digest(film)
    entries = list((tmp_path / "xdg").rglob("*.svg"))
    assert entries
    for entry in entries:
        content = entry.read_bytes()
        entry.unlink()
        if what == "garbage":
            entry.write_bytes(b"garbage </svg>")
        elif what == "a flipped bit":
            place = content.index(b' d="M ') + 6 if b' d="M ' in content else len(content) // 2
            entry.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        elif what == "a pipe":
            os.mkfifo(entry)
        else:
            other = entry.with_suffix(".moved")
            other.write_bytes(content.replace(b"<path", b"<trap"))
            entry.symlink_to(other)
    assert run(*words, cwd=tmp_path, env=env).returncode == 0
    assert file_digest(film) == before
    assert all(entry.is_file() and not entry.is_symlink() for entry in entries)
