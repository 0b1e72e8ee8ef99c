"""PyTorch for these tests: on one core, and never left out where it has to be there."""

import importlib
import os
from collections.abc import Iterator
from importlib.util import find_spec

import pytest

NEEDED = "BACKPROP_NEEDS_TORCH"
"""Set by `make test-all`, which installs PyTorch: then these tests fail rather than be skipped."""

if os.environ.get(NEEDED) and find_spec("torch") is None:
    raise pytest.UsageError(
        f"PyTorch is not installed, and {NEEDED} is set; to install it, type: "
        "pip install 'leaky-backprop[torch]'"
    )


@pytest.fixture(autouse=True)
def _one_core() -> Iterator[None]:
    """Draw the same numbers every time, and take one core."""
    torch = importlib.import_module("torch")
    torch.manual_seed(0)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
