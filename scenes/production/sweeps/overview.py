"""From the numbers of a sweep to its overview in its place, or to nothing at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from backprop_core.errors import InputError, NumericalError
from scenes.production.process.error_messages import one_line, words
from scenes.production.process.worker_client import LOG, RenderError, converse
from scenes.production.request.job import drawn_by, file_digest, hash_of
from scenes.production.store.manifest import LEDGER_BYTES, digest_of, read_json
from scenes.production.store.output_paths import Target, check_folder, only_one, private_folder
from scenes.production.store.publish import put
from scenes.production.sweeps.networks import sweep_facts
from scenes.production.sweeps.sweep import Sweep
from scenes.production.sweeps.table import Numbers
from scenes.words.ledger import write_json

WORKER = "scenes.production.sweeps.overview_worker"
SIZE = (1920, 1080)


@dataclass(frozen=True)
class Drawn:
    """An overview that is in its place.

    Attributes
    ----------
    reused
        Whether it was there already, made of the same.
    """

    picture: Path
    reused: bool


def check_overview(root: Path, origin: str) -> None:
    """See that an overview and the table can be written, before anything is rendered.

    Parameters
    ----------
    root
        The folder of the sweep.
    origin
        The file of the sweep.

    Raises
    ------
    InputError
        With a line for each thing in the way.
    """
    check_folder(_target(root), origin, named=False)


def draw_overview(
    root: Path,
    sweep: Sweep,
    numbers: Numbers,
    *,
    force: bool = False,
    waiting: Callable[[], None] = lambda: None,
) -> Drawn:
    """Make ``sweep.png`` in the folder of a sweep, unless it is there and nothing has changed.

    A process of its own draws it, in a private folder.

    Parameters
    ----------
    numbers
        Those of the table of the sweep.
    force
        Draw even if nothing has changed.
    waiting
        Called several times a second while another process that draws it has to be waited for.

    Raises
    ------
    RenderError
        If it could not be made, in one line. What was in its place before is still there then.
    """
    target = _target(root)
    facts = sweep_facts(sweep, numbers)
    key = hash_of({"facts": facts, **drawn_by()})
    try:
        with only_one(target, waiting):
            if not force and _is_current(target, key):
                return Drawn(target.poster, True)
            with private_folder(target) as private:
                _make(facts, key, target, private)
    except (RenderError, InputError, NumericalError, OSError, MemoryError) as error:
        said = words(error) if isinstance(error, (OSError, MemoryError)) else str(error)
        hint = f"; what was said is in {target.log}" if target.log.is_file() else ""
        raise RenderError(f"{one_line(said)}{hint}") from error
    return Drawn(target.poster, False)


def _make(facts: Mapping[str, Any], key: str, target: Target, private: Path) -> None:
    """Let a process draw, see that what came out is a whole picture, and publish it."""
    try:
        said = converse(WORKER, json.dumps(facts), private, ends_with="picture")
    except RenderError:
        with suppress(OSError):
            (private / LOG).replace(target.log)
        raise
    picture, manifest = private / said["picture"], private / "manifest.json"
    with Image.open(picture) as found:
        found.load()
        if found.size != SIZE:
            raise RenderError(f"the picture has {found.size} pixels; wanted {SIZE}")
    write_json(manifest, {"key": key, "sha256": file_digest(picture)})
    put({picture: target.poster, manifest: target.manifest})
    target.log.unlink(missing_ok=True)


def _target(root: Path) -> Target:
    return Target(root, "sweep", "png")


def _is_current(target: Target, key: str) -> bool:
    manifest = read_json(target.manifest)
    if manifest.get("key") != key:
        return False
    digest = digest_of(target.poster, LEDGER_BYTES)
    return digest is not None and bool(manifest.get("sha256") == digest)
