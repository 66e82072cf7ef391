"""Somebody taps along: from the moments of the taps to a grid of beats."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from visualizer.duration import BEATS_IN_BAR

LEAST_BPM, MOST_BPM = 30.0, 300.0
LOCK_TAPS = 4
"""Three intervals: the first in which one bad tap is outvoted."""
MOST_TAPS = 8
PAUSE_S = 60.0 / LEAST_BPM
BOUNCE_S = 0.15
"""Sooner after another, a tap is no beat but a key that bounced."""
FAR_OFF = 0.3
"""An interval this far from the series', as a share of it, belongs to another tempo. Frames at
24 a second and an unsteady hand shift it by .25 at 180 beats a minute; half or double is .5."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Beats at ``anchor_s`` and every 60 / ``bpm`` seconds before and after it, for ever.

    downbeat: the number of a beat, counted from the anchor, with which a bar begins, None where
    nobody knows. in_bar: beats in a bar.
    """

    anchor_s: float
    bpm: float
    downbeat: int | None = None
    in_bar: int = BEATS_IN_BAR

    def beats(self, time_s: float) -> float:
        """How many beats after the anchor ``time_s`` is."""
        return (time_s - self.anchor_s) * self.bpm / 60.0


class TapSeries:
    """The last taps that belong together."""

    def __init__(self) -> None:
        self._times_s: deque[float] = deque(maxlen=MOST_TAPS)
        self._length = 0

    @property
    def length(self) -> int:
        """Taps since the series began, the forgotten ones too."""
        return self._length

    def tap(self, time_s: float) -> Grid | None:
        """Add a tap; the grid that fits the series best, None before the fourth tap.

        The first tap of a series begins a bar: people tap from the one.
        After a pause, or where the tap is far off, a new series begins. None, too, for a tap
        that is no beat and for a series slower or faster than LEAST_BPM to MOST_BPM.
        """
        gap_s = time_s - self._times_s[-1] if self._times_s else 0.0
        if self._times_s and gap_s < BOUNCE_S:
            return None
        if gap_s > PAUSE_S or self._is_far_off(gap_s):
            self._times_s.clear()
            self._length = 0
        self._times_s.append(time_s)
        self._length += 1
        if self._length < LOCK_TAPS:
            return None
        period_s, anchor_s = self._fit()
        bpm = 60.0 / period_s
        if not LEAST_BPM <= bpm <= MOST_BPM:
            return None
        last = round((time_s - anchor_s) / period_s)
        return Grid(anchor_s, bpm, downbeat=last - (self._length - 1))

    def _is_far_off(self, gap_s: float) -> bool:
        if len(self._times_s) < 2:
            return False
        period_s, _ = self._fit()
        return abs(gap_s - period_s) > FAR_OFF * period_s

    def _fit(self) -> tuple[float, float]:
        """Least squares through the taps, each one beat after the other: (period, middle beat)."""
        times_s = np.array(self._times_s)
        beats = np.arange(len(times_s)) - (len(times_s) - 1) / 2.0
        middle_s = float(times_s.mean())
        period_s = float(beats @ (times_s - middle_s) / (beats @ beats))
        # The middle of an even number lies between two beats.
        return period_s, middle_s - float(beats[0]) % 1.0 * period_s
