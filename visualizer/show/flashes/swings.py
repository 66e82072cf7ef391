"""How often something has gone up and down within the last second."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Counts = NDArray[np.integer]
Numbers = NDArray[np.floating]

_ROUNDING_S = 1e-6


class Recent:
    """(N,) counts of what happened lately, for each of N points. window_s: how long it stays."""

    def __init__(self, points: int, window_s: float) -> None:
        self._window_s = window_s
        self._happened: deque[tuple[float, Counts | Mask]] = deque()
        self.count: Counts = np.zeros(points, np.int16)

    def forget(self, time_s: float) -> None:
        """Let go of what is as old as the window, or older, at ``time_s``."""
        while self._happened and self._happened[0][0] <= time_s - self._window_s + _ROUNDING_S:
            self.count -= self._happened.popleft()[1]

    def add(self, happened: Counts | Mask, time_s: float) -> None:
        """Count what happened at ``time_s``."""
        if happened.any():
            self.count += happened
            self._happened.append((time_s, happened))

    def clear(self) -> None:
        """Forget all."""
        self._happened.clear()
        self.count = np.zeros_like(self.count)


@dataclass(frozen=True, slots=True)
class Trial:
    """What N values would do: see ``Swings``.

    counts: a transition is counted. exposed: black after this would be another one.
    """

    turned: Mask
    counts: Mask
    exposed: Mask


class Swings:
    """Follows N values from peak to valley, each by itself.

    A value turns where it has come back by ``step`` from its extreme since the last turn, and a
    turn counts as a transition once a strong state has been seen on either side of it. All begin
    in the dark, at 0. With a smaller step the same values turn at least as often.
    """

    def __init__(self, points: int, step: float) -> None:
        self._step = step
        self._extreme = np.zeros(points, np.float32)
        self._rising = np.zeros(points, bool)
        self._counted = np.ones(points, bool)
        self._strong = np.zeros(points, bool)
        self._before = np.zeros(points, bool)

    def attempt(self, values: Numbers, strong: Mask) -> Trial:
        """What ``values`` (N,) would do; strong: (N,), whether a turn to or from here counts."""
        back = np.where(self._rising, self._extreme - values, values - self._extreme)
        turned = back >= self._step
        late = ~self._counted & (self._before | self._strong | strong)
        seen = self._strong | strong
        counts = np.where(turned, seen, late)
        exposed = (self._rising ^ turned) & np.where(turned, strong, seen)
        return Trial(turned, counts, exposed)

    def follow(self, values: Numbers, strong: Mask) -> Mask:
        """Take ``values`` (N,) as having been shown; returns what was counted."""
        trial = self.attempt(values, strong)
        turned, counts = trial.turned, trial.counts
        further = np.where(
            self._rising, np.maximum(self._extreme, values), np.minimum(self._extreme, values)
        )
        self._extreme = np.where(turned, values, further)
        self._rising = self._rising ^ turned
        self._counted = np.where(turned, counts, self._counted | counts)
        self._before = np.where(turned, self._strong, self._before)
        self._strong = np.where(turned, strong, self._strong | strong)
        return counts
