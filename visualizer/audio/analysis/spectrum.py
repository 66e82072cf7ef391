"""Two windows over the same sound: a long one that tells notes apart, and one that is quick."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from visualizer.types import HOP, RATE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONG, QUICK = 4096, 2048
"""Window lengths in samples: bins of 11.7 and of 23.4 Hz."""
QUICK_FALL = 384
"""The quick window rises over 35 ms and falls over the newest 8: as many bins as a long one, and
what is new counts at once. On recordings, soft strokes in noise are found half as often again as
with 1,024 samples under a Hann window, no later; falls of 256 and 512 are no better."""

LONG_BINS = 40
"""The long window is read up to 457 Hz; above, the quick one tells enough apart."""

# Parseval for one-sided power and a Hann window, or halves of two: the bins then sum to the mean
# square.
_HANN_POWER = 3.0 / 8.0
_WIDER = np.arange(-1, LONG_BINS + 1)  # The bins that are read, and a neighbour on either side.


@dataclass(frozen=True, slots=True)
class Spectra:
    """Amplitude per bin, scaled so that the squares of all are the window's mean square.

    long: (LONG_BINS,), the lowest bins. quick: (QUICK / 2 + 1,).
    """

    long: NDArray[np.float32]
    quick: NDArray[np.float32]


class Spectrum:
    """Both spectra of the sound up to the end of the last hop.

    The long one, under a Hann window, is a plain Fourier sum over the few bins that are read, of
    which a hop adds its own part to those of the hops before: 11 us, where all samples times all
    waves took 25 (and a megabyte of them out of the cache), a whole transform 50 and aubio's, with
    its phases, 75.
    """

    def __init__(self) -> None:
        self._waves = _waves()
        hops = LONG // HOP
        # By how much each bin has turned when the window's second, third ... hop begins.
        turns = np.exp(-2j * np.pi * np.outer(np.arange(hops), _WIDER) / hops)
        self._turns = turns.astype(np.complex64)
        self._parts = np.zeros(turns.shape, np.complex64)
        self._window = quick_window()
        self._newest = np.zeros(QUICK, np.float32)

    def step(self, hop: NDArray[np.float32]) -> Spectra:
        """Take the next hop (HOP,)."""
        part = (self._waves @ hop).view(np.complex64)
        self._parts = np.concatenate((self._parts[1:], part[None, :]))
        plain = np.add.reduce(self._turns * self._parts)
        # A Hann window takes half of each neighbour off.
        long = np.abs(plain[1:-1] - 0.5 * (plain[:-2] + plain[2:]))
        self._newest = np.concatenate((self._newest[HOP:], hop))
        quick = np.abs(np.fft.rfft(self._newest * self._window))
        return Spectra(long, quick)


def quick_window() -> NDArray[np.float32]:
    """Half of a long Hann window, then half of a short one: (QUICK,), scaled for ``Spectra``."""
    rise = QUICK - QUICK_FALL
    halves = np.hanning(2 * rise + 1)[:rise], np.hanning(2 * QUICK_FALL + 1)[QUICK_FALL:-1]
    return (_scale(QUICK) * np.concatenate(halves)).astype(np.float32)


def bin_hz(window: int) -> NDArray[np.float64]:
    """Centre frequencies of a window's bins."""
    return np.arange(window // 2 + 1, dtype=np.float64) * np.float64(RATE_HZ / window)


def _waves() -> NDArray[np.float32]:
    """A hop's share of the long window's lowest bins: cosine and sine of each in turns."""
    turns = np.outer(_WIDER, np.arange(HOP)) / LONG
    waves = 0.5 * _scale(LONG) * np.exp(-2j * np.pi * turns)
    return np.stack((waves.real, waves.imag), axis=1).reshape(-1, HOP).astype(np.float32)


def _scale(window: int) -> float:
    """Of a transform's bins, so that they are what ``Spectra`` promises."""
    return math.sqrt(2.0 / _HANN_POWER) / window
