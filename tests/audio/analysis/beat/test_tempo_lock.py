"""No tempo before it has lasted, none but the same until another has lasted longer."""

from __future__ import annotations

import pytest

from visualizer.audio.analysis.beat.tempo_lock import HOLD_S, LOCK_S, SETTLED_S, TempoLock

DT_S = 0.05


def _told(lock: TempoLock, heard_bpm: float | None, seconds: float) -> float | None:
    for _ in range(round(seconds / DT_S)):
        lock.step(heard_bpm)
    return lock.bpm


def test_a_tempo_is_told_once_it_has_lasted() -> None:
    lock = TempoLock(DT_S)
    assert _told(lock, 120.0, LOCK_S - DT_S) is None
    assert _told(lock, 120.0, 3 * DT_S) == 120.0


def test_tempi_that_change_all_the_time_are_never_told() -> None:
    lock = TempoLock(DT_S)
    for index in range(200):
        lock.step((90.0, 120.0, 180.0)[index // 5 % 3])
    assert lock.bpm is None


def test_uncertainty_begins_the_wait_anew() -> None:
    lock = TempoLock(DT_S)
    _told(lock, 120.0, LOCK_S - DT_S)
    lock.step(None)
    assert _told(lock, 120.0, LOCK_S - DT_S) is None


def test_the_other_octave_must_last_before_it_is_believed() -> None:
    lock = TempoLock(DT_S)
    _told(lock, 120.0, 3.0)
    assert _told(lock, 60.0, HOLD_S - DT_S) == pytest.approx(120.0)
    assert _told(lock, 60.0, 3 * DT_S) == 60.0


@pytest.mark.parametrize(("heard_bpm", "beats"), [(240.0, 2.0), (60.0, 0.5)])
def test_a_tempo_that_has_settled_keeps_its_octave(heard_bpm: float, beats: float) -> None:
    lock = TempoLock(DT_S)
    _told(lock, 120.0, SETTLED_S + 2.0)
    assert lock.step(heard_bpm) == beats
    assert _told(lock, heard_bpm, 10.0 * HOLD_S) == pytest.approx(120.0)
    assert _told(lock, 90.0, HOLD_S + 2 * DT_S) == 90.0


def test_a_moment_in_the_other_octave_is_forgotten() -> None:
    lock = TempoLock(DT_S)
    _told(lock, 120.0, 3.0)
    for _ in range(5):
        _told(lock, 60.0, 0.8 * HOLD_S)
        _told(lock, 120.0, 0.2)
    assert lock.bpm == pytest.approx(120.0)


def test_a_tempo_that_sways_is_followed_without_a_jump() -> None:
    lock = TempoLock(DT_S)
    _told(lock, 120.0, 3.0)
    before = lock.bpm
    assert before is not None
    lock.step(126.0)
    assert lock.bpm == pytest.approx(before, rel=0.01)
    assert _told(lock, 126.0, 10.0) == pytest.approx(126.0, rel=0.01)
