"""The environment of a process that works in another folder than this one."""

from __future__ import annotations

import os
from pathlib import Path

_FOLDERS = (
    "PATH",
    "PYTHONPATH",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "DYLD_FRAMEWORK_PATH",
    "XDG_CONFIG_DIRS",
    "XDG_DATA_DIRS",
)
"""Lists of folders: of programs, modules, libraries and settings."""
_SINGLE = (
    "PYTHONPYCACHEPREFIX",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
    "MATPLOTLIBRC",
    "MPLCONFIGDIR",
    "TMPDIR",
    "TEMP",
    "TMP",
)
_DROPPED = {"PYTHONWARNINGS", "PYTHONINSPECT", "PYTHONSTARTUP"}


def portable_environment() -> dict[str, str]:
    """Return the environment of this process for one that works in another folder.

    A relative path means the same as here; an empty entry in a list of folders, which is the
    working folder, means ours. Python looks for no module in the new folder, and does not turn
    warnings of libraries into errors.

    Raises
    ------
    FileNotFoundError
        If the working folder was removed.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _DROPPED}
    for name in _FOLDERS:
        # An empty list is none.
        if environment.get(name):
            environment[name] = _absolute_folders(environment[name])
    for name in _SINGLE:
        if environment.get(name):
            environment[name] = str(Path(environment[name]).absolute())
    # Processes that it starts look no more than it does.
    return environment | {"PYTHONSAFEPATH": "1"}


def _absolute_folders(folders: str) -> str:
    whole = map(_absolute_folder, folders.split(os.pathsep))
    # A folder whose own name holds the separator would be taken for two.
    return os.pathsep.join(folder for folder in whole if os.pathsep not in folder)


def _absolute_folder(folder: str) -> str:
    # The loader of libraries knows $ORIGIN and the like.
    return folder if folder.startswith("$") else str(Path(folder).absolute())
