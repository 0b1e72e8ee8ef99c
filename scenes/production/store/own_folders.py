"""The folders that a process holds while it makes an output: its private one, and the lock."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from scenes.production.store.folder_lock import held
from scenes.production.store.output_paths import PRIVATE, Output


@contextmanager
def private_folder(target: Output) -> Iterator[Path]:
    """Make a folder on the target's file system that nobody else uses; it goes when left."""
    target.state.mkdir(parents=True, exist_ok=True)
    # As short as the target's own name: what lies above it may have a name that FFmpeg cannot read.
    private = target.state / Path(tempfile.mkdtemp(prefix=PRIVATE, dir=target.state)).name
    try:
        with held(private):
            yield private
    finally:
        shutil.rmtree(private, ignore_errors=True)


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
