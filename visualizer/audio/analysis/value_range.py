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
    from collections.abc import Sequence

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
    """Follows the ends of values by stochastic approximation of their quantiles.

    Robbins & Monro, "A stochastic approximation method" (1951): a step up when above the end,
    down when below, in the ratio of the two shares.

    learning: how many values learn their ends. fixed_db: quiet and loud end of each further value.
    """

    def __init__(self, learning: int, fixed_db: Sequence[tuple[float, float]] = ()) -> None:
        fixed_quiet, fixed_loud = np.reshape(fixed_db, (-1, 2)).T
        fixed_span = fixed_loud - fixed_quiet
        self._least_loud, self._most_loud = (_with(learning, db, fixed_loud) for db in LOUDEST_DB)
        self._least_span, self._most_span = (_with(learning, db, fixed_span) for db in SPAN_DB)
        self._quiet_db = _with(learning, START_DB[0], fixed_quiet)
        self._loud_db = _with(learning, START_DB[1], fixed_loud)
        self._heard_s = 0.0

    def step(self, db: NDArray[np.float64]) -> NDArray[np.float64]:
        """Learn from the next hop's decibels (values,), and return them as 0..1."""
        self._heard_s += _DT_S
        step_db = STEP_DB * min(max(LEARNING_S / self._heard_s, 1.0), MOST_HASTE)
        quiet_db, loud_db = self._quiet_db, self._loud_db
        loud_db += step_db * ((db > loud_db) - RARE)
        quiet_db -= step_db * ((db < quiet_db) - RARE)
        np.minimum(np.maximum(loud_db, self._least_loud, out=loud_db), self._most_loud, out=loud_db)
        np.maximum(quiet_db, loud_db - self._most_span, out=quiet_db)
        np.minimum(quiet_db, loud_db - self._least_span, out=quiet_db)
        return self.shown(db)

    def shown(self, db: NDArray[np.float64]) -> NDArray[np.float64]:
        """Decibels (values,) as 0..1, nothing learned."""
        value = db - self._quiet_db
        value *= (LOUD_VALUE - QUIET_VALUE) / (self._loud_db - self._quiet_db)
        value += QUIET_VALUE
        return np.minimum(np.maximum(value, 0.0, out=value), 1.0, out=value)


def _with(learning: int, db: float, fixed_db: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate((np.full(learning, db), fixed_db))
