"""Monitors by numbers, or all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.monitor_choice import LAST, MonitorChoice


@given(st.lists(st.integers(0, LAST), min_size=1, unique=True))
def test_numbers_are_taken_in_their_order(numbers: list[int]) -> None:
    choice = MonitorChoice.parse(",".join(map(str, numbers)))
    assert choice.numbers == tuple(numbers)
    assert choice.is_one == (len(numbers) == 1)


def test_all_names_none_by_number() -> None:
    assert MonitorChoice.parse("all") == MonitorChoice(())
    assert not MonitorChoice.parse("all").is_one


@pytest.mark.parametrize("text", ["", "-1", "64", "1,", "1,1", "1, 2", "All", "1.0", "٣", "1,2,x"])
def test_what_names_no_monitors_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a number from 0 to 63, several as 0,1, or all"):
        MonitorChoice.parse(text)
