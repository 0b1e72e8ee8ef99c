"""Makes a gallery from films that have been rendered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from backprop_core.formatting import source_name
from scenes.production.gallery.content import FilmPage, film_page, size_of
from scenes.production.gallery.folder import write_gallery
from scenes.production.gallery.grid import SweepPage, folder_of, sweep_page
from scenes.production.gallery.lecture_files import LectureFile, lecture_files
from scenes.production.gallery.planning import FILMS_FOLDER, GalleryPlan, SweepPlan
from scenes.production.gallery.site import Gallery, files_of
from scenes.production.lecture.lecture import STEM, TITLE
from scenes.production.process.error_messages import RenderError, words
from scenes.production.store.one_render import check_one_render
from scenes.production.store.output_paths import Target
from scenes.production.store.publish import Counts
from scenes.production.sweeps.batch import Done


@dataclass(frozen=True)
class Written:
    """What a gallery came to be.

    Attributes
    ----------
    counts
        What became of its files.
    bytes
        The size of all of them, but for the archive.
    left
        The files of a lecture that lie beside the films, and were not asked for.
    """

    counts: Counts
    bytes: int
    left: tuple[LectureFile, ...]


def make_gallery(
    plan: GalleryPlan,
    films: Sequence[Target],
    left_out: Mapping[str, str],
    ran: Sequence[Sequence[Done]],
    *,
    waiting: Callable[[], None] = lambda: None,
) -> Written:
    """Write the pages and files of a gallery; files that have not changed are not written again.

    Parameters
    ----------
    films
        The films that have been rendered.
    left_out
        Film -> why it has not been rendered.
    ran
        The results of the jobs of each sweep.
    waiting
        Called several times a second while another process writes the same gallery.

    Raises
    ------
    RenderError
        If it cannot be made.
    InputError
        If other files are in the way.
    """
    try:
        beside = _lecture(plan)
        shown = [*films, *_filmed(plan, ran)]
        check = check_one_render((target, target.facts().get("sha256")) for target in shown)
        pages = tuple(film_page(target, FILMS_FOLDER) for target in films)
        gallery = Gallery(
            title=next((page.words for page in pages if page.words), TITLE),
            films=pages,
            left_out=left_out,
            sweeps=tuple(_sweep(*each) for each in zip(plan.sweeps, ran, strict=True)),
            lecture=beside if plan.shape.lecture else (),
        )
        files = files_of(gallery)
        zipped = plan.shape.zipped
        counts = write_gallery(
            plan.root, files, plan.origin, zipped=zipped, check=check, waiting=waiting
        )
        left = () if plan.shape.lecture else beside
        return Written(counts, sum(map(size_of, files.values())), left)
    except (RenderError, OSError, MemoryError) as error:
        said = str(error) if isinstance(error, RenderError) else words(error)
        raise RenderError(f"it cannot be written: {said}") from error


def _lecture(plan: GalleryPlan) -> tuple[LectureFile, ...]:
    """Return the files of the lecture beside the films; those that are asked for are of one."""
    target = Target(plan.folder, STEM, "mp4")
    record = target.record()
    if plan.shape.lecture and record is not None and record.coming:
        where = source_name(str(target.video))
        raise RenderError(f"{where} is not of one piece; `backprop lecture` makes it anew")
    return lecture_files(plan.folder)


def _filmed(plan: GalleryPlan, ran: Sequence[Sequence[Done]]) -> Iterator[Target]:
    """Yield where the films of sweeps are that have been made."""
    for sweep, results in zip(plan.sweeps, ran, strict=True):
        yield from (done.job.target(sweep.root) for done in results if done.error is None)


def _sweep(plan: SweepPlan, ran: Sequence[Done]) -> SweepPage:
    def page(done: Done) -> FilmPage | None:
        if done.error is not None:
            return None
        return film_page(done.job.target(plan.root), folder_of(plan.sweep, done.job))

    return sweep_page(
        plan.sweep, [(done.job, page(done), done.job.public(done.error, plan.root)) for done in ran]
    )
