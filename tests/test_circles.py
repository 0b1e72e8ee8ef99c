"""No circle of imports: not of files anywhere, not of the rooms of the core.

Imports inside functions and under TYPE_CHECKING count as well.
"""

import ast
from collections.abc import Iterator, Mapping, Set
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

Graph = Mapping[str, Set[str]]
"""Module -> what it imports."""


def imports_of(tree: ast.AST, modules: Set[str]) -> Iterator[str]:
    """Yield which of these modules are imported, anywhere in the code.

    `from backprop_core.data import datasets` imports `backprop_core.data.datasets`, and
    `from backprop_core.recording import load` the package. That packages are imported on the way to
    what is in them does not count.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                found = full if full in modules else node.module
                if found in modules:
                    yield str(found)


def graph_of(sources: Mapping[str, ast.AST]) -> Graph:
    """Return who imports whom, given the code of every module."""
    modules = set(sources)
    return {name: set(imports_of(tree, modules)) for name, tree in sources.items()}


def circle_in(graph: Graph) -> list[str]:
    """Return modules that that import each other in a circle, the first one last as well."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle
    return []


def in_functions(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield the imports that stand inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    yield inner


CORE_ORDER: tuple[tuple[str, ...], ...] = (
    (
        "arrays",
        "caps",
        "errors",
        "files",
        "folder",
        "formatting",
        "html_tables",
        "number_text",
        "partial_files",
        "threads",
    ),
    ("experiment",),
    ("data",),
    ("passes",),
    ("measures",),
    ("training",),
    ("recording",),
    ("verdicts",),
    ("diagnosis",),
    ("exercise",),
    ("budget", "textbook"),
    ("",),
)
"""The rooms of `backprop_core` and the files beside them, in the order in which data flow.

A room imports itself and what stands before it. The files in the first line serve all rooms; "" is
the package itself, the public face.
"""


def core_room(module: str) -> str:
    """Return the room of a module of the core, or the name of a file beside the rooms."""
    return module.removeprefix("backprop_core").removeprefix(".").split(".")[0]


def up_the_rooms(graph: Graph) -> set[tuple[str, str]]:
    """Return which module of the core imports something of a room that stands after its own."""
    place = {room: number for number, rooms in enumerate(CORE_ORDER) for room in rooms}
    return {
        (module, imported)
        for module, found in graph.items()
        for imported in found
        if place[core_room(imported)] > place[core_room(module)]
    }


def trees(*packages: str) -> dict[str, ast.AST]:
    """Return the code of every module of some packages."""
    paths = [path for package in packages for path in (ROOT / package).rglob("*.py")]
    return {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def test_no_files_import_each_other_in_a_circle() -> None:
    assert circle_in(graph_of(trees("backprop_core", "scenes"))) == []


def test_the_rooms_of_the_core_have_one_order() -> None:
    sources = trees("backprop_core")
    assert {core_room(name) for name in sources} == {room for rooms in CORE_ORDER for room in rooms}
    assert up_the_rooms(graph_of(sources)) == set()


def test_the_core_imports_itself_at_the_top_of_files() -> None:
    sources = trees("backprop_core")
    inside = {
        name
        for name, tree in sources.items()
        for node in in_functions(tree)
        if set(imports_of(node, set(sources)))
    }
    assert inside == set()


CIRCLES = [
    "from backprop_core.passes.trace import Trace",
    "from backprop_core.passes import trace",
    "import backprop_core.passes.trace",
    "def f():\n    from backprop_core.passes.trace import Trace",
    "class A:\n    def f(self):\n        import backprop_core.passes.trace",
    "if TYPE_CHECKING:\n    from backprop_core.passes.trace import Trace",
]


@pytest.mark.parametrize("code", CIRCLES)
def test_a_circle_is_found(code: str) -> None:
    # A trace is of a network, so a network must not know of traces.
    sources = trees("backprop_core")
    network = ast.unparse(sources["backprop_core.passes.network"])
    planted = ast.parse(f"{network}\n{code}")
    circle = circle_in(graph_of(sources | {"backprop_core.passes.network": planted}))
    assert {"backprop_core.passes.network", "backprop_core.passes.trace"} <= set(circle)
    assert circle[0] == circle[-1]


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("backprop_core.data.raw_data", "from backprop_core.passes.losses import targets"),
        ("backprop_core.passes.losses", "from backprop_core.measures import gradcheck"),
        ("backprop_core.recording.checks", "def f():\n    import backprop_core.diagnosis.diagnose"),
        ("backprop_core.threads", "if TYPE_CHECKING:\n    from backprop_core.data import raw_data"),
        ("backprop_core.exercise.task", "from backprop_core import budget"),
    ],
)
def test_an_import_up_the_rooms_is_found(module: str, code: str) -> None:
    assert up_the_rooms(graph_of(trees("backprop_core") | {module: ast.parse(code)}))


@pytest.mark.parametrize(
    "code", ["def f():\n    import json", "class A:\n    def f(self):\n        import json"]
)
def test_an_import_inside_a_function_is_found(code: str) -> None:
    assert len(list(in_functions(ast.parse(code)))) == 1
    assert not list(in_functions(ast.parse("import json")))
