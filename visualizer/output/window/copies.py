"""The window's picture on other monitors, each filled by a copy without HUD or cursor."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from visualizer.contracts import Picture
from visualizer.errors import GraphicsError
from visualizer.output.window.display import Handle, create_window, glfw
from visualizer.output.window.monitors import MonitorGroup, Name, fill

log = logging.getLogger(__name__)


class Copies:
    """Windows that share the objects of one whose context is current, and follow the monitors.

    source: that window's handle. group: the monitors to be filled. listen: called with each new
    copy, so that keys typed there are heard.
    """

    def __init__(
        self, source: Handle, group: MonitorGroup, listen: Callable[[Handle], object]
    ) -> None:
        self._source = source
        self._group = group
        self._listen = listen
        self._open: dict[Name, Handle] = {}

    def follow(self, covered: Iterable[Name]) -> None:
        """Fill those monitors that are there; covered: monitors that the window itself is on.

        One that cannot be filled is a warning.
        """
        there = self._group.present()
        wanted = there.keys() - set(covered)
        for name in self._open.keys() - wanted:
            glfw.destroy_window(self._open.pop(name))
        for name in wanted:
            try:
                handle = self._open[name] = self._open.get(name) or self._new()
            except GraphicsError as error:
                log.warning("monitor %s gets no copy of the picture: %s", name[0], error)
                continue
            # Also those that are open: monitors move when others come.
            fill(handle, there[name])
            glfw.show_window(handle)

    def show(self, picture: Picture) -> None:
        """Put the picture on all of them; the window's context is current again after it."""
        # Contexts that change in one thread are flushed: what was drawn is there to be copied.
        for handle in self._open.values():
            glfw.make_context_current(handle)
            picture.blit(*glfw.get_framebuffer_size(handle))
            glfw.swap_buffers(handle)
        if self._open:
            glfw.make_context_current(self._source)

    def hide(self) -> None:
        """Out of sight, before the show has ended."""
        for handle in self._open.values():
            glfw.hide_window(handle)

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        """(width, height) of each in pixels."""
        return tuple(glfw.get_framebuffer_size(handle) for handle in self._open.values())

    def _new(self) -> Handle:
        """A hidden window. Raises GraphicsError."""
        handle = create_window(1, 1, "", share=self._source)
        glfw.make_context_current(handle)
        # The show's own window alone waits for its monitor: two that wait halve the pace.
        glfw.swap_interval(0)
        glfw.make_context_current(self._source)
        glfw.set_window_attrib(handle, glfw.FOCUS_ON_SHOW, False)
        glfw.set_input_mode(handle, glfw.CURSOR, glfw.CURSOR_HIDDEN)
        self._listen(handle)
        return handle
