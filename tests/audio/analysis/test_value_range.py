"""The range finds what is quiet and what is loud in a song, and keeps within its bounds."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from visualizer.audio.analysis.value_range import (
    LOUD_VALUE,
    LOUDEST_DB,
    QUIET_VALUE,
    RARE,
    SPAN_DB,
    ValueRange,
)
from visualizer.types import HOP, RATE_HZ


def _play(values: ValueRange, db: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([values.step(row[None])[0] for row in db])


def _hops(seconds: float) -> int:
    return round(seconds * RATE_HZ / HOP)


@pytest.mark.parametrize(("low_db", "high_db"), [(-25.0, 0.0), (-14.0, -2.0), (-5.0, 10.0)])
def test_a_song_uses_the_range_wherever_it_lies(low_db: float, high_db: float) -> None:
    # Evenly spread: what is rarer than RARE lies beyond the two ends.
    db = np.random.default_rng(1).uniform(low_db, high_db, _hops(60.0))
    shown = _play(ValueRange(1), db)
    found = np.percentile(shown[_hops(2.0) :], (100.0 * RARE, 100.0 - 100.0 * RARE))
    assert found == pytest.approx([QUIET_VALUE, LOUD_VALUE], abs=0.05)


def test_a_steady_sound_stays_at_the_loud_end_and_is_not_made_to_tremble() -> None:
    db = 3.0 + np.random.default_rng(2).uniform(-0.5, 0.5, _hops(120.0))
    shown = _play(ValueRange(1), db)[_hops(60.0) :]
    # Over SPAN_DB at least, 1 dB is this much.
    assert np.ptp(shown) <= (LOUD_VALUE - QUIET_VALUE) / SPAN_DB[0] + 0.03
    assert shown.mean() == pytest.approx(LOUD_VALUE, abs=0.1)


def test_what_is_hardly_there_is_not_made_loud() -> None:
    shown = _play(ValueRange(1), np.full(_hops(120.0), LOUDEST_DB[0] - SPAN_DB[1]))
    assert shown[_hops(1.0) :].max() <= QUIET_VALUE


def test_a_bass_that_drops_out_is_missed_and_comes_back_whole() -> None:
    values = ValueRange(1)
    beat = -10.0 * (np.arange(_hops(30.0)) % _hops(0.5)) / _hops(0.5)
    with_bass = _play(values, beat)
    without = _play(values, np.full(_hops(16.0), -30.0))
    drop = _play(values, beat[: _hops(1.0)])
    assert without.max() < 0.3
    assert drop.max() > 0.85
    assert drop.mean() - without[-1] > 0.4
    assert with_bass.max() > 0.85


def test_each_value_has_its_own_range() -> None:
    values = ValueRange(2)
    rng = np.random.default_rng(3)
    shown = np.array(
        [
            values.step(np.array([rng.uniform(-30.0, -10.0), rng.uniform(0.0, 10.0)]))
            for _ in range(_hops(30.0))
        ]
    )
    assert np.abs(np.diff(shown[_hops(3.0) :].mean(axis=0))) < 0.1
    assert (shown >= 0.0).all()
    assert (shown <= 1.0).all()
