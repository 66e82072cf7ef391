"""How long the frames of a show take: what the HUD's graph shows."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from visualizer.contracts import Frame
from visualizer.types import LATE

KEPT = 240
"""Frames: four seconds at 60 a second."""


class FrameTimes:
    """An observer that remembers the last ``KEPT`` frames, and counts all that came late.

    fps: what the show aims at. now_s: for tests.
    """

    def __init__(self, fps: Fraction, now_s: Callable[[], float] = time.perf_counter) -> None:
        self.period_ms = float(1000 / fps)
        self.late = 0
        self._now_s = now_s
        self._before_s: float | None = None
        self._ring_ms = np.zeros(KEPT, np.float32)
        self._count = 0

    def see(self, frame: Frame) -> None:  # noqa: ARG002 - an observer's interface
        """Note the time since the frame before."""
        now_s = self._now_s()
        if self._before_s is not None:
            took_ms = 1e3 * (now_s - self._before_s)
            self._ring_ms[self._count % KEPT] = took_ms
            self._count += 1
            self.late += took_ms > LATE * self.period_ms
        self._before_s = now_s

    def latest_ms(self) -> NDArray[np.float32]:
        """The last frames' times, oldest first: (KEPT,), or fewer as long as there were fewer."""
        if self._count < KEPT:
            return self._ring_ms[: self._count].copy()
        return np.roll(self._ring_ms, -(self._count % KEPT))

    def fps(self) -> float:
        """Frames a second, over the last second; 0 before the second frame."""
        ages_ms = np.cumsum(self.latest_ms()[::-1], dtype=np.float64)
        if not len(ages_ms):
            return 0.0
        frames = min(int(np.searchsorted(ages_ms, 1000.0)) + 1, len(ages_ms))
        return float(1000.0 * frames / ages_ms[frames - 1])
