"""Output never controls the terminal, whatever files, fields and folders are called."""

import ast
import json
import os
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import Result

import scenes.cli
from backprop_core.errors import InputError
from scenes.cli import output as speech
from scenes.cli.group import Program
from scenes.cli.options import debug_option

Backprop = Callable[..., Result]

HOSTILE = "\x1b]0;pwned\x07\r\nok\x9b31m\u202etxt\u200b\x7f"
ESCAPED = r"\x1b]0;pwned\x07\r\nok\x9b31m\u202etxt\u200b\x7f"


def unspeakable(text: str) -> set[str]:
    return {letter for letter in text if not letter.isprintable()} - {"\n"}


def test_lines_are_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    speech.answer(HOSTILE)
    speech.tell(HOSTILE)
    said = capsys.readouterr()
    assert said.out == said.err == ESCAPED + "\n"


def test_texts_keep_their_line_ends(capsys: pytest.CaptureFixture[str]) -> None:
    speech.answer_lines(f"a\n{HOSTILE}\n")
    speech.tell_lines(f"a\n{HOSTILE}")
    said = capsys.readouterr()
    assert said.out == said.err == "a\n" + ESCAPED.replace(r"\n", "\n") + "\n"


def test_json_is_ascii_and_whole(capsys: pytest.CaptureFixture[str]) -> None:
    speech.answer_json({HOSTILE: [HOSTILE]})
    said = capsys.readouterr().out
    assert said.isascii()
    assert not unspeakable(said)
    assert json.loads(said) == {HOSTILE: [HOSTILE]}


ALLOWED = {"ctx.get_help()", "film.name"}
"""Texts that may be written without `output`: our own words, which need no import."""


def said_directly(tree: ast.AST) -> set[str]:
    """Return what a module writes without `output`."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in {"click.echo", "click.secho", "print", "sys.stdout.write"}:
                found.add(ast.unparse(node.args[0]) if node.args else "")
    return {words for words in found if words not in ALLOWED and "_COMPLETE" not in words}


@pytest.mark.parametrize(
    "path", sorted(Path(scenes.cli.__file__).parent.glob("*.py")), ids=lambda path: path.stem
)
def test_one_module_speaks(path: Path) -> None:
    found = said_directly(ast.parse(path.read_text(encoding="utf-8")))
    assert bool(found) == (path.stem == "output"), found


def test_a_module_that_speaks_for_itself_is_found() -> None:
    assert said_directly(ast.parse("click.echo(path, err=True)")) == {"path"}
    assert said_directly(ast.parse("print(path)")) == {"path"}
    assert said_directly(ast.parse("click.echo(ctx.get_help())")) == set()


NAMES = ["a\x1b[31m", "a\x9b31m", "a\u202e", "a\rb", "a\nb", "a\u200b", "a\u3164"]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
@pytest.mark.parametrize(
    "words",
    [
        ("numbers", "--config", "{}.toml"),
        ("numbers", "--preset", "{}"),
        ("numbers", "--set", "{}=1"),
        ("numbers", "--set", "network.activation={}"),
        ("numbers", "--set", 'data={{name="file", path="{}.npz"}}'),
        ("numbers", "--{}"),
        ("numbers", "--theme", "{}"),
        ("{}",),
        ("config", "{}"),
        ("config", "new", "{}/x.toml"),
        ("render", "{}"),
        ("render", "leak", "--name", "{}", "--dry-run"),
        ("render", "leak", "--output", "{}", "--dry-run"),
        ("render", "leak", "--config", "{}.toml", "--dry-run"),
        ("batch", "{}.toml", "--list"),
        ("job", "{}"),
        ("job", "0123456789abcdef", "--output", "{}"),
        ("completion", "{}"),
    ],
    ids=" ".join,
)
def test_names_from_anywhere(backprop: Backprop, words: tuple[str, ...], name: str) -> None:
    result = backprop(*(word.format(name) for word in words))
    assert not unspeakable(result.stdout)
    assert not unspeakable(result.stderr)
    lines = (result.stdout + result.stderr).splitlines()
    assert len(lines) <= 2
    assert all(len(line) < 700 for line in lines)
    assert result.exit_code in (0, 2)


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_names_of_files_that_are_there(backprop: Backprop, name: str) -> None:
    Path(f"{name}.toml").write_text("network.depth = 1\n")
    for words in (("numbers", "--config"), ("batch",)):
        result = backprop(*words, f"{name}.toml")
        assert result.exit_code == 2
        assert not unspeakable(result.stderr)
    Path(f"{name}.toml").write_text("network.depth = 3\n")
    result = backprop("render", "leak", "--config", f"{name}.toml", "--dry-run")
    assert result.exit_code == 0
    assert not unspeakable(result.stdout)
    left = Path("media/films/x/.backprop") / f"render-{name}"
    left.mkdir(parents=True)
    result = backprop("clean")
    assert result.exit_code == 0
    assert not unspeakable(result.stdout)
    assert len(result.stdout.splitlines()) == 1
    assert not left.exists()


def test_a_name_that_is_no_text(backprop: Backprop) -> None:
    name = os.fsdecode(b"\xff\x1b.toml")
    Path(name).write_text("seed = -1\n")
    result = backprop("numbers", "--config", name)
    assert result.stderr.startswith(r"\udcff\x1b.toml: seed: got -1")


def failing(error: Exception) -> Program:
    @click.command()
    @debug_option
    def fail() -> None:
        raise error

    return Program("backprop", commands=[fail])


@pytest.mark.parametrize(
    "error",
    [
        InputError(HOSTILE),
        ValueError(HOSTILE),
        OSError(HOSTILE * 9000),
        RecursionError(),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("debug", [(), ("--debug",)])
def test_errors_of_any_kind(
    error: Exception, debug: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        failing(error).main(["fail", *debug])
    said = capsys.readouterr()
    assert not unspeakable(said.err)
    assert said.out == ""
    if not debug:
        assert len(said.err.splitlines()) == 1
        assert len(said.err) < 300
