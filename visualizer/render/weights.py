"""A network's weights on the GPU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualizer.render.buffer import free_buffers, make_buffer, upload
from visualizer.render.context import gl
from visualizer.render.layout import TEXTURE_COLUMNS
from visualizer.render.program import FRAME_BINDING

Blocks = Sequence[NDArray[np.float32]]
"""(mat4s, 4, 4) each, as ``pack_weights`` makes them."""


@dataclass(frozen=True, slots=True)
class Weights:
    """One uniform buffer for each block, or one texture. Names are GL's."""

    buffers: tuple[int, ...]
    texture: int | None

    def bind(self) -> None:
        """Make them current."""
        api = gl()
        for block, buffer in enumerate(self.buffers):
            api.glBindBufferBase(api.GL_UNIFORM_BUFFER, FRAME_BINDING + 1 + block, buffer)
        if self.texture is not None:
            api.glActiveTexture(api.GL_TEXTURE0)
            api.glBindTexture(api.GL_TEXTURE_2D, self.texture)

    def write(self, blocks: Blocks) -> None:
        """Overwrite them, in the memory that they have."""
        api = gl()
        for buffer, block in zip(self.buffers, blocks, strict=False):
            upload(buffer, block)
        if self.texture is not None:
            texels = _texels(blocks[0])
            api.glActiveTexture(api.GL_TEXTURE0)
            api.glBindTexture(api.GL_TEXTURE_2D, self.texture)
            box = (0, 0, TEXTURE_COLUMNS, len(texels))
            api.glTexSubImage2D(api.GL_TEXTURE_2D, 0, *box, api.GL_RGBA, api.GL_FLOAT, texels)

    def free(self) -> None:
        """Give the memory back."""
        if self.buffers:
            free_buffers(*self.buffers)
        if self.texture is not None:
            gl().glDeleteTextures(1, np.array([self.texture], np.uint32))


def make_weights(blocks: Blocks, *, textured: bool) -> Weights:
    """Allocate and fill."""
    if textured:
        return Weights((), _make_texture(_texels(blocks[0])))
    return Weights(tuple(make_buffer(block) for block in blocks), None)


def _texels(block: NDArray[np.float32]) -> NDArray[np.float32]:
    """(rows, TEXTURE_COLUMNS, 4): the block's columns as texels, zeros behind the last."""
    texels = block.reshape(-1, 4)
    missing = -len(texels) % TEXTURE_COLUMNS
    return np.pad(texels, ((0, missing), (0, 0))).reshape(-1, TEXTURE_COLUMNS, 4)


def _make_texture(texels: NDArray[np.float32]) -> int:
    api = gl()
    texture = int(api.glGenTextures(1))
    api.glActiveTexture(api.GL_TEXTURE0)
    api.glBindTexture(api.GL_TEXTURE_2D, texture)
    for key in (api.GL_TEXTURE_MIN_FILTER, api.GL_TEXTURE_MAG_FILTER):
        api.glTexParameteri(api.GL_TEXTURE_2D, key, api.GL_NEAREST)
    api.glTexParameteri(api.GL_TEXTURE_2D, api.GL_TEXTURE_MAX_LEVEL, 0)
    size = (TEXTURE_COLUMNS, len(texels), 0)
    form = (api.GL_RGBA, api.GL_FLOAT)
    api.glTexImage2D(api.GL_TEXTURE_2D, 0, api.GL_RGBA32F, *size, *form, texels)
    api.glBindTexture(api.GL_TEXTURE_2D, 0)
    return texture
