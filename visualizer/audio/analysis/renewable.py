"""What aubio remembers of the past cannot be read: so it can be made anew from the last second."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from visualizer.types import HOP, RATE_HZ

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

MEMORY_S = 1.0
"""The high pass has forgotten all but 1e-19 of what was before; onsets look back 50 ms."""


class Renewable:
    """One of aubio's objects, called once a hop, and the hops that it heard last.

    Where a show is taken up in its middle, both sides begin with one that was made anew: then
    they agree to the bit, and what was heard is as good as what goes on.

    make: a fresh one.
    """

    def __init__(self, make: Callable[[], Callable[[Samples], Samples]]) -> None:
        self._make = make
        self._made = make()
        self._heard: deque[Samples] = deque(maxlen=round(MEMORY_S * RATE_HZ / HOP))

    def __call__(self, hop: Samples) -> Samples:
        """Hand a hop (HOP,) over, and what comes of it back."""
        self._heard.append(hop)
        return self._made(hop)

    def renew(self) -> None:
        """Go on with a fresh one that has heard the last second."""
        self._made = self._make()
        for hop in self._heard:
            self._made(hop)
