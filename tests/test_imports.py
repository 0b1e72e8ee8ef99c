"""Checks the layout of the project: imports go one way, and importing a module does no work."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.selection import quick_cases

ROOT = Path(__file__).parents[1]
CORE, SCENES = ROOT / "backprop_core", ROOT / "scenes"
SOURCES = sorted([*CORE.rglob("*.py"), *SCENES.rglob("*.py")])
FILMS = sorted(path for path in SCENES.glob("*.py") if path.stem != "__init__")
FILM_MODULES = {f"scenes.{path.stem}" for path in FILMS}
STORIES = sorted(p.stem for p in (SCENES / "stories").glob("*.py") if p.stem != "__init__")
TOLD = [f"scenes.stories.{name}" for name in STORIES]

PURE = {
    *("float", "int", "max", "min", "tuple", "frozenset", "dict"),
    *("re.compile", "str.maketrans", "np.log", "np.log10", "np.finfo", "FRAME.inset"),
    *("np.dtype", "np.ones", "np.zeros"),
}
"""What a module may call while it is imported, besides the constructors of plain values."""


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def room_of(module: str) -> str:
    """Return the part of the project that a module belongs to."""
    if module in FILM_MODULES:
        return "film"
    parts = module.split(".")
    return parts[0] if parts[0] != "scenes" or len(parts) == 1 else parts[1]


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the full names of what is imported anywhere, in functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            # `from scenes import vanishing` imports the module scenes.vanishing.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


ALLOWED = {
    "backprop_core": {"backprop_core"},
    "words": {"words", "backprop_core", "scenes"},
    "kit": {"kit", "words", "scenes"},
    "stories": {"stories", "backprop_core", "kit", "words", "scenes"},
    "beats": {"beats", "backprop_core", "kit", "words", "stories", "scenes"},
    "film": {"beats", "backprop_core", "kit", "words", "stories", "scenes"},
    "production": {"production", "backprop_core", "kit", "words", "stories", "scenes"},
    "cli": {"cli", "production", "backprop_core", "kit", "words", "stories", "film", "scenes"},
    "scenes": {"scenes"},
}
"""The rooms of the project that a room may import."""


EXCEPTIONS = {
    "scenes.kit.film": "backprop_core",
    "scenes.kit.exit_line": "backprop_core.errors",
    "scenes.kit.type.cache_entries": "backprop_core.files",
}
"""Modules of the kit that know the core, or of all the core its errors or how to write a file."""


def against_the_arrows(module: str, tree: ast.AST) -> set[str]:
    """Return what a module imports and must not."""
    room = room_of(module)
    allowed = ALLOWED[room]
    ours = {name for name in imported(tree) if name.split(".")[0] in {"backprop_core", "scenes"}}
    wrong = {name for name in ours if room_of(name) not in allowed}
    if module in EXCEPTIONS:
        known = EXCEPTIONS[module]
        wrong = {name for name in wrong if not f"{name}.".startswith(f"{known}.")}
    if room == "film":
        wrong |= {name for name in ours if name in FILM_MODULES}
    outside = {name for name in imported(tree) if name.split(".")[0] in {"manim", "click"}}
    if room in {"backprop_core", "words", "stories"}:
        wrong |= outside
    if room in {"kit", "film"}:
        wrong |= {name for name in outside if name.split(".")[0] == "click"}
    return wrong


def test_the_walk_sees_the_tree() -> None:
    assert {"backprop_core.passes.trace", "scenes.kit.film", "scenes.cli.main"} <= {
        name_of(path) for path in SOURCES
    }
    assert {"scenes.vanishing", "scenes.saturation"} <= FILM_MODULES
    assert {room_of(name_of(path)) for path in SOURCES} == set(ALLOWED)


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_import_runs_against_the_arrows(path: Path) -> None:
    assert against_the_arrows(name_of(path), tree_of(path)) == set()


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("backprop_core.passes.trace", "import manim as mn"),
        ("backprop_core.passes.trace", "from click import echo"),
        ("backprop_core.passes.trace", "from scenes.kit import figures"),
        ("scenes.kit.charts.chart", "import backprop_core.passes.trace"),
        ("scenes.words.figures", "import manim"),
        ("scenes.kit.type.cache_entries", "from backprop_core.passes.trace import run"),
        ("scenes.words.figures", "from scenes.kit.theme import THEMES"),
        ("scenes.kit.film", "from scenes.stories.vanishing import VanishingStory"),
        ("scenes.kit.film", "from scenes import vanishing"),
        ("scenes.kit.charts.chart", "def f():\n    import scenes.production.request.job"),
        ("scenes.stories.vanishing", "from manim import Scene"),
        ("scenes.stories.vanishing", "from scenes.vanishing import Vanishing"),
        ("scenes.vanishing", "from scenes.saturation import Saturation"),
        ("scenes.vanishing", "import scenes.cli.main"),
        ("scenes.production.request.job", "from scenes.saturation import Saturation"),
        ("scenes.production.request.job", "from scenes.cli.options import FILE"),
    ],
)
def test_an_arrow_that_runs_back_is_found(module: str, line: str) -> None:
    assert against_the_arrows(module, ast.parse(line))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_star_and_no_relative_import(path: Path) -> None:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: a relative import"
            assert node.names[0].name != "*", f"line {node.lineno}: a star import"


def touches_config(tree: ast.AST) -> bool:
    """Tell whether code reaches for Manim's global configuration."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith("manim")
            and any("config" in alias.name for alias in node.names)
        ):
            return True
        if isinstance(node, ast.Import) and any("manim._config" in a.name for a in node.names):
            return True
        if (
            isinstance(node, ast.Attribute)
            and node.attr in {"config", "tempconfig", "_config"}
            and isinstance(node.value, ast.Name)
            and node.value.id in {"mn", "manim"}
        ):
            return True
    return False


def test_one_module_touches_the_configuration_of_manim() -> None:
    assert [name_of(path) for path in SOURCES if touches_config(tree_of(path))] == [
        "scenes.kit.settings"
    ]


def work(statements: list[ast.stmt], *, may_register: bool = False) -> Iterator[str]:
    """Yield what a module does while it is imported, beyond defining names."""
    for node in statements:
        match node:
            case ast.Expr(value=ast.Constant()) | ast.Pass() | ast.FunctionDef():
                continue
            case ast.Import() | ast.ImportFrom():
                continue
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                continue
            case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
                continue
            case ast.If(test=ast.Compare(left=ast.Attribute(attr="platform")), orelse=[]):
                yield from work(node.body)
            case ast.ClassDef():
                yield from work(node.body)
            case ast.Assign() | ast.AnnAssign():
                yield from (call for call in calls(node) if not is_harmless(call, may_register))
            case _:
                if not may_register:
                    yield f"line {node.lineno}: {ast.unparse(node).splitlines()[0]}"


def calls(node: ast.AST) -> Iterator[str]:
    """Yield the names of what is called, leaving out what only a lambda would call."""
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, ast.Call):
        yield ast.unparse(node.func)
    for child in ast.iter_child_nodes(node):
        yield from calls(child)


def is_harmless(call: str, may_register: bool) -> bool:
    root, last = call.split(".")[0], call.split(".")[-1]
    if root in {"mn", "manim"}:
        return False
    if root == "click":
        return may_register
    return call in PURE or last[0].isupper() or last == "field"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_importing_a_module_does_no_work(path: Path) -> None:
    # click hangs its commands together as they are defined.
    may_register = name_of(path).startswith("scenes.cli")
    assert list(work(tree_of(path).body, may_register=may_register)) == []


@pytest.mark.parametrize(
    "code",
    [
        "print(1)",
        "DATA = open('data.csv')",
        "DATA = Path('a').read_text()",
        "DOT = mn.Dot()",
        "NET = initialize(Experiment())",
        "for n in range(3):\n    pass",
        "if sys.platform != 'win32':\n    print(1)",
        "class A:\n    b = mn.Circle()",
        "try:\n    import x\nexcept ImportError:\n    pass",
    ],
)
def test_work_at_import_is_found(code: str) -> None:
    assert list(work(ast.parse(code).body))


def film_classes(path: Path) -> list[ast.ClassDef]:
    """Return the classes of a film's file that Manim would offer to render."""
    classes = [node for node in tree_of(path).body if isinstance(node, ast.ClassDef)]
    bases = {node.name: [ast.unparse(base) for base in node.bases] for node in classes}

    def is_scene(name: str) -> bool:
        last = name.split(".")[-1]
        known = last == "Film" or last.endswith(("Scene", "Stage"))
        return known or any(map(is_scene, bases.get(last, [])))

    return [node for node in classes if is_scene(node.name)]


@pytest.mark.parametrize("path", FILMS, ids=name_of)
def test_a_file_holds_one_film_named_after_it(path: Path) -> None:
    # With two scenes in a file Manim asks which one, and fails without a terminal.
    assert [node.name for node in film_classes(path)] == [path.stem.title().replace("_", "")]


def is_script(target: ast.expr) -> bool:
    """Tell whether an attribute holds the beats of a film, which are objects."""
    return ast.unparse(target) == "beats"


@pytest.mark.parametrize("path", FILMS, ids=name_of)
def test_a_film_says_in_literals_what_it_is_about(path: Path) -> None:
    (film,) = film_classes(path)
    said: dict[str, object] = {}
    for node in film.body:
        if isinstance(node, ast.Assign):
            names = [ast.unparse(target) for target in node.targets if not is_script(target)]
            said |= {name: ast.literal_eval(node.value) for name in names}
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            said[ast.unparse(node.target)] = ast.literal_eval(node.value)
    texts = ("title", "summary", "description")
    assert {*texts, "order", "seconds", "reads", "sources"} <= set(said)
    assert all(isinstance(said[name], str) for name in texts)
    assert all(isinstance(said[name], int) for name in ("order", "seconds"))
    assert isinstance(said["reads"], tuple)
    assert isinstance(said["sources"], tuple)
    assert isinstance(said.get("defaults", {}), dict)


@pytest.mark.parametrize("path", FILMS, ids=name_of)
def test_a_film_reads_fields_that_there_are(path: Path) -> None:
    from backprop_core.experiment.config import Experiment

    (film,) = film_classes(path)
    values = {
        ast.unparse(node.targets[0]): ast.literal_eval(node.value)
        for node in film.body
        if isinstance(node, ast.Assign) and not is_script(node.targets[0])
    }
    assert set(values["reads"]) <= set(Experiment.model_fields)


def run_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    "module", quick_cases(TOLD, "scenes.stories.leak", "scenes.stories.vanishing")
)
def test_a_story_is_told_without_manim(module: str) -> None:
    code = f"import sys, {module}; print([m for m in ('manim', 'click') if m in sys.modules])"
    assert run_python(code) == "[]"


def test_the_core_stands_alone() -> None:
    modules = [name_of(path) for path in SOURCES if CORE in path.parents]
    code = f"""
import importlib, sys
for name in {modules}:
    importlib.import_module(name)
print(sorted({{name.split(".")[0] for name in sys.modules}} & {{"manim", "click", "scenes"}}))
"""
    assert run_python(code) == "[]"


def test_the_command_line_waits_with_manim() -> None:
    assert run_python("import sys, scenes.cli.main; print('manim' in sys.modules)") == "False"
