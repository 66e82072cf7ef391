"""Second pass: everything per screen pixel. The shader's own comments say what and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import moderngl

from visualizer.errors import GraphicsError
from visualizer.hue import hue_matrix
from visualizer.render.glsl import load_source

MAX_LAYERS = 2
"""Layers that the present pass mixes: one style, or two while they cross."""


class PresentPass:
    """Upscales, mixes, turns, dims and dithers into a framebuffer of bytes.

    Args:
        context: the GL context that is current in this thread.
        size: width and height of the picture.
        upscale: the layers are smaller than the picture.
    """

    def __init__(self, context: moderngl.Context, size: tuple[int, int], *, upscale: bool) -> None:
        self._context = context
        self._size = size
        self._upscale = upscale
        self._programs: list[moderngl.Program] = []
        self._arrays: list[moderngl.VertexArray] = []

    def __enter__(self) -> Self:
        """Compile and allocate. Raises GraphicsError."""
        self._texture = self._context.texture(self._size, 4)
        self.framebuffer = self._context.framebuffer([self._texture])
        # One program per number of layers: llvmpipe would run a skipped layer as well.
        for layers in range(1, MAX_LAYERS + 1):
            program = self._compile(layers)
            self._programs.append(program)
            self._arrays.append(self._context.vertex_array(program, []))
        return self

    def __exit__(self, *_: object) -> None:
        """Give all memory back."""
        for array in self._arrays:
            array.release()
        for program in self._programs:
            program.release()
        self.framebuffer.release()
        self._texture.release()

    def draw(
        self,
        layers: Sequence[tuple[moderngl.Texture, float]],
        *,
        hue: float = 0.0,
        dimmer: float = 1.0,
        index: int = 0,
    ) -> None:
        """Present layers (texture, share); all else is as in ``Scene``."""
        program, array = self._programs[len(layers) - 1], self._arrays[len(layers) - 1]
        mixes = [mix for _, mix in layers]
        for unit, (texture, _) in enumerate(layers):
            texture.use(unit)
        values: dict[str, object] = {
            "mixes": (*mixes, 0.0)[:MAX_LAYERS],
            # GLSL's matrices are stored by columns.
            "hue": tuple(hue_matrix(hue).T.ravel()),
            "dimmer": dimmer,
            "untouched": mixes == [1.0] and dimmer == 1.0 and hue % 1.0 == 0.0,
            "frame": index & 0x7FFFFFFF,
            "size": tuple(map(float, self._size)),
        }
        for name, value in values.items():
            # A compiler drops uniforms that its variant does not read.
            if name in program:
                program[name] = value
        self.framebuffer.use()
        array.render(vertices=3)

    def _compile(self, layers: int) -> moderngl.Program:
        vertex = load_source("triangle.vert")
        fragment = load_source(
            "present.frag", {"LAYERS": str(layers), "UPSCALE": str(int(self._upscale))}
        )
        try:
            program = self._context.program(
                vertex_shader=vertex.text, fragment_shader=fragment.text
            )
        except moderngl.Error as error:
            raise GraphicsError(
                f"the shader {fragment.name} does not compile: {fragment.explain(str(error))}"
            ) from error
        for unit in range(MAX_LAYERS):
            if f"layer{unit}" in program:
                program[f"layer{unit}"] = unit
        return program
