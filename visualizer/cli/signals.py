"""SIGTERM and SIGHUP end a command as Ctrl-C does: what was made so far is kept, and said."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Self

ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Sent by who ends a service or a session, and by a terminal that closes. Windows has no SIGHUP."""


class EndingSignals:
    """Answers the first of them while ``with`` lasts, as whoever answers Ctrl-C then would.

    A closed terminal sends several; those after the first are passed over, so that what the
    first one began can come to its end.

    number: of the signal that came, None before.
    """

    def __init__(self) -> None:
        self.number: int | None = None
        self._before: dict[signal.Signals, signal.Handlers] = {}

    def __enter__(self) -> Self:
        """Answer them from now on. One that is ignored, as under nohup, stays ignored."""
        if threading.current_thread() is threading.main_thread():
            for sign in ENDING:
                if signal.getsignal(sign) is signal.SIG_DFL:
                    self._before[sign] = signal.SIG_DFL
                    signal.signal(sign, self._answer)
        return self

    def __exit__(self, *_: object) -> None:
        """Leave them to the system again."""
        for sign, before in self._before.items():
            signal.signal(sign, before)
        self._before.clear()

    def _answer(self, number: int, frame: FrameType | None) -> None:
        if self.number is not None:
            return
        self.number = number
        interrupt = signal.getsignal(signal.SIGINT)
        if not callable(interrupt):
            # Ctrl-C is ignored in what a shell started with &.
            raise KeyboardInterrupt
        interrupt(number, frame)
