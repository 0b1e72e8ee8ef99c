"""The two themes, and a pen in each."""

import pytest

from scenes.kit.theme import THEMES, Theme
from scenes.kit.type.typesetting import Pen


@pytest.fixture(params=sorted(THEMES))
def theme(request: pytest.FixtureRequest) -> Theme:
    return THEMES[request.param]


@pytest.fixture
def pen() -> Pen:
    return Pen(THEMES["dark"])
