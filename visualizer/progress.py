"""A progress bar for long work, with frames a second and the time left."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from visualizer.types import Frame


class _SpeedColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        """The measured speed, or a dash until it is known."""
        speed = task.finished_speed or task.speed
        return Text("- fps" if speed is None else f"{speed:.1f} fps")


class FrameBar:
    """An observer that moves a bar on, one step a frame of the film."""

    def __init__(self, bar: Progress, label: str, first: int, frames: int) -> None:
        self._bar = bar
        self._first = first
        self._task = bar.add_task(label, total=frames)

    def see(self, frame: Frame) -> None:
        """Count a frame of the film; those before its start are not drawn and take no time."""
        if frame.tick.index > self._first:
            self._bar.advance(self._task)


@contextmanager
def progress() -> Iterator[Progress]:
    """A bar on stderr; nothing at all where that is no terminal."""
    console = Console(file=sys.stderr)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("frames"),
        _SpeedColumn(),
        TextColumn("eta"),
        TimeRemainingColumn(),
        console=console,
        disable=not sys.stderr.isatty(),
    ) as bar:
        yield bar
