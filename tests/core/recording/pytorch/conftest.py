"""PyTorch for these tests: the same random numbers every time, and one core."""

import importlib
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _one_core() -> Iterator[None]:
    torch = importlib.import_module("torch")
    torch.manual_seed(0)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
