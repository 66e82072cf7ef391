"""Styles are made ready, compiled and uploaded, before a hotkey may show them."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Self

from visualizer.errors import ChladniError
from visualizer.style.style import Style

log = logging.getLogger(__name__)

LEAVE_S = 30.0
"""How long to wait at the end for a driver that is compiling; llvmpipe took up to 19 s."""


class PrepareNow:
    """Makes a style ready on the spot: for films, where nothing waits.

    prepare, forget: the renderer's.
    """

    def __init__(self, prepare: Callable[[Style], None], forget: Callable[[Style], None]) -> None:
        self._prepare = prepare
        self._forget = forget

    def ready(self, style: Style) -> bool:
        """Make it ready. Raises ChladniError where that cannot be."""
        self._prepare(style)
        return True

    def failed(self, style: Style) -> bool:  # noqa: ARG002 - as the contract has it
        """Never: ``ready`` raises."""
        return False

    def forget(self, style: Style) -> None:
        """Give its memory on the GPU back."""
        self._forget(style)


class Preparer:
    """Makes styles ready in a thread with a GL context of its own, in the order asked for.

    In the same thread and order it gives back the memory of those that have had their day.
    prepare, forget: the renderer's; they work in the context that is current. new_context:
    makes one that shares its objects with the window's, to be entered in the thread. A style
    that cannot be made ready is logged once and has failed; one that is asked for before
    ``with`` begins waits for it.
    """

    def __init__(
        self,
        prepare: Callable[[Style], None],
        forget: Callable[[Style], None],
        new_context: Callable[[], AbstractContextManager[object]],
    ) -> None:
        self._prepare_style = prepare
        self._forget_style = forget
        self._new_context = new_context
        self._asked: set[Style] = set()
        self._ready: set[Style] = set()
        self._failed: set[Style] = set()
        self._works = True
        self._lock = threading.Lock()
        self._queue: queue.SimpleQueue[Style | None] = queue.SimpleQueue()
        self._leaving = threading.Event()
        self._thread: threading.Thread

    def __enter__(self) -> Self:
        """Make the context, here, and start the thread. Raises what ``new_context`` does."""
        context = self._new_context()
        # A daemon: a driver that never comes back must not keep the program from ending.
        self._thread = threading.Thread(
            target=self._work, args=(context,), name="preparer", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End it after the style in hand; those behind it are given up."""
        self._leaving.set()
        self._queue.put(None)
        self._thread.join(LEAVE_S)
        if self._thread.is_alive():
            log.warning("the graphics driver is still compiling after %.0f s: left behind", LEAVE_S)

    def ready(self, style: Style) -> bool:
        """Whether it can be shown now; the first time asked, its preparation is queued."""
        if style in self._ready:
            return True
        with self._lock:
            if style not in self._asked:
                self._asked.add(style)
                self._queue.put(style)
        return False

    def failed(self, style: Style) -> bool:
        """Whether it was asked for, and cannot be made ready."""
        return style in self._failed or not (self._works or style in self._ready)

    def forget(self, style: Style) -> None:
        """Give its memory on the GPU back, off the loop: no later frame may show it.

        One that still waits to be made ready is passed over.
        """
        with self._lock:
            self._asked.discard(style)
            self._ready.discard(style)
            self._failed.discard(style)
        self._queue.put(style)

    def _work(self, context: AbstractContextManager[object]) -> None:
        try:
            with context:
                while (style := self._queue.get()) is not None and not self._leaving.is_set():
                    self._prepare_or_forget(style)
        except ChladniError as error:
            self._works = False
            log.warning("no style can be made ready during the show: %s", error)

    def _prepare_or_forget(self, style: Style) -> None:
        """What was asked of a style last holds, also if it was asked while it lay in the queue."""
        # A driver may raise anything: one style is lost then, not those behind it.
        try:
            if style not in self._asked:
                self._forget_style(style)
                return
            self._prepare_style(style)
        except Exception as error:
            log.error("%s cannot be made ready: %s", style.name, error)  # noqa: TRY400 - one line
            log.debug("where it failed", exc_info=True)
            self._failed.add(style)
            return
        with self._lock:
            if style in self._asked:
                self._ready.add(style)
