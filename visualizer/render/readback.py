"""Bytes on their way from the GPU into memory, while the program goes on."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from visualizer.errors import GraphicsError
from visualizer.render.gl.context import gl

RING = 3
"""Pixel buffers: one is taken over while two are drawn and filled."""
_PATIENCE_NS = 100_000_000
"""So soon Ctrl-C is answered while the GPU is at work."""


class Texture(Protocol):
    """Something that a texture unit reads."""

    def use(self, unit: int, /) -> None:
        """Bind it to a unit."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """All bytes of a texture, bottom row first. components: bytes of a pixel, 1, 2 or 4.

    Three would cost llvmpipe ten times as long, for they do not lie like that on the GPU.
    """

    texture: Texture
    width: int
    height: int
    components: int

    @property
    def size(self) -> int:
        """Number of bytes."""
        return self.width * self.height * self.components


class Readback:
    """A ring of pixel buffers, each with a fence behind the commands that fill it.

    size: of each, in bytes, until ``resize``. Use it as a context manager.

    copied_s: for a report, seconds spent on copying bytes out of the buffers.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._asked = 0
        self._fences: deque[Any] = deque()
        self.copied_s = 0.0

    def __enter__(self) -> Self:
        """Allocate."""
        api = gl()
        self._buffers = np.atleast_1d(api.glGenBuffers(RING))
        self.resize(self._size)
        return self

    def __exit__(self, *_: object) -> None:
        """Give all memory back; what was not collected is lost."""
        api = gl()
        while self._fences:
            api.glDeleteSync(self._fences.popleft())
        api.glDeleteBuffers(RING, self._buffers)

    def resize(self, size: int) -> None:
        """Give each buffer ``size`` bytes; call it when all that was asked for is collected."""
        api = gl()
        self._size = size
        for buffer in self._buffers:
            api.glBindBuffer(api.GL_PIXEL_PACK_BUFFER, int(buffer))
            api.glBufferData(api.GL_PIXEL_PACK_BUFFER, size, None, api.GL_STREAM_READ)
        api.glBindBuffer(api.GL_PIXEL_PACK_BUFFER, 0)

    def ask(self, parts: Sequence[Part]) -> None:
        """Ask for the bytes of parts as they are now, one part behind the other.

        They may be drawn over at once. At most ``RING`` times more often than collected.
        """
        api = gl()
        api.glBindBuffer(api.GL_PIXEL_PACK_BUFFER, int(self._buffers[self._asked % RING]))
        api.glPixelStorei(api.GL_PACK_ALIGNMENT, 1)
        layouts = {1: api.GL_RED, 2: api.GL_RG, 4: api.GL_RGBA}
        offset = 0
        for part in parts:
            part.texture.use(0)
            kind = (layouts[part.components], api.GL_UNSIGNED_BYTE)
            # None: or PyOpenGL takes the place in the buffer for an address, and reads there.
            api.glGetTexImage(api.GL_TEXTURE_2D, 0, *kind, offset, None)
            offset += part.size
        api.glBindBuffer(api.GL_PIXEL_PACK_BUFFER, 0)
        self._fences.append(api.glFenceSync(api.GL_SYNC_GPU_COMMANDS_COMPLETE, 0))
        # The GPU begins with all this now, while the loop does something else.
        api.glFlush()
        self._asked += 1

    def collect(self, left: int) -> list[NDArray[np.uint8]]:
        """Bytes asked for, oldest first, each (size,), until only ``left`` askings are open.

        Waits for the GPU. Raises GraphicsError where that has stopped.
        """
        return [self._take() for _ in range(len(self._fences) - left)]

    def _take(self) -> NDArray[np.uint8]:
        buffer = int(self._buffers[(self._asked - len(self._fences)) % RING])
        _wait(self._fences[0])
        gl().glDeleteSync(self._fences.popleft())
        began_s = time.perf_counter()
        data = _bytes_of(buffer, self._size)
        self.copied_s += time.perf_counter() - began_s
        return data


def _wait(fence: Any) -> None:  # noqa: ANN401 - PyOpenGL carries no types
    api = gl()
    state = api.GL_TIMEOUT_EXPIRED
    while state == api.GL_TIMEOUT_EXPIRED:
        state = api.glClientWaitSync(fence, api.GL_SYNC_FLUSH_COMMANDS_BIT, _PATIENCE_NS)
    if state == api.GL_WAIT_FAILED:
        raise GraphicsError("the GPU stopped drawing; run again, smaller or with --scale 0.5")


def _bytes_of(buffer: int, size: int) -> NDArray[np.uint8]:
    api = gl()
    data = np.empty(size, np.uint8)
    api.glBindBuffer(api.GL_PIXEL_PACK_BUFFER, buffer)
    api.glGetBufferSubData(api.GL_PIXEL_PACK_BUFFER, 0, size, data)
    api.glBindBuffer(api.GL_PIXEL_PACK_BUFFER, 0)
    return data
