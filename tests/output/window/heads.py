"""Monitors made up: parts of one private screen, which may be pulled out and plugged in."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from visualizer.output.window.display import Handle, glfw
from visualizer.output.window.placement import Area


class Heads:
    """What glfw says of monitors, as long as ``patch`` lasts. areas: of each, by its name.

    A window that is fullscreen on one of them lies over its area.
    """

    def __init__(self, patch: pytest.MonkeyPatch, areas: dict[str, Area]) -> None:
        self._areas = areas
        self._there = dict(areas)
        self._tell: Callable[[Any, int], object] = lambda _monitor, _event: None
        self._put = glfw.set_window_monitor
        for name, fake in {
            "get_monitors": lambda: [*self._there],
            "get_monitor_name": lambda monitor: monitor.encode(),
            "get_monitor_pos": lambda monitor: (areas[monitor].x, areas[monitor].y),
            "get_monitor_workarea": self._work_area,
            "get_video_mode": lambda monitor: SimpleNamespace(size=areas[monitor], refresh_rate=50),
            "set_monitor_callback": self._listen,
            "set_window_monitor": self._put_window,
        }.items():
            patch.setattr(glfw, name, fake)

    def pull_out(self, name: str) -> None:
        """Take a monitor away."""
        del self._there[name]
        self._tell(name, glfw.DISCONNECTED)

    def plug_in(self, name: str) -> None:
        """Give it back, in its old place among the others."""
        self._there[name] = self._areas[name]
        self._there = {each: area for each, area in self._areas.items() if each in self._there}
        self._tell(name, glfw.CONNECTED)

    def _listen(self, tell: Callable[[Any, int], object]) -> None:
        self._tell = tell

    def _work_area(self, monitor: str) -> tuple[int, int, int, int]:
        area = self._areas[monitor]
        return area.x, area.y, area.width, area.height

    def _put_window(self, window: Handle, monitor: str | None, *placed: int) -> None:
        area = placed if monitor is None else (*self._work_area(monitor), 0)
        nowhere: Handle = None
        self._put(window, nowhere, *area)
