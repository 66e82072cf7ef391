"""What is shown of a loudness: where it lies between this song's quiet and its loud moments.

A fixed map from decibels used half its range: metal's cymbals never fell, a ballad's never rose.
So the quiet and the loud of each value are learned, slowly, and within bounds, so that a bass that
drops out for a while is missed, and what is hardly there is not made loud.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from visualizer.types import HOP, RATE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

RARE = 0.07
"""The share of the time above the loud end, and below the quiet end."""
QUIET_VALUE, LOUD_VALUE = 0.1, 0.9
"""Where the two ends are shown; what lies beyond them has the rest."""
START_DB = -20.0, 0.0
"""The ends before anything was heard: 0 dB is typical of a loud passage."""
LOUDEST_DB = -15.0, 12.0
"""Bounds of the loud end: a band that is quieter than this is shown as quiet."""
SPAN_DB = 4.0, 36.0
"""Bounds of the range: a steady sound stays near the loud end, its trembling is not enlarged."""
STEP_DB = 0.02
"""An end goes out by this a hop, 3.5 dB a second, and comes in at a thirteenth of that: 4 dB in a
break of 16 s."""
LEARNING_S, MOST_HASTE = 60.0, 20.0
"""At first the steps are larger, by the share of this that was not yet heard."""

_DT_S = HOP / RATE_HZ


class ValueRange:
    """Follows the ends of ``size`` values by stochastic approximation of their quantiles.

    Robbins & Monro, "A stochastic approximation method" (1951): a step up when above the end,
    down when below, in the ratio of the two shares.
    """

    def __init__(self, size: int) -> None:
        self._quiet_db = np.full(size, START_DB[0])
        self._loud_db = np.full(size, START_DB[1])
        self._heard_s = 0.0

    def step(self, db: NDArray[np.float64]) -> NDArray[np.float64]:
        """Learn from the next hop's decibels (size,), and return them as 0..1."""
        self._heard_s += _DT_S
        step_db = STEP_DB * min(max(LEARNING_S / self._heard_s, 1.0), MOST_HASTE)
        loud_db = self._loud_db + step_db * ((db > self._loud_db) - RARE)
        self._loud_db = np.minimum(np.maximum(loud_db, LOUDEST_DB[0]), LOUDEST_DB[1])
        quiet_db = self._quiet_db - step_db * ((db < self._quiet_db) - RARE)
        least_db, most_db = self._loud_db - SPAN_DB[1], self._loud_db - SPAN_DB[0]
        self._quiet_db = np.minimum(np.maximum(quiet_db, least_db), most_db)
        return self.shown(db)

    def shown(self, db: NDArray[np.float64]) -> NDArray[np.float64]:
        """Decibels (size,) as 0..1, nothing learned."""
        return place(db, self._quiet_db, self._loud_db)


def place(
    db: NDArray[np.float64], quiet_db: NDArray[np.float64], loud_db: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Decibels (...) to 0..1: the two ends to ``QUIET_VALUE`` and ``LOUD_VALUE``."""
    share = (db - quiet_db) / (loud_db - quiet_db)
    value = QUIET_VALUE + (LOUD_VALUE - QUIET_VALUE) * share
    return np.minimum(np.maximum(value, 0.0), 1.0)
