"""The numbers of the gain's rule, on steady sounds and on steps between them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from visualizer.audio.analysis.gain import Gain
from visualizer.types import HOP, RATE_HZ


def _play(gain: Gain, loudness_dbfs: float, seconds: float) -> list[float]:
    """Play a steady sine of this loudness; return the loudness after the gain, hop by hop."""
    mean_square = 10.0 ** (loudness_dbfs / 10.0)
    peak = math.sqrt(2.0 * mean_square)
    return [
        loudness_dbfs + 20.0 * math.log10(gain.step(mean_square, peak))
        for _ in range(round(seconds * RATE_HZ / HOP))
    ]


def _silence(gain: Gain, seconds: float) -> list[float]:
    return [gain.step(0.0, 0.0) for _ in range(round(seconds * RATE_HZ / HOP))]


def _hiss(gain: Gain, seconds: float) -> list[bool]:
    """Whether the gate is open, hop by hop, in noise at -62 dBFS."""
    noise = 10.0 ** (-62.0 / 20.0) * np.random.default_rng(1).standard_normal(
        (round(seconds * RATE_HZ / HOP), HOP)
    )
    is_open = []
    for hop in noise:
        gain.step(float(np.mean(hop**2)), float(np.max(np.abs(hop))))
        is_open.append(gain.is_open)
    return is_open


@pytest.mark.parametrize("loudness_dbfs", [-3.0, -20.0, -40.0, -56.0])
def test_first_lock_within_three_seconds(loudness_dbfs: float) -> None:
    assert abs(_play(Gain(), loudness_dbfs, 3.0)[-1]) < 1.5


@pytest.mark.parametrize("step_db", [3.0, 12.0, 30.0])
def test_a_louder_step_is_locked_within_half_a_second(step_db: float) -> None:
    gain = Gain()
    _play(gain, -40.0, 5.0)
    assert abs(_play(gain, -40.0 + step_db, 0.5)[-1]) < 1.0


@pytest.mark.parametrize("fall_db", [22.0, 30.0, 40.0])
def test_another_source_is_locked_within_three_seconds(fall_db: float) -> None:
    gain = Gain()
    _play(gain, -10.0, 5.0)
    assert abs(_play(gain, -10.0 - fall_db, 3.0)[-1]) < 1.5


def test_a_break_stays_quieter_than_the_drop_behind_it() -> None:
    gain = Gain()
    _play(gain, -14.0, 10.0)
    end_of_break_db = _play(gain, -26.0, 16.0)[-1]
    drop_db = _play(gain, -14.0, 0.5)[-1]
    assert drop_db - end_of_break_db >= 6.0


def test_a_smaller_fall_takes_twenty_seconds_or_more() -> None:
    gain = Gain()
    _play(gain, -14.0, 10.0)
    heard = _play(gain, -29.0, 20.0)
    assert heard[-1] < -15.0 * math.exp(-1.0)
    assert _play(gain, -29.0, 100.0)[-1] > -2.0


def test_below_the_gate_the_gain_holds() -> None:
    gain = Gain()
    _play(gain, -20.0, 5.0)
    held = _silence(gain, 0.25)[-1]
    assert set(_silence(gain, 60.0)) == {held}
    assert not gain.is_open
    hum = [gain.step(1e-7, 0.0005) for _ in range(2000)]  # -70 dBFS
    assert set(hum) == {held}


def test_kicks_do_not_pump() -> None:
    gain = Gain()
    steady = []
    for _ in range(20):  # a kick every half second, 20 dB above what lies between
        steady = _play(gain, -10.0, 0.15) + _play(gain, -30.0, 0.35)
    references = [loud - own for loud, own in zip(steady, [-10.0] * 28 + [-30.0] * 66, strict=True)]
    assert max(references) - min(references) < 0.5


@pytest.mark.parametrize("before", [None, -20.0], ids=["at first", "after music"])
def test_steady_hiss_is_silence(before: float | None) -> None:
    gain = Gain()
    if before is not None:
        _play(gain, before, 5.0)
    assert not any(_hiss(gain, 8.0)[60:])
    held = gain.reference_dbfs
    _hiss(gain, 5.0)
    assert gain.reference_dbfs == held
    _play(gain, -50.0, 0.1)
    assert gain.is_open


def test_hiss_behind_a_digital_silence_is_silence_at_once() -> None:
    gain = Gain()
    _play(gain, -20.0, 5.0)
    _silence(gain, 2.0)
    assert not any(_hiss(gain, 3.0))
    _play(gain, -50.0, 0.1)
    assert gain.is_open


def test_sound_as_faint_as_hiss_is_heard_where_it_is_not_steady() -> None:
    gain, is_open = Gain(), []
    for _ in range(8):
        _play(gain, -90.0, 0.3)
        _play(gain, -60.0, 0.1)
        is_open.append(gain.is_open)
    assert all(is_open[3:])
