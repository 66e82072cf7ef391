"""Two windows over the same sound: a long one that tells notes apart, a short one that is quick."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import aubio
import numpy as np

from visualizer.types import HOP, RATE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONG, SHORT = 4096, 1024
"""Window lengths in samples: bins of 11.7 Hz every 85 ms, and of 46.9 Hz every 21 ms."""

# Parseval for one-sided power and a Hann window: the bins then sum to the mean square.
_HANN_POWER = 3.0 / 8.0


LONG_BINS = 40
"""The long window is read up to 457 Hz; above, the short one tells enough apart."""


@dataclass(frozen=True, slots=True)
class Spectra:
    """Power per bin, float64, scaled so that all bins together are the window's mean square.

    long: (LONG_BINS,), the lowest bins. short: (SHORT / 2 + 1,).
    """

    long: NDArray[np.float64]
    short: NDArray[np.float64]


class Spectrum:
    """Both spectra of the sound up to the end of the last hop, under a Hann window.

    The short one is aubio's phase vocoder. The long one is a plain Fourier sum over the few
    bins that are read: 25 us, where a whole transform takes 50 and aubio's, with its phases, 75.
    """

    def __init__(self) -> None:
        self._past = np.zeros(LONG, np.float32)
        self._waves = _windowed_waves()
        self._short = aubio.pvoc(SHORT, HOP)

    def step(self, hop: NDArray[np.float32]) -> Spectra:
        """Take the next hop (HOP,)."""
        self._past = np.concatenate((self._past[HOP:], hop))
        cosines, sines = (self._waves @ self._past).reshape(2, LONG_BINS)
        return Spectra(_power(np.hypot(cosines, sines), LONG), _power(self._short(hop).norm, SHORT))


def bin_hz(window: int) -> NDArray[np.float64]:
    """Centre frequencies of a window's bins."""
    return np.arange(window // 2 + 1, dtype=np.float64) * np.float64(RATE_HZ / window)


def _windowed_waves() -> NDArray[np.float32]:
    """Cosines, then sines, of the long window's lowest bins under a Hann window."""
    place = np.arange(LONG)
    # All are one wave read in larger steps: the sines of 4,096 places, not of 300,000.
    steps = np.outer(np.arange(LONG_BINS), place) % LONG
    angle = 2 * np.pi * (place / LONG)
    hann = np.hanning(LONG + 1)[:-1]
    return (np.concatenate((np.cos(angle)[steps], np.sin(angle)[steps])) * hann).astype(np.float32)


def _power(magnitude: NDArray[np.float32], window: int) -> NDArray[np.float64]:
    wide: NDArray[np.float64] = magnitude.astype(np.float64)
    wide *= wide
    wide *= 2.0 / (window * window * _HANN_POWER)
    return wide
