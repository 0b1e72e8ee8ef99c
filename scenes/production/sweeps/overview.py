"""Makes the overview of a sweep: a picture that is published whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from backprop_core.errors import InputError
from scenes.production.process.error_messages import RenderError, one_line, words
from scenes.production.render.snapshot import CODE, changed
from scenes.production.request.keys import Keys, drawn_by
from scenes.production.store.build import Built, build
from scenes.production.store.folder_checks import check_folder
from scenes.production.store.output_paths import Output
from scenes.production.store.place_checks import check_places
from scenes.production.store.publish import Made
from scenes.production.sweeps.networks import sweep_facts
from scenes.production.sweeps.sweep import Sweep
from scenes.production.sweeps.table import Numbers, TableOutput


@dataclass(frozen=True)
class OverviewOutput(Output):
    """The picture in the folder of a sweep."""

    stem: str = "sweep"

    @property
    def picture(self) -> Path:
        """Path of the picture."""
        return self.folder / f"{self.stem}.png"

    @property
    def required(self) -> frozenset[str]:
        """The picture."""
        return frozenset({self.picture.name})

    @property
    def elsewhere(self) -> str:
        """An option that leads to another folder."""
        return f"--output {self.folder.parent}-2"


def check_overview(root: Path, origin: str) -> None:
    """Check that the overview and the table can be written, before anything is rendered.

    Parameters
    ----------
    root
        The folder of the sweep.
    origin
        The file of the sweep.

    Raises
    ------
    InputError
        With a line for each obstacle.
    """
    check_folder(OverviewOutput(root), origin, named=False)
    check_places(TableOutput(root))


def draw_overview(
    root: Path,
    sweep: Sweep,
    numbers: Numbers,
    *,
    force: bool = False,
    waiting: Callable[[], None] = lambda: None,
) -> Built[OverviewOutput]:
    """Make ``sweep.png`` in the folder of a sweep, unless it exists and is up to date.

    Parameters
    ----------
    numbers
        The numbers of the sweep, which its table uses, too.
    force
        Draw even if nothing has changed.
    waiting
        Called several times a second while another process draws the same overview.

    Raises
    ------
    RenderError
        If it could not be made; the message is one line. An earlier picture is then kept.
    """
    output = OverviewOutput(root)
    facts = sweep_facts(sweep, numbers)
    # Colours, axes and numbers are those of the films, so what draws them counts here too.
    here = tuple(Path(__file__).parent.glob("*.py"))

    def keys_now() -> Keys:
        return Keys.of({"facts": facts, "matplotlib": version("matplotlib"), **drawn_by(*here)})

    keys = keys_now()

    def produce(private: Path) -> Made:
        # The import takes half a second, so it waits until the picture has to be drawn.
        from scenes.production.sweeps.overview_picture import draw

        picture = private / output.picture.name
        draw(facts, picture)
        if keys_now() != keys:
            raise changed(CODE)
        return Made({picture.name: picture}, {"bytes": picture.stat().st_size})

    # The films of the sweep are done. Whatever fails here becomes a RenderError, so that the
    # caller still reports their numbers.
    try:
        return build(output, keys, produce, force=force, waiting=waiting)
    except InputError as error:
        raise RenderError("; ".join(error.problems)) from error
    except RenderError:
        raise
    except Exception as error:
        raise RenderError(one_line(words(error))) from error
