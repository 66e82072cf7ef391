"""What the first picture need not wait for, done after it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from visualizer.contracts import Frame


class Deferred:
    """An observer that does one job a frame, in their order, from the second frame on."""

    def __init__(self, *jobs: Callable[[], object]) -> None:
        self._jobs = deque(jobs)

    def see(self, frame: Frame) -> None:
        """Do the next job, if there is one."""
        if frame.tick.index > 0 and self._jobs:
            self._jobs.popleft()()
