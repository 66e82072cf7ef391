"""A drawn frame on the GPU, and the ways out: into memory, the window, or another pass."""

from __future__ import annotations

import moderngl
import numpy as np

from visualizer.render.gl.context import gl
from visualizer.types import Image


class DrawnPicture:
    """What ``Renderer.draw`` returns; valid until the next draw or resize.

    ``width`` and ``height`` in pixels.
    """

    def __init__(self, framebuffer: moderngl.Framebuffer) -> None:
        self._framebuffer = framebuffer
        self.width, self.height = framebuffer.size

    def read_rgb(self) -> Image:
        """Read the frame back: (height, width, 3) uint8, top row first. Waits for the GPU."""
        data = self._framebuffer.read(components=3, alignment=1)
        image = np.frombuffer(data, np.uint8).reshape(self.height, self.width, 3)
        return np.ascontiguousarray(image[::-1])

    def blit(self, framebuffer_width: int, framebuffer_height: int) -> None:
        """Draw the frame onto the current context's window, as large as fits, black around it."""
        api = gl()
        x, y, width, height = letterbox(
            (self.width, self.height), (framebuffer_width, framebuffer_height)
        )
        # Made here, for framebuffers, unlike textures, belong to the context of one window.
        reading = api.glGenFramebuffers(1)
        api.glBindFramebuffer(api.GL_READ_FRAMEBUFFER, reading)
        texture = self._framebuffer.color_attachments[0].glo
        api.glFramebufferTexture2D(
            *(api.GL_READ_FRAMEBUFFER, api.GL_COLOR_ATTACHMENT0, api.GL_TEXTURE_2D, texture, 0)
        )
        api.glBindFramebuffer(api.GL_DRAW_FRAMEBUFFER, 0)
        api.glClearColor(0.0, 0.0, 0.0, 1.0)
        api.glClear(api.GL_COLOR_BUFFER_BIT)
        exact = (width, height) == (self.width, self.height)
        api.glBlitFramebuffer(
            *(0, 0, self.width, self.height),
            *(x, y, x + width, y + height),
            api.GL_COLOR_BUFFER_BIT,
            api.GL_NEAREST if exact else api.GL_LINEAR,
        )
        api.glBindFramebuffer(api.GL_FRAMEBUFFER, 0)
        api.glDeleteFramebuffers(1, [reading])

    def use(self, unit: int) -> None:
        """Bind the frame to a texture unit, for a pass that reads it."""
        api = gl()
        api.glActiveTexture(api.GL_TEXTURE0 + unit)
        api.glBindTexture(api.GL_TEXTURE_2D, self._framebuffer.color_attachments[0].glo)


def letterbox(picture: tuple[int, int], window: tuple[int, int]) -> tuple[int, int, int, int]:
    """(x, y, width, height) of the largest box of the picture's shape in the window's middle."""
    scale = min(window[0] / picture[0], window[1] / picture[1])
    width, height = round(picture[0] * scale), round(picture[1] * scale)
    return (window[0] - width) // 2, (window[1] - height) // 2, width, height
