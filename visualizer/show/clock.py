"""When frames happen: at exact times for a film, as time goes by for a show."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from fractions import Fraction

from visualizer.system.elapsed import Elapsed
from visualizer.types import Tick


class FrameClock:
    """``frames`` ticks, frame n at n / fps exactly, as fast as the loop goes."""

    def __init__(self, fps: Fraction, frames: int) -> None:
        self._fps = fps
        self._frames = frames

    def ticks(self) -> Iterator[Tick]:
        """Yield every frame of the film."""
        dt_s = float(1 / self._fps)
        for index in range(self._frames):
            yield Tick(index, float(index / self._fps), dt_s if index else 0.0)


log = logging.getLogger(__name__)


class LiveClock:
    """Ticks at ``fps`` until ``finished``, stamped with the show's time.

    position_s: the time that is heard now, for a show that follows a song; by default
    the time since the first tick. now_s and sleep are for tests.
    """

    def __init__(  # noqa: PLR0913 - each is one thing that a test replaces
        self,
        fps: Fraction,
        *,
        duration_s: float | None = None,
        position_s: Callable[[], float] | None = None,
        finished: Callable[[], bool] = lambda: False,
        now_s: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._period_s = float(1 / fps)
        self._duration_s = duration_s
        self._position_s = position_s
        self._finished = finished
        self._now_s = now_s
        self._sleep = sleep

    def ticks(self) -> Iterator[Tick]:
        """Yield a tick a frame; a late frame is not made up for, so a stall ends by itself."""
        elapsed_s = Elapsed(self._now_s)
        due_s = before_s = 0.0
        index = 0
        while not self._finished():
            now_s = elapsed_s()
            if self._duration_s is not None and now_s >= self._duration_s:
                return
            position_s = self._position_s() if self._position_s else now_s
            # Clocks of sound cards may step back a little; the show's time never does.
            position_s = max(position_s, before_s)
            yield Tick(index, position_s, position_s - before_s)
            before_s = position_s
            index += 1
            # After a late frame the next is due at once; then the beat of frames goes on from
            # there. Where the monitor's own sync makes us late each frame, it sets the pace.
            due_s = max(due_s + self._period_s, elapsed_s())
            remaining_s = due_s - elapsed_s()
            if remaining_s > 0.0:
                self._sleep(remaining_s)
