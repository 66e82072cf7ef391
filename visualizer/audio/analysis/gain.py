"""Automatic gain: a quiet microphone and a loud master drive the picture alike.

It stands before every threshold and knows only the past, so live and offline it is the same.
The rule, in the order of its parts:

* loudness is the mean square over ``WINDOW_S``;
* the *reference* is the loudness that shall come out as 0 dB; it rises at once with it;
* it falls toward the loudest of the last ``HOLD_S``: with ``SLOW_TAU_S`` by default, so that
  a break stays quieter than the drop behind it, and with ``FAST_TAU_S`` at the beginning and
  once that is more than ``ANOTHER_SOURCE_DB`` down, until it is reached;
* below the gate, and where nothing stands out from a faint background, it holds.
"""

from __future__ import annotations

import math
from collections import deque

from visualizer.audio.analysis.follower import one_pole_step
from visualizer.audio.analysis.sliding_max import SlidingMax
from visualizer.types import HOP, RATE_HZ

WINDOW_S = 0.2
"""Long enough to bridge a bass note's period, short enough to re-lock within half a second."""
HOLD_S = 1.5
"""Longer than the distance of two kicks, so that the gain does not pump between them."""
SLOW_TAU_S = 45.0
"""16 s at -12 dB raise the gain by 3.6 dB: the drop behind it is 8.4 dB louder."""
FAST_TAU_S = 0.25
"""HOLD_S and five of these stay under three seconds."""
ANOTHER_SOURCE_DB = 20.0
REACHED_DB = 1.0
GATE_DBFS = -60.0
"""The peak, within ``WINDOW_S``, below which there is silence."""
HISS_DBFS = -63.0
"""A background as loud as this may be a room's or a preamplifier's; a louder one is music."""
ABOVE_HISS_DB = 6.0
"""How far sound stands out from its background: the least loudness of ``HISS_S``."""
NOTHING_DBFS = -96.0
"""Under what 16 bits can say is no room and no preamplifier: it tells nothing of the background."""
SHORT_S, HISS_S = 0.05, 1.0
START_DBFS = -10.0
"""The reference before anything was heard: about the loudest there is, so it falls fast."""
LEAST_DBFS = -70.0
"""The reference stops here: a gain of at most 70 dB."""

_DT_S = HOP / RATE_HZ
_FAST = one_pole_step(_DT_S, FAST_TAU_S)
_SLOW = one_pole_step(_DT_S, SLOW_TAU_S)
_GATE = 10.0 ** (GATE_DBFS / 20.0)
_HISS = math.pow(10.0, HISS_DBFS / 10.0)
_ABOVE_HISS = math.pow(10.0, ABOVE_HISS_DB / 10.0)
_NOTHING = math.pow(10.0, NOTHING_DBFS / 10.0)
_WINDOW_HOPS = round(WINDOW_S / _DT_S)
_SHORT_HOPS = round(SHORT_S / _DT_S)


class Gain:
    """The common gain of all features; ``step`` it once a hop."""

    def __init__(self) -> None:
        self._squares: deque[float] = deque([0.0] * _WINDOW_HOPS, maxlen=_WINDOW_HOPS)
        self._recent_db = SlidingMax(round(HOLD_S / _DT_S))
        self._hops_below_gate = _WINDOW_HOPS
        self._short: deque[float] = deque([_HISS] * _SHORT_HOPS, maxlen=_SHORT_HOPS)
        self._least = SlidingMax(round(HISS_S / _DT_S))
        self._falls_fast = True
        self.reference_dbfs = START_DBFS

    @property
    def is_open(self) -> bool:
        """Whether there was sound above the gate and the hiss within the last ``WINDOW_S``."""
        return self._hops_below_gate < _WINDOW_HOPS

    def step(self, mean_square: float, peak: float) -> float:
        """Take a hop's mean square and peak; return the factor for its samples."""
        is_sound = self._stands_out(mean_square) and peak >= _GATE
        self._hops_below_gate = 0 if is_sound else self._hops_below_gate + 1
        if self.is_open:
            self._squares.append(mean_square)
            loudness_db = 10.0 * math.log10(max(math.fsum(self._squares) / _WINDOW_HOPS, 1e-12))
            loudness_db = max(loudness_db, LEAST_DBFS)
            self._follow(loudness_db, self._recent_db.step(loudness_db))
        return float(10.0 ** (-self.reference_dbfs / 20.0))

    def _stands_out(self, mean_square: float) -> bool:
        self._short.append(mean_square)
        loudness = math.fsum(self._short) / _SHORT_HOPS
        # Behind nothing, as at first, nobody knows what stands out: the background may be hiss.
        background = loudness if min(self._short) > _NOTHING else _HISS
        return loudness > _ABOVE_HISS * min(_HISS, -self._least.step(-background))

    def _follow(self, now_db: float, recent_db: float) -> None:
        self.reference_dbfs = max(self.reference_dbfs, now_db)
        fall_db = self.reference_dbfs - recent_db
        self._falls_fast = fall_db > (REACHED_DB if self._falls_fast else ANOTHER_SOURCE_DB)
        self.reference_dbfs -= fall_db * (_FAST if self._falls_fast else _SLOW)
