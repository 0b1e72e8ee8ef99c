"""Checks what this machine lacks to make films, and finds the command that repairs it."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import scenes
from backprop_core.number_text import file_size

_LINUX_LIBRARIES = (
    "sudo apt-get install -y libcairo2-dev libpango1.0-dev pkg-config gcc python3-dev"
)
_MAC_LIBRARIES = "brew install cairo pango pkg-config"
_REINSTALL = "python -m pip install --force-reinstall --no-cache-dir"


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    Attributes
    ----------
    what
        What was checked.
    found
        What was found, such as a version or an error.
    good
        Whether it is as it should be.
    needed
        Whether films cannot be made without it.
    mend
        The command that repairs it; empty if it is good.
    """

    what: str
    found: str
    good: bool
    needed: bool = True
    mend: str = ""


def examine(output: Path) -> list[Finding]:
    """Check everything that a render needs, without changing anything.

    Parameters
    ----------
    output
        The output folder for films.
    """
    return [
        _python(),
        *(_library(*row) for row in _LIBRARIES),
        _try("type", _type, _reinstall("typst")),
        _try("video", _encoder, _reinstall("av")),
        _cache(),
        _output(output),
        *_versions(),
        Finding("ffmpeg and LaTeX", "not needed", good=True, needed=False),
    ]


_LIBRARIES = (
    ("cairo", "cairo", "pycairo"),
    ("pango", "manimpango", "ManimPango"),
    ("manim", "manim", "manim"),
)
"""The name of each library, the module to import, and the package that has it."""


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= (3, 11)
    mend = "" if good else "install Python 3.11 or newer, then create the environment again"
    return Finding("Python", found, good, mend=mend)


def _library(what: str, module: str, package: str) -> Finding:
    mend = _reinstall(package)
    if package != "manim":
        # On Linux these are compiled, which needs the headers of the system libraries.
        mend = f"{_MAC_LIBRARIES if sys.platform == 'darwin' else _LINUX_LIBRARIES} && {mend}"

    def look() -> str:
        import_module(module)
        return f"{package} {version(package)}"

    return _try(what, look, mend)


def _try(what: str, look: Callable[[], str], mend: str) -> Finding:
    try:
        return Finding(what, look(), good=True)
    except Exception as error:
        said = f"{type(error).__name__}: {error}".splitlines()[0]
        return Finding(what, said, good=False, mend=mend)


def _type() -> str:
    from scenes.kit.type.typst_cache import missing_glyphs

    if missing_glyphs("Gradient 0.25 ∂"):
        raise RuntimeError("glyphs are missing in the bundled typeface")
    return f"typst {version('typst')} with its own typefaces"


def _encoder() -> str:
    import av

    for codec in ("libx264", "libvpx-vp9", "gif", "libwebp_anim"):
        av.Codec(codec, "w")
    return f"PyAV {version('av')} writes H.264, VP9, GIF and WebP"


def _cache() -> Finding:
    from scenes.kit.type.cache_entries import contents_of
    from scenes.kit.type.typst_cache import cache_directory, cache_homes

    found, homes = cache_directory(), cache_homes()
    if not any(map(found.is_relative_to, homes)):
        return _no_cache(found, homes)
    held = contents_of(found)
    size = f"{held.entries} entries, {file_size(held.bytes)}" if held.entries else "empty"
    said = f"{found}: {size}"
    if not held.unfit:
        return Finding("cache of type", said, good=True, needed=False)
    said += f"; {held.unfit} of them do not fit, and are not used"
    return Finding("cache of type", said, good=False, needed=False, mend="backprop clean --cache")


def _no_cache(found: Path, homes: list[Path]) -> Finding:
    from scenes.kit.type.typst_cache import FOLDER, cache_in

    said, mend = f"{found}, for this process only", "set HOME to a folder of yours"
    if homes:
        home = shlex.quote(str(homes[0]))
        mend = f"mkdir -p {home} && chmod u+rwx {home}"
        try:
            cache_in(homes[0])
        except OSError as error:
            said += f"; {error.filename}: {error.strerror}"
            ours = homes[0] / FOLDER
            if os.path.lexists(ours):
                mend = shlex.join(("mv", str(ours), f"{ours}-other"))
    return Finding("cache of type", said, good=False, needed=False, mend=mend)


def _output(output: Path) -> Finding:
    from scenes.production.store.folder_checks import not_writable

    blocked = not_writable(output)
    if blocked is None:
        return Finding("output", f"{output} can be written to", good=True)
    path, why = blocked
    mend = f"chmod u+rwx {shlex.quote(str(path))}"
    return Finding("output", f"{path} cannot be written to ({why})", good=False, mend=mend)


def _versions() -> Iterator[Finding]:
    """Compare the installed versions with the pins, which only a checkout has."""
    (root,) = (Path(folder).parent for folder in scenes.__path__)
    constraints = root / "constraints.txt"
    if not constraints.is_file():
        return
    pins = dict(
        line.strip().split("==")
        for line in constraints.read_text(encoding="utf-8").splitlines()
        if "==" in line
    )
    others = [
        f"{name} {_installed(name)}, not {pin}" for name, pin in pins.items() if _differs(name, pin)
    ]
    mend = f"python -m pip install -c {constraints} -e '{root}[test]'" if others else ""
    found = "; ".join(others) or f"as pinned in {constraints.name}"
    yield Finding("versions", found, not others, needed=False, mend=mend)


def _installed(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _differs(package: str, pin: str) -> bool:
    # A pinned package may be missing: tests and linters are optional.
    return _installed(package) not in {None, pin}


def _reinstall(package: str) -> str:
    return f"{_REINSTALL} {package}"
