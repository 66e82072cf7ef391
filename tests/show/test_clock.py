from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import HandClock
from visualizer.show.clock import FrameClock, LiveClock
from visualizer.types import Tick


def live(clock: HandClock, fps: int = 50, **parts: object) -> Iterator[Tick]:
    return LiveClock(Fraction(fps), now_s=clock, sleep=clock.sleep, **parts).ticks()  # type: ignore[arg-type]  # parts of several types


@given(st.fractions(1, 240, max_denominator=1001), st.integers(1, 500))
def test_film_frames_stand_at_n_over_fps(fps: Fraction, frames: int) -> None:
    ticks = list(FrameClock(fps, frames).ticks())
    assert len(ticks) == frames
    assert all(tick.time_s == float(tick.index / fps) for tick in ticks)
    assert ticks[0].dt_s == 0.0
    assert all(tick.dt_s == float(1 / fps) for tick in ticks[1:])


def test_live_frames_come_at_their_rate() -> None:
    clock = HandClock()
    ticks = live(clock)
    times_s = []
    for _ in range(200):
        times_s.append(next(ticks).time_s)
        clock.now_s += 0.005  # the frame's own work
    assert times_s == pytest.approx([n / 50 for n in range(200)])


def test_a_stall_is_not_made_up_for() -> None:
    clock = HandClock()
    ticks = live(clock)
    for _ in range(10):
        next(ticks)
    clock.now_s += 2.0
    late, after, then = next(ticks), next(ticks), next(ticks)
    assert late.dt_s == pytest.approx(2.0)
    assert after.dt_s == pytest.approx(0.02)
    assert then.dt_s == pytest.approx(0.02)


@pytest.mark.parametrize("leaps_s", [(3600.0, -3600.0), (-7200.0, 3600.0), (1e9, -2e9)])
def test_a_clock_that_leaps_is_not_followed_and_named_once_a_leap(
    leaps_s: tuple[float, ...], caplog: pytest.LogCaptureFixture
) -> None:
    clock = HandClock()
    ticks = live(clock, duration_s=60.0)
    time_s = [next(ticks).time_s]
    for leap_s in (*leaps_s, 0.0):
        clock.now_s += leap_s
        time_s += [next(ticks).time_s for _ in range(10)]
    # The frame of a leap is the one that knows least; those after it come at their rate again.
    assert max(np.diff(time_s)) < 0.04
    assert min(np.diff(time_s)) >= 0.0
    assert sum(step < 0.019 for step in np.diff(time_s)) <= len(leaps_s)
    assert max(clock.slept_s) < 0.021
    assert caplog.messages == [
        f"the clock leapt by {leap_s:+.0f} s: the show goes on from where it was"
        for leap_s in leaps_s
    ]


def test_a_monitor_that_makes_us_wait_sets_the_pace() -> None:
    clock = HandClock()
    ticks = live(clock, fps=60)
    next(ticks)
    clock.slept_s.clear()
    for _ in range(50):
        clock.now_s += 1 / 59.94  # the swap came back at the monitor's next frame
        next(ticks)
    assert clock.slept_s == []


def test_a_show_ends_by_itself() -> None:
    assert len(list(live(HandClock(), fps=50, duration_s=1.0))) in {50, 51}
    left = iter([False] * 7 + [True])
    assert len(list(live(HandClock(), finished=lambda: next(left)))) == 7


def test_time_follows_the_song_and_never_goes_back() -> None:
    positions_s = iter([0.0, 0.5, 0.4, 0.6, 0.6])
    left = iter([False] * 5 + [True])
    ticks = list(
        live(HandClock(), position_s=lambda: next(positions_s), finished=lambda: next(left))
    )
    assert [tick.time_s for tick in ticks] == [0.0, 0.5, 0.5, 0.6, 0.6]
    assert [tick.dt_s for tick in ticks] == pytest.approx([0.0, 0.5, 0.0, 0.1, 0.0])
