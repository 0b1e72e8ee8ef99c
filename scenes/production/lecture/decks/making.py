"""Makes the slides of a lecture, unless they exist and are up to date."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from backprop_core.errors import InputError
from scenes.production.lecture.decks.deck import Deck, deck_of
from scenes.production.lecture.decks.framing import Framing
from scenes.production.lecture.decks.output import DeckOutput
from scenes.production.lecture.lecture import Lecture
from scenes.production.process.error_messages import RenderError, one_line
from scenes.production.render.snapshot import CODE, changed
from scenes.production.request.keys import Keys, digest_of_sources
from scenes.production.store.build import Built, build
from scenes.production.store.publish import Made
from scenes.production.store.record import Fact


@dataclass(frozen=True)
class Writer:
    """A function that writes slides in one format.

    Attributes
    ----------
    function
        ``module:function``. It takes a deck and a private folder, and returns name -> file. Its
        module is imported only when it is needed.
    packages
        Packages whose versions affect the result.
    """

    function: str
    packages: tuple[str, ...]

    def load(self) -> Callable[[Deck, Path], dict[str, Path]]:
        """Import the function."""
        module, _, name = self.function.partition(":")
        function: Callable[[Deck, Path], dict[str, Path]] = getattr(import_module(module), name)
        return function


_WRITERS: Mapping[str, Writer] = {
    "html": Writer(
        "scenes.production.lecture.decks.page:write_page",
        ("jinja2", "pillow", "av", "markdown-it-py"),
    ),
    "pptx": Writer(
        "scenes.production.lecture.decks.powerpoint:write_powerpoint",
        ("python-pptx", "pillow", "av", "markdown-it-py"),
    ),
    "pdf": Writer(
        "scenes.production.lecture.decks.pdf:write_pdf", ("typst", "pillow", "av", "markdown-it-py")
    ),
    "png": Writer("scenes.production.lecture.decks.pictures:write_pictures", ("pillow", "av")),
}


def check_extra(to: str) -> None:
    """Check that the packages for a format are installed.

    Raises
    ------
    InputError
        If not; the message has the command that installs them.
    """
    if to == "pptx" and find_spec("pptx") is None:
        raise InputError(
            "--to pptx: python-pptx is not installed; type pip install 'leaky-backprop[slides]'"
        )


def keys_of(lecture: Lecture, to: str, framing: Framing) -> Keys:
    """Return the hashes of everything that decides the slides."""
    here = {path for path in Path(__file__).parent.iterdir() if path.is_file()}
    return Keys.of(
        {
            "to": to,
            "lecture": lecture.keys().video,
            "framing": framing.plain(),
            "source": digest_of_sources(here),
            "versions": {name: version(name) for name in _WRITERS[to].packages},
        }
    )


def make_deck(
    lecture: Lecture,
    output: DeckOutput,
    framing: Framing | None = None,
    *,
    force: bool = False,
) -> Built[DeckOutput]:
    """Make the slides of a lecture.

    Parameters
    ----------
    framing
        What the lecturer adds; nothing by default.
    force
        Make them even if nothing has changed.

    Raises
    ------
    InputError
        If a file that this program has not made is in the way.
    RenderError
        If they cannot be made. No files are written or replaced then.
    """
    framing = framing or Framing()
    keys = keys_of(lecture, output.to, framing)

    def produce(private: Path) -> Made:
        check = lecture.check_films()
        deck = deck_of(lecture, framing)
        files = _WRITERS[output.to].load()(deck, private)
        facts: dict[str, Fact] = {
            "slides": len(list(deck.slides())),
            "files": len(files),
            "bytes": sum(path.stat().st_size for path in files.values()),
        }
        lecture.check_unchanged()
        if keys_of(lecture, output.to, framing) != keys:
            raise changed(CODE)
        return Made({output.place(name): path for name, path in files.items()}, facts, check)

    try:
        return build(output, keys, produce, force=force)
    except InputError:
        raise
    except (RenderError, ValueError, KeyError, TypeError, RuntimeError) as error:
        # Somebody may have changed the sidecars of films that were rendered earlier.
        raise RenderError(f"the slides cannot be made: {one_line(str(error))}") from error
