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


def test_steady_noise_has_no_onsets() -> None:
    noise = np.random.default_rng(4).normal(0.0, 0.1, (RATE_HZ * 6, 1)).astype(np.float32)
    found = [time_s for time_s in detect(noise, DEFAULT_ONSET) if time_s > 1.0]
    assert len(found) <= 3


def test_onsets_are_at_least_48_ms_apart() -> None:
    clicks = np.zeros((RATE_HZ * 2, 1), np.float32)
    clicks[:: RATE_HZ // 50] = 0.8
    found = np.array(detect(clicks, DEFAULT_ONSET))
    assert (np.diff(found) >= 9 * HOP / RATE_HZ - 1e-9).all()
