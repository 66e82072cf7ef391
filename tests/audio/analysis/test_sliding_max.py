"""The largest of the last values, against looking at all of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from visualizer.audio.analysis.sliding_max import SlidingMax


@given(st.lists(st.floats(allow_nan=False)), st.integers(1, 9))
def test_it_is_the_largest_of_the_last(values: list[float], size: int) -> None:
    sliding = SlidingMax(size)
    found = [sliding.step(value) for value in values]
    assert found == [max(values[max(i + 1 - size, 0) : i + 1]) for i in range(len(values))]
