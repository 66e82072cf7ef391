"""The remote: a control that asks for what phones ask for, and an observer that tells them."""

from __future__ import annotations

import json
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from visualizer.contracts import Frame
from visualizer.controls.remote.door import Door, is_loopback, reachable
from visualizer.controls.remote.messages import action_in, greeting, news
from visualizer.controls.remote.server import Server
from visualizer.errors import ChladniError
from visualizer.show.commands import BY_NAME, Kind
from visualizer.types import Action, Tick

log = logging.getLogger(__name__)

NEWS_HZ = 20.0
"""How often phones are told; a beat's light is at most .05 s late."""
MOST_WAITING = 256
"""Actions between two frames; the oldest are dropped, as a flood's are."""


class Remote:
    """Serves at ``host``:``port`` in threads of its own. ``with`` opens it; raises ChladniError.

    slots: the names of the styles, in slot order. thumbnail: the picture of one, None without.
    """

    def __init__(
        self,
        host: str,
        port: int,
        slots: Callable[[], Sequence[str]],
        thumbnail: Callable[[str], Path | None],
    ) -> None:
        self._host = host
        self._slots = slots
        self._asked: deque[Action] = deque(maxlen=MOST_WAITING)
        self._door = Door(host)
        self._server = Server(host, port, self._door, self, thumbnail)
        self._changed = threading.Condition()
        self._told = ""
        self._number = 0
        self._next_s = float("-inf")

    def __enter__(self) -> Self:
        try:
            self._server.open()
        except OSError as error:
            reason = error.strerror or error
            raise ChladniError(f"the remote cannot be served at {self._host}: {reason}") from error
        log.info("the remote is at %s", self.address)
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._number = -1
            self._changed.notify_all()
        self._server.close()

    @property
    def address(self) -> str:
        """Where a phone finds the page, its token included."""
        host = reachable(self._host)
        host = f"[{host}]" if ":" in host else host
        token = "" if self._door.token is None else f"?token={self._door.token}"
        return f"http://{host}:{self._server.port}/{token}"

    @property
    def is_for_phones(self) -> bool:
        """Whether others than this machine reach it."""
        return not is_loopback(self._host)

    # --- the loop's side

    def poll(self, _tick: Tick) -> Sequence[Action]:
        """What was asked for; of values that follow each other, the last."""
        asked: list[Action] = []
        while self._asked:
            action = self._asked.popleft()
            if asked and asked[-1].name == action.name and _is_value(action):
                asked.pop()
            asked.append(action)
        return asked

    def see(self, frame: Frame) -> None:
        """Leave the news where the threads of the phones find them."""
        if frame.tick.time_s < self._next_s:
            return
        self._next_s = frame.tick.time_s + 1.0 / NEWS_HZ
        text = json.dumps(news(frame, self._slots()))
        if text != self._told:
            with self._changed:
                self._told = text
                self._number += 1
                self._changed.notify_all()

    # --- the phones' side, in their threads

    def greet(self) -> str:
        """The first thing that a page is told."""
        return greeting(self._slots())

    def ask(self, text: str) -> None:
        """Take what a page asks for. Raises ValueError for what it may not, one sentence."""
        self._asked.append(action_in(text))

    def next_news(self, seen: int) -> tuple[int, str] | None:
        """(number, text) of the news after ``seen``, waiting for them; None: the show is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._number != seen)
            return None if self._number < 0 else (self._number, self._told)


def _is_value(action: Action) -> bool:
    return BY_NAME[action.name].kind is Kind.VALUE and action.args[:1] not in {("up",), ("down",)}
