"""Live sound, rounded to what a FLAC file holds: so a recording is what was heard, to the bit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from visualizer.contracts import Source
from visualizer.types import Hop

FULL = 2**23
"""Of 24 bits: what a float32 holds exactly."""


class RoundedSource:
    """A source whose hops are whole multiples of 2^-23, recorded or not."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def hops_until(self, time_s: float) -> Sequence[Hop]:
        """The hops that are due, rounded."""
        return [from_whole(to_whole(hop)) for hop in self._source.hops_until(time_s)]


def to_whole(hop: Hop) -> NDArray[np.int32]:
    """Samples as whole numbers of 24 bits. Beyond ±1 they are clipped; no number is silence."""
    finite = np.where(np.isfinite(hop), hop, np.float32(0.0)).astype(np.float64)
    return np.clip(np.rint(finite * FULL), -FULL, FULL - 1).astype(np.int32)


def from_whole(whole: NDArray[np.int32]) -> Hop:
    """Samples of 24 bits as -1..1; exact."""
    return whole.astype(np.float32) / np.float32(FULL)
