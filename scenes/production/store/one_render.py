"""Whoever reads a film sees that all its files are of one render."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from backprop_core.formatting import source_name
from scenes.production.process.error_messages import RenderError
from scenes.production.store.bounded_reads import digest_of
from scenes.production.store.output_paths import Output, Target


def is_mixture(output: Output, read: Iterable[str]) -> bool:
    """Tell whether files of an output are not those that its record tells of.

    Its render may have been killed while they took their places, or be doing it now; or somebody
    has changed them. Without a record it cannot be known, and is False.

    Parameters
    ----------
    read
        Places of the files that are to be read. Of the others, only the size is compared.
    """
    record = output.record()
    if record is None:
        return False
    if record.coming or not output.required <= record.files.keys():
        return True
    wanted = set(read)
    return any(
        digest_of(output.folder / place, file.bytes) != file.sha256
        if place in wanted
        else _size(output, place) != file.bytes
        for place, file in record.files.items()
        if place in output.required
    )


def check_one_render(films: Iterable[tuple[Target, object]]) -> Callable[[], None]:
    """See that the files of films are each of one render.

    Parameters
    ----------
    films
        Where they are, and the checksums of their videos as whoever reads them knows them.

    Returns
    -------
    What sees it again, after they were read: another process may have rendered one meanwhile.

    Raises
    ------
    RenderError
        With a line for the first film that is a mixture.
    """
    known = list(films)

    def check() -> None:
        for target, checksum in known:
            record = target.record()
            video = record.files.get(target.part) if record is not None else None
            other = video is not None and video.sha256 != checksum
            if other or is_mixture(target, target.required):
                where = source_name(str(target.video))
                raise RenderError(
                    f"{where} and the files beside it are not of one render; type the same again, "
                    "and what does not fit is rendered anew"
                )

    check()
    return check


def _size(output: Output, place: str) -> int | None:
    try:
        return (output.folder / place).stat().st_size
    except OSError:
        return None
