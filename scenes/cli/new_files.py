"""Files that a command writes where a person says."""

from __future__ import annotations

from pathlib import Path

import click

from scenes.cli.group import FAILED
from scenes.cli.output import tell
from scenes.production.process.error_messages import is_about_the_disk


def write_text(file: Path, text: str, *, exists: str, force: bool = False) -> None:
    """Write a text to a file, whole or not at all.

    A disk that is full ends the command with one line and exit code 1.

    Parameters
    ----------
    exists
        What to say if there is such a file.
    force
        Overwrite it then. What a link leads to is overwritten, not the link.

    Raises
    ------
    InputError
        If there is such a file, or if it cannot be written for another reason.
    """
    from backprop_core.errors import InputError
    from backprop_core.files import refuse_special, write_whole
    from backprop_core.formatting import source_name

    name = source_name(str(file))
    try:
        place = file.resolve() if force else file
        if force and place.exists():
            refuse_special(place.stat(), "a regular file")
        write_whole(place, text.encode(), new=not force)
    except InputError as error:
        raise InputError(*(f"{name}: {line}" for line in error.problems)) from None
    except FileExistsError:
        raise InputError(f"{name}: {exists}") from None
    except (OSError, RuntimeError, ValueError) as error:
        # Path.resolve raises RuntimeError for links in a circle, and ValueError for odd names.
        said = error.strerror if isinstance(error, OSError) else "is not a file name"
        if not is_about_the_disk(error):
            raise InputError(f"{name}: cannot be written: {said}") from None
        tell(f"{name}: cannot be written: {said}")
        raise click.exceptions.Exit(FAILED) from None
