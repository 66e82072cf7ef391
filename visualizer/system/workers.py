"""Threads that do jobs in order: what the frame loop hands over."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

log = logging.getLogger(__name__)


class BackgroundWorker:
    """One thread that does jobs in order. A job that fails is logged, the next goes on.

    For parts of the show to inherit from. Leaving ``with`` waits for what was handed over: a
    picture that was asked for is saved.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._executor: ThreadPoolExecutor

    def __enter__(self) -> Self:
        """Get ready; the thread starts with the first job."""
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=self._name)
        return self

    def __exit__(self, *_: object) -> None:
        """Finish all jobs."""
        self._executor.shutdown()

    def do(self, job: Callable[[], None]) -> None:
        """Hand over a job. Never blocks."""
        self._executor.submit(job).add_done_callback(self._tell)

    def _tell(self, done: Future[None]) -> None:
        if (error := done.exception()) is not None:
            log.error("%s: %s", self._name, error)


class BoundedWorker:
    """A thread that never falls far behind: at most ``most`` jobs waiting or under way.

    Four even out an encoder's key frames, and hold 50 MB of a film's planes at 4K.
    After a job that failed no other is begun; its error comes out of a later call.
    Leaving ``with`` waits for the jobs that were handed over, and raises nothing.
    """

    def __init__(self, name: str, most: int = 4) -> None:
        self._name = name
        self._most = most
        self._pending: deque[Future[None]] = deque()
        self._broken = False
        self._executor: ThreadPoolExecutor

    def __enter__(self) -> Self:
        """Get ready; the thread starts with the first job."""
        self._executor = ThreadPoolExecutor(1, thread_name_prefix=self._name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        """End the thread."""
        self._executor.shutdown()

    def do(self, job: Callable[[], None]) -> None:
        """Hand over a job, as soon as there is room. Raises what an earlier job raised."""
        while self._pending and (len(self._pending) >= self._most or self._pending[0].done()):
            self._pending.popleft().result()
        self._pending.append(self._executor.submit(self._run, job))

    def finish(self) -> None:
        """Wait for all jobs. Raises what one of them raised."""
        while self._pending:
            self._pending.popleft().result()

    def _run(self, job: Callable[[], None]) -> None:
        if self._broken:
            return
        try:
            job()
        except BaseException:
            self._broken = True
            raise


def worker(name: str, closing: ExitStack) -> Callable[..., Future[Any]]:
    """A thread that does jobs in order; returns what submits them, for who wants their results."""
    return closing.enter_context(ThreadPoolExecutor(1, thread_name_prefix=name)).submit
