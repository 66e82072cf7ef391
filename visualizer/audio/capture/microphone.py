"""Live sound as a source of hops, from a capture process that may die and come back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Self

import numpy as np

from visualizer.audio.capture.capture import Wanted, run_capture
from visualizer.audio.capture.devices import DEFAULT, MAX_CHANNELS
from visualizer.audio.capture.ring import Ring, RingReader
from visualizer.audio.capture.watchdog import CaptureState, Order, Watchdog
from visualizer.system.child_process import Child, start_child
from visualizer.types import HOP, RATE_HZ, Arrival, Hop

RING_FRAMES = 2**17
"""2.7 s: a stall of two seconds, a monitor that wakes up, loses no sound."""
GRACE_S = 0.25
"""A gap so short is the sound server's hitch; after it, silence is handed out."""
LONGEST_SILENCE_S = 1.0
"""At most so much silence at once, should the clock itself leap."""
_PATROL_S = 0.02
_FAREWELL_S = 2.0


Launch = Callable[[str, Wanted], Child]
"""Starts a capture of the wanted input into the ring of that name."""


def launch_capture(ring_name: str, wanted: Wanted) -> Child:
    """Start a capture process."""
    return start_child(run_capture, ring_name, wanted)


class Microphone:
    """Hops of the input that is called ``device`` (name, part of it, index; None: the default).

    A thread watches over the capture process and starts it again, by the device's name, when it
    dies or falls silent; ``hops_until`` only ever looks at shared memory. The default and
    ``monitor`` are followed where they go; what was asked for by name is that device or lost.
    """

    def __init__(self, device: str | int | None = None, launch: Launch = launch_capture) -> None:
        self._wanted = Wanted(device)
        self._launch = launch
        self._watchdog = Watchdog()
        self._child: Child | None = None
        self._reader: RingReader | None = None
        self._ring: Ring | None = None
        self._swap = threading.Lock()
        self._patrol = threading.Thread(target=self._watch, name="microphone", daemon=True)
        self._closing = threading.Event()
        self._steps = 0
        self._overflows = 0
        self._device = "" if device is None else str(device)
        self._problem = ""
        self._channels = 1
        self._silent_from_s: float | None = None
        self._arrival: Arrival | None = None

    def __enter__(self) -> Self:
        self._patrol.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._patrol.join()
        self._stop()

    @property
    def state(self) -> CaptureState:
        """One of "starting", "running" and "lost"."""
        return self._watchdog.state

    @property
    def device(self) -> str:
        """Name of the input; as it was asked for until it is found, empty if nothing was."""
        return self._device

    @property
    def asked_for(self) -> str | None:
        """What to ask for to hear this input again; None for the default, whichever that is."""
        device = self._wanted.device
        return None if device in {None, DEFAULT} else str(device)

    @property
    def problem(self) -> str:
        """Why the last capture ended or could not begin, one sentence; empty while it runs."""
        return "" if self.state is CaptureState.RUNNING else self._problem

    @property
    def overflows(self) -> int:
        """Frames lost: overwritten before they were read, or lost by the device itself."""
        with self._swap:
            return self._overflows + self._lost_here()

    @property
    def restarts(self) -> int:
        """How often the capture was started again after a loss."""
        return self._watchdog.restarts

    @property
    def arrival(self) -> Arrival | None:
        """When the hops handed out last came in; None where they were silence, or none."""
        return self._arrival

    def next_device(self) -> None:
        """Go on to the next input of the list. Never blocks; ``device`` tells when it is there."""
        with self._swap:
            self._steps += 1

    def hops_until(self, time_s: float) -> Sequence[Hop]:
        """All whole hops that wait in the ring, whatever the time; silence where none came.

        Without sound for GRACE_S, ``time_s`` paces silent hops, so that features decay and
        followers settle as if the room were quiet.
        """
        self._arrival = None
        with self._swap:
            if self._reader is not None and self._ring is not None and self._ring.opened:
                self._channels = self._ring.channels
                frames = self._reader.read(RING_FRAMES, HOP)
                if len(frames):
                    self._silent_from_s = None
                    self._arrival = _arrival(self._ring, self._reader.position, len(frames))
                    return list(frames.reshape(-1, HOP, self._channels))
        return self._silence_until(time_s)

    def _silence_until(self, time_s: float) -> Sequence[Hop]:
        if self._silent_from_s is None:
            self._silent_from_s = time_s + GRACE_S
        due_s = time_s - self._silent_from_s
        count = max(0, int(min(due_s, LONGEST_SILENCE_S) * RATE_HZ / HOP))
        self._silent_from_s += due_s if due_s > LONGEST_SILENCE_S else count * HOP / RATE_HZ
        return list(np.zeros((count, HOP, self._channels), np.float32))

    def _watch(self) -> None:
        while not self._closing.wait(_PATROL_S):
            written = self._note()
            with self._swap:
                steps, self._steps = self._steps, 0
            if steps:
                self._wanted = replace(self._wanted, step=self._wanted.step + steps)
                self._obey(self._watchdog.begin_anew())
            alive = self._child is not None and self._child.is_alive()
            self._obey(self._watchdog.step(time.monotonic(), alive=alive, written=written))

    def _note(self) -> int:
        """Take down what the capture says of itself; how many frames it has written."""
        if self._ring is None:
            return 0
        if self._ring.device:
            self._device = self._ring.device
            if not self._wanted.follows:
                self._wanted = Wanted(self._device)
        self._problem = self._ring.problem or self.problem
        return self._ring.written

    def _obey(self, order: Order) -> None:
        if order is Order.STOP:
            self._stop()
        elif order is Order.START:
            try:
                self._start()
            except OSError as error:  # no memory, no process: the watchdog finds none alive
                self._problem = f"no capture process could be started: {error.strerror}"

    def _start(self) -> None:
        ring = Ring.create(RING_FRAMES, MAX_CHANNELS)
        with self._swap:
            self._ring, self._reader = ring, RingReader(ring)
        self._child = self._launch(ring.name, self._wanted)

    def _stop(self) -> None:
        """End the capture without asking it: PortAudio may hang in its last call."""
        if self._child is not None:
            self._child.kill()
            self._child.join(_FAREWELL_S)
            self._child = None
        with self._swap:
            ring = self._ring
            self._overflows += self._lost_here()
            self._ring, self._reader = None, None
        if ring is not None:
            ring.close()

    def _lost_here(self) -> int:
        if self._ring is None or self._reader is None:
            return 0
        return self._reader.lost + self._ring.dropped


def _arrival(ring: Ring, end: int, count: int) -> Arrival | None:
    """When the ``count`` frames before frame ``end`` came, each hop counted as its last frame."""
    oldest_s, newest_s = ring.arrival_s(end - count + HOP - 1), ring.arrival_s(end - 1)
    if oldest_s is None or newest_s is None:
        return None
    return Arrival(oldest_s, newest_s, ring.input_latency_s or None)
