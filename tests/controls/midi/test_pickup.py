"""A knob that takes over softly: the value never jumps further than the knob is near."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from visualizer.controls.midi.pickup import NEAR, Pickup


def test_it_moves_nothing_until_it_reaches_the_value() -> None:
    pickup = Pickup()
    assert [pickup.takes(place, 0.5) for place in (0.0, 0.2, 0.4)] == [False] * 3
    assert pickup.takes(0.495, 0.5)
    assert pickup.takes(0.6, 0.495)


def test_a_fast_turn_past_the_value_counts() -> None:
    pickup = Pickup()
    assert not pickup.takes(0.2, 0.5)
    assert pickup.takes(0.8, 0.5)


def test_it_lets_go_when_somebody_else_moves_the_value() -> None:
    pickup = Pickup()
    assert pickup.takes(0.5, 0.5)
    assert not pickup.takes(0.51, 0.9)
    assert not pickup.takes(0.7, 0.9)
    assert pickup.takes(0.9, 0.9)


@given(st.floats(0.0, 1.0), st.lists(st.floats(0.0, 1.0), max_size=30))
def test_the_first_thing_it_moves_is_where_the_hand_has_just_been(
    stands: float, places: list[float]
) -> None:
    pickup, before = Pickup(), None
    for place in places:
        if pickup.takes(place, stands):
            reached = abs(place - stands) <= NEAR
            assert reached or (before is not None and (before - stands) * (place - stands) <= 0.0)
            break
        before = place
