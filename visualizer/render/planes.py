"""Third pass, for films alone: a picture as encoders take it. The shader's comments say how."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Self

import moderngl

from visualizer.contracts import Picture
from visualizer.errors import GraphicsError
from visualizer.render.gl.fullscreen import fullscreen_pass
from visualizer.render.readback import Part


class PlanesPass:
    """Draws Y, U and V into textures of bytes. Use it as a context manager.

    context: current in this thread. width, height: of the pictures, both even.
    """

    def __init__(self, context: moderngl.Context, width: int, height: int) -> None:
        self._context = context
        self._size = (width, height)
        self._opened = ExitStack()
        self._passes: list[tuple[moderngl.Scope, moderngl.VertexArray]] = []
        self._parts: list[Part] = []

    def __enter__(self) -> Self:
        """Compile and allocate. Raises GraphicsError."""
        width, height = self._size
        with ExitStack() as opened:
            try:
                # Two values of Y in one texel lie in memory as in two.
                self._add("0", (width // 2, height), (2,), opened)
                self._add("1", (width // 2, height // 2), (1, 1), opened)
            except moderngl.Error as error:
                raise GraphicsError(
                    f"the driver cannot convert pictures of {width} x {height} pixels ({error})"
                ) from error
            self._opened = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Give all memory back."""
        self._opened.close()

    def draw(self, picture: Picture) -> Sequence[Part]:
        """Draw all three; they come in this order and hold until the next call."""
        picture.use(0)
        for scope, array in self._passes:
            # It binds again what was bound before. moderngl does so as well whenever it makes a
            # framebuffer, and ours, gone by then, would leave a GL error behind.
            with scope:
                array.render(vertices=3)
        return self._parts

    def _add(
        self, chroma: str, size: tuple[int, int], components: Sequence[int], opened: ExitStack
    ) -> None:
        """A pass that draws into a texture of each of these numbers of components."""
        textures = []
        for count in components:
            textures.append(self._context.texture(size, count))
            opened.callback(textures[-1].release)
        framebuffer = self._context.framebuffer(textures)
        opened.callback(framebuffer.release)
        # Made once: moderngl never lets go of a scope by itself.
        scope = self._context.scope(framebuffer)
        opened.callback(scope.release)
        program, array = fullscreen_pass(self._context, "planes.frag", {"CHROMA": chroma}, opened)
        program["picture"] = 0
        self._passes.append((scope, array))
        self._parts += map(Part, textures, [size[0]] * 2, [size[1]] * 2, components)
