"""What may go wrong with a night's sound and pace is seen here, and said in the log.

The show goes on through all of it: whoever plays should know all the same.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np

from visualizer.contracts import Frame, Hearing, Source
from visualizer.types import HOP, RATE_HZ, Hop

log = logging.getLogger(__name__)

SOUND_S = 5.0
"""After so much sound without broken numbers, the next ones are a new fault."""
STALL_S = 1.0
"""A picture that stands still for so long was seen by everybody."""
_SOUND_HOPS = round(SOUND_S * RATE_HZ / HOP)


class HearingLog:
    """An observer that says when an input comes, goes (and why, where that is known) or changes."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing
        self._said = self._now()

    def see(self, frame: Frame) -> None:  # noqa: ARG002 - an observer's interface
        """Say it once for each change."""
        now = self._now()
        if now != self._said:
            self._said = now
            is_lost = now[1] == "lost"
            level = logging.WARNING if is_lost else logging.INFO
            words = (*now, self._hearing.problem if is_lost else "")
            log.log(level, "audio input %s", ": ".join(filter(None, words)))

    def _now(self) -> tuple[str, str]:
        return self._hearing.device, str(self._hearing.state)


class SoundCheck:
    """A source that hands another's hops through, and says once when they hold no numbers.

    The analysis takes them for silence; but a driver or a file that delivers NaN or infinity is
    broken. hearing: tells whose sound it is.
    """

    def __init__(self, source: Source, hearing: Hearing) -> None:
        self._source = source
        self._hearing = hearing
        self._hops_since = _SOUND_HOPS

    def hops_until(self, time_s: float) -> Sequence[Hop]:
        """Hand through the hops that are due."""
        hops = self._source.hops_until(time_s)
        for hop in hops:
            self._check(hop)
        return hops

    def _check(self, hop: Hop) -> None:
        is_sound = np.isfinite(hop).all()
        if not is_sound and self._hops_since >= _SOUND_HOPS:
            log.warning("%s delivers NaN or infinity instead of sound", self._hearing.device)
        self._hops_since = self._hops_since + 1 if is_sound else 0


class StallLog:
    """An observer that says when the picture has stood still."""

    def see(self, frame: Frame) -> None:
        """Look at how long ago the frame before was."""
        if frame.tick.dt_s >= STALL_S:
            log.warning("the picture stood still for %.1f s", frame.tick.dt_s)
