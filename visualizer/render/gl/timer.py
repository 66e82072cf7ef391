"""How long the GPU takes for a frame, asked without ever waiting for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

import numpy as np

from visualizer.render.gl.context import gl
from visualizer.types import GpuTime

RING = 4
"""Frames whose answers may be outstanding. A driver seldom runs more than three ahead."""


class GpuTimer:
    """Timer queries around both passes of a draw, in a ring. Use it as a context manager.

    A draw that finds its place in the ring still unanswered is not measured. llvmpipe counts
    the time in which its threads draw, others that of their command processor.
    """

    def __init__(self) -> None:
        self._draws = 0
        self._asked: list[int | None] = [None] * RING
        self._newest: GpuTime | None = None
        self._measuring = False

    def __enter__(self) -> Self:
        """Make the queries, two for each draw of the ring."""
        self._queries = np.atleast_1d(gl().glGenQueries(2 * RING)).reshape(RING, 2)
        return self

    def __exit__(self, *_: object) -> None:
        """Give them back."""
        gl().glDeleteQueries(2 * RING, self._queries.reshape(-1))

    @contextmanager
    def network(self) -> Iterator[None]:
        """Measure what is drawn meanwhile as the draw's network pass."""
        place = self._draws % RING
        self._measuring = self._asked[place] is None
        with self._query(place, 0):
            yield

    @contextmanager
    def present(self) -> Iterator[None]:
        """Measure what is drawn meanwhile as its present pass, which ends the draw."""
        place = self._draws % RING
        with self._query(place, 1):
            yield
        if self._measuring:
            self._asked[place] = self._draws
        self._draws += 1

    def newest(self) -> GpuTime | None:
        """The last draw that is answered by now; None before the first."""
        self._collect()
        return self._newest

    @contextmanager
    def _query(self, place: int, part: int) -> Iterator[None]:
        if not self._measuring:
            yield
            return
        api = gl()
        api.glBeginQuery(api.GL_TIME_ELAPSED, int(self._queries[place, part]))
        try:
            yield
        finally:
            api.glEndQuery(api.GL_TIME_ELAPSED)

    def _collect(self) -> None:
        """Take in every answer that is there."""
        api = gl()
        for place, number in enumerate(self._asked):
            if number is None:
                continue
            network, present = (int(query) for query in self._queries[place])
            # The present pass was asked for last, so its answer comes last.
            if not api.glGetQueryObjectuiv(present, api.GL_QUERY_RESULT_AVAILABLE):
                continue
            times_ms = [
                # 32 bits of nanoseconds: 4 s are more than any frame takes.
                int(api.glGetQueryObjectuiv(query, api.GL_QUERY_RESULT)) / 1e6
                for query in (network, present)
            ]
            self._asked[place] = None
            if self._newest is None or number > self._newest.number:
                self._newest = GpuTime(number, *times_ms)
