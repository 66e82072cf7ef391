"""Seconds of a show, by a clock that may leap."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

log = logging.getLogger(__name__)

LEAP_S = 10.0
"""A clock that goes so far in one step has leapt: it was set, or the computer slept."""


class Elapsed:
    """Seconds since it was first called, by a clock whose leaps, forward or back, are left out.

    now_s: for tests. Python promises that its own never goes back; where it also counts the
    time that a closed laptop sleeps (Windows), a show goes on from where it was.
    """

    def __init__(self, now_s: Callable[[], float] = time.perf_counter) -> None:
        self._now_s = now_s
        self._zero_s: float | None = None
        self._before_s = 0.0

    def __call__(self) -> float:
        """How many seconds it is now. To be called more often than every LEAP_S."""
        now_s = self._now_s()
        if self._zero_s is None:
            self._zero_s = self._before_s = now_s
        step_s = now_s - self._before_s
        if not 0.0 <= step_s <= LEAP_S:
            log.warning("the clock leapt by %+.0f s: the show goes on from where it was", step_s)
            self._zero_s += step_s
        self._before_s = now_s
        return now_s - self._zero_s
