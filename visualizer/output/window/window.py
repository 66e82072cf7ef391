"""The window: pictures go in, keys come out.

A ``Window`` is a control (keys, and files that are dropped onto it), an observer (fullscreen,
monitor, title) and a sink. It paces nothing: the clock does, and a monitor's own sync may slow
it further.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Sequence
from typing import Any, Self

from visualizer.contracts import Frame, Overlay, Picture
from visualizer.controls.prompt.typed_line import TypedLine
from visualizer.errors import GraphicsError
from visualizer.output.window.display import (
    Handle,
    SharedContext,
    connect,
    create_window,
    disconnect,
    glfw,
)
from visualizer.output.window.display_loss import DisplayLoss
from visualizer.output.window.key_queue import KeyQueue, Press
from visualizer.output.window.keyboard import asked, editing
from visualizer.output.window.monitors import fill, put_on, whole_area, work_area
from visualizer.output.window.placement import Area, centred, nearest
from visualizer.types import Action, Tick

log = logging.getLogger(__name__)

FIRST_PICTURE = "the first picture is on the screen"
"""What --debug says then; ``benchmarks.start`` waits for it."""

UNKNOWN_REFRESH_HZ = 60.0
"""Taken where a monitor does not say its own, as virtual ones don't."""


class Window:
    """A window with a current GL 3.3 core context (4.1 on macOS), while ``with`` lasts.

    width, height: in screen units, shrunk to what the monitor can hold. borderless: without
    title and borders. on_top: above all other windows. monitor: counted from 0; None is the
    desktop's first.
    """

    def __init__(  # noqa: PLR0913 - each is something of the window that a person asks for
        self,
        title: str,
        width: int,
        height: int,
        *,
        fullscreen: bool = False,
        borderless: bool = False,
        on_top: bool = False,
        monitor: int | None = None,
    ) -> None:
        self._title = self._shown_title = title
        self._wanted = (width, height)
        self._start_fullscreen = fullscreen
        self._frame = {glfw.DECORATED: not borderless, glfw.FLOATING: on_top}
        self._start_monitor = monitor
        self._handle: Handle = None
        self.line = TypedLine()
        """Takes all that is typed while it is open."""
        self._keys = KeyQueue(self.line, asked, editing)
        self._dropped: list[str] = []
        self._windowed = Area(0, 0, width, height)
        self._reported_size = (0, 0)
        self._seen = False
        self._loss = DisplayLoss()
        self._overlays: list[Overlay] = []
        self._on_resize: list[Callable[[int, int], object]] = []

    def __enter__(self) -> Self:
        """Open the window. Raises GraphicsError."""
        connect()
        try:
            self._open()
        except BaseException:
            disconnect()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Close the window and everything shared with it."""
        disconnect()

    # --- control

    def poll(self, _tick: Tick) -> Sequence[Action]:
        """What keys, dropped files and the close button have asked for since the last call."""
        try:
            glfw.poll_events()
        except UnicodeDecodeError as error:  # what the package finds wrong in a callback comes here
            log.warning("a file was dropped whose name is not UTF-8, %r: rename it", error.object)
        self._report_resize()
        dropped, self._dropped = self._dropped, []
        actions = [*self._keys.take()]
        actions += [Action("drop", (path,)) for path in dropped]
        if glfw.window_should_close(self._handle):
            glfw.set_window_should_close(self._handle, False)
            actions.append(Action("quit"))
        return actions

    # --- observer

    def see(self, frame: Frame) -> None:
        """Keep the cursor and the title. Raises GraphicsError where the display is gone."""
        self._loss.check()
        # Also when a monitor was pulled out and its fullscreen window came back by itself.
        hidden = self.fullscreen and not frame.session.hud_shown
        cursor = glfw.CURSOR_HIDDEN if hidden else glfw.CURSOR_NORMAL
        if glfw.get_input_mode(self._handle, glfw.CURSOR) != cursor:
            glfw.set_input_mode(self._handle, glfw.CURSOR, cursor)
        title = _title(frame, self._title)
        if title != self._shown_title:
            glfw.set_window_title(self._handle, title)
            self._shown_title = title
        if frame.session.quitting:
            # At once: a driver that still compiles may keep us here for seconds.
            glfw.hide_window(self._handle)

    # --- sink

    def wants(self, _frame: Frame) -> bool:
        """Whether anybody could see a picture: not while minimised or without area."""
        width, height = self.framebuffer_size
        iconified = glfw.get_window_attrib(self._handle, glfw.ICONIFIED)
        return width > 0 and height > 0 and not iconified

    def show(self, picture: Picture, frame: Frame) -> None:
        """Put the picture on the screen, overlays on top. Raises GraphicsError as ``see`` does."""
        width, height = self.framebuffer_size
        self._loss.check()
        picture.blit(width, height)
        for overlay in self._overlays:
            overlay.draw(frame, width, height)
        glfw.swap_buffers(self._handle)
        if not self._seen:
            self._seen = True
            log.debug(FIRST_PICTURE)

    # --- what can be asked of it

    def toggle_fullscreen(self) -> None:
        """Fill the monitor, or go back to where the window was."""
        if self.fullscreen:
            self._to_window()
        else:
            self._windowed = self._area()
            fill(self._handle, self._monitor())

    def to_next_monitor(self) -> None:
        """Go on to the next monitor, fullscreen where it is that here."""
        monitors = glfw.get_monitors()
        areas = [whole_area(monitor) for monitor in monitors]
        here = self._area()
        monitor = monitors[(nearest(areas, here) + 1) % len(monitors)]
        size = self._windowed if self.fullscreen else here
        self._windowed = centred(size.width, size.height, work_area(monitor))
        if self.fullscreen:
            fill(self._handle, monitor)
        else:
            self._to_window()

    # --- what the entry point joins

    def on_resize(self, listener: Callable[[int, int], object]) -> None:
        """Tell ``listener`` of every new size of the framebuffer, in pixels, never 0.

        It is called from ``poll``, at the border of a frame. Sinks need none: each picture
        that they are shown has its size.
        """
        self._on_resize.append(listener)

    def lay_over(self, overlay: Overlay) -> None:
        """Draw ``overlay`` over every picture from now on."""
        self._overlays.append(overlay)

    def shared_context(self) -> SharedContext:
        """A context for another thread; ask for it in the main thread. Raises GraphicsError."""
        # Without a title: who looks for the show's window by name finds one.
        return SharedContext(create_window(1, 1, "", share=self._handle))

    @property
    def handle(self) -> Handle:
        """The glfw window, for an overlay that listens to the mouse."""
        return self._handle

    @property
    def framebuffer_size(self) -> tuple[int, int]:
        """(width, height) in pixels; 0 while there is nothing to draw on."""
        width, height = glfw.get_framebuffer_size(self._handle)
        # What is said of a display that is gone is whatever lay in memory.
        return (0, 0) if self._loss.happened else (int(width), int(height))

    @property
    def fullscreen(self) -> bool:
        """Whether the window fills its monitor."""
        return bool(glfw.get_window_monitor(self._handle))

    @property
    def refresh_hz(self) -> float:
        """How often the window's monitor shows a new picture."""
        rate_hz = glfw.get_video_mode(self._monitor()).refresh_rate
        return float(rate_hz) or UNKNOWN_REFRESH_HZ

    # --- inside

    def _open(self) -> None:
        if sys.platform == "linux":
            self._loss.watch(glfw.get_x11_display())  # type: ignore[no-untyped-call]  # it has none
        monitors = glfw.get_monitors()
        number = self._start_monitor or 0
        if not 0 <= number < len(monitors):
            raise GraphicsError(
                f"there is no monitor {number}: choose one from 0 to {len(monitors) - 1}"
            )
        self._handle = create_window(*self._wanted, self._title)
        glfw.make_context_current(self._handle)
        glfw.swap_interval(1)
        glfw.set_key_callback(self._handle, self._on_key)
        glfw.set_char_callback(self._handle, self._on_character)
        glfw.set_drop_callback(self._handle, self._on_drop)
        for attribute, value in self._frame.items():
            glfw.set_window_attrib(self._handle, attribute, value)
        self._windowed = centred(*self._wanted, work_area(monitors[number]))
        self._to_window()
        if self._start_fullscreen:
            fill(self._handle, monitors[number])
        glfw.show_window(self._handle)
        self._reported_size = self.framebuffer_size

    def _on_key(self, _window: Handle, key: int, scancode: int, action: int, mods: int) -> None:
        if action != glfw.RELEASE:
            self._keys.add(Press(key, scancode, action, mods))

    def _on_character(self, _window: Handle, code: int) -> None:
        self._keys.add(chr(code))

    # The package hands out a list of paths, but its types tell of C's number and array.
    def _on_drop(self, _window: Handle, *dropped: Any) -> None:  # noqa: ANN401 - see above
        self._dropped += dropped[0]

    def _report_resize(self) -> None:
        size = self.framebuffer_size
        if size != self._reported_size and min(size) > 0:
            self._reported_size = size
            for listener in self._on_resize:
                listener(*size)

    def _area(self) -> Area:
        return Area(*glfw.get_window_pos(self._handle), *glfw.get_window_size(self._handle))

    def _monitor(self) -> Handle:
        monitors = glfw.get_monitors()
        areas = [whole_area(monitor) for monitor in monitors]
        return monitors[nearest(areas, self._area())]

    def _to_window(self) -> None:
        area = self._windowed
        put_on(self._handle, None, area, 0)


def _title(frame: Frame, program: str) -> str:
    session = frame.session
    locked = " (locked)" if session.locked else ""
    scale = "" if session.audio_scale is None else f", audio {session.audio_scale:.2f}"
    return f"{session.style.name}{locked}{scale} - {program}"
