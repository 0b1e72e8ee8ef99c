"""Stand-ins for what a notebook offers and a plain file lacks: plots, `display` and magics.

`runner` loads this file in the learner's process. It knows nothing of this project. Nothing is
drawn or shown: whatever is called answers with something that can be called again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.machinery import ModuleSpec
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

ROOTS = frozenset(
    ("matplotlib", "mpl_toolkits", "pylab", "seaborn", "plotly", "IPython", "ipywidgets", "google")
)
"""Packages that draw and show; of google, notebooks import colab."""
_STARRED = ("figure", "plot", "show", "subplot", "subplots", "title", "legend", "xlabel", "ylabel")
"""What ``from matplotlib.pyplot import *`` brings, of all that there is."""


class Anything:
    """An object that can be called, indexed, entered and asked for anything."""

    def __init__(self, *given: Any, **named: Any) -> None:
        pass

    def __call__(self, *given: Any, **named: Any) -> Any:
        """Return anything; a decorator hands its function back."""
        return given[0] if len(given) == 1 and isinstance(given[0], FunctionType) else Anything()

    def __getattr__(self, name: str) -> Any:
        return _attribute(name)

    def __getitem__(self, key: Any) -> Any:
        return Anything()

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True

    def __enter__(self) -> Anything:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def __add__(self, other: Any) -> Any:
        return self

    def __lt__(self, other: Any) -> bool:
        return False

    __gt__ = __le__ = __ge__ = __lt__

    def __float__(self) -> float:
        return 0.0

    def __int__(self) -> int:
        return 0

    def __format__(self, how: str) -> str:
        return ""

    __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __or__ = __add__


def _subplots(nrows: int = 1, ncols: int = 1, **named: Any) -> tuple[Any, Any]:
    axes = np.empty((nrows, ncols), dtype=object)
    axes.fill(Anything())
    if not named.get("squeeze", True):
        return Anything(), axes
    squeezed = axes.squeeze()
    return Anything(), squeezed if squeezed.ndim else squeezed.item()


def _several(count: int) -> Callable[..., Any]:
    return lambda *given, **named: tuple(Anything() for _ in range(count))


def _attribute(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    unpacked: dict[str, Callable[..., Any]] = {
        "subplots": _subplots,
        "subplot_mosaic": _several(2),
        "plot": _several(1),
        "hist": _several(3),
        "pie": _several(3),
        "get_xlim": lambda *given: (0.0, 1.0),
        "get_ylim": lambda *given: (0.0, 1.0),
    }
    return unpacked.get(name) or Anything()


class _Module(ModuleType):
    """A module in which there is anything."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []
        self.__version__ = "0"
        self.__all__ = list(_STARRED)
        if name == "pylab":
            # It also brings all of NumPy.
            self.__all__ += ["np", *np.__all__]
            self.__dict__.update({"np": np, **{one: getattr(np, one) for one in np.__all__}})

    def __getattr__(self, name: str) -> Any:
        return _attribute(name)


class StandIns:
    """Finds these packages, and their modules, before any that are installed.

    Parameters
    ----------
    names
        What can be imported from the modules of IPython.
    """

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Find a module for Python's import."""
        if name.partition(".")[0] not in ROOTS:
            return None
        return ModuleSpec(name, self)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Make a module; nothing has to be run in it."""
        module = _Module(spec.name)
        if spec.name.startswith("IPython"):
            module.__dict__.update(self._names)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Run nothing."""


class _Shell(Anything):
    """The notebook's shell, as files that were exported from one ask for it."""

    def __init__(self, run: Callable[[str], None]) -> None:
        self.run = run

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        """Run a cell that only was to be measured; no other one is Python."""
        self.run(f"%%{name} {line}\n{cell}")


def install(module: ModuleType, run: Callable[[str], None]) -> None:
    """Let a module find what a notebook has.

    Parameters
    ----------
    run
        Runs a cell in the module.
    """
    shell = _Shell(run)
    names = {"get_ipython": lambda: shell, "display": lambda *given, **named: None}
    sys.meta_path.insert(0, StandIns(names))
    module.__dict__.update(names)
