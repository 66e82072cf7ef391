"""Who watches how a show fares, put together."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from visualizer.contracts import Hearing, Observer
from visualizer.monitor.frame_times import FrameTimes
from visualizer.monitor.health import HearingLog, StallLog
from visualizer.monitor.latency import LatencyMeter
from visualizer.monitor.recent_warnings import RecentWarnings
from visualizer.monitor.status import Status
from visualizer.show.flashes.limit import FlashLimit


@dataclass(frozen=True, slots=True)
class Monitors:
    """What is measured and counted. limit: what keeps flashes down, None where they may be."""

    hearing: Hearing
    times: FrameTimes
    latency_meter: LatencyMeter
    limit: FlashLimit | None
    recent_warnings: RecentWarnings

    @property
    def guards(self) -> tuple[FlashLimit, ...]:
        """Who may darken a scene."""
        return () if self.limit is None else (self.limit,)

    @property
    def flashes_held(self) -> int:
        """Frames so far that the limit dimmed."""
        return 0 if self.limit is None else self.limit.held

    def open_observers(self, status: Path | None, closing: ExitStack) -> tuple[Observer, ...]:
        """Those who look at the show. status: the file of status lines. Raises ChladniError."""
        seen = self.latency_meter, self.times, HearingLog(self.hearing), StallLog()
        if status is None:
            return seen
        line = Status(
            status,
            self.hearing,
            self.times,
            latency=self.latency_meter.snapshot,
            flashes_held=lambda: self.flashes_held,
        )
        return *seen, closing.enter_context(line)
