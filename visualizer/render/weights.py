"""A network's weights on the GPU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualizer.errors import GraphicsError
from visualizer.render.gl.buffer import free_buffers, make_buffer, upload
from visualizer.render.gl.context import gl
from visualizer.render.gl.program import FRAME_BINDING

Blocks = Sequence[NDArray[np.float32]]
"""(mat4s, 4, 4) each, as ``pack_weights`` makes them."""


@dataclass(frozen=True, slots=True)
class Weights:
    """One buffer for each block. texture: where the only one is read as texels. GL's names."""

    buffers: tuple[int, ...]
    texture: int | None

    def bind(self) -> None:
        """Make them current."""
        api = gl()
        if self.texture is not None:
            api.glActiveTexture(api.GL_TEXTURE0)
            api.glBindTexture(api.GL_TEXTURE_BUFFER, self.texture)
            return
        for block, buffer in enumerate(self.buffers):
            api.glBindBufferBase(api.GL_UNIFORM_BUFFER, FRAME_BINDING + 1 + block, buffer)

    def write(self, blocks: Blocks) -> None:
        """Overwrite them, in the memory that they have."""
        for buffer, block in zip(self.buffers, blocks, strict=True):
            upload(buffer, block)

    def free(self) -> None:
        """Give the memory back."""
        free_buffers(*self.buffers)
        if self.texture is not None:
            gl().glDeleteTextures(1, np.array([self.texture], np.uint32))


def make_weights(blocks: Blocks, *, textured: bool) -> Weights:
    """Allocate and fill. Raises GraphicsError where the driver has no room for them."""
    buffers = tuple(make_buffer(block) for block in blocks)
    return Weights(buffers, _buffer_texture(buffers[0], 4 * len(blocks[0])) if textured else None)


def _buffer_texture(buffer: int, texels: int) -> int:
    api = gl()
    most = int(api.glGetIntegerv(api.GL_MAX_TEXTURE_BUFFER_SIZE))
    if texels > most:
        raise GraphicsError(
            f"a style's network is too large for this driver: {texels} texels of weights,"
            f" expected at most {most}"
        )
    texture = int(api.glGenTextures(1))
    api.glActiveTexture(api.GL_TEXTURE0)
    api.glBindTexture(api.GL_TEXTURE_BUFFER, texture)
    api.glTexBuffer(api.GL_TEXTURE_BUFFER, api.GL_RGBA32F, buffer)
    return texture
