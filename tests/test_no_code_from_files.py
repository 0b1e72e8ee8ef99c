"""Nothing that is read can become code: what would do that, or hides it, is nowhere in the project.

A test that walks the syntax trees, so neither comments nor another spelling matter.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted([*(ROOT / "backprop_core").rglob("*.py"), *(ROOT / "scenes").rglob("*.py")])

MODULES = {
    *("pickle", "_pickle", "cPickle", "cloudpickle", "dill", "marshal", "shelve", "jsonpickle"),
    *("yaml", "ruamel", "oyaml", "joblib", "pty", "runpy", "code", "codeop", "imp", "builtins"),
    *("commands", "ctypes", "cffi"),
}
"""What reads objects, runs text, or leads around both."""
NAMES = {"eval", "exec", "compile", "__import__", "breakpoint", "globals", "__builtins__"}
SHELL = {
    *("system", "popen", "execl", "execle", "execlp", "execv", "execve", "execvp", "execvpe"),
    *("spawnl", "spawnle", "spawnlp", "spawnv", "spawnve", "spawnvp", "startfile", "posix_spawn"),
}
"""Of `os`."""
ATTRIBUTES = {
    *("getoutput", "getstatusoutput", "create_subprocess_shell", "mktemp", "extractall"),
    *("read_pickle", "to_pickle", "unsafe_load", "full_load", "from_string"),
}
"""Of whatever."""
MARKUP = {"MarkupText", "Text", "Tex", "MathTex", "SingleStringMathTex", "Title", "BulletedList"}
"""Manim's type that takes markup, or LaTeX."""
KEYWORDS = {"shell": False, "allow_pickle": False, "weights_only": True, "autoescape": True}
"""What an argument may be, if it is given."""
WANTED = {"np.load": "allow_pickle", "numpy.load": "allow_pickle", "torch.load": "weights_only"}
"""Functions that are only safe with an argument."""
TEMPLATES = {"Environment", "Template", "NativeEnvironment"}
IMPORTERS = {"backprop_core/__init__.py", "scenes/production/render/worker.py"}
IMPORTERS |= {"scenes/production/lecture/decks/making.py", "scenes/production/doctor.py"}
"""Who imports by name: names of the project's own, looked up in a table."""
STARTER = "scenes/production/process/launcher.py"
"""How our processes begin: it runs what its command line names, and asks the kernel for its end."""
LEARNERS = {"scenes/production/exercise/runner.py"}
"""Who runs a learner's file, as `backprop exercise check` is asked to: a process of its own."""

SYSTEM_CALLS = {"scenes/production/exercise/confinement.py"}
"""Who asks the kernel to take rights from a learner's process, which Python cannot do."""


def unsafe(tree: ast.AST) -> Iterator[str]:
    """Yield what is not wanted, with its line."""
    for node in ast.walk(tree):
        for what in (*_imported(node), *_named(node), *_called(node)):
            yield f"line {getattr(node, 'lineno', 0)}: {what}"


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [node.module or ""]
        wanted = SHELL if node.module == "os" else NAMES | ATTRIBUTES
        yield from (f"import of {a.name}" for a in node.names if a.name in wanted)
        if node.module == "manim":
            yield from (f"import of {a.name}" for a in node.names if a.name in MARKUP)
        if node.module == "numpy":
            yield from ("import of load" for a in node.names if a.name == "load")
    else:
        return
    yield from (f"import of {name}" for name in names if name.split(".")[0] in MODULES)


def _named(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name) and node.id in NAMES:
        yield node.id
    if isinstance(node, ast.Attribute):
        owner = ast.unparse(node.value)
        if owner == "os" and node.attr in SHELL:
            yield f"os.{node.attr}"
        if owner in {"mn", "manim"} and node.attr in MARKUP:
            yield f"{owner}.{node.attr}"
        if node.attr in ATTRIBUTES:
            yield f".{node.attr}"


def _called(node: ast.AST) -> Iterator[str]:
    if not isinstance(node, ast.Call):
        return
    called = ast.unparse(node.func)
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    for name, value in KEYWORDS.items():
        if name in given and not _is(given[name], value):
            yield f"{called}({name}={ast.unparse(given[name])})"
    if called in WANTED and WANTED[called] not in given:
        yield f"{called} without {WANTED[called]}"
    if called.split(".")[-1] in TEMPLATES and "autoescape" not in given:
        yield f"{called} without autoescape"


def _is(node: ast.expr, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_nothing_read_becomes_code(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [what.partition(": ")[2] for what in unsafe(tree)]
    known = {STARTER: ["import of runpy", "import of ctypes"]}
    known |= {name: ["import of ctypes"] for name in SYSTEM_CALLS}
    assert found == known.get(name_of(path), []), list(unsafe(tree))


def imports_by_name(tree: ast.AST) -> bool:
    return any(
        isinstance(node, (ast.Attribute, ast.Name, ast.alias))
        and getattr(node, "attr", getattr(node, "id", getattr(node, "name", "")))
        in {"import_module", "spec_from_file_location", "SourceFileLoader"}
        for node in ast.walk(tree)
    )


def test_few_import_by_name() -> None:
    found = {name_of(p) for p in SOURCES if imports_by_name(ast.parse(p.read_text("utf-8")))}
    assert found == IMPORTERS | LEARNERS


def test_what_runs_a_learners_file_is_never_run_in_this_process() -> None:
    # Others know where it lies, and start it; nobody calls anything in it.
    for path in SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        names = {a.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names}
        if "runner" in names:
            used = [n for n in ast.walk(tree) if isinstance(n, ast.Attribute)]
            uses = {n.attr for n in used if ast.unparse(n.value) == "runner"}
            assert name_of(path) == "scenes/production/exercise/learner_process.py"
            assert uses == {"__file__", "REQUEST", "ANSWERS"}


PLANTED = [
    "import pickle",
    "import yaml as y",
    "from ruamel.yaml import YAML",
    "import joblib.numpy_pickle",
    "def f():\n    from marshal import loads",
    "eval(text)",
    "run = exec",
    "map(compile, texts)",
    "__import__(name)",
    "globals()[name]()",
    "__builtins__['eval']",
    "os.system(line)",
    "start = os.popen",
    "from os import system as s",
    "os.execvp(program, words)",
    "subprocess.run(line, shell=True)",
    "subprocess.Popen(line, shell=wanted)",
    "subprocess.getoutput(line)",
    "from subprocess import getoutput",
    "asyncio.create_subprocess_shell(line)",
    "np.load(path)",
    "np.load(path, allow_pickle=True)",
    "np.load(path, allow_pickle=allowed)",
    "from numpy import load",
    "npy.read_array(file, allow_pickle=True)",
    "torch.load(path)",
    "torch.load(path, weights_only=False)",
    "pandas.read_pickle(path)",
    "jinja2.Environment()",
    "Environment(loader=loader, autoescape=False)",
    "jinja2.Template(text)",
    "environment.from_string(text)",
    "mn.MarkupText(title)",
    "mn.Text(title)",
    "from manim import Tex",
    "tempfile.mktemp()",
    "archive.extractall(folder)",
    "import ctypes",
]


@pytest.mark.parametrize("code", PLANTED)
def test_an_offender_is_found(code: str) -> None:
    assert list(unsafe(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "re.compile(pattern)",
        "typst.compile(source)",
        "ast.literal_eval(text)",
        "np.load(path, allow_pickle=False)",
        "subprocess.run([program], shell=False)",
        "jinja2.Environment(autoescape=True)",
        "import zipfile",
        "system = 3",
        "figure.title",
    ],
)
def test_what_is_harmless_is_not(code: str) -> None:
    assert not list(unsafe(ast.parse(code)))


@pytest.mark.parametrize(
    "code", ["importlib.import_module(name)", "from importlib import import_module"]
)
def test_an_import_by_name_is_found(code: str) -> None:
    assert imports_by_name(ast.parse(code))
    assert not imports_by_name(ast.parse("import importlib.metadata"))
