"""An X server that ends under a show: noticed, where Xlib alone would end the program."""

from __future__ import annotations

import ctypes
import logging
from typing import Any

from visualizer.errors import GraphicsError

log = logging.getLogger(__name__)

_HANDLER = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)
_EXIT_HANDLER = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
_SILENT = _HANDLER(lambda _display: 0)
"""In place of the handler that prints; Xlib knows one for all displays, to the program's end."""


class DisplayLoss:
    """Knows whether the connection to a display broke. Keep it while that is open.

    Xlib calls ``exit`` from inside whatever call finds the connection broken, so that nothing is
    closed, no input is let go of, and nothing is said. From libX11 1.7 on (2020) it asks first;
    an older one is left to do as it does.
    """

    def __init__(self) -> None:
        self.happened = False
        # Kept, for Xlib calls it as long as the display is open.
        self._stay = _EXIT_HANDLER(self._note)

    def watch(self, display: int) -> None:
        """Notice it from now on. display: Xlib's, as glfw has it."""
        x11: Any = ctypes.CDLL("libX11.so.6")
        try:
            set_exit_handler = x11.XSetIOErrorExitHandler
        except AttributeError as error:
            log.debug("a lost display will end the program: %s", error)
            return
        set_exit_handler.argtypes = (ctypes.c_void_p, _EXIT_HANDLER, ctypes.c_void_p)
        set_exit_handler(display, self._stay, None)
        x11.XSetIOErrorHandler.restype = ctypes.c_void_p
        x11.XSetIOErrorHandler(_SILENT)

    def check(self) -> None:
        """Raise GraphicsError where it happened: nothing may be asked of the display then."""
        if self.happened:
            raise GraphicsError(
                "the display is gone: its server ended, or the connection to it broke;"
                " start the show again from a desktop"
            )

    def _note(self, _display: int | None, _data: int | None) -> None:
        self.happened = True
