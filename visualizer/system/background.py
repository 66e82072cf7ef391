"""Work that the frame loop hands over, such as writing a file."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, Self

log = logging.getLogger(__name__)


class Background:
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


def worker(name: str, closing: ExitStack) -> Callable[..., Future[Any]]:
    """A thread that does jobs in order; returns what submits them, for who wants their results."""
    return closing.enter_context(ThreadPoolExecutor(1, thread_name_prefix=name)).submit
