"""Work that follows the frame loop in a thread of its own, and never falls far behind."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self


class Handover:
    """One thread that does jobs in order, at most ``most`` of them waiting or under way.

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
