"""First pass: the network of one style, into a texture of floats."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack
from typing import Self

import moderngl
import numpy as np
from numpy.typing import NDArray

from visualizer.errors import GraphicsError
from visualizer.render.evaluation import Evaluation
from visualizer.render.gl.buffer import free_buffers, make_buffer, upload
from visualizer.render.gl.compute import FIRST_ROW, bind_picture
from visualizer.render.gl.context import gl
from visualizer.render.gl.program import FRAME_BINDING
from visualizer.render.gl.sampler_reset import SamplerReset
from visualizer.render.shader_text.tuning import Compute, Tuning
from visualizer.render.shader_text.uniforms import FRAME_BYTES, Placement
from visualizer.render.strips import Strips, strip_columns

FLOP_PER_DRAW = 2.5e9
"""Work of one draw at most: Windows resets a driver whose draw takes 2 s. This is 50 ms at 0.05
TFLOP/s, which two cores reach without any GPU; a laptop's draws it in 2.5 ms, and asking for a
band costs some 15 microseconds."""


class NetworkPass:
    """Draws one style's network in one layer's texture. Use it as a context manager.

    Args:
        context: the GL context that is current in this thread.
        room: columns and rows of the network's largest picture.
        aspect: width / height of the screen, which rounding may have bent a little.
        tiles: numbers of pixels of a fragment, of all programs that may draw.
        sampler_reset: open for as long as this is.
    """

    size: tuple[int, int]
    """Columns and rows that are drawn, in the lower left corner of the room: at first all."""

    def __init__(
        self,
        context: moderngl.Context,
        room: tuple[int, int],
        aspect: float,
        tiles: Collection[int],
        sampler_reset: SamplerReset,
    ) -> None:
        self._context = context
        self._room = self.size = room
        self._aspect = aspect
        self._tiles = tiles
        self._sampler_reset = sampler_reset

    def __enter__(self) -> Self:
        """Allocate; raises GraphicsError where the size is too large for the driver."""
        columns, rows = self._room
        with ExitStack() as opened:
            try:
                self.texture = self._context.texture(_roomy(self._room), 4, dtype="f4")
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

    def __exit__(self, *_: object) -> None:
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
        upload(self._frame, network.frame)
        api.glBindBufferBase(api.GL_UNIFORM_BUFFER, FRAME_BINDING, self._frame)
        if isinstance(network.tuning, Compute):
            self._dispatch(network, network.tuning)
        else:
            self._draw_fragments(network, network.tuning)

    def _draw_fragments(self, network: Evaluation, tuning: Tuning) -> None:
        api = gl()
        columns, rows = self.size
        strips = self._strips.get(tuning.tile)
        framebuffer = self._target if strips is None else strips.framebuffer
        framebuffer.viewport = (0, 0, strip_columns(columns, tuning.tile), rows)
        framebuffer.use()
        api.glBindVertexArray(self._array)
        api.glEnable(api.GL_SCISSOR_TEST)
        if network.weights.texture is not None:
            self._sampler_reset.run()
        api.glUseProgram(network.program)
        network.weights.bind()
        for low, high in self._bands(network) if tuning.banded else [(0, rows)]:
            api.glScissor(0, low, columns, high - low)
            api.glDrawArrays(api.GL_TRIANGLES, 0, 3)
            api.glFlush()
        api.glDisable(api.GL_SCISSOR_TEST)
        api.glBindVertexArray(0)
        if strips is not None:
            strips.join(self._target, self.size)

    def _dispatch(self, network: Evaluation, tuning: Compute) -> None:
        api = gl()
        bind_picture(self.texture.glo)
        api.glUseProgram(network.program)
        network.weights.bind()
        groups = -(-self.size[0] // tuning.pixels)
        for low, high in self._bands(network):
            api.glUniform1i(FIRST_ROW, low)
            api.glDispatchCompute(groups, high - low, 1)
            api.glFlush()
        api.glMemoryBarrier(api.GL_TEXTURE_FETCH_BARRIER_BIT | api.GL_FRAMEBUFFER_BARRIER_BIT)

    def _bands(self, network: Evaluation) -> Iterator[tuple[int, int]]:
        """First row and end of each draw."""
        columns, rows = self.size
        bands = min(rows, 1 + int(columns * rows * network.flop_per_pixel / FLOP_PER_DRAW))
        for band in range(bands):
            yield rows * band // bands, rows * (band + 1) // bands

    def read(self) -> NDArray[np.float32]:
        """The network's colours: (rows, columns, 3), top row first. Waits for the GPU."""
        columns, rows = self.size
        data = self._target.read((0, 0, columns, rows), components=3, dtype="f4")
        image = np.frombuffer(data, np.float32).reshape(rows, columns, 3)
        return np.ascontiguousarray(image[::-1])


def _roomy(room: tuple[int, int]) -> tuple[int, int]:
    """No power of two: llvmpipe would compile whatever reads or writes such a size anew."""

    def more(size: int) -> int:
        return size if size & (size - 1) else max(3, size + 1)

    return more(room[0]), more(room[1])
