"""Onset methods: every name works, and the default fires early and truly."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.onsets import PATTERNS, detect, pattern, score
from visualizer.audio.analysis.onset import DEFAULT_ONSET, ONSET_METHODS, onset_detector
from visualizer.audio.playback import instruments
from visualizer.errors import UsageError
from visualizer.types import HOP, RATE_HZ


def test_an_unknown_method_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"'loud'.*superflux.*specflux"):
        onset_detector("loud")


@pytest.mark.parametrize("method", ONSET_METHODS)
def test_every_method_hears_kicks_and_no_silence(method: str) -> None:
    sound = np.zeros((RATE_HZ * 4, 1), np.float32)
    times = [1.0 + 0.5 * i for i in range(5)]
    for time_s in times:
        start = round(time_s * RATE_HZ)
        part = sound[start : start + round(0.32 * RATE_HZ), 0]
        part += (0.5 * instruments.kick()).astype(np.float32)
    found = detect(sound, method)
    hits = sum(any(0.0 <= f - t < 0.08 for f in found) for t in times)
    assert hits >= (0 if method == "phase" else 4)  # phase alone is blind to falling sines
    assert not [f for f in found if f < 1.0]


@pytest.mark.slow
def test_the_default_is_right_and_early_on_drum_patterns() -> None:
    for spec in PATTERNS[:3]:
        samples, onsets = pattern(spec, length_s=8.0)
        result = score(detect(samples, DEFAULT_ONSET), onsets)
        assert result.f50 > 0.95, spec
        assert result.f25 > 0.95, spec
        assert np.median(result.late_ms) <= 10.0, spec


@pytest.mark.parametrize("colour", [0, 1, 2], ids=["white", "pink", "brown"])
@pytest.mark.parametrize("loudness_dbfs", [-20.0, -45.0])
def test_steady_noise_has_no_onsets(colour: int, loudness_dbfs: float) -> None:
    length = RATE_HZ * 12
    spectrum = np.fft.rfft(np.random.default_rng(4).standard_normal(length))
    hz = np.fft.rfftfreq(length, 1 / RATE_HZ)
    noise = np.fft.irfft(spectrum / np.maximum(hz, 20.0) ** (colour / 2), length)
    noise *= 10.0 ** (loudness_dbfs / 20.0) / noise.std()
    found = [t for t in detect(noise[:, None].astype(np.float32), DEFAULT_ONSET) if t > 1.0]
    assert len(found) <= 2  # of which ten a minute are allowed


@pytest.mark.parametrize("cents", [0.0, 50.0], ids=["strings", "voice"])
def test_held_notes_are_one_onset_whatever_their_vibrato(cents: float) -> None:
    t = np.arange(RATE_HZ * 12) / RATE_HZ
    turns = np.zeros(len(t))
    for note, rate_hz in ((220.0, 5.3), (277.2, 5.7), (330.0, 6.1)):
        hz = note * 2.0 ** (cents / 1200.0 * np.sin(2 * np.pi * rate_hz * t))
        phase = 2 * np.pi * np.cumsum(hz) / RATE_HZ
        turns += sum(np.sin(k * phase) / k for k in range(1, 20))
    held = (0.05 * turns * np.minimum(t, 1.0))[:, None].astype(np.float32)
    assert len([time_s for time_s in detect(held, DEFAULT_ONSET) if time_s > 1.0]) <= 1


def test_soft_fast_strokes_are_heard_between_loud_ones() -> None:
    # Eleven notes a second, each second one at -12 dB: a mean over 64 ms was deaf to them.
    t = np.arange(RATE_HZ // 2) / RATE_HZ
    sound, times = np.zeros(RATE_HZ * 6), np.arange(0.5, 5.0, 0.09)
    for n, time_s in enumerate(times):
        hz = 220.0 * 2.0 ** ((7 * n % 24) / 12.0)
        note = sum(np.sin(2 * np.pi * hz * k * t) / k**2 for k in range(1, 6))
        start = round(time_s * RATE_HZ)
        loud = 0.3 if n % 2 == 0 else 0.3 * 10.0 ** (-12.0 / 20.0)
        sound[start : start + len(t)] += (
            loud * note * np.exp(-t / 0.15) * np.minimum(t / 0.002, 1.0)
        )
    result = score(detect(sound[:, None].astype(np.float32), DEFAULT_ONSET), times.tolist())
    assert result.f50 > 0.95
    assert np.median(result.late_ms) <= 15.0


def test_onsets_are_at_least_48_ms_apart() -> None:
    clicks = np.zeros((RATE_HZ * 2, 1), np.float32)
    clicks[:: RATE_HZ // 50] = 0.8
    found = np.array(detect(clicks, DEFAULT_ONSET))
    assert (np.diff(found) >= 9 * HOP / RATE_HZ - 1e-9).all()
