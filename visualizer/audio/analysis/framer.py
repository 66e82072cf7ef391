"""Cuts a stream of samples into hops, however the samples arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from visualizer.types import HOP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from visualizer.types import Hop


class Framer:
    """Chunks of any length in, whole hops out; what is left over waits for the next chunk.

    channels: the width of every chunk.
    """

    def __init__(self, channels: int) -> None:
        self._rest = np.zeros((0, channels), np.float32)

    def push(self, chunk: NDArray[np.float32]) -> list[Hop]:
        """Add a chunk (n, C), n may be 0; return the hops (HOP, C) that are now whole."""
        samples = np.concatenate((self._rest, chunk)) if len(self._rest) else chunk
        whole = len(samples) // HOP * HOP
        # A copy: the caller may use its buffer again before our rest is read.
        self._rest = samples[whole:].astype(np.float32)
        return [samples[i : i + HOP].astype(np.float32) for i in range(0, whole, HOP)]

    def flush(self) -> list[Hop]:
        """Return what is left over as a last hop, filled up with silence; none if nothing is."""
        if not len(self._rest):
            return []
        return self.push(np.zeros((HOP - len(self._rest), self._rest.shape[1]), np.float32))
