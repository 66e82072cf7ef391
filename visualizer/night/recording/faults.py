"""What the log warns of during a show, for its journal."""

from __future__ import annotations

import logging
import queue
from typing import Self


class Faults(logging.Handler):
    """Listens to our log while ``with`` lasts, in any thread."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._log = logging.getLogger("visualizer")
        self._said: queue.SimpleQueue[str] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._log.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no longer."""
        self._log.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Take a warning down."""
        self._said.put(" ".join(record.getMessage().split()))

    def take(self) -> tuple[str, ...]:
        """All warnings since the last call."""
        # Not until it is empty: what is said meanwhile waits for the next tick.
        return tuple(self._said.get() for _ in range(self._said.qsize()))
