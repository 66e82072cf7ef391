"""A progress bar for long work, with its speed and the time left."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from visualizer.contracts import Frame


class _SpeedColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        """The measured speed, or a dash until it is known."""
        speed = task.finished_speed or task.speed
        return Text(f"{'-' if speed is None else f'{speed:.1f}'} {task.fields['speed']}")


class _CountColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        """How many of how many; the latter is a dash until it is known."""
        total = "-" if task.total is None else f"{task.total:.0f}"
        return Text(f"{task.completed:.0f}/{total} {task.fields['unit']}")


class FrameBar:
    """An observer that moves a bar on, one step a frame of the film."""

    def __init__(self, bar: Progress, label: str, first: int, frames: int) -> None:
        self._bar = bar
        self._first = first
        self._task = bar.add_task(label, total=frames, unit="frames", speed="fps")

    def see(self, frame: Frame) -> None:
        """Count a frame of the film; those before its start are not drawn and take no time."""
        if frame.tick.index >= self._first:
            self._bar.advance(self._task)


class SongBar:
    """A bar over a song's seconds; ``length_s`` is None where a file does not tell."""

    def __init__(self, bar: Progress, label: str, length_s: float | None) -> None:
        self._bar = bar
        self._task = bar.add_task(label, total=length_s, unit="s", speed="x real time")

    def reach(self, time_s: float) -> None:
        """So far."""
        self._bar.update(self._task, completed=time_s)


class StepBar:
    """A bar over steps of which nobody knows how many there will be; seen from the first one on."""

    def __init__(self, bar: Progress, label: str) -> None:
        self._bar = bar
        self._label = label
        self._task: TaskID | None = None

    def reach(self, done: int, total: int) -> None:
        """So far, of so many."""
        if self._task is None:
            self._task = self._bar.add_task(self._label, unit="steps", speed="steps/s")
        self._bar.update(self._task, completed=done, total=total)


@contextmanager
def progress() -> Iterator[Progress]:
    """A bar on stderr; nothing at all where that is no terminal."""
    console = Console(file=sys.stderr)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        _CountColumn(),
        _SpeedColumn(),
        TextColumn("eta"),
        TimeRemainingColumn(),
        console=console,
        disable=not sys.stderr.isatty(),
    ) as bar:
        yield bar
