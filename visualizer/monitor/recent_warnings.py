"""The newest warnings of the log, for who plays and sees no terminal."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

MOST = 5
"""So many are kept."""
SHOWN_S = 15.0
"""So long a notice is worth a glance."""


@dataclass(frozen=True, slots=True)
class RecentWarning:
    """One line of the log. time_s: when it was said, by a clock that never steps back."""

    time_s: float
    text: str


class RecentWarnings(logging.Handler):
    """Listens to our log while ``with`` lasts; ``recent`` may be asked in any thread.

    level: of ``logging``; what is said below it is not kept. now_s: for tests.
    """

    def __init__(
        self, level: int = logging.WARNING, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(level)
        self._now_s = now_s
        self._log = logging.getLogger("visualizer")
        self._kept: deque[RecentWarning] = deque(maxlen=MOST)
        self._reading = threading.Lock()

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._log.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no longer."""
        self._log.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line. What is said again takes the place of what was said before."""
        text = " ".join(record.getMessage().split())
        # The name of a file may hold what is no character; the HUD could not write it.
        text = text.encode(errors="replace").decode()
        notice = RecentWarning(self._now_s(), text)
        with self._reading:
            for kept in [kept for kept in self._kept if kept.text == text]:
                self._kept.remove(kept)
            self._kept.append(notice)

    def recent(self) -> tuple[RecentWarning, ...]:
        """Those of the last SHOWN_S seconds, the newest last."""
        since_s = self._now_s() - SHOWN_S
        with self._reading:
            return tuple(notice for notice in self._kept if notice.time_s >= since_s)

    def age_s(self, notice: RecentWarning) -> float:
        """How long ago it was said."""
        return self._now_s() - notice.time_s
