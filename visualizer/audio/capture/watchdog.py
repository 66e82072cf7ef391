"""When to start, stop and start again a process that should deliver sound.

Pure: time comes in as an argument, what to do comes out. No process, no device.
"""

from __future__ import annotations

from enum import Enum, StrEnum

STALL_S = 1.5
"""A capture that runs but brings nothing for so long has lost its device."""
START_LIMIT_S = 10.0
"""Importing and opening take about 0.5 s, a sleeping interface or a busy machine several."""
FIRST_WAIT_S = 0.25
LONGEST_WAIT_S = 5.0
STEADY_S = 5.0
"""After so long a run the next loss is a new one, and the waiting begins anew."""


class CaptureState(StrEnum):
    """What the person in front of the stage wants to know."""

    STARTING = "starting"
    RUNNING = "running"
    LOST = "lost"


class Order(Enum):
    """What the watchdog wants done."""

    NOTHING = "nothing"
    START = "start"
    STOP = "stop"


class Watchdog:
    """State machine: starting, running, lost, wait (0.25 s doubling to 5 s), starting again.

    It never gives up, and says "lost" until sound is back, also while it tries again.
    ``restarts`` counts the starts after a loss.
    """

    def __init__(self) -> None:
        self.state = CaptureState.STARTING
        self.restarts = 0
        self._wait_s = FIRST_WAIT_S
        self._retry_at_s = float("-inf")
        self._since_s = 0.0
        self._moved_at_s = 0.0
        self._written = 0
        self._started = False

    def step(self, now_s: float, *, alive: bool, written: int) -> Order:
        """Look at the process (is it alive, how many frames did it ever write) and decide."""
        if not self._started:
            return self._start(now_s) if now_s >= self._retry_at_s else Order.NOTHING
        if written > self._written:
            self._written = written
            self._moved_at_s = now_s
            if self.state is not CaptureState.RUNNING:
                self.state = CaptureState.RUNNING
                self._since_s = now_s
        limit_s = STALL_S if self.state is CaptureState.RUNNING else START_LIMIT_S
        if alive and now_s - self._moved_at_s <= limit_s:
            return Order.NOTHING
        return self._lose(now_s)

    def begin_anew(self) -> Order:
        """Somebody chose another device: stop this process, start at once, forget the waiting."""
        self.state = CaptureState.STARTING
        self._started = False
        self._wait_s = FIRST_WAIT_S
        self._retry_at_s = float("-inf")
        return Order.STOP

    def _start(self, now_s: float) -> Order:
        self.restarts += self.state is CaptureState.LOST
        self._started = True
        self._written = 0
        self._moved_at_s = now_s
        return Order.START

    def _lose(self, now_s: float) -> Order:
        if self.state is CaptureState.RUNNING and self._moved_at_s - self._since_s >= STEADY_S:
            self._wait_s = FIRST_WAIT_S
        self.state = CaptureState.LOST
        self._started = False
        self._retry_at_s = now_s + self._wait_s
        self._wait_s = min(2 * self._wait_s, LONGEST_WAIT_S)
        return Order.STOP
