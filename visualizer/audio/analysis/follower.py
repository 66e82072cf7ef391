"""Attack and release in seconds: quick to rise, slow to fall."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from visualizer.types import HOP, RATE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray


def one_pole_step(dt_s: float, tau_s: float) -> float:
    """How much of its way a one-pole filter of time constant ``tau_s`` goes in ``dt_s``."""
    return 1.0 - math.exp(-dt_s / tau_s)


class Follower:
    """Follows ``size`` values, each by a one-pole filter: 63 % of a step within its time.

    attack_s, release_s: the time constants upward and downward.
    """

    def __init__(self, size: int, attack_s: float, release_s: float) -> None:
        self._value = np.zeros(size)
        self._rise = one_pole_step(HOP / RATE_HZ, attack_s)
        self._fall = one_pole_step(HOP / RATE_HZ, release_s)

    def step(self, target: NDArray[np.float64]) -> NDArray[np.float64]:
        """Move one hop toward ``target`` (size,); return where we are."""
        way = target - self._value
        way *= np.where(way > 0.0, self._rise, self._fall)
        self._value = self._value + way
        return self._value
