"""How far a run is, for a program that started it: a JSON object a second, and a tether."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Self

from trainer.config import TrainConfig
from visualizer.system.json_lines import JsonLines

if TYPE_CHECKING:
    # The command line is checked before torch is loaded.
    from trainer.training.optimize import Progress

EVERY_S = 1.0
RECENT = 20
"""Iterations that the time left is told from."""
RACE, TRAINING, FINISH = "race", "training", "finish"


class StatusFile:
    """Writes where a run stands, once a second and whenever its stage changes.

    Each line has ``stage`` (race, training, finish), ``racing`` (trainings that are left in the
    race), ``step`` of ``total`` iterations, ``similarity`` and ``seconds_left``, which is null in
    the race: who drops out of it decides how long it lasts. now_s: for tests.
    """

    def __init__(
        self, path: Path, config: TrainConfig, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._lines = JsonLines(path)
        self._config = config
        self._now_s = now_s
        self._ended_s: deque[float] = deque(maxlen=RECENT + 1)
        self._stage, self._written_s = "", 0.0

    def __enter__(self) -> Self:
        """Open the file, empty. Raises ChladniError."""
        self._lines.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._lines.__exit__()

    def see(self, progress: Progress) -> None:
        """Take note of an iteration."""
        now_s, stage = self._now_s(), self._stage_of(progress)
        self._ended_s.append(now_s)
        if stage == self._stage and now_s - self._written_s < EVERY_S:
            return
        self._stage, self._written_s = stage, now_s
        line = {
            "stage": stage,
            "racing": progress.racing,
            "step": progress.step,
            "total": progress.total,
            "similarity": round(progress.similarity, 4),
            "seconds_left": None if stage == RACE else self._seconds_left(progress),
        }
        self._lines.write(line)

    def _stage_of(self, progress: Progress) -> str:
        if progress.racing > 1:
            return RACE
        return FINISH if progress.step > self._config.rough else TRAINING

    def _seconds_left(self, progress: Progress) -> float | None:
        counted = len(self._ended_s) - 1
        if counted < 1:
            return None
        each_s = (self._ended_s[-1] - self._ended_s[0]) / counted
        return round(each_s * (progress.total - progress.step), 1)


def end_with_input() -> None:
    """From now on, end at once when standard input does: when who holds its other end has ended."""
    descriptor = sys.stdin.fileno()

    def wait() -> None:
        # Not through sys.stdin: a thread that waits in it holds its lock, and Python aborts at
        # its own end for want of that.
        while os.read(descriptor, 4096):
            continue
        os._exit(1)

    threading.Thread(target=wait, name="tether", daemon=True).start()
