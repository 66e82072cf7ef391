"""The window: pictures go in, keys come out.

A ``Window`` is a control (keys, and files that are dropped onto it), an observer (cursor, title)
and a sink. It paces nothing: the clock does, and a monitor's own sync may slow it further.
"""

from __future__ import annotations

import logging
import math
import sys
from collections.abc import Callable, Sequence
from typing import Any, Self

from visualizer.contracts import Frame, Overlay, Picture
from visualizer.controls.prompt.typed_line import TypedLine
from visualizer.monitor_choice import MonitorChoice
from visualizer.output.window.copies import Copies
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
from visualizer.output.window.monitors import NOWHERE, MonitorGroup
from visualizer.output.window.place import Place
from visualizer.types import Action, Tick

log = logging.getLogger(__name__)

FIRST_PICTURE = "the first picture is on the screen"
"""What --debug says then; ``benchmarks.start`` waits for it."""

DESKTOPS_FIRST = MonitorChoice((0,))
UNKNOWN_REFRESH_HZ = 60.0
"""Taken where a monitor does not say its own, as virtual ones don't."""


class Window:
    """A window with a current GL 3.3 core context (4.1 on macOS), while ``with`` lasts.

    width, height: in screen units, shrunk to what the monitor can hold. borderless: without
    title and borders. on_top: above all other windows. monitors: where it opens; several are
    spanned. copied_to: monitors that are filled with the same picture, by this window those that
    it is on, by copies the others.
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
        monitors: MonitorChoice = DESKTOPS_FIRST,
        copied_to: MonitorChoice | None = None,
    ) -> None:
        self._title = self._shown_title = title
        self._wanted = (width, height)
        self._start_fullscreen = fullscreen
        self._attributes = {glfw.DECORATED: not borderless, glfw.FLOATING: on_top}
        self._monitors, self._copied_to = monitors, copied_to
        self._handle: Handle = None
        self.line = TypedLine()
        """Takes all that is typed while it is open."""
        self._keys = KeyQueue(self.line, asked, editing)
        self._dropped: list[str] = []
        self._monitors_changed = False
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
        if self._monitors_changed:
            self._monitors_changed = False
            self._place.follow()
            self._copy()
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
            self._copies.hide()

    # --- sink

    def wants(self, _frame: Frame) -> bool:
        """Whether anybody could see a picture: not while minimised or without area."""
        return self._is_seen() or bool(self._copies.sizes)

    def show(self, picture: Picture, frame: Frame) -> None:
        """Put the picture on the screen, overlays on top. Raises GraphicsError as ``see`` does."""
        width, height = self.framebuffer_size
        self._loss.check()
        self._copies.show(picture)
        if not self._is_seen():
            return
        picture.blit(width, height)
        for overlay in self._overlays:
            overlay.draw(frame, width, height)
        glfw.swap_buffers(self._handle)
        if not self._seen:
            self._seen = True
            log.debug(FIRST_PICTURE)

    # --- what can be asked of it

    def toggle_fullscreen(self) -> None:
        """Fill the monitor, or the span that was asked for, or go back to where the window was."""
        self._place.toggle()
        self._copy()

    def to_next_monitor(self) -> None:
        """Go on to the next monitor, or the span after the last, fullscreen where it is that."""
        self._place.go_on()
        self._copy()

    # --- what the entry point joins

    def on_resize(self, listener: Callable[[int, int], object]) -> None:
        """Tell ``listener`` of every new ``picture_size``, never 0.

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
    def picture_size(self) -> tuple[int, int]:
        """(width, height) of the largest picture that the window or a copy shows, in pixels."""
        sizes = self.framebuffer_size, *self._copies.sizes
        return (0, 0) if self._loss.happened else max(sizes, key=math.prod)

    @property
    def fullscreen(self) -> bool:
        """Whether the window fills its monitor, or the span."""
        return self._place.fills

    @property
    def refresh_hz(self) -> float:
        """How often the window's monitor shows a new picture."""
        return self._place.refresh_hz() or UNKNOWN_REFRESH_HZ

    # --- inside

    def _open(self) -> None:
        if sys.platform == "linux":
            self._loss.watch(glfw.get_x11_display())  # type: ignore[no-untyped-call]  # it has none
        target = MonitorGroup.chosen(self._monitors)
        copied_to = MonitorGroup.chosen(self._copied_to) if self._copied_to else NOWHERE
        self._handle = create_window(*self._wanted, self._title)
        glfw.make_context_current(self._handle)
        glfw.swap_interval(1)
        self._listen(self._handle)
        glfw.set_monitor_callback(self._on_monitor)
        span = None if self._monitors.is_one else target
        self._place = Place(self._handle, self._attributes, span)
        self._place.go_to(target)
        is_copied_to = self._place.covers() & copied_to.present().keys()
        if self._start_fullscreen or span is not None or is_copied_to:
            self._place.toggle()
        glfw.show_window(self._handle)
        self._copies = Copies(self._handle, copied_to, self._listen)
        self._copy()
        self._reported_size = self.picture_size

    def _listen(self, handle: Handle) -> None:
        """Hear what is typed into a window, dropped onto it, and that it is closed."""
        glfw.set_key_callback(handle, self._on_key)
        glfw.set_char_callback(handle, self._on_character)
        glfw.set_drop_callback(handle, self._on_drop)
        glfw.set_window_close_callback(handle, self._on_close)

    def _copy(self) -> None:
        self._copies.follow(self._place.covers())

    def _is_seen(self) -> bool:
        iconified = glfw.get_window_attrib(self._handle, glfw.ICONIFIED)
        return min(self.framebuffer_size) > 0 and not iconified

    def _on_close(self, _window: Handle) -> None:
        glfw.set_window_should_close(self._handle, True)

    def _on_monitor(self, _monitor: Handle, _event: int) -> None:
        self._monitors_changed = True

    def _on_key(self, _window: Handle, key: int, scancode: int, action: int, mods: int) -> None:
        if action != glfw.RELEASE:
            self._keys.add(Press(key, scancode, action, mods))

    def _on_character(self, _window: Handle, code: int) -> None:
        self._keys.add(chr(code))

    # The package hands out a list of paths, but its types tell of C's number and array.
    def _on_drop(self, _window: Handle, *dropped: Any) -> None:  # noqa: ANN401 - see above
        self._dropped += dropped[0]

    def _report_resize(self) -> None:
        size = self.picture_size
        if size != self._reported_size and min(size) > 0:
            self._reported_size = size
            for listener in self._on_resize:
                listener(*size)


def _title(frame: Frame, program: str) -> str:
    session = frame.session
    locked = " (locked)" if session.locked else ""
    scale = "" if session.audio_scale is None else f", audio {session.audio_scale:.2f}"
    return f"{session.style.name}{locked}{scale} - {program}"
