"""Monitors as glfw knows them: their areas, their names, and windows that go onto them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Self

from visualizer.errors import GraphicsError
from visualizer.monitor_choice import MonitorChoice
from visualizer.output.window.display import Handle, glfw
from visualizer.output.window.placement import Area

Name = tuple[str, int]
"""A monitor's own name, and how many of that name come before it. On Linux it is the output's,
such as ``HDMI-1``; on Windows two of a kind have one."""


def monitors() -> dict[Name, Handle]:
    """The monitors that are there, the desktop's first one first; maybe none."""
    seen: Counter[str] = Counter()
    named = {}
    for monitor in glfw.get_monitors():
        said: Any = glfw.get_monitor_name(monitor)  # bytes, which the package calls str
        name = said.decode(errors="replace")
        named[name, seen[name]] = monitor
        seen[name] += 1
    return named


@dataclass(frozen=True, slots=True)
class MonitorGroup:
    """Monitors by their names: one that was pulled out is found again. names: None is all."""

    names: tuple[Name, ...] | None

    @classmethod
    def chosen(cls, choice: MonitorChoice) -> Self:
        """The monitors that have these numbers now. Raises GraphicsError where one is not there."""
        there = tuple(monitors())
        for number in choice.numbers:
            if number >= len(there):
                raise GraphicsError(
                    f"there is no monitor {number}: choose one from 0 to {len(there) - 1}"
                )
        return cls(tuple(there[number] for number in choice.numbers) or None)

    def present(self) -> dict[Name, Handle]:
        """Those of them that are there now."""
        there = monitors()
        names = there if self.names is None else self.names
        return {name: there[name] for name in names if name in there}


NOWHERE = MonitorGroup(())


def whole_area(monitor: Handle) -> Area:
    """All of a monitor."""
    size = glfw.get_video_mode(monitor).size
    return Area(*glfw.get_monitor_pos(monitor), size.width, size.height)


def work_area(monitor: Handle) -> Area:
    """What the desktop's bars leave of it."""
    return Area(*glfw.get_monitor_workarea(monitor))


def fill(window: Handle, monitor: Handle) -> None:
    """Make a window fullscreen, in the mode that the monitor is in."""
    mode = glfw.get_video_mode(monitor)
    area = Area(0, 0, mode.size.width, mode.size.height)
    put_on(window, monitor, area, mode.refresh_rate)


def put_on(window: Handle, monitor: Handle, area: Area, refresh_hz: int) -> None:
    """Put a window there. monitor: None for one that is not fullscreen."""
    glfw.set_window_monitor(window, monitor, area.x, area.y, area.width, area.height, refresh_hz)
