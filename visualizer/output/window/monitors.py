"""Monitors as glfw knows them: their areas, and windows that go onto them."""

from __future__ import annotations

from visualizer.output.window.display import Handle, glfw
from visualizer.output.window.placement import Area


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
