"""Second pass: everything per screen pixel. The shader's own comments say what and why."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Self

import moderngl

from visualizer.errors import GraphicsError
from visualizer.render.gl.fullscreen import fullscreen_pass
from visualizer.style.hue import hue_matrix

MAX_LAYERS = 2
"""Layers that the present pass mixes: one style, or two while they cross."""


class PresentPass:
    """Upscales, mixes, turns, dims and dithers into a framebuffer of bytes.

    context: the GL context that is current in this thread.
    """

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context
        self._opened = ExitStack()
        self._sized = ExitStack()
        self._variants: dict[tuple[int, bool], tuple[moderngl.Program, moderngl.VertexArray]] = {}

    def __enter__(self) -> Self:
        """Compile. Raises GraphicsError."""
        # One program for each case: llvmpipe would run a skipped layer or upscale as well.
        for layers in range(1, MAX_LAYERS + 1):
            for upscale in (False, True):
                defines = {"LAYERS": str(layers), "UPSCALE": str(int(upscale))}
                program, array = fullscreen_pass(
                    self._context, "present.frag", defines, self._opened
                )
                for unit in range(MAX_LAYERS):
                    if f"layer{unit}" in program:
                        program[f"layer{unit}"] = unit
                self._variants[layers, upscale] = program, array
        return self

    def __exit__(self, *_: object) -> None:
        """Give all memory back."""
        self._sized.close()
        self._opened.close()

    def resize(self, width: int, height: int) -> None:
        """Make ``screen``, the framebuffer that is drawn into, of this size.

        Raises GraphicsError where the driver has no room, and leaves the old one.
        """
        with ExitStack() as opened:
            try:
                texture = self._context.texture((width, height), 4)
                opened.callback(texture.release)
                screen = self._context.framebuffer([texture])
            except moderngl.Error as error:
                raise GraphicsError(
                    f"the driver cannot draw a picture of {width} x {height} pixels ({error})"
                ) from error
            opened.callback(screen.release)
            # moderngl binds again whatever framebuffer was bound before it makes another: one that
            # is gone by then would leave a GL error behind. So the old go last, and not bound.
            screen.use()
            self._sized.close()
            self._sized = opened.pop_all()
        self.screen = screen

    def draw(
        self,
        layers: Sequence[tuple[moderngl.Texture, float]],
        drawn: tuple[int, int],
        *,
        hue: float = 0.0,
        dimmer: float = 1.0,
        index: int = 0,
    ) -> None:
        """Present layers (texture, share); all else is as in ``Scene``.

        drawn: columns and rows of the textures that hold the layers.
        """
        program, array = self._variants[len(layers), drawn != self.screen.size]
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
            "size": tuple(map(float, self.screen.size)),
            "drawn": drawn,
        }
        for name, value in values.items():
            # A compiler drops uniforms that its variant does not read.
            if name in program:
                program[name] = value
        self.screen.use()
        array.render(vertices=3)
