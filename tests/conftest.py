"""Options of the whole suite, and how its random inputs are drawn."""

import os
import signal
import tempfile
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import HealthCheck, configuration, settings
from hypothesis.internal.conjecture import providers

from tests.browser import browser as browser
from tests.browser import visit as visit
from tests.selection import Left

HOME = "hypothesis-of-leaky-backprop-"
NEEDS_TORCH = "BACKPROP_NEEDS_TORCH"
"""Set by `make test-all`, which installs PyTorch: where it is missing, tests are not skipped."""
REPEATABLE, FUZZ = "repeatable", "fuzz"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--renew-golden",
        action="store_true",
        help="write the golden pictures of tests/kit/golden anew; look at each before a commit",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Let Hypothesis draw the same at each run, and other cases for `make fuzz`.

    Nothing depends on the clock, and nothing is kept in the project's folder for the next run.
    """
    if os.environ.get(NEEDS_TORCH) and find_spec("torch") is None:
        raise pytest.UsageError(
            f"PyTorch is not installed, and {NEEDS_TORCH} is set; to install it, type: "
            "pip install -c constraints.txt -e '.[torch]'"
        )
    config.pluginmanager.register(Left())
    # A shell lets what it starts in the background ignore an interrupt, and so would every program
    # that a test starts and interrupts.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    folder = tempfile.TemporaryDirectory(prefix=HOME)
    config.add_cleanup(folder.cleanup)
    configuration.set_hypothesis_home_dir(Path(folder.name))
    slow = [HealthCheck.too_slow]
    settings.register_profile(FUZZ, database=None, deadline=None, suppress_health_check=slow)
    settings.register_profile(REPEATABLE, settings.get_profile(FUZZ), derandomize=True)
    if int(os.environ.get("BACKPROP_FUZZ", "0")):
        settings.load_profile(FUZZ)
    else:
        settings.load_profile(REPEATABLE)
        # It would draw constants of the modules that happen to be imported, too: other ones where
        # a test runs alone than where it runs with others. There is no setting for that.
        providers.HypothesisProvider._local_constants = providers.Constants()
