"""Options of the whole suite."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import configuration, settings

from tests.browser import browser as browser
from tests.browser import visit as visit

HOME = "hypothesis-of-leaky-backprop-"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--renew-golden",
        action="store_true",
        help="write the golden pictures of tests/kit/golden anew; look at each before a commit",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Let hypothesis keep nothing in the project's folder, from this run to the next."""
    folder = tempfile.TemporaryDirectory(prefix=HOME)
    config.add_cleanup(folder.cleanup)
    configuration.set_hypothesis_home_dir(Path(folder.name))
    settings.register_profile("kept nowhere", database=None)
    settings.load_profile("kept nowhere")
