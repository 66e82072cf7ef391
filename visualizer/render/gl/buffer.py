"""Uniform buffers, by their GL names."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visualizer.render.gl.context import gl


def make_buffer(data: NDArray[np.float32]) -> int:
    """A uniform buffer with ``data`` in it; its GL name."""
    api = gl()
    buffer = int(api.glGenBuffers(1))
    api.glBindBuffer(api.GL_UNIFORM_BUFFER, buffer)
    api.glBufferData(api.GL_UNIFORM_BUFFER, data.nbytes, data, api.GL_STATIC_DRAW)
    api.glBindBuffer(api.GL_UNIFORM_BUFFER, 0)
    return buffer


def upload(buffer: int, data: NDArray[np.float32]) -> None:
    """Overwrite the beginning of a uniform buffer."""
    api = gl()
    api.glBindBuffer(api.GL_UNIFORM_BUFFER, buffer)
    api.glBufferSubData(api.GL_UNIFORM_BUFFER, 0, data.nbytes, data)
    api.glBindBuffer(api.GL_UNIFORM_BUFFER, 0)


def free_buffers(*buffers: int) -> None:
    """Give the memory of buffers back."""
    gl().glDeleteBuffers(len(buffers), np.array(buffers, np.uint32))
