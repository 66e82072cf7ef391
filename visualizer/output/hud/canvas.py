"""imgui in the show's window, through its glfw backend: keys stay the window's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from imgui_bundle import imgui
from imgui_bundle.python_backends.glfw_backend import GlfwRenderer

from visualizer.errors import GraphicsError
from visualizer.output.hud.entry import draw_entry
from visualizer.output.hud.key_table import KeyTable, Rows
from visualizer.output.hud.panel import Panel
from visualizer.output.hud.readings import Readings
from visualizer.output.hud.theme import Fonts, dress, letter
from visualizer.output.window.display import Handle, glfw
from visualizer.types import Action


class Canvas:
    """What HUD and key table are drawn with, in the window's context, which is current.

    keys: the rows of the key table. Made whole at once: fonts, program and textures exist before
    the first Tab. Raises GraphicsError, and whatever imgui raises.
    """

    def __init__(self, window: Handle, keys: Rows, gl: Any) -> None:  # noqa: ANN401 - no types
        self._window = window
        self._gl = gl
        self._listening = False
        self._fitted = (0, 0)
        self._context = imgui.create_context()
        imgui.get_io().set_ini_filename(None)
        self._backend: Any = GlfwRenderer(window, attach_callbacks=False)
        self._hear_mouse()
        self._fonts = Fonts.load()
        self._panel = Panel(self._fonts)
        self._key_table = KeyTable(keys, self._fonts.regular)
        self.fit(*glfw.get_framebuffer_size(window))
        # Nobody sees them: the first picture is put over them. imgui measures its windows in
        # one frame and draws them in the next, for which a driver compiles once more (15 ms).
        for _ in range(2):
            self.draw(Readings("chladni"), keys=True, typed="")
        if code := int(gl.glGetError()):
            raise GraphicsError(f"OpenGL reports error 0x{code:04x} while drawing it")

    def fit(self, width: int, height: int) -> None:
        """Let the letters suit the framebuffer's size; at once, also while nothing is shown."""
        if (width, height) != self._fitted:
            self._fitted = width, height
            self._backend.process_inputs()
            display = imgui.get_io().display_size
            size = letter(display.y, self._scale())
            dress(size)
            # Text is measured within a frame alone.
            imgui.new_frame()
            table_size = self._key_table.fit(display.x, display.y)
            imgui.end_frame()
            self._fonts.bake(size, table_size)

    def listen(self, *, listening: bool) -> None:
        """Let the mouse through, or no longer."""
        if listening != self._listening:
            self._listening = listening
            # A button that was held as the HUD went is not held when it comes back.
            imgui.get_io().clear_events_queue()
            imgui.get_io().clear_input_mouse()

    def draw(
        self, readings: Readings | None, *, keys: bool, typed: str | None = None
    ) -> list[Action]:
        """Draw the panel, where there are readings, and over it the key table and what is typed.

        Onto the window's framebuffer; returns what was done to the panel.
        """
        self._backend.process_inputs()
        imgui.new_frame()
        asked: list[Action] = []
        if readings is not None:
            asked = self._panel.draw(readings, imgui.get_io().display_size.y)
        if keys:
            self._key_table.draw()
        if typed is not None:
            display = imgui.get_io().display_size
            draw_entry(typed, display.x, display.y)
        imgui.render()
        # The backend binds again what was bound before; a program or texture that was deleted
        # while it was bound would then be an error, and nobody needs them after the picture.
        gl = self._gl
        gl.glUseProgram(0)
        gl.glActiveTexture(gl.GL_TEXTURE0)
        gl.glBindTexture(gl.GL_TEXTURE_2D, 0)
        self._backend.render(imgui.get_draw_data())
        return asked

    def close(self) -> None:
        """Let go of the mouse and of everything on the GPU."""
        self.listen(listening=False)
        self._backend.shutdown()
        imgui.destroy_context(self._context)

    def _hear_mouse(self) -> None:
        backend, window = self._backend, self._window

        def move(_window: Handle, x: float, y: float) -> None:
            # The backend's own would ask where the mouse is by now, and not where it was: a
            # quick hand would be a slider away from where it pressed.
            backend.io.add_mouse_pos_event(x, y)

        glfw.set_cursor_pos_callback(window, self._while_open(move))
        glfw.set_mouse_button_callback(window, self._while_open(backend.mouse_button_callback))
        glfw.set_scroll_callback(window, self._while_open(backend.scroll_callback))

    def _while_open(self, callback: Callable[..., None]) -> Callable[..., None]:
        # Otherwise the mouse's ways would pile up in imgui until the next Tab.
        def hear(*event: object) -> None:
            if self._listening:
                callback(*event)

        return hear

    def _scale(self) -> float:
        # Of the desktop, as far as glfw's screen units do not have it in them already.
        pixels = imgui.get_io().display_framebuffer_scale.y
        return float(glfw.get_window_content_scale(self._window)[1]) / (pixels or 1.0)
