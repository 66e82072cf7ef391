"""How often pictures flash: WCAG 2.2's success criterion 2.3.1, on every pixel of what is shown.

A flash is a pair of opposing changes, and at most three within any second may cover more than a
quarter of the picture. Written from the standard, for films that are there; it shares nothing with
the limit that keeps a show's flashes down, which it judges.

The standard's words are read as strictly as they can be: a quarter of the picture may be made of
scattered pixels, and every pixel is followed by itself from peak to valley. Its "concurrently" is
taken as within a thirtieth of a second: pixels that change by themselves, as a moving pattern makes
them do, are movement; those of over a quarter of the picture at once are a flash.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualizer.types import Image

MOST_FLASHES = 3
"""In any second."""
QUARTER = 0.25
SECOND_S = 1.0
CONCURRENT_S = 1.0 / 30.0
GENERAL_STEP = 0.1
"""Of the largest relative luminance there is."""
BRIGHT = 0.8
"""Relative luminances above this may flash among themselves."""
RED_STEP = 20.0
SATURATED = 0.8
"""R / (R + G + B) of a saturated red, in linear light."""

_EARLY_S = 1e-6
_CODES = np.arange(256) / 255.0
_LINEAR = np.where(_CODES <= 0.04045, _CODES / 12.92, ((_CODES + 0.055) / 1.055) ** 2.4).astype(
    "f4"
)

Values = NDArray[np.floating]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Finding:
    """The worst second of a film. flashes: within it. time_s: where it ends.

    over: pictures that end a second with too many.
    """

    flashes: int = 0
    time_s: float = 0.0
    over: int = 0

    @property
    def passes(self) -> bool:
        """Whether no second has too many."""
        return self.flashes <= MOST_FLASHES


class FlashAnalyzer:
    """Takes the pictures of a film one after the other, all of one size."""

    def __init__(self) -> None:
        self._general = _Kind(GENERAL_STEP)
        self._red = _Kind(RED_STEP)

    @property
    def general(self) -> Finding:
        """Flashes of luminance so far."""
        return self._general.finding

    @property
    def red(self) -> Finding:
        """Flashes of saturated red so far."""
        return self._red.finding

    def see(self, image: Image, time_s: float) -> None:
        """The next picture (H, W, 3), sRGB-coded, shown from ``time_s``."""
        red, green, blue = (_LINEAR[image[..., channel].ravel()] for channel in range(3))
        luminance = (
            np.float32(0.2126) * red + np.float32(0.7152) * green + np.float32(0.0722) * blue
        )
        self._general.see(luminance, luminance < BRIGHT, time_s)
        redness = np.float32(320.0) * (red - green - blue).clip(min=0.0)
        total = red + green + blue
        self._red.see(redness, (red >= SATURATED * total) & (total > 0.0), time_s)


class _Kind:
    """Flashes of one kind: those of every pixel, and of the picture's mean."""

    def __init__(self, step: float) -> None:
        self._step = step
        self._pixels: _Changes | None = None
        self.finding = Finding()

    def see(self, values: Values, matters: Mask, time_s: float) -> None:
        """matters: a change to or from here counts."""
        if self._pixels is None:
            self._pixels = _Changes(values, matters, self._step)
            self._mean = _Changes(values.mean(keepdims=True), np.array([True]), self._step)
            self._second = _Second(len(values))
            self._mean_second = _Second(1)
            return
        changed = self._pixels.see(values, matters)
        mean_changed = self._mean.see(values.mean(keepdims=True), np.array([True]))
        pixels = self._second.see(changed, time_s)
        mean = self._mean_second.see(mean_changed & self._second.together, time_s)
        flashes = max(pixels, mean) // 2
        found = self.finding
        worst = (flashes, time_s) if flashes > found.flashes else (found.flashes, found.time_s)
        self.finding = Finding(*worst, found.over + (flashes > MOST_FLASHES))


class _Changes:
    """Follows every pixel from peak to valley: see() tells where a change has become complete.

    A change is complete when it has reached ``step`` and one of its ends matters, and is counted
    once; the next one goes the other way.
    """

    def __init__(self, values: Values, matters: Mask, step: float) -> None:
        self._step = np.float32(step)
        # What was there where the present way began, and the farthest on that way since.
        self._from, self._from_matters = values, matters
        self._peak, self._peak_matters = values, matters
        self._rising = np.ones(len(values), bool)
        self._complete = np.zeros(len(values), bool)

    def see(self, values: Values, matters: Mask) -> Mask:
        back = np.where(self._rising, self._peak - values, values - self._peak)
        turned = back >= self._step
        self._from = np.where(turned, self._peak, self._from)
        self._from_matters = np.where(turned, self._peak_matters, self._from_matters)
        self._rising = self._rising ^ turned
        # Only the first way, which may yet become a fall, ever goes below where it began.
        lower = self._rising & (values < self._from)
        self._from = np.where(lower, values, self._from)
        self._from_matters = np.where(lower, matters, self._from_matters)
        farther = turned | ((values > self._peak) == self._rising)
        self._peak = np.where(farther, values, self._peak)
        self._peak_matters = np.where(farther, matters, self._peak_matters)
        before = self._complete & ~turned
        complete = np.abs(values - self._from) >= self._step
        complete &= self._from_matters | matters
        self._complete = before | complete
        return np.asarray(complete & ~before)


class _Second:
    """Counts concurrent changes of every pixel within a second.

    together: whether more than a quarter of the pixels have just changed.
    """

    def __init__(self, pixels: int) -> None:
        self._count = np.zeros(pixels, np.int16)
        self._counted: deque[tuple[float, Mask]] = deque()
        self._near: deque[tuple[float, Mask]] = deque()
        self._waiting: deque[tuple[float, Mask]] = deque()
        self.together = False

    def see(self, changed: Mask, time_s: float) -> int:
        """The number of changes that over a quarter of the pixels have made, at least."""
        while self._counted and self._counted[0][0] <= time_s - SECOND_S + _EARLY_S:
            self._count -= self._counted.popleft()[1]
        for recent in (self._near, self._waiting):
            while recent and recent[0][0] <= time_s - CONCURRENT_S + _EARLY_S:
                recent.popleft()
        self.together = False
        if changed.any():
            self._near.append((time_s, changed))
            self._waiting.append((time_s, changed))
            near = np.logical_or.reduce([mask for _, mask in self._near])
            self.together = bool(near.mean() > QUARTER)
            if self.together:
                for when_s, mask in self._waiting:
                    self._count += mask
                    self._counted.append((when_s, mask))
                self._waiting.clear()
        reached = np.bincount(self._count)[::-1].cumsum()[::-1]
        return int(np.flatnonzero(reached > QUARTER * len(self._count))[-1])
