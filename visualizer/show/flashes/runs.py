"""How often the mean of a picture has risen and fallen within the last second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from visualizer.show.flashes.swings import Numbers, Recent

STILL = 0.03
"""A mean that moves by less than this part of a step in a frame may not have moved, once it is
rounded to 8 bits and compressed."""
DOUBT = 3.0
"""Standard errors by which the mean at the points may miss the picture's."""


class MeanRuns:
    """Counts rises and falls of the mean at N points, each of one frame or of several in a row.

    Two rises with a halt between them are two: Electronic Arts' IRIS counts so. Where the mean all
    but stands still, noise decides what a film of it does, one run, or two with a turn between
    them: whatever counts more is taken. The more the points differ in how they moved, the less is
    known of the mean. With a fixed doubt of .03 of a step IRIS counted a seventh transition in two
    of fifteen attacks by clicks.

    steps: a run counts from here, by each of them. most: transitions in ``window_s``.
    """

    def __init__(self, points: int, steps: Sequence[float], most: int, window_s: float) -> None:
        self._last: Numbers = np.zeros(points, np.float32)
        self._most = most
        self._counts = [_Runs(step, Recent(1, window_s)) for step in steps]

    def at(self, time_s: float) -> None:
        """The next values are shown at ``time_s``."""
        for runs in self._counts:
            runs.recent.forget(time_s)

    def excess(self, values: Numbers) -> bool:
        """Whether values (N,) would turn too often, or black after them would."""
        moved, doubt = self._moved(values)
        mean = float(values.mean())
        return any(runs.with_black(mean, moved, doubt) > self._most for runs in self._counts)

    def see(self, values: Numbers, time_s: float) -> None:
        """Take values (N,) as having been shown."""
        moved, doubt = self._moved(values)
        for runs in self._counts:
            runs.move(moved, doubt, time_s)
        self._last = values

    def _moved(self, values: Numbers) -> tuple[float, float]:
        """By how much the mean has moved, and how far that may be wrong."""
        change = values - self._last
        return float(change.mean()), DOUBT * float(change.std()) / len(values) ** 0.5


class _Runs:
    """Counts the runs that come by one step."""

    def __init__(self, step: float, recent: Recent) -> None:
        self.recent = recent
        self._step = step
        self._rise = self._fall = _Run()

    def with_black(self, mean: float, moved: float, doubt: float) -> int:
        """Transitions in the window if the mean moves to ``mean`` now, and to black then."""
        _, fall, completed = self._after(moved, doubt)
        # A fall by all there is, or the end of one begun. One that halts and goes on is two, so
        # with none to spare it may only go on.
        falls_next = fall.way + mean >= self._step and not fall.counted
        return int(self.recent.count[0]) + completed + falls_next

    def move(self, moved: float, doubt: float, time_s: float) -> None:
        self._rise, self._fall, completed = self._after(moved, doubt)
        self.recent.add(np.array([completed]), time_s)

    def _after(self, moved: float, doubt: float) -> tuple[_Run, _Run, int]:
        """What may be under way then, and how many transitions are completed."""
        unclear = abs(moved) < max(STILL * self._step, doubt)
        rise = self._rise.after(moved, self._step, unclear=unclear)
        fall = self._fall.after(-moved, self._step, unclear=unclear)
        rises = rise.counted and not self._rise.counted
        falls = fall.counted and not self._fall.counted
        return rise, fall, rises + falls


@dataclass(frozen=True, slots=True)
class _Run:
    """A rise that may be under way; a fall, upside down. counted: it has come by a step."""

    way: float = 0.0
    counted: bool = False

    def after(self, moved: float, step: float, *, unclear: bool) -> _Run:
        ended = self.counted if unclear else moved < 0.0
        if ended:
            return _Run(max(moved, 0.0))
        way = max(self.way + moved, 0.0)
        return _Run(way, self.counted or way >= step)
