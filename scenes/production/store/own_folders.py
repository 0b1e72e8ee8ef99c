"""The folders that a process holds while it makes an output: its private one, and the lock."""

from __future__ import annotations

import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from backprop_core.folder import Folder
from scenes.production.process.error_messages import RenderError
from scenes.production.store.folder_lock import held
from scenes.production.store.output_paths import PREFIX, STATE, Output, leading_out
from scenes.production.store.ownership import PRIVATE, make_folder, not_ours


@contextmanager
def private_folder(target: Output) -> Iterator[Path]:
    """Make a folder on the target's file system that nobody else uses; it goes when left.

    Raises
    ------
    RenderError
        If the target's folder is not ours: somebody may have put another one into its place.
    """
    _check(target)
    make_folder(target.state)
    with Folder(target.folder) as folder, folder.sub(STATE) as state:
        # As short as the target's own name: what lies above it may have a name that FFmpeg cannot
        # read.
        private = target.state / f"{PREFIX}{secrets.token_hex(4)}"
        try:
            with held(private, make=lambda path: _make(state, path.name)):
                _check(target, private)
                yield private
        finally:
            state.remove_tree(private.name)


def _make(state: Folder, name: str) -> None:
    if state.status_of(name) is None:
        state.make(name, PRIVATE)


def keep_log(log: Path, target: Output) -> None:
    """Keep what a worker said in a private folder, if it said anything: the folder goes."""
    with suppress(OSError), Folder(log.parent) as private, Folder(target.state) as state:
        status = private.status_of(log.name)
        if status is not None and stat.S_ISREG(status.st_mode) and status.st_size:
            private.move(log.name, state, target.log.name)


def _check(target: Output, *more: Path) -> None:
    lines = leading_out(target.folder, target.state, *more)
    for line in (
        *lines,
        *not_ours(target.folder, target.elsewhere, target.state, *more),
    ):
        raise RenderError(line)


@contextmanager
def only_one(target: Output, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock of an output, so that no other process makes these files meanwhile.

    The target's folders go when it is left if nothing was put into them.

    Parameters
    ----------
    waiting
        Called several times a second while there is somebody to wait for; what it raises ends the
        waiting.
    """
    try:
        with held(target.lock, waiting):
            yield
    finally:
        _remove_if_empty(target)


def _remove_if_empty(target: Output) -> None:
    for folder in (target.state, target.folder):
        try:
            folder.rmdir()
        except OSError:
            return
