"""Whether a picture flashes too often: WCAG 2.2's criterion 2.3.1, read as strictly as it can be.

A flash is a pair of opposing changes: of relative luminance by a tenth of the most there is, or
of saturated red. More than three in a second, over more than a quarter of the picture, are too
many: six transitions are three flashes, and the seventh is one too many. A quarter may be made of
scattered pieces. Two things are counted, each for luminance and for red:

- at every point, the swings from peak to valley that come together with those of over a quarter
  of all points: too many at over a quarter of the points;
- the runs in which the mean over the picture rises or falls, as broadcasters' analysers count: two
  halves that flash by turns are flashes too.

Area and saturation are measured by thresholds below the standard's, and steps by two: what is
shown is rounded to 8 bits, dithered and compressed, so a smaller step may become a whole one; and a
change that goes on is complete by the standard later than by the smaller step, so it is counted by
both. Counted by the smaller alone, one of 73 attacks came through with a fourth flash: the first of
four, a slow one, was forgotten a moment before its second was over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from visualizer.show.flashes.runs import MeanRuns
from visualizer.show.flashes.swings import Counts, Mask, Numbers, Recent, Swings
from visualizer.style.hue import LUMINANCE

MOST = 7
"""Transitions in a second at a point: the eighth would complete a fourth flash."""
MEAN_MOST = 6
"""Transitions in a second of the mean, as broadcasters count."""
AREA = 0.245
"""Share of the picture that may flash as it likes; the standard's is .25."""
LUMINANCE_STEPS = (0.085, 0.1)
"""The last is the standard's. It lets states above .8 flash; here these count too."""
RED_STEPS = (19.0, 20.0)
"""The last is the standard's."""
LUMINANCE_MEAN_STEPS = (0.08, 0.1)
RED_MEAN_STEPS = (16.0, 20.0)
"""The mean at the points is not quite the picture's: it was up to 3 of red and .015 of luminance
aside."""
SATURATED = 0.8
"""Red's share of the light from where it is saturated."""
NEARLY = 0.79
"""What may be as red once it is shown."""
SECOND_S = 1.0
AT_ONCE_S = 1.0 / 30.0
"""Swings less far apart are concurrent."""


class Meter:
    """Measures pictures at N points, one after the other; the show begins in the dark."""

    def __init__(self, points: int) -> None:
        self._luminance = _Kind(points, LUMINANCE_STEPS, LUMINANCE_MEAN_STEPS)
        self._red = _Kind(points, RED_STEPS, RED_MEAN_STEPS)

    def at(self, time_s: float) -> None:
        """The next picture is shown at ``time_s``."""
        self._luminance.at(time_s)
        self._red.at(time_s)

    def excess(self, light: Numbers) -> bool:
        """Whether a picture (N, 3), linear light, would flash too much.

        Also one from which going black at once would. Black itself never does.
        """
        return self._luminance.excess(luminance(light)) or self._red.excess(red(light))

    def see(self, light: Numbers) -> None:
        """Take a picture (N, 3) as having been shown."""
        self._luminance.see(luminance(light))
        self._red.see(red(light))


@dataclass(frozen=True, slots=True)
class Measured:
    """A picture at N points. values: (N,). strong: (N,), where every change from or to here counts.

    sure: (N,) values without those that may be none, by whose mean broadcasters go.
    """

    values: Numbers
    strong: Mask
    sure: Numbers


def luminance(light: Numbers) -> Measured:
    """Relative luminance of linear light (N, 3); every change of it counts."""
    values = light @ np.asarray(LUMINANCE, light.dtype)
    return Measured(values, np.ones(len(values), bool), values)


def red(light: Numbers) -> Measured:
    """How much redder than all else, in WCAG's units up to 320; changes count where saturated."""
    most, others = light[:, 0], light[:, 1] + light[:, 2]
    values = 320.0 * np.maximum(most - others, 0.0)
    strong, saturated = (most * (1.0 - share) > share * others for share in (NEARLY, SATURATED))
    return Measured(values, strong, values * saturated)


class _Kind:
    """Flashes of one kind, counted both ways, by every step."""

    def __init__(self, points: int, steps: Sequence[float], mean_steps: Sequence[float]) -> None:
        self._points = [_Concurrent(points, step) for step in steps]
        self._mean = MeanRuns(points, mean_steps, MEAN_MOST, SECOND_S)
        self._time_s = 0.0

    def at(self, time_s: float) -> None:
        self._time_s = time_s
        self._mean.at(time_s)
        for points in self._points:
            points.at(time_s)

    def excess(self, seen: Measured) -> bool:
        return any(points.excess(seen) for points in self._points) or self._mean.excess(seen.sure)

    def see(self, seen: Measured) -> None:
        for points in self._points:
            points.see(seen, self._time_s)
        self._mean.see(seen.sure, self._time_s)


class _Concurrent:
    """Counts the swings that come by one step, with those of many other points.

    A swing waits until so many others come with it that they are a flash, or until it is too old.
    """

    def __init__(self, points: int, step: float) -> None:
        self._swings = Swings(points, step)
        self._lately = Recent(points, AT_ONCE_S)
        self._waiting = Recent(points, AT_ONCE_S)
        self._flashed = Recent(points, SECOND_S)

    def at(self, time_s: float) -> None:
        for recent in (self._lately, self._waiting, self._flashed):
            recent.forget(time_s)

    def excess(self, seen: Measured) -> bool:
        trial = self._swings.attempt(seen.values, seen.strong)
        lately = self._lately.count + trial.counts
        waiting = self._waiting.count + trial.counts
        flashed = self._flashed.count
        if _is_large(lately):
            flashed, waiting = flashed + waiting, np.zeros_like(waiting)
        # What going black with the next picture would add.
        if _is_large(lately + trial.exposed):
            flashed = flashed + waiting + trial.exposed
        return _is_large(flashed > MOST)

    def see(self, seen: Measured, time_s: float) -> None:
        swung = self._swings.follow(seen.values, seen.strong)
        self._lately.add(swung, time_s)
        self._waiting.add(swung, time_s)
        if _is_large(self._lately.count):
            self._flashed.add(self._waiting.count, time_s)
            self._waiting.clear()


def _is_large(happened: Counts | Mask) -> bool:
    """Whether something happened at more than a quarter of the points."""
    return bool(np.count_nonzero(happened) > AREA * len(happened))
