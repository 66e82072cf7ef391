"""The voices of the demo track, made of sines and noise; each begins at its first sample.

All return float64 samples at the analysis rate: (n,) for mono voices, (n, 2) for stereo ones.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visualizer.types import RATE_HZ

Sound = NDArray[np.float64]

_ATTACK_S = 0.0015  # Short enough to count as the very moment, long enough not to click.


def kick() -> Sound:
    """Return a bass drum: a sine that falls from 180 to 48 Hz, with a short click on top."""
    t = _time(0.32)
    phase = 48.0 * t + (180.0 - 48.0) * 0.03 * (1.0 - np.exp(-t / 0.03))
    body = np.sin(2 * np.pi * phase) * np.exp(-t / 0.11)
    click = np.sin(2 * np.pi * 2400.0 * t) * np.exp(-t / 0.003)
    return _edges(body + 0.25 * click)


def clap(rng: np.random.Generator) -> Sound:
    """Return a clap between 0.8 and 6 kHz."""
    t = _time(0.22)
    noise = _band(rng.standard_normal(len(t)), 800.0, 6000.0)
    return _edges(noise * (np.exp(-t / 0.05) + 0.6 * np.exp(-t / 0.012)))


def snare(rng: np.random.Generator) -> Sound:
    """Return a snare drum: a 190 Hz skin and its wires."""
    t = _time(0.16)
    wires = _band(rng.standard_normal(len(t)), 1500.0, 11_000.0) * np.exp(-t / 0.035)
    return _edges(0.7 * np.sin(2 * np.pi * 190.0 * t) * np.exp(-t / 0.03) + wires)


def hat(rng: np.random.Generator, decay_s: float) -> Sound:
    """Return a hi-hat above 7 kHz; ``decay_s`` opens it."""
    t = _time(6.0 * decay_s)
    return _edges(_band(rng.standard_normal(len(t)), 7000.0, 18_000.0) * np.exp(-t / decay_s))


def bass(pitch_hz: float, length_s: float) -> Sound:
    """Return a bass note: a saw of eight partials that darkens as it sounds."""
    t = _time(length_s)
    partials = [
        np.sin(2 * np.pi * pitch_hz * n * t) / n * np.exp(-t * 2.0 * (n - 1)) for n in range(1, 9)
    ]
    return _edges(np.sum(partials, axis=0) * np.exp(-t / 0.35), release_s=0.03)


def pluck(pitch_hz: float) -> Sound:
    """Return a plucked string."""
    t = _time(0.6)
    partials = [
        np.sin(2 * np.pi * pitch_hz * n * t) / n**1.5 * np.exp(-t * (4.0 + 3.0 * n))
        for n in range(1, 7)
    ]
    return _edges(np.sum(partials, axis=0), release_s=0.05)


def pad(pitches_hz: tuple[float, ...], length_s: float, swell_s: float) -> Sound:
    """Return a chord (n, 2) of slightly detuned saws that swells in and out: it has no onset."""
    t = _time(length_s)
    sides = []
    for side in (-1.0, 1.0):
        voices = [
            np.sin(2 * np.pi * pitch * n * (1.0 + side * detune) * t + n + side * pitch) / n**1.6
            for pitch in pitches_hz
            for detune in (0.0, 0.0017)
            for n in range(1, 6)
        ]
        sides.append(np.sum(voices, axis=0))
    swell = np.sin(np.pi / 2 * np.clip(np.minimum(t, length_s - t) / swell_s, 0.0, 1.0)) ** 2
    chord: Sound = np.stack(sides, axis=1) * swell[:, None]
    return chord


def riser(rng: np.random.Generator, length_s: float) -> Sound:
    """Return noise that grows for ``length_s`` and ends at its loudest."""
    t = _time(length_s)
    noise = _band(rng.standard_normal(len(t)), 1000.0, 9000.0)
    return _edges(noise * (t / length_s) ** 2, attack_s=0.1, release_s=0.02)


def reverb(dry: Sound, rng: np.random.Generator, decay_s: float = 0.35) -> Sound:
    """Return the room's answer (n, 2) to a stereo sound (n, 2): exponentially fading noise."""
    t = _time(4.0 * decay_s)
    size = 1 << int(np.ceil(np.log2(len(dry) + len(t))))
    wet = np.empty_like(dry)
    for side in range(2):
        room = _band(rng.standard_normal(len(t)), 250.0, 6000.0) * np.exp(-t / decay_s)
        room /= np.sqrt(np.sum(room * room))
        spectrum = np.fft.rfft(dry[:, side], size) * np.fft.rfft(room, size)
        wet[:, side] = np.fft.irfft(spectrum, size)[: len(dry)]
    return wet


def _time(length_s: float) -> Sound:
    return np.arange(round(length_s * RATE_HZ)) / RATE_HZ


def _band(noise: Sound, low_hz: float, high_hz: float) -> Sound:
    """Noise between two frequencies, at a root mean square of 1/3."""
    hz = np.fft.rfftfreq(len(noise), 1.0 / RATE_HZ)
    # 12 dB an octave outside: a brick wall would ring before the attack.
    low = np.clip(hz / low_hz, 0.0, 1.0) ** 2
    high = np.clip(high_hz / np.maximum(hz, 1.0), 0.0, 1.0) ** 2
    shaped = np.fft.irfft(np.fft.rfft(noise) * low * high, len(noise))
    loud: Sound = shaped / (3.0 * np.sqrt(np.mean(shaped * shaped)))
    return loud


def _edges(sound: Sound, *, attack_s: float = _ATTACK_S, release_s: float = 0.01) -> Sound:
    """Fade the first and last moments, so that nothing clicks."""
    attack, release = round(attack_s * RATE_HZ), round(release_s * RATE_HZ)
    faded = sound.copy()
    faded[:attack] *= np.linspace(0.0, 1.0, attack)
    faded[-release:] *= np.linspace(1.0, 0.0, release)
    return faded
