"""From the numbers of a sweep to its overview in its place, or to nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from scenes.production.process.error_messages import one_line, words
from scenes.production.process.worker_client import RenderError
from scenes.production.request.job import drawn_by, file_digest, hash_of
from scenes.production.store.manifest import LEDGER_BYTES, digest_of, read_json
from scenes.production.store.output_paths import Target, check_folder, only_one, private_folder
from scenes.production.store.publish import put
from scenes.production.sweeps.networks import sweep_facts
from scenes.production.sweeps.sweep import Sweep
from scenes.production.sweeps.table import Numbers
from scenes.words.ledger import write_json


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
    key = hash_of({"facts": facts, "matplotlib": version("matplotlib"), **drawn_by()})
    # The films of the sweep are made: whatever goes wrong here, their numbers are still told.
    try:
        with only_one(target, waiting):
            if not force and _is_current(target, key):
                return Drawn(target.poster, True)
            # It takes half a second to import, in vain where the picture is there.
            from scenes.production.sweeps.overview_picture import draw

            with private_folder(target) as private:
                picture, manifest = private / target.poster.name, private / "manifest.json"
                draw(facts, picture)
                write_json(manifest, {"key": key, "sha256": file_digest(picture)})
                put({picture: target.poster, manifest: target.manifest})
    except Exception as error:
        raise RenderError(one_line(words(error))) from error
    return Drawn(target.poster, False)


def _target(root: Path) -> Target:
    return Target(root, "sweep", "png")


def _is_current(target: Target, key: str) -> bool:
    manifest = read_json(target.manifest)
    if manifest.get("key") != key:
        return False
    digest = digest_of(target.poster, LEDGER_BYTES)
    return digest is not None and bool(manifest.get("sha256") == digest)
