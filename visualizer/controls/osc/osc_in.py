"""OSC that comes in over UDP: a control, and who asks how the show stands is told."""

from __future__ import annotations

import heapq
import logging
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Self

from pythonosc.osc_packet import OscPacket, TimedMessage

from visualizer.contracts import Frame
from visualizer.controls.osc.addresses import QUERY, Message, action_of, state_of
from visualizer.controls.osc.datagrams import datagrams_of
from visualizer.errors import ChladniError
from visualizer.types import Action, Tick

log = logging.getLogger(__name__)

READ, PARSED = 512, 32
"""Datagrams a frame: so many are taken from the system (5 us each), so many are looked into (19 us
and more). At 60 frames a second a flood of 10,000 costs 1.5 ms a frame, and a desk that moves
eight faders at 100 Hz loses nothing."""
MOST_WAITING = 1024
"""Actions whose time has not come."""
MOST_AHEAD_S = 60.0
"""A time tag farther away is a mistake, not a plan."""
BUFFER_BYTES = 2**20
MOST_BYTES = 65_535
WARN_EVERY_S = 1.0


class OscIn:
    """Listens at ``host``:``port``. ``with`` opens it; a port that is taken raises ChladniError.

    A socket of our own, read once a frame: python-osc's servers sleep until the time tag of a
    bundle has come, so one packet could stop them for ever. now_s: the wall clock, which time tags
    count by.
    """

    def __init__(
        self,
        host: str,
        port: int,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        self._address = host, port
        self._now_s = now_s
        self._socket: socket.socket | None = None
        self._waiting: list[tuple[float, int, Action]] = []
        self._order = count()
        self._frame: Frame | None = None
        self._refused = Refusals()

    def __enter__(self) -> Self:
        host, port = self._address
        opened = None
        try:
            family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
            opened = socket.socket(family, kind)
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
            opened.bind(place)
        except OSError as error:
            if opened is not None:
                opened.close()
            reason = error.strerror or error
            raise ChladniError(f"OSC is not heard at {host}:{port}: {reason}") from error
        opened.setblocking(False)
        self._socket = opened
        logging.getLogger().addFilter(_is_no_parsers)
        log.info("OSC is heard at %s:%d", *opened.getsockname()[:2])
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket is not None:
            logging.getLogger().removeFilter(_is_no_parsers)
            self._socket.close()
            self._socket = None

    @property
    def port(self) -> int:
        """The port that is listened at, also where 0 left the choice to the system."""
        return self._address[1] if self._socket is None else int(self._socket.getsockname()[1])

    def see(self, frame: Frame) -> None:
        """As an observer: what a query will be told."""
        self._frame = frame

    def poll(self, tick: Tick) -> Sequence[Action]:
        """Whatever came in and is due, in order."""
        parsed = 0
        for data, sender in self._arrived():
            if not data.startswith((b"/chladni/", b"#bundle\0")):
                self._refused.add("a packet that is no message to /chladni")
            elif parsed == PARSED:
                self._refused.add("more packets than a frame has time for")
            else:
                parsed += 1
                self._take(data, sender)
        self._refused.tell(tick.time_s)
        return self._due()

    def _arrived(self) -> Iterable[tuple[bytes, tuple[object, ...]]]:
        if (opened := self._socket) is None:
            return
        for _ in range(READ):
            try:
                yield opened.recvfrom(MOST_BYTES)
            except BlockingIOError:
                return
            except OSError as error:
                # An answer that nobody took comes back as an error of the next read.
                self._refused.add(str(error.strerror or error))

    def _take(self, data: bytes, sender: tuple[object, ...]) -> None:
        # Of 512 bad packets one raised no ParseError, and bundles in bundles end in a
        # RecursionError: whatever a stranger's bytes do to the parser, they do no more.
        try:
            messages = OscPacket(data).messages
        except Exception as error:  # noqa: BLE001 - as above
            self._refused.add(f"a packet that cannot be read: {error}")
            return
        for timed in messages:
            self._obey(timed, sender)

    def _obey(self, timed: TimedMessage, sender: tuple[object, ...]) -> None:
        message, now_s = timed.message, self._now_s()
        if message.address == QUERY:
            self._answer(sender)
            return
        if timed.time > now_s + MOST_AHEAD_S:
            self._refused.add(f"a time tag lies {timed.time - now_s:.0f} s ahead")
            return
        try:
            action = action_of(message.address, message.params)
        except ValueError as error:
            self._refused.add(str(error))
            return
        if action is None:
            return
        if len(self._waiting) >= MOST_WAITING:
            self._refused.add("more actions than can wait for their time")
            return
        # Late ones are due at once, in the order in which they came.
        due_s = timed.time if timed.time > now_s else 0.0
        heapq.heappush(self._waiting, (due_s, next(self._order), action))

    def _due(self) -> list[Action]:
        now_s, due = self._now_s(), []
        while self._waiting and self._waiting[0][0] <= now_s:
            due.append(heapq.heappop(self._waiting)[2])
        return due

    def _answer(self, sender: tuple[object, ...]) -> None:
        if self._frame is None or self._socket is None:
            return
        messages: list[Message] = list(state_of(self._frame))
        for datagram in datagrams_of(messages):
            try:
                self._socket.sendto(datagram, sender)
            except OSError as error:
                self._refused.add(f"no answer to {sender[0]}: {error.strerror or error}")
                return


class Refusals:
    """Counts what was not understood, and says so once a second at most."""

    def __init__(self) -> None:
        self._count = 0
        self._last = ""
        self._said_s = float("-inf")

    def add(self, why: str) -> None:
        """One more."""
        self._count += 1
        self._last = why

    def tell(self, time_s: float) -> None:
        """To the log, if there is anything and it is time."""
        if self._count and time_s >= self._said_s + WARN_EVERY_S:
            log.warning("OSC: %d not understood, the last: %.200s", self._count, self._last)
            self._count, self._said_s = 0, time_s


def _is_no_parsers(record: logging.LogRecord) -> bool:
    """python-osc warns on the root logger of each bad packet: a flood of those is counted here."""
    return "pythonosc" not in record.pathname
