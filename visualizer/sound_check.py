"""Looks at the sound itself: numbers that are none are said in the log, once."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np

from visualizer.types import HOP, RATE_HZ, Hop, Source

FORGIVEN_HOPS = 10 * RATE_HZ // HOP
"""After ten clean seconds, the next broken sample is news again."""

log = logging.getLogger(__name__)


class SoundCheck:
    """A source that hands another's hops through.

    A driver or cable gone wrong can deliver NaN and infinity. The analysis takes them for
    silence, so that nothing else happens; but whoever plays should know.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._clean_hops = FORGIVEN_HOPS

    def hops_until(self, time_s: float) -> Sequence[Hop]:
        """Hops that are due by ``time_s``."""
        hops = self._source.hops_until(time_s)
        for hop in hops:
            if np.isfinite(hop).all():
                self._clean_hops += 1
                continue
            if self._clean_hops >= FORGIVEN_HOPS:
                log.warning("the sound holds numbers that are none (NaN); they count as silence")
            self._clean_hops = 0
        return hops
