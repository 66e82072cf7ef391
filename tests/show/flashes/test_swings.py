from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.show.flashes.swings import Recent, Swings

ALWAYS = np.array(True)


def turns(values: list[float], step: float = 0.1) -> list[int]:
    """Frames in which one value's swing is counted."""
    swings = Swings(1, step)
    return [k for k, v in enumerate(values) if swings.follow(np.array([v], np.float32), ALWAYS)[0]]


def test_a_swing_is_counted_where_it_has_come_back_by_a_step() -> None:
    assert turns([0.0, 0.05, 0.12, 0.5, 0.45, 0.39, 0.2, 0.25, 0.31]) == [2, 5, 8]


def test_what_stays_within_a_step_never_counts() -> None:
    assert turns([0.0, 0.09, 0.0, 0.09, 0.0]) == []


@given(
    st.lists(st.floats(0.0, 1.0, width=32), max_size=40),
    st.floats(0.02, 0.5),
    st.floats(1.0, 3.0),
)
def test_a_smaller_step_counts_at_least_as_often(
    values: list[float], step: float, larger: float
) -> None:
    assert len(turns(values, step)) >= len(turns(values, larger * step))


@given(st.lists(st.floats(0.0, 1.0, width=32), max_size=40))
def test_an_attempt_foretells_what_black_would_do(values: list[float]) -> None:
    swings = Swings(1, 0.1)
    for value in values:
        exposed = swings.attempt(np.array([value], np.float32), ALWAYS).exposed
        swings.follow(np.array([value], np.float32), ALWAYS)
        black = swings.attempt(np.array([0.0], np.float32), ALWAYS)
        assert (black.counts == exposed).all()


@pytest.mark.parametrize(
    ("strong", "expected"),
    [
        ([0, 0, 0, 0], []),
        ([0, 1, 0, 0], [1, 2]),
        # Counted late: the state became strong after the swing.
        ([0, 0, 0, 1], [3]),
    ],
)
def test_a_swing_needs_a_strong_state_on_either_side(
    strong: list[int], expected: list[int]
) -> None:
    swings = Swings(1, 0.1)
    values = [0.0, 0.5, 0.0, 0.0]
    counted = [
        k
        for k, (v, s) in enumerate(zip(values, strong, strict=True))
        if swings.follow(np.array([v], np.float32), np.array([bool(s)]))[0]
    ]
    assert counted == expected


def test_what_is_a_window_old_is_forgotten() -> None:
    recent = Recent(2, 1.0)
    recent.add(np.array([True, False]), 0.0)
    recent.add(np.array([2, 1]), 0.5)
    recent.forget(0.99)
    assert recent.count.tolist() == [3, 1]
    recent.forget(1.0)
    assert recent.count.tolist() == [2, 1]
    recent.clear()
    assert recent.count.tolist() == [0, 0]
