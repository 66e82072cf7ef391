"""The largest of the last values, whatever their number."""

from __future__ import annotations

from collections import deque


class SlidingMax:
    """Keeps those that may still be the largest: the others are older than a larger one.

    The ascending minima of Lemire, "Streaming maximum-minimum filter using no more than three
    comparisons per element" (Nordic Journal of Computing 2006).

    size: how many values count.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._falling: deque[tuple[int, float]] = deque()
        self._count = 0

    def step(self, value: float) -> float:
        """Take the next value; return the largest of the last ``size``."""
        falling = self._falling
        while falling and falling[-1][1] <= value:
            falling.pop()
        falling.append((self._count, value))
        self._count += 1
        if falling[0][0] < self._count - self._size:
            falling.popleft()
        return falling[0][1]
