"""Sounds in which nothing is struck: held chords, sung notes, steady noise. What fires is false."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visualizer.audio.playback import instruments
from visualizer.types import RATE_HZ

Sound = NDArray[np.float64]

FADE_S = 1.5
PAD_S, PAD_OVERLAP_S = 5.0, 1.0
FORMANTS_HZ = ((700.0, 100.0), (1100.0, 120.0), (2700.0, 200.0))
"""Centre and width of an open vowel's formants."""
NOISE_DBFS = -20.0
HIGHEST_HZ = 12_000.0


def strings(seed: int, length_s: float) -> Sound:
    """A chord of twelve sawtooth players, each a little out of tune, with a vibrato of 20 cents."""
    rng = np.random.default_rng(seed)
    root_hz = 110.0 * 2.0 ** (rng.integers(12) / 12)
    players = [
        _note(root_hz * interval * 2.0 ** (rng.normal(0.0, 4.0) / 1200), 20.0, rng, length_s)
        for interval in (1.0, 1.25, 1.5, 2.0)
        for _ in range(3)
    ]
    swell = 1.0 + 0.3 * np.sin(2 * np.pi * 0.15 * _time(length_s))
    chord: Sound = 0.025 * np.sum(players, axis=0) * swell * _fades(length_s)
    return chord


def voice(seed: int, length_s: float) -> Sound:
    """A sung vowel with a vibrato of 60 cents, in which the loudness goes along."""
    rng = np.random.default_rng(seed)
    sung = _note(180.0 * 2.0 ** (rng.integers(12) / 12), 60.0, rng, length_s, FORMANTS_HZ)
    breath = 0.003 * rng.standard_normal(len(sung))
    tremor = 1.0 + 0.15 * np.sin(2 * np.pi * 5.5 * _time(length_s))
    sound: Sound = 0.3 * (sung / np.abs(sung).max() + breath) * tremor * _fades(length_s)
    return sound


def pads(seed: int, length_s: float) -> Sound:
    """Chords that swell over a second, each into the end of the one before."""
    rng = np.random.default_rng(seed)
    sound = np.zeros(round((length_s + PAD_S) * RATE_HZ))
    for start_s in np.arange(0.0, length_s, PAD_S - PAD_OVERLAP_S):
        root_hz = 110.0 * 2.0 ** (rng.integers(12) / 12)
        chord = instruments.pad((root_hz, root_hz * 1.2, root_hz * 1.5), PAD_S, PAD_OVERLAP_S)
        start = round(start_s * RATE_HZ)
        sound[start : start + len(chord)] += 0.1 * chord.mean(axis=1)
    return sound[: round(length_s * RATE_HZ)]


def noise(seed: int, length_s: float) -> Sound:
    """White, pink or brown noise, by the seed."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(round(length_s * RATE_HZ)))
    hz = np.maximum(np.fft.rfftfreq(round(length_s * RATE_HZ), 1 / RATE_HZ), 20.0)
    coloured = np.fft.irfft(spectrum / hz ** (seed % 3 / 2), round(length_s * RATE_HZ))
    sound: Sound = 10.0 ** (NOISE_DBFS / 20.0) * coloured / coloured.std()
    return sound


HELD_SOUNDS = {"pads": pads, "strings": strings, "voice": voice, "steady noise": noise}


def _note(
    hz: float,
    cents: float,
    rng: np.random.Generator,
    length_s: float,
    formants_hz: tuple[tuple[float, float], ...] = (),
) -> Sound:
    """A sawtooth with a vibrato, its harmonics shaped by formants where there are some."""
    t = _time(length_s)
    rate_hz = 5.5 * (1.0 + 0.1 * rng.standard_normal())
    sway = np.sin(2 * np.pi * rate_hz * t + 6.0 * rng.random()) * np.minimum(t, 1.0)
    phase = 2 * np.pi * np.cumsum(hz * 2.0 ** (cents / 1200.0 * sway)) / RATE_HZ
    sound = np.zeros(len(t))
    for k in range(1, min(int(HIGHEST_HZ / hz), 40) + 1):
        gain = 1.0 / k
        if formants_hz:
            gain *= sum(
                1.0 / (1.0 + ((k * hz - centre) / width) ** 2) for centre, width in formants_hz
            )
        sound += gain * np.sin(k * phase + 6.0 * rng.random())
    return sound


def _time(length_s: float) -> Sound:
    return np.arange(round(length_s * RATE_HZ)) / RATE_HZ


def _fades(length_s: float) -> Sound:
    t = _time(length_s)
    return np.minimum(np.minimum(t, length_s - t) / FADE_S, 1.0)
