"""Runs the commands, configurations and code of the READMEs."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from backprop_core.experiment.config import Experiment, parse_experiment
from backprop_core.recording import Pass, from_arrays
from scenes.cli.main import main
from scenes.production.posters import SWEEPS, WIDTH, films_table, sources_list, write_overview
from scenes.production.request.catalog import FILMS
from scenes.production.store.build import Built
from scenes.production.sweeps import batch, overview
from scenes.production.sweeps.overview import OverviewOutput
from tests.production.gallery.made_up import put_film

ROOT = Path(__file__).parents[1]
SOLVED = ROOT / "tests/production/exercise/learners/solved_layer.py"
READMES = sorted(
    path
    for path in ROOT.rglob("README.md")
    if not any(part.startswith(".") or part == "media" for part in path.relative_to(ROOT).parts)
)
TEXTS = {path: path.read_text(encoding="utf-8") for path in READMES}
README = TEXTS[ROOT / "README.md"]
LONGEST = 150
"""Lines of the first README, which is for a person who has a minute."""


def blocks(language: str) -> list[str]:
    """Return the blocks of a language in all READMEs."""
    block = re.compile(rf"^```{language}\n(.*?)^```", re.MULTILINE | re.DOTALL)
    return [found for text in TEXTS.values() for found in block.findall(text)]


def block_with(language: str, words: str) -> str:
    """Return the one block of a language that holds these words."""
    (found,) = [block for block in blocks(language) if words in block]
    return found


def lines(program: str) -> list[str]:
    found = [
        line.partition("#")[0].strip() for block in blocks("sh") for line in block.splitlines()
    ]
    return [line for line in found if program in line.split()]


LIBRARIES = re.compile(r"^import (?:jax|keras)$|\brecord\(model\b|\bfrom_frame\(", re.MULTILINE)
"""In code for libraries that may be missing; `core/recording` and `core/data` run it otherwise."""
PYTHON = [code for code in blocks("python") if not LIBRARIES.search(code)]
COMMANDS = list(dict.fromkeys(lines("backprop")))


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_run(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = shlex.split(command)[1:]
    if words[:2] != ["config", "new"]:
        Path("deep.toml").write_text("[network]\ndepth = 3\n", encoding="utf-8")
    if words[:2] == ["exercise", "check"]:
        shutil.copy(SOLVED, words[2])
    if "--recording" in words:
        z = [np.array([[0.5, -1.0], [0.2, 0.1]])] * 3
        one = {"z": z, "delta": z, "weights": z, "update": z, "loss": 1.0}
        found = from_arrays([Pass(step=n, **one) for n in range(3)], "tanh")
        for name in ("run.npz", "he.npz"):
            found.save(name)
    if words[0] in {"render", "lecture", "gallery"}:
        words.append("--dry-run")
    if words[0] == "gallery" and words[1].startswith("--") and "--all" not in words:
        # Without a name, those are shown that are there.
        put_film(Path("media/films/default"))
    if "--sweep" in words:
        sweep_jobs()
    if words[0] in {"batch", "job"}:
        names = sweep_jobs()
        # The films themselves are rendered elsewhere.
        monkeypatch.setattr(batch, "render", lambda job, target, **_: Built(target, True, {}, 0))
        monkeypatch.setattr(
            overview,
            "draw_overview",
            lambda root, *_, **__: Built(OverviewOutput(root), True, {}, 0),
        )
        words = [names[0] if word == "HASH" else word for word in words]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output


def sweep_jobs() -> list[str]:
    """Write the sweep of the README to sweep.toml, and return the names of its jobs."""
    Path("sweep.toml").write_text(block_with("toml", "films = "), encoding="utf-8")
    listed = CliRunner().invoke(main, ["batch", "sweep.toml", "--list"])
    assert listed.exit_code == 0, listed.output
    return [line.split()[0] for line in listed.stdout.splitlines()]


STUBS = {
    "backprop": 'if [ "$1" = batch ]; then cat listed.txt; else echo "$@" >> ran.txt; fi',
    "sbatch": """for n in $(seq ${1#--array=1-}); do SLURM_ARRAY_TASK_ID=$n sh -c "$3"; done""",
}
"""What stands for programs that render for hours, or that are not here."""


@pytest.mark.parametrize("program", ["sbatch", "parallel", "xargs", "make"])
def test_a_queue_runs_every_job_once(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = sweep_jobs()
    Path("listed.txt").write_text("".join(f"{name} film point\n" for name in names))
    for stub, body in STUBS.items():
        Path(stub).write_text(f"#!/bin/sh\n{body}\n")
        Path(stub).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not here")
    first, *others = block_with("bash", "jobs.txt").splitlines()
    (line,) = (line for line in others if line.startswith(program))
    subprocess.run(["sh", "-ec", f"{first}\n{line}"], check=True, capture_output=True)
    ran = Path("ran.txt").read_text().splitlines()
    assert sorted(ran) == sorted(f"job {name}" for name in names)


def test_every_command_is_in_the_readme() -> None:
    named = {command.split()[1] for command in COMMANDS} | {"doctor"}
    assert set(main.commands) <= named
    assert "backprop doctor" in README


def test_the_configuration_is_the_default_and_whole() -> None:
    text = block_with("toml", "[network]\ndepth")
    assert parse_experiment(text) == Experiment()
    shown = tomllib.loads(re.sub(r"^# (?=\w+ = )", "", text, flags=re.MULTILINE))
    model = Experiment().model_dump()
    assert set(shown) == set(model)
    for table, fields in model.items():
        if isinstance(fields, dict):
            assert set(shown[table]) == set(fields)


@pytest.mark.parametrize("code", PYTHON)
def test_the_code_prints_what_it_says(code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    printed = done.stdout.splitlines()
    shown = re.findall(r"^print\(.*\)  # ([^:\n]+)", code, re.MULTILINE)
    assert shown
    for said in shown:
        if about := re.fullmatch(r"about (-?\d+)", said):
            assert float(printed[0]) == pytest.approx(float(about[1]), abs=10)
        else:
            assert said in printed


def test_every_block_is_of_a_kind_that_is_run() -> None:
    """Code for other libraries is run by `core/recording`; that of a beat is compared below.

    HTML is opened by `production/gallery/test_explorer_alone`.
    """
    kinds = {kind for text in TEXTS.values() for kind in re.findall(r"^```(\w+)", text, re.M)}
    assert kinds == {"bash", "html", "powershell", "py", "python", "sh", "toml"}
    for text in blocks("toml"):
        assert text.startswith("films = ") or parse_experiment(text)
    known = {"backprop", "brew", "make", "manim", "python", "python3", "source"}
    for line in (line for block in blocks("sh") for line in block.splitlines() if line):
        assert next(word for word in line.split() if "=" not in word) in known


def test_the_targets_of_make_and_the_extras_are_there() -> None:
    prose = "\n".join(TEXTS.values())
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^)make ([a-z][a-z-]*)", prose, re.MULTILINE))
    assert {"film", "test", "test-all"} <= named
    assert named <= set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = set(re.findall(r"(?:leaky-backprop|\.)\[(\w+)\]", prose))
    assert extras
    assert extras <= set(project["optional-dependencies"])


def test_plain_manim_is_shown_with_films_that_are_there() -> None:
    films = [shlex.split(line)[-1] for line in lines("manim")]
    assert "scenes/vanishing.py" in films
    assert all((ROOT / film).is_file() for film in films)


def test_plain_manim_renders_a_named_experiment(tmp_path: Path) -> None:
    (line,) = [line for line in lines("manim") if "BACKPROP_EXPERIMENT" in line]
    variable, *command = shlex.split(line)
    (tmp_path / "deep.toml").write_text(
        "[network]\ndepth = 2\nwidth = 3\n[data]\nsamples = 50\n[training]\nepochs = 1\n",
        encoding="utf-8",
    )
    name, value = variable.split("=")
    environment = os.environ | {name: value}
    film = str(ROOT / command[-1])
    # The last picture alone: the films themselves are rendered elsewhere.
    program = [sys.executable, "-m", *command[:-1], "-s", film]
    subprocess.run(program, cwd=tmp_path, env=environment, check=True, capture_output=True)
    (ledger,) = tmp_path.rglob("*.json")
    assert '"depth": 2' in ledger.read_text(encoding="utf-8")


def test_the_table_of_films_is_that_of_the_films() -> None:
    assert films_table(README) == README, "run: python -m scenes.production.posters"
    assert sources_list(README) == README, "run: python -m scenes.production.posters"
    assert films_table(README.replace("`leak`", "`lake`")) == README


def test_every_film_has_its_row_and_its_poster() -> None:
    for film in FILMS:
        assert f"| `{film}` |" in README
        poster = ROOT / "media/posters" / f"{film}.png"
        assert poster.read_bytes()[16:20] == WIDTH.to_bytes(4, "big")
        assert poster.stat().st_size < 200_000


def test_the_overview_of_the_sweep_is_shown(tmp_path: Path) -> None:
    shown = ROOT / "media/posters/sweep.png"
    assert "/media/posters/sweep.png)" in TEXTS[ROOT / SWEEPS]
    assert shown.stat().st_size < 200_000
    write_overview(ROOT / SWEEPS, tmp_path / "sweep.png")
    with Image.open(shown) as old, Image.open(tmp_path / "sweep.png") as new:
        assert old.size == new.size == (WIDTH, WIDTH * 9 // 16)
        difference = np.abs(np.subtract(*(np.asarray(p, dtype=float) for p in (old, new))))
    assert difference.mean() < 1.0, "run: python -m scenes.production.posters"


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.parent.name)
def test_links_to_files_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", TEXTS[path]):
        if "://" not in target:
            assert (path.parent / target).is_file(), target


def test_the_first_readme_is_short() -> None:
    assert len(README.splitlines()) <= LONGEST


def test_every_other_readme_is_reached_from_the_first() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        reached.add(path)
        links = re.findall(r"\]\(([^)#:]+README\.md)\)", TEXTS[path])
        waiting += {(path.parent / link).resolve() for link in links} - reached
    assert reached == set(READMES)


def test_a_picture_moves() -> None:
    shown = ROOT / "media/posters/moving.webp"
    assert "](media/posters/moving.webp)" in README
    assert shown.stat().st_size < 2_000_000
    with Image.open(shown) as picture:
        assert picture.size == (WIDTH, WIDTH * 9 // 16)
        assert picture.n_frames > 40


def test_the_beat_in_the_readme_is_that_of_the_film() -> None:
    (shown,) = [block for block in blocks("py") if "Beat[" in block]
    film = (ROOT / "scenes/beats/leak/inside.py").read_text(encoding="utf-8")
    for part in shown.split("        ...\n"):
        assert part.strip("\n") in film
