"""What fragments of several pixels write to: as many strips side by side, joined to a picture."""

from __future__ import annotations

from typing import Self

import moderngl

from visualizer.render.gl.context import gl


class Strips:
    """The strips of one layer's network picture. Use it as a context manager.

    Args:
        context: the GL context that is current in this thread.
        room: columns and rows of the largest picture.
        tile: number of strips, which is the number of pixels of a fragment.
    """

    def __init__(self, context: moderngl.Context, room: tuple[int, int], tile: int) -> None:
        self._context = context
        self._room = room
        self._tile = tile

    def __enter__(self) -> Self:
        """Allocate; raises moderngl.Error where the driver has no room."""
        size = (strip_columns(self._room[0], self._tile), self._room[1])
        self._textures = [self._context.texture(size, 4, dtype="f4") for _ in range(self._tile)]
        self.framebuffer = self._context.framebuffer(self._textures)
        return self

    def __exit__(self, *_: object) -> None:
        """Give all memory back."""
        self.framebuffer.release()
        for texture in self._textures:
            texture.release()

    def join(self, target: moderngl.Framebuffer, size: tuple[int, int]) -> None:
        """Lay the strips side by side: GLSL 3.30 cannot pick a sampler by a variable."""
        api = gl()
        columns, rows = size
        width = strip_columns(columns, self._tile)
        api.glBindFramebuffer(api.GL_READ_FRAMEBUFFER, self.framebuffer.glo)
        api.glBindFramebuffer(api.GL_DRAW_FRAMEBUFFER, target.glo)
        for strip in range(self._tile):
            start = strip * width
            count = min(width, columns - start)
            if count <= 0:
                break
            api.glReadBuffer(api.GL_COLOR_ATTACHMENT0 + strip)
            box = (0, 0, count, rows, start, 0, start + count, rows)
            api.glBlitFramebuffer(*box, api.GL_COLOR_BUFFER_BIT, api.GL_NEAREST)


def strip_columns(columns: int, tile: int) -> int:
    """Columns of a strip where so many strips make up a picture."""
    return -(-columns // tile)
