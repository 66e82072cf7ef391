"""Where the show's window is: by itself, filling a monitor, or spanning several."""

from __future__ import annotations

from collections.abc import Mapping

from visualizer.output.window.display import Handle, glfw
from visualizer.output.window.monitors import (
    NOWHERE,
    MonitorGroup,
    Name,
    fill,
    monitors,
    put_on,
    whole_area,
    work_area,
)
from visualizer.output.window.placement import Area, around, centred, nearest

SPANNING = {glfw.DECORATED: False, glfw.FLOATING: True}
"""Of a window over several monitors: glfw's own fullscreen is on one alone."""


class Place:
    """Places a window, which may fill monitors that go away and come back.

    handle: glfw's. attributes: glfw's, of the window while it fills nothing. span: several
    monitors, which it may fill at once.
    """

    def __init__(
        self, handle: Handle, attributes: Mapping[int, bool], span: MonitorGroup | None = None
    ) -> None:
        self._handle = handle
        self._attributes = attributes
        self._span = span
        self._target = NOWHERE
        self._windowed = self._area()
        self.fills = False
        """Whether the window fills a monitor, or the span."""

    def go_to(self, target: MonitorGroup) -> None:
        """Go into the middle of the target's first monitor; where the window fills, fill it."""
        size = self._windowed if self.fills else self._area()
        self._target = target
        for monitor in self._on_target()[:1]:
            self._windowed = centred(size.width, size.height, work_area(monitor))
        self._settle()

    def go_on(self) -> None:
        """Go to the next monitor. The span, where there is one, comes after the last."""
        stops = [MonitorGroup((name,)) for name in monitors()]
        here = stops[self._nearest()] if stops else self._target
        if self._span is not None:
            stops.append(self._span)
            here = self._span if self._target == self._span else here
        if stops:
            self.go_to(stops[(stops.index(here) + 1) % len(stops)])

    def toggle(self) -> None:
        """Fill the monitor or the span, or go back to where the window was."""
        self.fills = not self.fills
        there = tuple(monitors())
        if self.fills:
            self._windowed = self._area()
            if there and self._target != self._span:
                self._target = MonitorGroup((there[self._nearest()],))
        self._settle()

    def follow(self) -> None:
        """Monitors came or went: fill what is there of the target, and never be out of sight."""
        areas = [whole_area(monitor) for monitor in monitors().values()]
        if self.fills or not any(area.overlap(self._area()) for area in areas):
            self.go_to(self._target)

    def covers(self) -> frozenset[Name]:
        """The monitors that nothing else may cover: those that it fills, or the nearest."""
        there = monitors()
        if not there:
            return frozenset()
        if self.fills:
            return frozenset(self._target.present()) or frozenset(tuple(there)[:1])
        return frozenset((tuple(there)[self._nearest()],))

    def refresh_hz(self) -> float:
        """How often its monitor shows a new picture; 0 where nobody knows."""
        there = tuple(monitors().values())
        return float(glfw.get_video_mode(there[self._nearest()]).refresh_rate) if there else 0.0

    # --- inside

    def _on_target(self) -> list[Handle]:
        """The target's monitors, or the desktop's first where none of them is there."""
        return [*self._target.present().values()] or [*monitors().values()][:1]

    def _nearest(self) -> int:
        return nearest([whole_area(monitor) for monitor in monitors().values()], self._area())

    def _area(self) -> Area:
        return Area(*glfw.get_window_pos(self._handle), *glfw.get_window_size(self._handle))

    def _settle(self) -> None:
        targets = self._on_target()
        if self.fills and len(targets) == 1:
            fill(self._handle, targets[0])
        elif self.fills and targets:
            self._put(around([whole_area(monitor) for monitor in targets]), SPANNING)
        elif not self.fills:
            self._put(self._windowed, self._attributes)

    def _put(self, area: Area, attributes: Mapping[int, bool]) -> None:
        for attribute, value in attributes.items():
            glfw.set_window_attrib(self._handle, attribute, value)
        put_on(self._handle, None, area, 0)
