"""The display: whether there is one, and GL contexts on it. The only importer of glfw.

Others take ``glfw`` from here, so that its library is chosen before it is loaded.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from visualizer.output.window.glfw_library import bundled_library

# On a Wayland desktop the glfw package would load a library that knows Wayland alone. X11
# (there: XWayland) it must be, as detection of GL contexts is not agreed upon under Wayland.
os.environ.setdefault("PYGLFW_LIBRARY_VARIANT", "x11")
# Unless it is told which, the package starts a process that asks for versions: .04 s.
os.environ.setdefault("PYGLFW_LIBRARY", bundled_library(os.environ["PYGLFW_LIBRARY_VARIANT"]))

import glfw

from visualizer.errors import GraphicsError

__all__ = ["Handle", "SharedContext", "complaints", "connect", "create_window", "disconnect"]
__all__ += ["display", "glfw"]

log = logging.getLogger(__name__)

Handle = Any
"""A window or monitor of glfw, whose types leave out that both may be None."""
_NO_CONTEXT: Handle = None


@contextmanager
def display() -> Iterator[bool]:
    """Whether a window could be opened here: a look at the display, nothing is shown.

    The connection is kept as long as this lasts, for the window to come: it takes .02 s.
    """
    if sys.platform == "linux" and not os.environ.get("DISPLAY"):
        yield False
        return
    with complaints():
        is_somebodys = bool(glfw.get_current_context())
        connected = is_somebodys or _init()
    try:
        yield connected
    finally:
        if not is_somebodys:
            glfw.terminate()


def connect() -> None:
    """Connect to the display; ``disconnect`` when done. Raises GraphicsError."""
    with complaints() as said:
        if not _init():
            reason = f" ({said[-1]})" if said else ""
            raise GraphicsError(
                f"there is no display to open a window on{reason};"
                " start from a desktop, or render a film: SONG OUT.mp4"
            )
    glfw.set_error_callback(_log_complaint)


def disconnect() -> None:
    """Close what is still open on the display, and the connection."""
    glfw.terminate()
    _set_error_callback(None)


class SharedContext:
    """A second GL context with the window's objects, for one thread: ``with`` makes it current."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def __enter__(self) -> Self:
        """Make it current in this thread. Raises GraphicsError."""
        glfw.make_context_current(self._handle)
        if not glfw.get_current_context():
            raise GraphicsError("the driver gives no second GL context for making styles ready")
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of it."""
        glfw.make_context_current(_NO_CONTEXT)


def _init() -> bool:
    if sys.platform == "linux":
        glfw.init_hint(glfw.PLATFORM, glfw.PLATFORM_X11)
    return bool(glfw.init())


def create_window(width: int, height: int, title: str, share: Handle = None) -> Handle:
    """A hidden window with a context of our kind, its objects those of ``share``.

    Raises GraphicsError.
    """
    glfw.default_window_hints()
    mac = sys.platform == "darwin"
    for hint, value in (
        (glfw.CONTEXT_VERSION_MAJOR, 4 if mac else 3),
        (glfw.CONTEXT_VERSION_MINOR, 1 if mac else 3),
        (glfw.OPENGL_PROFILE, glfw.OPENGL_CORE_PROFILE),
        (glfw.OPENGL_FORWARD_COMPAT, mac),
        (glfw.DEPTH_BITS, 0),
        (glfw.STENCIL_BITS, 0),
        (glfw.VISIBLE, False),
        # A show on the second monitor stays there while somebody works on the first.
        (glfw.AUTO_ICONIFY, False),
    ):
        glfw.window_hint(hint, value)
    if share is None:  # who looks for the show's window by class finds that one alone
        glfw.window_hint_string(glfw.X11_CLASS_NAME, "chladni")
    with complaints() as said:
        handle = glfw.create_window(width, height, title, None, share)
    if not handle:
        reason = f" ({said[-1]})" if said else ""
        raise GraphicsError(
            f"this display offers no OpenGL 3.3{reason}; a newer graphics driver may help,"
            " and a film can be rendered without a window: SONG OUT.mp4"
        )
    return handle


@contextmanager
def complaints() -> Iterator[list[str]]:
    """What glfw complains of goes into a list, not to the terminal, for as long as this lasts."""
    said: list[str] = []

    def note(_code: int, text: Any) -> None:  # noqa: ANN401 - bytes, which the package calls str
        said.append(text.decode(errors="replace"))

    before = glfw.set_error_callback(note)
    try:
        yield said
    finally:
        _set_error_callback(before)


def _set_error_callback(callback: Any) -> None:  # noqa: ANN401 - None too, unknown to the package
    glfw.set_error_callback(callback)


def _log_complaint(_code: int, text: Any) -> None:  # noqa: ANN401 - bytes, which it calls str
    log.debug("glfw: %s", text.decode(errors="replace"))
