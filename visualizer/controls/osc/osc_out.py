"""What the show does, told in OSC: to desks, lights and other programs."""

from __future__ import annotations

import logging
import socket
from typing import Self

from visualizer.contracts import Frame
from visualizer.controls.osc.addresses import Message, events_of, sound_of, state_of
from visualizer.controls.osc.datagrams import datagrams_of
from visualizer.errors import ChladniError

log = logging.getLogger(__name__)

SOUND_HZ = 30.0
"""How often level and bands are told: what a meter shows, and a light can follow."""
STATE_HZ = 30.0
"""How often changes are looked for: a hand that moves is told no oftener."""
EVERYTHING_S = 5.0
"""As often everything is told again: UDP loses packets, and a desk may be plugged in late."""


class OscOut:
    """An observer that sends to ``host``:``port``. ``with`` opens it; raises ChladniError.

    Nothing waits: what the network does not take at once is lost, as UDP's is anyway.
    """

    def __init__(self, host: str, port: int) -> None:
        self._address = host, port
        self._socket: socket.socket | None = None
        self._told: dict[str, tuple[object, ...]] = {}
        self._beats = 0
        self._sound, self._state = Rate(SOUND_HZ), Rate(STATE_HZ)
        self._everything = Rate(1.0 / EVERYTHING_S)
        self._complained = False

    def __enter__(self) -> Self:
        host, port = self._address
        try:
            family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
            self._socket = socket.socket(family, kind)
            self._socket.setblocking(False)
            self._socket.connect(place)
        except OSError as error:
            self.__exit__()
            reason = error.strerror or error
            raise ChladniError(f"OSC cannot be sent to {host}:{port}: {reason}") from error
        log.info("OSC goes to %s:%d", host, port)
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def see(self, frame: Frame) -> None:
        """Tell what is new: events at once, sound and state at their rates."""
        now_s = frame.tick.time_s
        messages: list[Message] = list(events_of(frame, self._beats))
        self._beats = frame.beat.count
        if self._sound.is_due(now_s):
            messages += sound_of(frame)
        if self._state.is_due(now_s):
            messages += self._changed(frame)
        for datagram in datagrams_of(messages):
            self._send(datagram)

    def _changed(self, frame: Frame) -> list[Message]:
        if self._everything.is_due(frame.tick.time_s):
            self._told = {}
        changed = [
            (address, arguments)
            for address, arguments in state_of(frame)
            if self._told.get(address) != arguments
        ]
        self._told |= dict(changed)
        return changed

    def _send(self, datagram: bytes) -> None:
        if self._socket is None:
            return
        try:
            self._socket.send(datagram)
        except OSError as error:
            # Nobody there yet, or a full buffer: the next packet may get through.
            if not self._complained:
                self._complained = True
                log.warning("OSC to %s:%d: %s", *self._address, error.strerror or error)


class Rate:
    """Something that happens ``hz`` times a second, as near to that as frames allow."""

    def __init__(self, hz: float) -> None:
        self._period_s = 1.0 / hz
        self._next_s = float("-inf")

    def is_due(self, now_s: float) -> bool:
        """Whether its time has come; after a stall, once."""
        # A frame's time is a rounded number too.
        if now_s < self._next_s - 1e-6:
            return False
        following_s = self._next_s + self._period_s
        self._next_s = following_s if following_s > now_s else now_s + self._period_s
        return True
