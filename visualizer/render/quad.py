"""An image drawn over the window: the key table, later other notes to the performer."""

from __future__ import annotations

from typing import Self

import moderngl
import numpy as np
from numpy.typing import NDArray

from visualizer.render.shader_text.source import load_source


class Quad:
    """Draws an RGBA image pixel for pixel in the middle of a framebuffer.

    target: by default the window's own. Leaves the bound framebuffer, viewports and flags as
    they were.
    """

    def __init__(
        self, context: moderngl.Context, target: moderngl.Framebuffer | None = None
    ) -> None:
        self._context = context
        self._target = target or context.screen
        self._texture: moderngl.Texture | None = None
        self._program: moderngl.Program
        self._vertices: moderngl.VertexArray

    def __enter__(self) -> Self:
        """Compile the program."""
        vertex, fragment = load_source("image.vert"), load_source("image.frag")
        self._program = self._context.program(vertex.text, fragment.text)
        self._vertices = self._context.vertex_array(self._program, [])
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of everything."""
        for resource in (self._texture, self._vertices, self._program):
            if resource is not None:
                resource.release()
        self._texture = None

    def load(self, image: NDArray[np.uint8]) -> None:
        """Take over an image: (H, W, 4), top row first, alpha not multiplied in."""
        if self._texture is not None:
            self._texture.release()
        height, width, _ = image.shape
        data = np.ascontiguousarray(image).tobytes()
        self._texture = self._context.texture((width, height), 4, data)
        self._texture.filter = (moderngl.NEAREST, moderngl.NEAREST)

    def draw(self, width: int, height: int) -> None:
        """Draw it onto the target, which has ``width`` x ``height`` pixels."""
        if self._texture is None:
            return
        context, target = self._context, self._target
        viewport, scissor = target.viewport, target.scissor
        over = (moderngl.SRC_ALPHA, moderngl.ONE_MINUS_SRC_ALPHA)
        scope = context.scope(target, moderngl.BLEND)
        with scope:
            # Not as the scope's textures: moderngl 5.12 binds those with an invalid enum.
            self._texture.use(0)
            target.scissor = None  # type: ignore[assignment]  # so moderngl turns it off
            target.viewport = _middle(self._texture.size, width, height)
            context.blend_func = over
            self._vertices.render(moderngl.TRIANGLES, vertices=3)
        # moderngl never lets go of a scope by itself, 240 bytes each: 50 MB in an hour of frames.
        scope.release()
        target.viewport, target.scissor = viewport, scissor


def _middle(size: tuple[int, int], width: int, height: int) -> tuple[int, int, int, int]:
    # Whole pixels, so that letters stay crisp.
    return (width - size[0]) // 2, (height - size[1]) // 2, size[0], size[1]
