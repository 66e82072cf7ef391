"""First pass: the network of one style, into a texture of floats."""

from __future__ import annotations

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
from visualizer.render.tuning import Tuning
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
        tuning: how the programs were compiled.
    """

    size: tuple[int, int]
    """Columns and rows that are drawn, in the lower left corner of the room: at first all."""

    def __init__(
        self, context: moderngl.Context, room: tuple[int, int], aspect: float, tuning: Tuning
    ) -> None:
        self._context = context
        self._room = self.size = room
        self._aspect = aspect
        self._tile = tuning.tile

    def __enter__(self) -> Self:
        """Allocate; raises GraphicsError where the size is too large for the driver."""
        columns, rows = self._room
        try:
            self.texture = self._context.texture(self._room, 4, dtype="f4")
            self.texture.filter = (moderngl.NEAREST, moderngl.NEAREST)
            self.texture.repeat_x = self.texture.repeat_y = False
            self._target = self._context.framebuffer([self.texture])
            strip = (-(-columns // self._tile), rows)
            # A single strip is drawn in place.
            count = self._tile if self._tile > 1 else 0
            self._strips = [self._context.texture(strip, 4, dtype="f4") for _ in range(count)]
            self._striped = self._context.framebuffer(self._strips) if count else self._target
        except moderngl.Error as error:
            raise GraphicsError(
                f"the driver cannot draw a network of {columns} x {rows} pixels ({error});"
                " choose a smaller --resolution or --scale"
            ) from error
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
        if self._striped is not self._target:
            self._striped.release()
        self._target.release()
        for texture in (self.texture, *self._strips):
            texture.release()

    @property
    def placement(self) -> Placement:
        """The picture that a frame block has to be packed for."""
        return Placement(*self.size, self._strip_columns, self._aspect)

    def draw(self, network: Evaluation) -> None:
        """Evaluate the network for every pixel; the result lies in ``texture``."""
        api = gl()
        columns, rows = self.size
        upload(self._frame, network.frame)
        api.glBindBufferBase(api.GL_UNIFORM_BUFFER, FRAME_BINDING, self._frame)
        api.glUseProgram(network.program)
        network.weights.bind()
        self._striped.viewport = (0, 0, self._strip_columns, rows)
        self._striped.use()
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
        self._join_strips()

    def read(self) -> NDArray[np.float32]:
        """The network's colours: (rows, columns, 3), top row first. Waits for the GPU."""
        columns, rows = self.size
        data = self._target.read((0, 0, columns, rows), components=3, dtype="f4")
        image = np.frombuffer(data, np.float32).reshape(rows, columns, 3)
        return np.ascontiguousarray(image[::-1])

    @property
    def _strip_columns(self) -> int:
        return -(-self.size[0] // self._tile)

    def _join_strips(self) -> None:
        """Lay the strips side by side: GLSL 3.30 cannot pick a sampler by a variable."""
        if self._striped is self._target:
            return
        api = gl()
        columns, rows = self.size
        api.glBindFramebuffer(api.GL_READ_FRAMEBUFFER, self._striped.glo)
        api.glBindFramebuffer(api.GL_DRAW_FRAMEBUFFER, self._target.glo)
        for strip in range(self._tile):
            start = strip * self._strip_columns
            count = min(self._strip_columns, columns - start)
            if count <= 0:
                break
            api.glReadBuffer(api.GL_COLOR_ATTACHMENT0 + strip)
            box = (0, 0, count, rows, start, 0, start + count, rows)
            api.glBlitFramebuffer(*box, api.GL_COLOR_BUFFER_BIT, api.GL_NEAREST)


def warm_up(resident: Resident, tile: int) -> None:
    """Draw a few pixels and wait: drivers compile for real at the first draw.

    Works in any context that shares objects with the renderer's: what cannot be shared
    (framebuffer, vertex array) is made here and thrown away.
    """
    api = gl()
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
