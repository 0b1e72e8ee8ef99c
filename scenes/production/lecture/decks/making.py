"""Making the slides of a lecture, unless they are there and nothing has changed."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from backprop_core.errors import InputError
from scenes.production.lecture.decks.deck import Deck, deck_of
from scenes.production.lecture.decks.output import Output
from scenes.production.lecture.lecture import Lecture
from scenes.production.process.error_messages import one_line, words
from scenes.production.process.worker_client import RenderError
from scenes.production.request.job import hash_of
from scenes.production.store.output_paths import only_one, private_folder


@dataclass(frozen=True)
class Writer:
    """How slides are written.

    Attributes
    ----------
    function
        ``module:function``; it takes a deck and a private folder, and returns name -> file. What it
        needs is imported only then.
    packages
        Those whose versions decide what comes out.
    """

    function: str
    packages: tuple[str, ...]

    def load(self) -> Callable[[Deck, Path], dict[str, Path]]:
        """Import it."""
        module, _, name = self.function.partition(":")
        function: Callable[[Deck, Path], dict[str, Path]] = getattr(import_module(module), name)
        return function


_WRITERS: Mapping[str, Writer] = {
    "html": Writer("scenes.production.lecture.decks.page:write_page", ("jinja2", "pillow", "av")),
    "pptx": Writer(
        "scenes.production.lecture.decks.powerpoint:write_powerpoint",
        ("python-pptx", "pillow", "av"),
    ),
    "pdf": Writer("scenes.production.lecture.decks.pdf:write_pdf", ("typst", "pillow", "av")),
    "png": Writer("scenes.production.lecture.decks.pictures:write_pictures", ("pillow", "av")),
}


@dataclass(frozen=True)
class MadeDeck:
    """Slides that are in their place.

    Attributes
    ----------
    reused
        Whether they were there already, made of the same.
    facts
        slides, files and bytes.
    took
        Seconds.
    """

    reused: bool
    facts: Mapping[str, Any]
    took: float


def check_extra(to: str) -> None:
    """See that what writes a format is installed.

    Raises
    ------
    InputError
        With the line that installs it.
    """
    if to == "pptx" and find_spec("pptx") is None:
        raise InputError(
            "--to pptx: python-pptx is not installed; type pip install 'leaky-backprop[slides]'"
        )


def key_of(lecture: Lecture, to: str) -> str:
    """Return the hash of everything that decides the slides."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(path for path in here.iterdir() if path.is_file()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return hash_of(
        {
            "to": to,
            "lecture": lecture.keys().video,
            "source": digest.hexdigest(),
            "versions": {name: version(name) for name in _WRITERS[to].packages},
        }
    )


def make_deck(lecture: Lecture, output: Output, *, force: bool = False) -> MadeDeck:
    """Make the slides of a lecture.

    Parameters
    ----------
    force
        Make them even if nothing has changed.

    Raises
    ------
    InputError
        If something that this program has not made is in the way.
    RenderError
        If they cannot be made. Nothing is in their place then that was not there before.
    """
    started = time.monotonic()
    key = key_of(lecture, output.to)

    def kept() -> MadeDeck | None:
        if force or not output.is_current(key):
            return None
        record = output.read()
        return MadeDeck(True, record.facts if record else {}, time.monotonic() - started)

    try:
        if (there := kept()) is not None:
            return there
        with only_one(output.target):
            return kept() or _made(lecture, output, key, started)
    except (OSError, MemoryError) as error:
        raise RenderError(f"the slides cannot be made: {words(error)}") from error
    except (ValueError, KeyError, TypeError, RuntimeError) as error:
        if isinstance(error, InputError):
            raise
        # The films may have been there before, with sidecars that somebody else has made.
        said = one_line(str(error))
        raise RenderError(f"the slides cannot be made: {said}") from error


def _made(lecture: Lecture, output: Output, key: str, started: float) -> MadeDeck:
    with private_folder(output.target) as private:
        deck = deck_of(lecture)
        files = _WRITERS[output.to].load()(deck, private)
        facts = {
            "slides": len(list(deck.slides())),
            "files": len(files),
            "bytes": sum(path.stat().st_size for path in files.values()),
        }
        output.publish(files, key, facts, private)
    return MadeDeck(False, facts, time.monotonic() - started)
