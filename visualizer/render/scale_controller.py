"""How large the network may be drawn so that every frame comes in time.

The cost of a scene is known before it is drawn: its networks' work per pixel, times pixels. What
has to be found out is how fast this GPU does such work, and that changes: it heats up, others use
it too. So the controller follows the speed, down at once and up slowly, and every frame's
scale follows from it: a change to a wider style, or a second layer in a fade, makes no frame late.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from visualizer.types import LATE

LADDER = tuple(math.exp2(-step / 6.0) for step in range(21))
"""Scales from 1 to .1, each with four fifths of the pixels of the one before."""
START = 0.25
"""The scale until something is measured: of the first picture, which is waited for."""
SHARE = 0.7
"""Of a frame's period that drawing may take: the rest is for what comes between."""
SLOWER = 0.85
"""A measured speed below this part of the one believed in is taken for a fact at once."""
FASTER = 1.25
"""A speed above this part is believed after it has lasted: a step of the ladder is 1.26."""
PATIENCE = 90
"""Frames that a higher speed has to last. Doubled each time it proves too hopeful."""
MOST_PATIENCE = 90 * 64
CALM = 1800
"""Frames without a disappointment, after which the patience is halved again."""
LONGEST = 4.0
"""Periods: a frame that took longer was held up by something else than drawing."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one frame took. number: of the frame. flop: that its networks were.

    network_ms: for those alone. other_ms: for all else that is drawn, whatever the scale.
    """

    number: int
    flop: float
    network_ms: float
    other_ms: float


class Autoscale:
    """Chooses each frame's scale. period_ms: from frame to frame."""

    def __init__(self, period_ms: float) -> None:
        self._period_ms = period_ms
        self._speed: float | None = None
        self._other_ms = 0.0
        self._seen = -1
        self._lasted = 0
        self._fastest = math.inf
        self._patience = PATIENCE
        self._calm = 0
        self._hoped = False
        self._doubted: tuple[int, float] | None = None

    def choose(self, flop: float, floor: float) -> float:
        """The scale for a frame.

        flop: of the frame's networks at scale 1. floor: the smallest scale that the styles
        bear: below it the picture is too soft, so it goes there only where it would
        otherwise come at less than half of the wanted rate. Nobody dances to three pictures
        a second, however sharp.
        """
        if self._speed is None:
            return max(START, floor)
        in_time = self._fitting(SHARE * self._period_ms, flop)
        at_half = self._fitting(2.0 * self._period_ms, flop)
        return max(in_time, min(floor, at_half))

    def _fitting(self, budget_ms: float, flop: float) -> float:
        """The largest step of the ladder that is drawn in this time, or the smallest of all."""
        left_ms = max(budget_ms - self._other_ms, 0.0)
        fits = math.sqrt(left_ms * (self._speed or 0.0) / max(flop, 1.0))
        return next((scale for scale in LADDER if scale <= fits), LADDER[-1])

    def note(self, measured: Measured) -> None:
        """Learn from a frame that was measured; frames come in order, some are left out."""
        if measured.number <= self._seen or not measured.network_ms > 0.0:
            return
        self._seen = measured.number
        self._other_ms += (measured.other_ms - self._other_ms) * 0.2
        speed = measured.flop / measured.network_ms
        if self._doubted is not None and measured.number >= self._doubted[0]:
            # The late frame itself, or one after it: was it really the drawing?
            believed, self._doubted = self._doubted[1], None
            if speed > SLOWER * believed:
                self._speed = believed
        if self._speed is None:
            self._speed = speed
        elif speed < SLOWER * self._speed:
            self._disappoint(speed)
        else:
            self._hope(speed)

    def note_late(self, number: int, flop: float, took_ms: float) -> None:
        """Frame ``number`` took so long, and its measure is not known yet.

        Slows down at once: a measure may come three frames later, and they would be late too.
        If it then says that drawing was not to blame, all is as it was before.
        """
        if self._speed is None or took_ms <= LATE * self._period_ms or self._doubted is not None:
            return
        took_ms = min(took_ms, LONGEST * self._period_ms) - self._other_ms
        speed = flop / max(took_ms, 0.1 * self._period_ms)
        if speed < SLOWER * self._speed:
            self._doubted = number, self._speed
            self._speed, self._lasted, self._fastest = speed, 0, math.inf

    def _disappoint(self, speed: float) -> None:
        self._speed, self._lasted, self._fastest, self._calm = speed, 0, math.inf, 0
        if self._hoped:
            self._patience = min(2 * self._patience, MOST_PATIENCE)
        self._hoped = False

    def _hope(self, speed: float) -> None:
        """A speed that is higher for long enough is believed, a step of the ladder at a time."""
        believed = self._speed or speed
        self._calm += 1
        if self._calm >= CALM:
            self._calm, self._patience, self._hoped = 0, max(self._patience // 2, PATIENCE), False
        if speed < FASTER * believed:
            self._lasted, self._fastest = 0, math.inf
            return
        self._lasted += 1
        self._fastest = min(self._fastest, speed)
        if self._lasted >= self._patience:
            self._speed = min(self._fastest, FASTER * believed)
            self._lasted, self._fastest, self._hoped = 0, math.inf, True
