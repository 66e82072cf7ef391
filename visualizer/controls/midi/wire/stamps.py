"""When a message was sent: RtMidi's deltas, added up, on our own clock."""

from __future__ import annotations

LEAK = 1e-4
"""Two clocks of quartz run apart by less: so fast the offset follows, seconds a second."""
RESYNC_S = 0.25
"""So much later than all before is no delay of ours: messages were lost, and their deltas."""


class Stamps:
    """Turns deltas into times on our clock, by the least lag seen.

    The deltas are measured where messages come in and so have none of our own jitter, which
    only ever makes a message late: what came soonest tells how the two clocks lie.
    """

    def __init__(self) -> None:
        self._sum_s = 0.0
        self._offset_s: float | None = None

    def time_s(self, delta_s: float, now_s: float) -> float:
        """When the message was sent that came ``delta_s`` after the one before; seen now."""
        self._sum_s += delta_s
        lag_s = now_s - self._sum_s
        if self._offset_s is None or lag_s - self._offset_s > RESYNC_S:
            self._offset_s = lag_s
        self._offset_s = min(self._offset_s + LEAK * delta_s, lag_s)
        return self._sum_s + self._offset_s
