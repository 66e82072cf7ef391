"""Eight bands, from sub to air: how loud each is, as an ear would have it, 0..1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from visualizer.audio.analysis.spectrum import LONG, LONG_BINS, QUICK, bin_hz
from visualizer.types import BANDS, RATE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visualizer.audio.analysis.spectrum import Spectra

EDGES_HZ = (20.0, 60.0, 150.0, 400.0, 1000.0, 2500.0, 5000.0, 10000.0, 20000.0)
"""sub, bass, low_mid, mid, high_mid, presence, brilliance, air: each from one edge to the next."""
LONG_BANDS = 3
"""The lowest bands need the long window to be told apart; the others gain from the quick one."""

TYPICAL_DB = (-9.0, -4.0, -6.0, -9.0, -13.0, -18.0, -22.0, -27.0)
"""What a band has, relative to the whole, where music is at its loudest; the same for all music.

Falls by about 4 dB an octave from the bass on, as music does."""
LOUDNESS_EXPONENT = 0.3
"""Loudness grows with power to the 0.3 (Stevens, "The measurement of loudness", 1955)."""


def loudness(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Loudness of a power, both 1 where typical of a loud passage."""
    # Under -200 dB there is nothing to show, and the powers below stay normal numbers.
    return np.maximum(power, 1e-20) ** LOUDNESS_EXPONENT


def loudness_db(loudness: NDArray[np.float64]) -> NDArray[np.float64]:
    """The power that has this loudness, in decibels; -100 and less is -100."""
    return (10.0 / LOUDNESS_EXPONENT) * np.log10(np.maximum(loudness, 1e-3))


class Bands:
    """Sums a spectrum's power into the bands."""

    def __init__(self) -> None:
        weights = 10.0 ** (-np.array(TYPICAL_DB)[:, None] / 10.0)
        self._long = (weights * _shares(LONG))[:LONG_BANDS, :LONG_BINS].astype(np.float32)
        self._quick = (weights * _shares(QUICK))[LONG_BANDS:].astype(np.float32)

    def step(self, spectra: Spectra, mean_square: float) -> NDArray[np.float64]:
        """Power of each band, and at last of the whole (9,).

        mean_square: the whole's. A band is 1 where it is ``TYPICAL_DB`` of a mean square of 1.
        """
        power = np.empty(BANDS + 1)
        power[:LONG_BANDS] = self._long @ np.square(spectra.long)
        power[LONG_BANDS:BANDS] = self._quick @ np.square(spectra.quick)
        power[BANDS] = mean_square
        return power


def _shares(window: int) -> NDArray[np.float64]:
    """How much of each bin belongs to each band: (8, bins); a bin on an edge is shared."""
    width_hz = RATE_HZ / window
    low = bin_hz(window) - width_hz / 2
    edges = np.array(EDGES_HZ)
    lower = np.maximum(low[None, :], edges[:-1, None])
    upper = np.minimum(low[None, :] + width_hz, edges[1:, None])
    shares: NDArray[np.float64] = np.clip((upper - lower) / width_hz, 0.0, 1.0)
    return shares
