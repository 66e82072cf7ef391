"""The status line of a show: one JSON object a second, for whoever watches over it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from visualizer.contracts import Frame, Hearing
from visualizer.monitor.frame_times import FrameTimes
from visualizer.monitor.latency import Latency
from visualizer.system.json_lines import JsonLines

_LATENCY_FIELDS = (
    "sound_to_picture_p50_ms",
    "sound_to_picture_p99_ms",
    "wait_p50_ms",
    "input_latency_ms",
)


class Status:
    """An observer that writes once a second what the show does.

    Raises ChladniError on entering when the file cannot be written. times: sees each frame before
    this does. latency: the figures of now, if there are any. flashes_held: frames so far that the
    limit dimmed.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - a show has that many sides
        self,
        path: Path,
        hearing: Hearing,
        times: FrameTimes,
        now_s: Callable[[], float] = time.perf_counter,
        latency: Callable[[], Latency | None] = lambda: None,
        flashes_held: Callable[[], int] = lambda: 0,
    ) -> None:
        self._lines = JsonLines(path)
        self._hearing = hearing
        self._times = times
        self._now_s = now_s
        self._latency = latency
        self._flashes_held = flashes_held
        self._begun_s: float | None = None
        self._second_s = 0.0
        self._frames = self._frames_before = self._onsets = 0

    def __enter__(self) -> Self:
        """Open the file, empty. Raises ChladniError."""
        self._lines.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._lines.__exit__()

    def see(self, frame: Frame) -> None:
        """Count a frame; write a line when a second is over."""
        now_s = self._now_s()
        if self._begun_s is None:
            self._begun_s = self._second_s = now_s
        self._frames += 1
        self._onsets += sum(hop.onset for hop in frame.hops)
        passed_s = now_s - self._second_s
        if passed_s >= 1.0:
            self._lines.write(self._line(frame, now_s, passed_s))
            self._second_s = now_s
            self._frames_before = self._frames

    def _line(self, frame: Frame, now_s: float, passed_s: float) -> dict[str, Any]:
        return {
            "time_s": round(now_s - (self._begun_s or now_s), 3),
            "fps": round((self._frames - self._frames_before) / passed_s, 2),
            "late_frames": self._times.late,
            "frames": self._frames,
            "style": frame.session.style.name,
            "audio_state": str(self._hearing.state),
            "device": self._hearing.device,
            "level_db": round(frame.features.level_db, 2),
            "onsets": self._onsets,
            "overflows": self._hearing.overflows,
            "flashes_held": self._flashes_held(),
            **_latency_fields(self._latency()),
        }


def _latency_fields(latency: Latency | None) -> dict[str, float | None]:
    """From sound to picture; null while nothing was measured."""
    figures_ms = (
        (latency.total.p50_ms, latency.total.p99_ms, latency.wait.p50_ms, latency.input_ms)
        if latency
        else (None,) * len(_LATENCY_FIELDS)
    )
    return {name: ms and round(ms, 2) for name, ms in zip(_LATENCY_FIELDS, figures_ms, strict=True)}
