"""The HUD (Tab) and the key table (F1), drawn over the window alone.

The HUD tells what is going on, and has sliders to reach into it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from visualizer.contracts import Frame
from visualizer.controls.prompt.typed_line import TypedLine
from visualizer.output.hud.readings import Readings
from visualizer.output.window.display import Handle
from visualizer.types import Action, Tick

if TYPE_CHECKING:
    from visualizer.output.hud.canvas import Canvas
    from visualizer.output.hud.key_table import Rows

log = logging.getLogger(__name__)


class Hud:
    """An overlay that shows readings and keys, and a control that asks for what its sliders say.

    window: the glfw window; its context is current while ``with`` lasts. read: called for a
    frame that is drawn with the HUD. keys: the rows of the key table. gl: PyOpenGL's module.
    line: is shown while it is open. A HUD that cannot be had, or fails, says so once in the log:
    the show goes on.
    """

    def __init__(
        self,
        window: Handle,
        read: Callable[[Frame], Readings],
        keys: Rows,
        gl: Any,  # noqa: ANN401 - PyOpenGL carries no types
        line: TypedLine | None = None,
    ) -> None:
        self._window = window
        self._read = read
        self._keys = keys
        self._gl = gl
        self._line = line or TypedLine()
        self._canvas: Canvas | None = None
        self._asked: list[Action] = []

    def __enter__(self) -> Self:
        """Make everything that it needs, so that the first Tab makes no frame late.

        Before, it draws nothing. Loading imgui takes .05 s and more.
        """
        with self._or_without():
            from visualizer.output.hud.canvas import Canvas  # noqa: PLC0415 - it may not be there

            self._canvas = Canvas(self._window, self._keys, self._gl)
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of everything."""
        if self._canvas is not None:
            self._canvas.close()
            self._canvas = None

    def draw(self, frame: Frame, width: int, height: int) -> None:
        """Draw what the session's ``hud_shown`` and ``help_shown`` ask for onto the window."""
        if self._canvas is None:
            return
        hud, keys = frame.session.hud_shown, frame.session.help_shown
        with self._or_without():
            self._canvas.fit(width, height)
            # In a window too small for it the key table is scrolled.
            self._canvas.listen(listening=hud or keys)
            typed = self._line.text if self._line.is_open else None
            if hud or keys or typed is not None:
                readings = self._read(frame) if hud else None
                self._asked += self._canvas.draw(readings, keys=keys, typed=typed)

    def poll(self, tick: Tick) -> Sequence[Action]:  # noqa: ARG002 - a control's interface
        """What was done to sliders and buttons since the last call."""
        asked, self._asked = self._asked, []
        return asked

    @contextmanager
    def _or_without(self) -> Iterator[None]:
        # imgui and drivers may raise anything, and no show ends for the sake of its HUD.
        try:
            yield
        except Exception as error:
            log.warning("the show goes on without its HUD and key table: %s", error)
            log.debug("where it failed", exc_info=True)
            if self._canvas is not None:
                self._canvas.listen(listening=False)
                self._canvas = None
