"""First pass: the network of one style, into a texture of floats."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import ExitStack
from types import TracebackType
from typing import Self

import moderngl
import numpy as np
from numpy.typing import NDArray

from visualizer.errors import GraphicsError
from visualizer.render.buffer import free_buffers, make_buffer, upload
from visualizer.render.context import gl
from visualizer.render.evaluation import Evaluation
from visualizer.render.program import FRAME_BINDING
from visualizer.render.resident import Resident
from visualizer.render.strips import Strips, strip_columns
from visualizer.render.uniforms import FRAME_BYTES, Placement

FLOP_PER_DRAW = 5e9
"""Work of one draw at most: Windows resets a driver whose draw takes 2 s, and this is
50 ms even at 0.1 TFLOP/s, a small laptop's GPU."""


class NetworkPass:
    """Draws one style's network in one layer's texture. Use it as a context manager.

    Args:
        context: the GL context that is current in this thread.
        room: columns and rows of the network's largest picture.
        aspect: width / height of the screen, which rounding may have bent a little.
        tiles: numbers of pixels of a fragment, of all programs that may draw.
    """

    size: tuple[int, int]
    """Columns and rows that are drawn, in the lower left corner of the room: at first all."""

    def __init__(
        self,
        context: moderngl.Context,
        room: tuple[int, int],
        aspect: float,
        tiles: Collection[int],
    ) -> None:
        self._context = context
        self._room = self.size = room
        self._aspect = aspect
        self._tiles = tiles

    def __enter__(self) -> Self:
        """Allocate; raises GraphicsError where the size is too large for the driver."""
        columns, rows = self._room
        with ExitStack() as opened:
            try:
                self.texture = self._context.texture(self._room, 4, dtype="f4")
                opened.callback(self.texture.release)
                self.texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
                self.texture.repeat_x = self.texture.repeat_y = False
                self._target = self._context.framebuffer([self.texture])
                opened.callback(self._target.release)
                # A single strip is drawn in place.
                self._strips = {
                    tile: opened.enter_context(Strips(self._context, self._room, tile))
                    for tile in self._tiles
                    if tile > 1
                }
            except moderngl.Error as error:
                raise GraphicsError(
                    f"the driver cannot draw a network of {columns} x {rows} pixels ({error});"
                    " choose a smaller --resolution or --scale"
                ) from error
            self._opened = opened.pop_all()
        self._array = int(gl().glGenVertexArrays(1))
        self._frame = make_buffer(np.zeros(FRAME_BYTES // 4, np.float32))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give all memory back."""
        gl().glDeleteVertexArrays(1, np.array([self._array], np.uint32))
        free_buffers(self._frame)
        self._opened.close()

    def placement(self, tile: int) -> Placement:
        """The picture that a frame block has to be packed for. tile: of the program."""
        return Placement(*self.size, strip_columns(self.size[0], tile), self._aspect)

    def draw(self, network: Evaluation) -> None:
        """Evaluate the network for every pixel; the result lies in ``texture``."""
        api = gl()
        columns, rows = self.size
        upload(self._frame, network.frame)
        api.glBindBufferBase(api.GL_UNIFORM_BUFFER, FRAME_BINDING, self._frame)
        api.glUseProgram(network.program)
        network.weights.bind()
        strips = self._strips.get(network.tile)
        framebuffer = self._target if strips is None else strips.framebuffer
        framebuffer.viewport = (0, 0, strip_columns(columns, network.tile), rows)
        framebuffer.use()
        api.glBindVertexArray(self._array)
        bands = min(rows, 1 + int(columns * rows * network.flop_per_pixel / FLOP_PER_DRAW))
        if bands > 1:
            api.glEnable(api.GL_SCISSOR_TEST)
        for band in range(bands):
            low, high = rows * band // bands, rows * (band + 1) // bands
            if bands > 1:
                api.glScissor(0, low, columns, high - low)
            api.glDrawArrays(api.GL_TRIANGLES, 0, 3)
            if bands > 1:
                api.glFlush()
        api.glDisable(api.GL_SCISSOR_TEST)
        api.glBindVertexArray(0)
        if strips is not None:
            strips.join(self._target, self.size)

    def read(self) -> NDArray[np.float32]:
        """The network's colours: (rows, columns, 3), top row first. Waits for the GPU."""
        columns, rows = self.size
        data = self._target.read((0, 0, columns, rows), components=3, dtype="f4")
        image = np.frombuffer(data, np.float32).reshape(rows, columns, 3)
        return np.ascontiguousarray(image[::-1])


def warm_up(resident: Resident) -> None:
    """Draw a few pixels and wait: drivers compile for real at the first draw.

    Works in any context that shares objects with the renderer's: what cannot be shared
    (framebuffer, vertex array) is made here and thrown away.
    """
    api = gl()
    tile = resident.compiled.tile
    frame = make_buffer(resident.frame.data)
    array, framebuffer = int(api.glGenVertexArrays(1)), int(api.glGenFramebuffers(1))
    textures = np.atleast_1d(api.glGenTextures(tile))
    before = api.glGetIntegerv(api.GL_FRAMEBUFFER_BINDING)
    api.glBindFramebuffer(api.GL_FRAMEBUFFER, framebuffer)
    attachments = [api.GL_COLOR_ATTACHMENT0 + strip for strip in range(tile)]
    for attachment, texture in zip(attachments, textures, strict=True):
        api.glBindTexture(api.GL_TEXTURE_2D, texture)
        form = (api.GL_RGBA, api.GL_FLOAT, None)
        api.glTexImage2D(api.GL_TEXTURE_2D, 0, api.GL_RGBA32F, 8, 8, 0, *form)
        api.glFramebufferTexture2D(api.GL_FRAMEBUFFER, attachment, api.GL_TEXTURE_2D, texture, 0)
    api.glDrawBuffers(tile, np.array(attachments, np.uint32))
    api.glViewport(0, 0, 8, 8)
    api.glBindVertexArray(array)
    api.glUseProgram(resident.compiled.program)
    resident.weights.bind()
    api.glBindBufferBase(api.GL_UNIFORM_BUFFER, FRAME_BINDING, frame)
    api.glDrawArrays(api.GL_TRIANGLES, 0, 3)
    api.glFinish()
    api.glBindFramebuffer(api.GL_FRAMEBUFFER, before)
    api.glBindVertexArray(0)
    api.glDeleteTextures(tile, textures)
    api.glDeleteFramebuffers(1, np.array([framebuffer], np.uint32))
    api.glDeleteVertexArrays(1, np.array([array], np.uint32))
    free_buffers(frame)
