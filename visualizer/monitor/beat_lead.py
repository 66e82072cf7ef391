"""How far the show's beat runs ahead, so that the picture's falls on the loudspeaker's."""

from __future__ import annotations

import time
from collections.abc import Callable

from visualizer.monitor.latency import Latency

REFRESH_S = 2.0
"""The figure is a median of ten seconds: it need not be asked every frame."""


class BeatLead:
    """In seconds, when called: half the frames' sound was a picture by then.

    latency: what is measured now, None where no sound arrives, as where a song is followed: then
    ``usual_s`` counts. delay_s: how much later than here the sound is heard, as far back in a
    hall, where 100 m are 290 ms; negative where the picture comes later, as on a slow projector.
    """

    def __init__(
        self,
        latency: Callable[[], Latency | None],
        usual_s: float,
        delay_s: float = 0.0,
        now_s: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._latency = latency
        self._usual_s = usual_s
        self._delay_s = delay_s
        self._now_s = now_s
        self._asked_s = -REFRESH_S
        self._lead_s = usual_s

    def __call__(self) -> float:
        """The lead to take now; negative where the sound comes later than the picture would."""
        now_s = self._now_s()
        if now_s - self._asked_s >= REFRESH_S:
            self._asked_s = now_s
            latency = self._latency()
            self._lead_s = self._usual_s if latency is None else latency.total.p50_ms / 1e3
        return self._lead_s - self._delay_s
