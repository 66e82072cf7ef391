"""What happens to music before it is heard: desks, halls, compressors, old records, crowds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visualizer.types import RATE_HZ

Floats = NDArray[np.float64]
TYPICAL_RMS = 0.12
_ENVELOPE_STEP = 480


def produce(samples: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Samples (N, 2) as some microphone or cable might bring them: (N, 1), never twice alike."""
    mono = samples.mean(axis=1) if rng.random() < 0.9 else samples[:, int(rng.integers(2))]
    sound = _tone(_levelled(mono.astype(np.float64)), rng)
    if rng.random() < 0.6:
        drive = rng.uniform(0.5, 4.0)
        sound = np.tanh(drive * sound) / drive
    if rng.random() < 0.5:
        sound = _compressed(sound, rng.uniform(0.2, 0.7))
    if rng.random() < 0.5:
        sound = sound + _noise(sound, rng)
    sound *= 10.0 ** (rng.uniform(-25.0, 8.0) / 20.0)
    return np.clip(sound, -1.0, 1.0).astype(np.float32)[:, None]


def _levelled(sound: Floats) -> Floats:
    level: Floats = sound * (TYPICAL_RMS / max(float(np.sqrt(np.mean(sound**2))), 1e-9))
    return level


def _tone(sound: Floats, rng: np.random.Generator) -> Floats:
    """An equaliser's tilt and bells; at times the limits of a telephone or record, or a hall."""
    hz = np.maximum(np.fft.rfftfreq(len(sound), 1.0 / RATE_HZ), 20.0)
    octave = np.log2(hz)
    gain_db = rng.normal(0.0, 1.0) * (octave - np.log2(700.0))
    for _ in range(3):
        centre, width = np.log2(60.0) + rng.uniform(0.0, 8.0), rng.uniform(0.4, 1.5)
        gain_db += rng.normal(0.0, 4.0) * np.exp(-0.5 * ((octave - centre) / width) ** 2)
    if rng.random() < 0.35:
        edge = rng.uniform(np.log2(3000.0), np.log2(14000.0))
        gain_db -= 12.0 * rng.uniform(0.5, 2.0) * np.maximum(octave - edge, 0.0)
    if rng.random() < 0.3:
        edge = rng.uniform(np.log2(40.0), np.log2(200.0))
        gain_db -= 12.0 * np.maximum(edge - octave, 0.0)
    spectrum = np.fft.rfft(sound) * 10.0 ** (gain_db / 20.0)
    if rng.random() < 0.4:
        spectrum *= np.fft.rfft(_hall(len(sound), rng))
    return _levelled(np.fft.irfft(spectrum, len(sound)))


def _hall(length: int, rng: np.random.Generator) -> Floats:
    """An impulse response: the sound itself, and noise that decays by 60 dB."""
    decay = int(rng.uniform(0.3, 1.8) * RATE_HZ)
    tail = rng.normal(size=decay) * np.exp(-6.9 * np.arange(decay) / decay)
    tail *= rng.uniform(0.1, 0.5) / np.sqrt(np.sum(tail**2))
    response = np.zeros(length)
    response[0] = 1.0
    begins = int(rng.uniform(0.0, 0.03) * RATE_HZ)
    count = min(decay, length - begins)
    response[begins : begins + count] += tail[:count]
    return response


def _compressed(sound: Floats, ratio: float) -> Floats:
    """Quiet passages louder; the envelope is a mean over a tenth of a second."""
    power = np.convolve(sound[::_ENVELOPE_STEP] ** 2, np.full(12, 1.0 / 12.0), "same")
    places = _ENVELOPE_STEP * np.arange(len(power))
    envelope = np.interp(np.arange(len(sound)), places, np.sqrt(np.maximum(power, 1e-9)))
    return _levelled(sound * (envelope + 0.02) ** -ratio)


def _noise(sound: Floats, rng: np.random.Generator) -> Floats:
    """Between white and pink, 8 to 40 dB below the music; at times it swells as a crowd does."""
    hz = np.maximum(np.fft.rfftfreq(len(sound), 1.0 / RATE_HZ), 20.0)
    spectrum = np.fft.rfft(rng.normal(size=len(sound))) / hz ** rng.uniform(0.2, 0.8)
    noise = np.fft.irfft(spectrum, len(sound))
    if rng.random() < 0.3:
        times_s = np.arange(len(sound)) / RATE_HZ
        noise *= 1.0 + 0.8 * np.sin(2.0 * np.pi * times_s / rng.uniform(2.0, 9.0))
    share = np.sqrt(np.mean(sound**2) / np.mean(noise**2))
    scaled: Floats = noise * (share * 10.0 ** (-rng.uniform(8.0, 40.0) / 20.0))
    return scaled
