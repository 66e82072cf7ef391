"""Onsets by spectral flux that a vibrato does not fool, strictly from the past.

Böck & Widmer, "Maximum filter vibrato suppression for onset detection" (DAFx 2013): a
logarithmic filterbank, each band compared with the loudest of its neighbours a moment ago,
the rises summed. The picker is ours, made for firing early: it does not wait for the peak.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from visualizer.audio.analysis.spectrum import SHORT, bin_hz
from visualizer.types import HOP, RATE_HZ

BANDS_PER_OCTAVE = 24
LOW_HZ, HIGH_HZ = 30.0, 17_000.0
LAG_HOPS = 3
"""How far back a frame is compared: windows 16 ms apart overlap by a quarter. Of 1 to 4 hops
3 was best (F50 .989; .987 at 2, .972 at 1) over pieces like those of ``benchmarks.onsets``."""
COMPRESSION = 1000.0
"""Bands enter as log10(1 + COMPRESSION * amplitude), amplitude 1 being the loudness reference."""


class Flux:
    """How much louder the bands became: mean rise in log10 units, 0 and up, after the gain."""

    def __init__(self) -> None:
        filters = _filterbank()
        # A triangle is 0 nearly everywhere: only what is left is read.
        bands, self._bins = np.nonzero(filters)
        self._shares = filters[bands, self._bins]
        self._firsts = np.searchsorted(bands, np.arange(len(filters)))
        self._past: deque[NDArray[np.float64]] = deque(
            [np.zeros(len(filters))] * LAG_HOPS, maxlen=LAG_HOPS
        )

    def step(self, magnitude: NDArray[np.float64], gain: float) -> float:
        """Take the short window's magnitudes before the gain, and the gain.

        Both frames are seen under the present gain, so that its moves are no onsets.
        """
        amplitude = np.add.reduceat(self._shares * magnitude[self._bins], self._firsts)
        before = self._past[0]
        self._past.append(amplitude)
        widest = before.copy()
        np.maximum(widest[1:], before[:-1], out=widest[1:])
        np.maximum(widest[:-1], before[1:], out=widest[:-1])
        scale = COMPRESSION * gain
        # A difference of logarithms is the logarithm of a ratio: one call instead of two.
        rise = np.log10((1.0 + scale * amplitude) / (1.0 + scale * widest))
        return float(np.sum(np.maximum(rise, 0.0))) / len(rise)


class Picker:
    """Fires on the first hop in which the flux stands out from its own past.

    The threshold is ``FLOOR + FACTOR * mean`` of the last ``MEAN_S``.
    """

    # FACTOR 1 gains nothing on drums and fires five times a second on steady noise; 2 hardly ever.
    # FLOOR 0.01 to 0.03 score alike on drums; songs without drums keep their onsets below 0.02.
    FLOOR = 0.015
    FACTOR = 2.0
    MEAN_S = 0.064
    LEAST_INTERVAL_S = 0.05

    def __init__(self) -> None:
        hops = RATE_HZ / HOP
        self._past: deque[float] = deque(maxlen=round(self.MEAN_S * hops))
        self._interval = round(self.LEAST_INTERVAL_S * hops)
        self._since = self._interval

    def step(self, flux: float, *, is_open: bool) -> bool:
        """Whether an onset fires now; never where the silence gate is closed."""
        mean = sum(self._past) / len(self._past) if self._past else 0.0
        self._past.append(flux)
        self._since += 1
        fires = is_open and flux > self.FLOOR + self.FACTOR * mean and self._since >= self._interval
        if fires:
            self._since = 0
        return fires


def _filterbank() -> NDArray[np.float64]:
    """Triangles between neighbouring bins on a logarithmic scale, each of sum 1: (bands, bins)."""
    octaves = np.log2(HIGH_HZ / LOW_HZ)
    centres = LOW_HZ * 2.0 ** (np.arange(int(octaves * BANDS_PER_OCTAVE) + 1) / BANDS_PER_OCTAVE)
    hz = bin_hz(SHORT)
    # Low down many centres fall on one bin: it is kept once, as in the paper. np.unique would
    # load masked arrays: .01 s of the start of every show.
    bins = np.clip(np.rint(centres / hz[1]), 1, len(hz) - 1).astype(int)
    bins = bins[np.diff(bins, prepend=0) > 0]
    points = np.concatenate(([bins[0] - 1], bins, [bins[-1] + 1]))
    index = np.arange(len(hz))
    rows = [
        np.interp(index, (left, centre, right), (0.0, 1.0, 0.0), left=0.0, right=0.0)
        for left, centre, right in zip(points, points[1:], points[2:], strict=False)
    ]
    filters = np.stack(rows)
    filters /= filters.sum(axis=1, keepdims=True)
    return filters
