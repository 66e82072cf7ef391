"""Where sound lies by its time stamps: pauses are pauses, jitter and trims are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.audio.timeline import Timeline

FRAME_S = 0.02


def pauses(
    stamps_s: list[float | None], *, counts_anew: bool = False, first_s: float | None = None
) -> dict[int, float]:
    """Frames before which there is a pause, and where they begin."""
    timeline = Timeline(counts_anew=counts_anew)
    timeline.see_packet(stamps_s[0] if first_s is None else first_s)
    placed = [timeline.place(stamp_s, FRAME_S) for stamp_s in stamps_s]
    return {n: round(begins_s, 6) for n, begins_s in enumerate(placed) if begins_s is not None}


def frames(begin_s: float, count: int) -> list[float | None]:
    return [begin_s + FRAME_S * n for n in range(count)]


def test_a_pause_is_as_long_as_its_stamps_say() -> None:
    assert pauses([*frames(0.0, 5), *frames(2.1, 5), *frames(3.0, 2)]) == {5: 2.1, 10: 3.0}


def test_sound_is_counted_from_the_containers_zero() -> None:
    assert pauses(frames(1.5, 3)) == {0: 1.5}


@pytest.mark.parametrize("begin_s", [1.4, 95_443.7])
def test_a_broadcast_begins_with_its_first_stamp(begin_s: float) -> None:
    stamps_s = [*frames(begin_s, 3), *frames(begin_s + 1.0, 3)]
    assert pauses(stamps_s, counts_anew=True) == {3: 1.0}


def test_a_broadcast_that_counts_anew_goes_on_without_a_pause() -> None:
    stamps_s = [*frames(70.0, 3), *frames(5000.0, 3), *frames(1.0, 3), *frames(1.5, 1)]
    assert pauses(stamps_s, counts_anew=True) == {9: 0.62}


def test_what_the_encoder_put_in_front_is_no_pause() -> None:
    # MP3: the first packet is at 0, and its first 25 ms are cut off. MP4: it lies before 0.
    assert pauses(frames(0.025, 5), first_s=0.0) == {}
    assert pauses(frames(0.0, 5), first_s=-0.021) == {}


@given(st.lists(st.floats(-0.004, 0.004), min_size=2, max_size=400))
def test_jitter_is_no_pause_and_adds_up_to_nothing(jitter_s: list[float]) -> None:
    assert pauses([0.0, *(FRAME_S * n + by for n, by in enumerate(jitter_s, 1))]) == {}


def test_what_has_no_stamp_or_an_earlier_one_goes_on() -> None:
    assert pauses([None, 0.02, None, None, 0.08]) == {}
    assert pauses([*frames(0.0, 10), *frames(0.05, 10), *frames(1.25, 1)]) == {20: 1.4}
