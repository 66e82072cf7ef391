"""A draw of nothing, which leaves a known sampler behind."""

from __future__ import annotations

from typing import Self

import numpy as np

from visualizer.render.gl.context import gl
from visualizer.render.gl.program import link
from visualizer.render.shader_text.source import load_source

SIZE = 3
"""Like the network's picture no power of two, for which llvmpipe compiles other code."""


class SamplerReset:
    """Comes before fragments that read a buffer texture. Use it as a context manager.

    There is no sampler for a buffer texture, so Mesa leaves the last shader's in its place, and
    llvmpipe compiles a shader anew for every one that it finds there: seconds for a network,
    in the frame in which the HUD was shown for the first time.
    """

    def __enter__(self) -> Self:
        """Compile and allocate. Raises GraphicsError."""
        api = gl()
        self._program = link(load_source("fullscreen.vert"), load_source("sampler_reset.frag"))
        self._texture = int(api.glGenTextures(1))
        api.glActiveTexture(api.GL_TEXTURE0)
        api.glBindTexture(api.GL_TEXTURE_2D, self._texture)
        for key in (api.GL_TEXTURE_MIN_FILTER, api.GL_TEXTURE_MAG_FILTER):
            api.glTexParameteri(api.GL_TEXTURE_2D, key, api.GL_NEAREST)
        form = (api.GL_RGBA, api.GL_FLOAT, None)
        api.glTexImage2D(api.GL_TEXTURE_2D, 0, api.GL_RGBA32F, SIZE, SIZE, 0, *form)
        return self

    def __exit__(self, *_: object) -> None:
        """Give all memory back."""
        gl().glDeleteProgram(self._program)
        gl().glDeleteTextures(1, np.array([self._texture], np.uint32))

    def run(self) -> None:
        """Draw nothing. Needs a vertex array, a framebuffer and the scissor test."""
        api = gl()
        api.glUseProgram(self._program)
        api.glActiveTexture(api.GL_TEXTURE0)
        api.glBindTexture(api.GL_TEXTURE_2D, self._texture)
        api.glScissor(0, 0, 0, 0)
        api.glDrawArrays(api.GL_TRIANGLES, 0, 3)
