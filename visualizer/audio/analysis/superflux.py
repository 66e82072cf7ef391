"""Onsets by spectral flux that a vibrato does not fool, strictly from the past.

Böck & Widmer, "Maximum filter vibrato suppression for onset detection" (DAFx 2013): a
logarithmic filterbank, each band compared with the loudest of its neighbours a moment ago,
the rises summed. Two things are ours: a band's rise is measured against its own background, so
that noise does not tremble, and the picker fires early: it does not wait for the peak.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections import deque

import numpy as np
from numpy.typing import NDArray

from visualizer.audio.analysis.spectrum import QUICK, bin_hz
from visualizer.types import HOP, RATE_HZ

BANDS_PER_OCTAVE = 36
"""Of 12 to 48 on recordings: at 24 a soft piano's strokes are missed (F .88; .90 here), from 48
on the neighbours lie so near that a voice's vibrato fires."""
LOW_HZ, HIGH_HZ = 60.0, 17_000.0
LAG_HOPS = 3
"""How far back a frame is compared. Of 2 to 5 hops 3 was best on drums and piano together."""
COMPRESSION = 300.0
"""Bands enter as log10(1 + COMPRESSION * amplitude), amplitude 1 being the loudness reference.

At 1000 sound at -40 dB fires, at 100 soft strokes are missed."""

Amplitudes = NDArray[np.float32]


class Flux:
    """How much louder the bands became: mean rise in log10 units, 0 and up, after the gain."""

    def __init__(self) -> None:
        filters = _filterbank()
        # A triangle is 0 nearly everywhere: only what is left is read.
        bands, self._bins = np.nonzero(filters)
        self._shares = filters[bands, self._bins].astype(np.float32)
        self._firsts = np.searchsorted(bands, np.arange(len(filters)))
        self._background = Background(len(filters))
        self._past: deque[Amplitudes] = deque(maxlen=LAG_HOPS)
        self._past.extend([np.zeros(len(filters), np.float32)] * LAG_HOPS)

    def step(self, quick: Amplitudes, gain: float) -> float:
        """Take the quick window's amplitudes before the gain, and the gain.

        Both frames are seen under the present gain, so that its moves are no onsets.
        """
        amplitude = np.add.reduceat(self._shares * quick[self._bins], self._firsts)
        before = self._past[0]
        self._past.append(amplitude)
        widest = before.copy()
        np.maximum(widest[1:], before[:-1], out=widest[1:])
        np.maximum(widest[:-1], before[1:], out=widest[:-1])
        # log10(1 + amplitude / quiet), "quiet" being 1 / COMPRESSION in clean sound, and what a
        # band never falls below where there is noise. A difference of logarithms is the
        # logarithm of a ratio: one call instead of two.
        quiet = self._background.step(amplitude) + 1.0 / (COMPRESSION * gain)
        widest += quiet
        quiet += amplitude
        quiet /= widest
        rise = np.log10(np.maximum(quiet, 1.0, out=quiet), out=quiet)
        return float(rise.sum()) / len(rise)


class Background:
    """What each band does not fall below: the least of its smoothed past second.

    The minimum statistics of Martin, "Noise power spectral density estimation based on optimal
    smoothing and minimum statistics" (IEEE TSAP 2001), in its simplest form.
    """

    SMOOTH_HOPS = 8
    BLOCK_HOPS = 25
    BLOCKS = 8
    """The second is cut into blocks, so that a hop compares two rows and not two hundred."""

    def __init__(self, size: int) -> None:
        self._smooth = np.zeros(size, np.float32)
        self._block = np.full(size, np.inf, np.float32)
        self._least_done = np.zeros(size, np.float32)
        self._done: deque[Amplitudes] = deque([self._least_done] * (self.BLOCKS - 1))
        self._hops = 0

    def step(self, amplitude: Amplitudes) -> Amplitudes:
        """Take the bands' next amplitudes; return their background, both (size,)."""
        if self._hops == self.BLOCK_HOPS:
            self._done.popleft()
            self._done.append(self._block)
            self._least_done = np.min(self._done, axis=0)
            self._block, self._hops = np.full_like(self._block, np.inf), 0
        self._hops += 1
        self._smooth += (amplitude - self._smooth) / self.SMOOTH_HOPS
        np.minimum(self._block, self._smooth, out=self._block)
        background: Amplitudes = np.minimum(self._block, self._least_done)
        return background


class Picker:
    """Fires on the first hop in which the flux stands out from its own past.

    The threshold is ``FLOOR`` and the largest of: ``RISE`` times the least flux of ``NEAR_S``
    (a stroke's own flux is not over yet; a mean over it made fast strokes deaf), ``TREMBLE`` times
    the lower quartile of the last ``FAR_S`` (noise trembles evenly), and ``ECHO`` of the last
    peak, which fades in ``ECHO_TAU_S`` (what hangs on behind a drum).
    """

    FLOOR = 0.008
    RISE, NEAR_S = 1.8, 0.0373
    TREMBLE, FAR_S = 2.0, 1.5
    ECHO, ECHO_TAU_S = 0.05, 1.0
    LEAST_INTERVAL_S = 0.05

    def __init__(self) -> None:
        hops = RATE_HZ / HOP
        self._near: deque[float] = deque(maxlen=round(self.NEAR_S * hops))
        self._far: deque[float] = deque()
        self._far_sorted: list[float] = []
        self._far_hops = round(self.FAR_S * hops)
        self._peak = 0.0
        self._keep = math.exp(-1.0 / (self.ECHO_TAU_S * hops))
        self._interval = round(self.LEAST_INTERVAL_S * hops)
        self._since = self._interval

    def step(self, flux: float, *, is_open: bool) -> bool:
        """Whether an onset fires now; never where the silence gate is closed."""
        threshold = self.FLOOR + max(
            self.RISE * min(self._near, default=0.0),
            self.TREMBLE * self._lower_quartile(),
            self.ECHO * self._peak,
        )
        self._remember(flux, is_open=is_open)
        self._since += 1
        fires = is_open and flux > threshold and self._since >= self._interval
        if fires:
            self._since = 0
        return fires

    def _lower_quartile(self) -> float:
        return self._far_sorted[len(self._far) // 4] if self._far else 0.0

    def _remember(self, flux: float, *, is_open: bool) -> None:
        self._near.append(flux)
        self._peak = max(flux, self._keep * self._peak)
        if not is_open:
            return  # After a silence noise would fire until the quartile knew it again.
        if len(self._far) == self._far_hops:
            del self._far_sorted[bisect_left(self._far_sorted, self._far.popleft())]
        self._far.append(flux)
        insort(self._far_sorted, flux)


def _filterbank() -> NDArray[np.float64]:
    """Triangles between neighbouring bins on a logarithmic scale, each of sum 1: (bands, bins)."""
    octaves = np.log2(HIGH_HZ / LOW_HZ)
    centres = LOW_HZ * 2.0 ** (np.arange(int(octaves * BANDS_PER_OCTAVE) + 1) / BANDS_PER_OCTAVE)
    hz = bin_hz(QUICK)
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
