from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.audio.capture.watchdog import (
    FIRST_WAIT_S,
    LONGEST_WAIT_S,
    STALL_S,
    START_LIMIT_S,
    CaptureState,
    Order,
    Watchdog,
)

STEP_S = 0.02


class Stage:
    """A watchdog, its clock, and a process that does what the test says."""

    def __init__(self) -> None:
        self.dog = Watchdog()
        self.now_s = 100.0
        self.alive = False
        self.written = 0
        self.starts_s: list[float] = []

    def is_now(self, state: CaptureState) -> bool:
        return self.dog.state is state

    def play(self, duration_s: float, *, rate: int = 0, dies: bool = False) -> None:
        for _ in range(round(duration_s / STEP_S)):
            self.now_s += STEP_S
            self.written += rate if self.alive else 0
            order = self.dog.step(self.now_s, alive=self.alive, written=self.written)
            if order is Order.START:
                self.starts_s.append(self.now_s)
                self.alive, self.written = not dies, 0
            elif order is Order.STOP:
                self.alive = False


def test_it_starts_at_once_and_runs_with_the_first_sound() -> None:
    stage = Stage()
    stage.play(STEP_S)
    assert stage.starts_s == [stage.now_s]
    assert stage.is_now(CaptureState.STARTING)
    stage.play(STEP_S, rate=256)
    assert stage.is_now(CaptureState.RUNNING)
    assert stage.dog.restarts == 0


def test_a_killed_process_is_back_after_a_quarter_of_a_second() -> None:
    stage = Stage()
    stage.play(10, rate=256)
    stage.alive = False
    killed_at_s = stage.now_s
    stage.play(0.1, rate=256)
    assert stage.is_now(CaptureState.LOST)
    stage.play(1, rate=256)
    assert stage.is_now(CaptureState.RUNNING)
    assert stage.dog.restarts == 1
    assert FIRST_WAIT_S <= stage.starts_s[-1] - killed_at_s <= FIRST_WAIT_S + 3 * STEP_S


def test_a_silent_callback_is_a_lost_device() -> None:
    stage = Stage()
    stage.play(10, rate=256)
    stage.play(STALL_S - 2 * STEP_S)
    assert stage.is_now(CaptureState.RUNNING)
    stage.play(4 * STEP_S)
    assert stage.is_now(CaptureState.LOST)
    assert not stage.alive


def test_a_start_that_leads_nowhere_is_given_up_and_tried_again() -> None:
    stage = Stage()
    stage.play(START_LIMIT_S + 1)
    assert len(stage.starts_s) == 2
    assert stage.is_now(CaptureState.LOST)


def test_the_waiting_doubles_up_to_five_seconds_and_never_ends() -> None:
    stage = Stage()
    stage.play(600, dies=True)
    waits_s = [after - before for before, after in pairwise(stage.starts_s)]
    expected_s = [0.25, 0.5, 1.0, 2.0, 4.0, *[LONGEST_WAIT_S] * (len(waits_s) - 5)]
    assert len(waits_s) > 100
    for wait_s, wanted_s in zip(waits_s, expected_s, strict=True):
        assert wanted_s <= wait_s <= wanted_s + 3 * STEP_S
    stage.play(10, rate=256)
    assert stage.is_now(CaptureState.RUNNING)


@pytest.mark.parametrize(("run_s", "wait_s"), [(2.0, LONGEST_WAIT_S), (60.0, FIRST_WAIT_S)])
def test_waiting_begins_anew_after_a_steady_run_only(run_s: float, wait_s: float) -> None:
    stage = Stage()
    stage.play(30, dies=True)
    while not stage.alive:
        stage.play(STEP_S)
    stage.play(run_s, rate=256)
    assert stage.is_now(CaptureState.RUNNING)
    stage.alive, lost_at_s = False, stage.now_s
    stage.play(6, rate=256)
    assert wait_s <= stage.starts_s[-1] - lost_at_s <= wait_s + 3 * STEP_S


def test_another_device_is_started_at_once_and_is_no_loss() -> None:
    stage = Stage()
    stage.play(30, dies=True)
    restarts = stage.dog.restarts
    assert stage.dog.begin_anew() is Order.STOP
    stage.play(STEP_S)
    assert stage.starts_s[-1] == stage.now_s
    assert stage.is_now(CaptureState.STARTING)
    assert stage.dog.restarts == restarts


@given(st.lists(st.tuples(st.floats(0, 20), st.booleans(), st.integers(0, 10**6)), max_size=50))
def test_whatever_happens_a_start_comes_within_the_longest_wait(
    sights: list[tuple[float, bool, int]],
) -> None:
    dog, now_s = Watchdog(), 0.0
    for gap_s, alive, written in sights:
        now_s += gap_s
        dog.step(now_s, alive=alive, written=written)
    orders = [
        dog.step(now_s + i * STEP_S, alive=False, written=0)
        for i in range(round(LONGEST_WAIT_S / STEP_S) + 3)
    ]
    assert Order.START in orders
