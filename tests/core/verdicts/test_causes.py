"""A cause is named only where each remedy was tried alone."""

import pytest

from backprop_core.verdicts.causes import Cause, cause
from backprop_core.verdicts.neighbours import Ends


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (1.0, 9.0, Cause.FIRST),
        (9.0, 1.0, Cause.SECOND),
        (1.0, 0.5, Cause.EITHER),
        (9.0, 8.0, Cause.TOGETHER),
        # The second goes most of the way: it is not said that it takes both, nor that it does not.
        (9.0, 2.5, None),
        (1.0, 2.5, None),
    ],
)
def test_what_it_takes(first: float, second: float, expected: Cause | None) -> None:
    assert cause(Ends(10.0), Ends(first), Ends(second), 2.0) is expected


def test_where_nothing_is_to_be_explained_no_cause_is_named() -> None:
    assert cause(Ends(2.0), Ends(1.0), Ends(1.0), 2.0) is None


def test_neighbours_that_do_not_agree_name_no_cause() -> None:
    assert cause(Ends(10.0), Ends(1.0, (9.0,)), Ends(9.0), 2.0) is None
    assert cause(Ends(10.0, (1.5,)), Ends(1.0), Ends(9.0), 2.0) is None
    assert cause(Ends(10.0, (20.0,)), Ends(1.0, (1.5,)), Ends(9.0), 2.0) is Cause.FIRST
