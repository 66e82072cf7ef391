"""GL contexts: one without any display for films and tests, or the window's.

This is the only place that decides how PyOpenGL finds GL: it does so once, at its first
import, from ``PYOPENGL_PLATFORM``. Every other module imports it through ``gl()``, late.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import moderngl

from visualizer.errors import GraphicsError

VERSION = 330
"""OpenGL 3.3 core; macOS ends at 4.1, so no compute and no storage buffers."""


@contextmanager
def standalone() -> Iterator[moderngl.Context]:
    """A context of its own that needs no display, current while ``with`` lasts.

    None is current afterwards, also where another one was before. Raises GraphicsError.
    """
    options: dict[str, Any] = {}
    if sys.platform.startswith("linux"):
        options["backend"] = "egl"
        os.environ.setdefault("PYOPENGL_PLATFORM", "egl")
    try:
        context = moderngl.create_context(standalone=True, require=VERSION, **options)
    except Exception as error:
        # moderngl raises bare Exception for all that can go wrong here.
        raise GraphicsError(
            f"no OpenGL 3.3 context can be made without a display ({error});"
            " on Debian and Ubuntu install the packages libegl1 libgl1-mesa-dri"
        ) from error
    try:
        # Left current, it would keep a window's context from being made current in this thread:
        # X ends the program then.
        with context:
            yield context
    finally:
        context.release()


def attach() -> moderngl.Context:
    """The context that a window library made current in this thread. Raises GraphicsError."""
    preload()
    try:
        return moderngl.create_context(require=VERSION)
    except Exception as error:
        raise GraphicsError(
            f"the window has no OpenGL 3.3 context ({error}); update the graphics driver"
        ) from error


def driver_of(context: moderngl.Context) -> tuple[str, str]:
    """GL_RENDERER and GL_VERSION. Asks the driver for much more: once is enough."""
    info = context.info
    return str(info["GL_RENDERER"]), str(info["GL_VERSION"])


def preload() -> None:
    """Load PyOpenGL for a window to come, for a thread: it takes .1 s."""
    if sys.platform.startswith("linux"):
        # The window is X11's, under Wayland as well; PyOpenGL would guess from the desktop.
        os.environ.setdefault("PYOPENGL_PLATFORM", "glx")
    gl()


def gl() -> Any:  # noqa: ANN401 - PyOpenGL carries no types
    """PyOpenGL's GL module, imported once a context exists.

    It stands beside moderngl for two things that moderngl cannot: its calls let go of the
    interpreter lock while the driver compiles, and it works with objects that another
    context made.
    """
    import OpenGL  # noqa: PLC0415 - its platform is chosen at import, see above

    # Checking after every call is slow and needs a context lookup; ``check`` asks once.
    OpenGL.ERROR_CHECKING = False
    OpenGL.ERROR_LOGGING = False
    from OpenGL import GL  # noqa: PLC0415 - as above

    return GL


def clear_errors() -> None:
    """Forget the errors that GL has recorded: they were told, and nobody else is to blame."""
    while int(gl().glGetError()):
        pass


def check(doing: str) -> None:
    """Raise GraphicsError if GL has recorded an error since it was last asked."""
    code = int(gl().glGetError())
    if code:
        raise GraphicsError(
            f"OpenGL reports error 0x{code:04x} while {doing};"
            " run again with --debug and report it with the name of the graphics card"
        )
