"""Streaming resampling by a rational ratio, for inputs that cannot run at 48 kHz.

A polyphase windowed sinc (Smith, "Digital Audio Resampling"): every output frame is a weighted
sum of the input frames around its place in time, one row of weights per phase.
"""

from __future__ import annotations

from math import gcd

import numpy as np
from numpy.typing import NDArray

Frames = NDArray[np.float32]
"""(N, C) samples, -1..1."""

_LOBES = 16
"""Zero crossings of the sinc on either side: -80 dB of error at 1 kHz, 0.4 ms of delay."""
_KAISER_BETA = 9.0
_CUTOFF = 0.92
"""Of the lower of the two Nyquist frequencies; the rest is the filter's slope."""


class Resampler:
    """Turns blocks at ``from_hz`` into blocks at ``to_hz``, the same for any chunking."""

    def __init__(self, from_hz: int, to_hz: int, channels: int) -> None:
        common = gcd(from_hz, to_hz)
        self._phases, self._step = to_hz // common, from_hz // common
        widen = max(1.0, from_hz / to_hz) / _CUTOFF
        self._reach = int(np.ceil(_LOBES * widen))
        self._weights = _weights(self._phases, self._reach, 1.0 / widen)
        self._waiting = np.zeros((self._reach - 1, channels), np.float32)
        self._place = 0  # of the next output frame in ``_waiting``, in 1/phases of a frame

    def process(self, block: Frames) -> Frames:
        """Resample the next (N, C) block; the answer lags by ``_LOBES`` frames."""
        waiting = np.concatenate((self._waiting, block))
        room = len(waiting) - 2 * self._reach + 1
        count = max(0, -(-(room * self._phases - self._place) // self._step))
        places = self._place + self._step * np.arange(count)
        first, phase = places // self._phases, places % self._phases
        taps = first[:, None] + np.arange(2 * self._reach)
        answer = np.einsum("nk,nkc->nc", self._weights[phase], waiting[taps])
        self._place += self._step * count
        used = min(self._place // self._phases, len(waiting))
        self._waiting = waiting[used:]
        self._place -= used * self._phases
        return np.asarray(answer, np.float32)


def _weights(phases: int, reach: int, cutoff: float) -> Frames:
    """(phases, 2 reach) float32; row p is for a place p/phases behind tap ``reach - 1``."""
    taps = np.arange(2 * reach) - (reach - 1)
    distance = taps[None, :] - np.arange(phases)[:, None] / phases
    window = np.i0(_KAISER_BETA * np.sqrt(np.clip(1 - (distance / reach) ** 2, 0, 1)))
    weights = np.sinc(cutoff * distance) * window
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)
