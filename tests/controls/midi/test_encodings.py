"""Knobs, buttons and three kinds of encoders, told apart by what they send."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.controls.midi.encodings import STEPS, guess

TURNS = [1, 1, 2, 1, 3, 1, -1, -1, -2, -1]
"""Steps to the right, then to the left."""
CODES: Mapping[str, Callable[[int], int]] = {
    "twos": lambda steps: steps % 128,
    "sign": lambda steps: steps if steps > 0 else 64 - steps,
    "offset": lambda steps: 64 + steps,
}


@pytest.mark.parametrize("code", STEPS)
def test_a_turn_both_ways_tells_the_code(code: str) -> None:
    assert guess([CODES[code](steps) for steps in TURNS]) == code


@pytest.mark.parametrize("code", STEPS)
def test_one_way_alone_is_not_sure(code: str) -> None:
    assert guess([CODES[code](1)] * 20) is None


@pytest.mark.parametrize("code", STEPS)
@given(steps=st.integers(-20, 20))
def test_steps_are_read_as_they_were_sent(code: str, steps: int) -> None:
    assert STEPS[code](CODES[code](steps)) == steps


@pytest.mark.parametrize(
    "values",
    [
        [60, 61, 62, 63, 65, 66, 67, 68],
        [0, 1, 2, 3, 4, 5, 6, 7],
        [127, 120, 110, 100, 90, 80, 60, 40],
        [63, 65, 67, 66, 64, 62, 60, 58],
        [50, 50, 51, 51, 52, 53, 53, 54, 80, 90],
    ],
)
def test_a_knob_is_known_by_its_way(values: list[int]) -> None:
    assert guess(values) == "absolute"


def test_a_button_sends_all_or_nothing() -> None:
    assert guess([127, 0]) == "button"
    assert guess([127]) is None
