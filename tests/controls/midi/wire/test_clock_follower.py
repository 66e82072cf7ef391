"""A sender's clock, steady and jittery, against the sender's own truth."""

from __future__ import annotations

import math

import numpy as np
import pytest

from visualizer.controls.midi.wire.clock_follower import LOST_S, ClockFollower
from visualizer.controls.midi.wire.messages import Transport

TICK = Transport("clock")


class Sender:
    """Sends ``bpm`` with even jitter of so many ms to both sides."""

    def __init__(self, bpm: float = 120.0, jitter_ms: float = 0.0, seed: int = 1) -> None:
        self.follower = ClockFollower()
        self.bpm = bpm
        self.time_s = 10.0
        self.beats = 0.0
        self._jitter_s = jitter_ms / 1000.0
        self._random = np.random.default_rng(seed)

    def say(self, word: str, sixteenths: int = 0) -> None:
        self.follower.hear(Transport(word, sixteenths), self.time_s)

    def tick(self, ticks: int) -> None:
        for _ in range(ticks):
            late_s = self._random.uniform(-self._jitter_s, self._jitter_s)
            self.follower.hear(TICK, self.time_s + late_s)
            self.time_s += 60.0 / self.bpm / 24
            self.beats += 1 / 24

    def off_ms(self) -> float:
        """How far the follower is ahead of the sender's beat."""
        grid = self.follower.grid(self.time_s)
        assert grid is not None
        beats = math.remainder(grid.beats(self.time_s) - self.beats, 1.0)
        return beats * 60_000.0 / self.bpm


@pytest.mark.parametrize("bpm", [60.0, 120.0, 174.0])
def test_a_steady_clock_is_known_after_a_beat(bpm: float) -> None:
    sender = Sender(bpm)
    sender.tick(23)
    assert sender.follower.grid(sender.time_s) is None
    sender.tick(1)
    grid = sender.follower.grid(sender.time_s)
    assert grid is not None
    assert grid.bpm == pytest.approx(bpm)
    assert sender.off_ms() == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("bpm", [90.0, 120.0, 174.0])
@pytest.mark.parametrize("seed", range(5))
def test_jitter_of_3_ms_leaves_the_tempo_within_a_third_and_the_phase_within_5_ms(
    bpm: float, seed: int
) -> None:
    sender = Sender(bpm, jitter_ms=3.0, seed=seed)
    sender.say("start")
    sender.tick(96)
    for _ in range(500):
        sender.tick(1)
        grid = sender.follower.grid(sender.time_s)
        assert grid is not None
        assert abs(grid.bpm - bpm) < 0.3
        assert abs(sender.off_ms()) < 5.0


def test_a_start_says_where_the_song_begins() -> None:
    sender = Sender()
    sender.tick(31)
    knew = sender.follower.knows_phase
    sender.say("start")
    began_s = sender.time_s
    sender.tick(1)
    assert (knew, sender.follower.knows_phase) == (False, True)
    grid = sender.follower.grid(sender.time_s)
    assert grid is not None
    assert grid.beats(began_s) == pytest.approx(0.0, abs=1e-6)
    assert grid.bpm == pytest.approx(120.0)


def test_going_on_from_a_position_counts_from_there() -> None:
    sender = Sender()
    sender.tick(24)
    sender.say("position", 4 * 5 + 2)  # five beats and a half
    sender.tick(7)
    sender.say("continue")
    began_s = sender.time_s
    sender.tick(40)
    grid = sender.follower.grid(sender.time_s)
    assert grid is not None
    assert grid.beats(began_s) == pytest.approx(5.5)


def test_stopped_it_goes_on_from_where_it_stopped_though_ticks_go_on() -> None:
    sender = Sender()
    sender.say("start")
    sender.tick(24 * 4 + 6)
    sender.say("stop")
    sender.tick(17)
    sender.say("continue")
    began_s = sender.time_s
    sender.tick(30)
    grid = sender.follower.grid(sender.time_s)
    assert grid is not None
    assert grid.beats(began_s) == pytest.approx(4.25)


def test_a_new_tempo_is_taken_over_within_a_beat() -> None:
    sender = Sender(120.0, jitter_ms=3.0)
    sender.say("start")
    sender.tick(96)
    sender.bpm = 140.0
    sender.tick(48)
    grid = sender.follower.grid(sender.time_s)
    assert grid is not None
    assert abs(grid.bpm - 140.0) < 1.0
    assert abs(sender.off_ms()) < 5.0


def test_a_pause_keeps_the_tempo_and_finds_the_beat_again_with_the_first_tick() -> None:
    sender = Sender(126.0)
    sender.tick(96)
    sender.time_s += 1.3
    sender.tick(1)
    grid = sender.follower.grid(sender.time_s)
    assert grid is not None
    assert grid.bpm == pytest.approx(126.0)
    assert sender.off_ms() == pytest.approx(0.0, abs=1e-6)


def test_after_two_seconds_without_a_tick_nothing_is_known() -> None:
    sender = Sender()
    sender.say("start")
    sender.tick(96)
    assert sender.follower.grid(sender.time_s + LOST_S - 0.1) is not None
    assert sender.follower.grid(sender.time_s + LOST_S + 0.1) is None
    assert not sender.follower.knows_phase


def test_ticks_that_are_no_tempo_are_no_grid() -> None:
    sender = Sender(bpm=600.0)
    sender.tick(96)
    assert sender.follower.grid(sender.time_s) is None


def test_ticks_of_one_moment_are_no_grid() -> None:
    follower = ClockFollower()
    for _ in range(100):
        follower.hear(TICK, 1.0)
    assert follower.grid(1.0) is None
