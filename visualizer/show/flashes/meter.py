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

import numpy as np

from visualizer.show.flashes.swings import Counts, Mask, Numbers, Recent, Swings
from visualizer.style.hue import LUMINANCE

MOST = 7
"""Transitions in a second at a point: the eighth would complete a fourth flash."""
MEAN_MOST = 6
"""Transitions in a second of the mean, as broadcasters count."""
AREA = 0.24
"""Share of the picture that may flash as it likes; the standard's is .25."""
LUMINANCE_STEPS = (0.085, 0.1)
"""The last is the standard's. It lets states above .8 flash; here these count too."""
RED_STEPS = (19.0, 20.0)
"""The last is the standard's."""
SATURATED = 0.79
"""Red's share of the light from where it is saturated; the standard's is .8."""
SECOND_S = 1.0
AT_ONCE_S = 1.0 / 30.0
"""Swings less far apart are concurrent."""
STILL = 0.03
"""A mean that moves by less than this part of a step in a frame may have ended its run there:
noise decides. The next movement is a new one then."""
EVERY = np.array(True)
"""A change of luminance counts wherever it leads."""


class Meter:
    """Measures pictures at N points, one after the other; the show begins in the dark."""

    def __init__(self, points: int) -> None:
        self._luminance = [_Counts(points, step) for step in LUMINANCE_STEPS]
        self._red = [_Counts(points, step) for step in RED_STEPS]

    def at(self, time_s: float) -> None:
        """The next picture is shown at ``time_s``."""
        for counts in (*self._luminance, *self._red):
            counts.at(time_s)

    def excess(self, light: Numbers) -> bool:
        """Whether a picture (N, 3), linear light, would flash too much.

        Also one from which going black at once would. Black itself never does.
        """
        bright, reds = luminance(light), red(light)
        return any(counts.excess(*bright) for counts in self._luminance) or any(
            counts.excess(*reds) for counts in self._red
        )

    def see(self, light: Numbers) -> None:
        """Take a picture (N, 3) as having been shown."""
        for counts in self._luminance:
            counts.see(*luminance(light))
        for counts in self._red:
            counts.see(*red(light))


def luminance(light: Numbers) -> tuple[Numbers, Mask]:
    """Relative luminance of linear light (..., 3), and that every change of it counts."""
    return light @ np.asarray(LUMINANCE, light.dtype), EVERY


def red(light: Numbers) -> tuple[Numbers, Mask]:
    """How much redder than all else, in WCAG's units up to 320, and where it is saturated."""
    others = light[..., 1] + light[..., 2]
    excess = np.maximum(light[..., 0] - others, 0.0)
    return 320.0 * excess, light[..., 0] * (1.0 - SATURATED) > SATURATED * others


class _Counts:
    """Of luminance or red, by one step and both ways of counting.

    A swing waits until so many others come with it that they are a flash, or until it is too old.
    """

    def __init__(self, points: int, step: float) -> None:
        self._swings = Swings(points, step)
        self._lately = Recent(points, AT_ONCE_S)
        self._waiting = Recent(points, AT_ONCE_S)
        self._flashed = Recent(points, SECOND_S)
        self._mean = _Runs(step)
        self._time_s = 0.0

    def at(self, time_s: float) -> None:
        self._time_s = time_s
        for recent in (self._lately, self._waiting, self._flashed, self._mean.recent):
            recent.forget(time_s)

    def excess(self, values: Numbers, strong: Mask) -> bool:
        trial = self._swings.attempt(values, strong)
        lately = self._lately.count + trial.counts
        waiting = self._waiting.count + trial.counts
        flashed = self._flashed.count
        if _is_large(lately):
            flashed, waiting = flashed + waiting, np.zeros_like(waiting)
        # What going black with the next picture would add.
        if _is_large(lately + trial.exposed):
            flashed = flashed + waiting + trial.exposed
        return _is_large(flashed > MOST) or self._mean.excess(float((values * strong).mean()))

    def see(self, values: Numbers, strong: Mask) -> None:
        swung = self._swings.follow(values, strong)
        self._lately.add(swung, self._time_s)
        self._waiting.add(swung, self._time_s)
        if _is_large(self._lately.count):
            self._flashed.add(self._waiting.count, self._time_s)
            self._waiting.clear()
        self._mean.see(float((values * strong).mean()), self._time_s)


def _is_large(happened: Counts | Mask) -> bool:
    """Whether something happened at more than a quarter of the points."""
    return bool(np.count_nonzero(happened) > AREA * len(happened))


class _Runs:
    """Counts rises and falls of one number by ``step``, each of one frame or of several in a row.

    Two rises with a halt between them are two: Electronic Arts' IRIS counts so.
    """

    def __init__(self, step: float) -> None:
        self.recent = Recent(1, SECOND_S)
        self._step = step
        self._last = 0.0
        self._run = 0.0
        self._counted = False

    def excess(self, value: float) -> bool:
        run, counts, counted = self._after(value)
        # Going black with the next picture: a fall by all there is, or the end of one begun. A
        # fall that halts and goes on is two, so with none to spare it may only go on.
        fall = value - min(run, 0.0)
        falls_next = fall >= self._step and not (counted and run <= 0.0)
        return bool(self.recent.count[0] + counts + falls_next > MEAN_MOST)

    def see(self, value: float, time_s: float) -> None:
        self._run, counts, self._counted = self._after(value)
        self._last = value
        self.recent.add(np.array([counts]), time_s)

    def _after(self, value: float) -> tuple[float, bool, bool]:
        """The run after ``value``, whether it counts now, and whether it has by then."""
        moved = value - self._last
        halts = self._counted and abs(moved) < STILL * self._step
        goes_on = moved * self._run >= 0.0 and not halts
        run = self._run + moved if goes_on else moved
        before = goes_on and self._counted
        counts = abs(run) >= self._step and not before
        return run, counts, before or counts
