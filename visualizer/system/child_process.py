"""Processes that hold an audio device, so that neither can stop the other."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import wait
from typing import Any, Protocol


class Child(Protocol):
    """A process of ours."""

    def is_alive(self) -> bool:
        """Whether it still runs."""
        ...

    def kill(self) -> None:
        """End it without asking."""
        ...

    def join(self, timeout: float | None = None) -> None:
        """Wait until it has ended."""
        ...


def start_child(body: Callable[..., None], *arguments: Any) -> Child:  # noqa: ANN401 - whatever body takes
    """Start ``body`` in a process by *spawn*: a fork of a process with GL and threads is unsafe.

    It is born with Ctrl-C blocked, for that reaches every process of a terminal: the parent
    alone answers it.
    """
    context = multiprocessing.get_context("spawn")
    child = context.Process(target=body, args=arguments, daemon=True)
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        child.start()
        return child
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        child.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return child


def end_with_parent() -> None:
    """Called in the child: end at once when the parent does, even inside a call that hangs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(0)
