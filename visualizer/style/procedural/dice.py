"""Random numbers that are the same for ever."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]


class Dice:
    """Uniform and normal numbers from PCG64's uniform doubles, whose stream NumPy keeps.

    NumPy may improve how it draws normals; so those are made here.
    """

    def __init__(self, seed: int) -> None:
        self._uniform = np.random.Generator(np.random.PCG64(seed)).random

    def uniform(self, low: float, high: float, *shape: int) -> Float:
        """Evenly spread over low..high."""
        return low + (high - low) * np.asarray(self._uniform(shape))

    def number(self, low: float, high: float) -> float:
        """One uniform number."""
        return low + (high - low) * float(self._uniform())

    def normal(self, *shape: int) -> Float:
        """Standard normal, by Box and Muller."""
        radius = np.sqrt(-2.0 * np.log1p(-np.asarray(self._uniform(shape))))
        return np.asarray(radius * np.cos(2.0 * np.pi * np.asarray(self._uniform(shape))))

    def below(self, count: int) -> int:
        """A whole number from 0 to count - 1."""
        return int(float(self._uniform()) * count)
