"""Draws scenes: the network pass of every layer, then the present pass."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import Self

import moderngl
import numpy as np
from numpy.typing import NDArray

from visualizer.contracts import Scene
from visualizer.errors import GraphicsError
from visualizer.render.evaluation import evaluation
from visualizer.render.gl.compute import knows_compute
from visualizer.render.gl.context import clear_errors, driver_of, gl
from visualizer.render.gl.sampler_reset import SamplerReset
from visualizer.render.gl.timer import GpuTimer
from visualizer.render.gpu_styles import GpuStyles, query_limits
from visualizer.render.network_pass import NetworkPass
from visualizer.render.picture import DrawnPicture
from visualizer.render.present import MAX_LAYERS, PresentPass
from visualizer.render.shader_text.tuning import Tunings, table, without_compute
from visualizer.render.warm_up import warm_up
from visualizer.style.style import Style
from visualizer.types import GpuTime


class Renderer:
    """Draws scenes in one GL context. Use it as a context manager.

    Args:
        context: from ``visualizer.render.gl.context``, current in this thread.
        width: of the picture, in pixels.
        height: of the picture, in pixels.
        scale: the network is evaluated at this part of both, then upscaled; it may become less.
        tunings: None takes the table's for the driver.
    """

    def __init__(
        self,
        context: moderngl.Context,
        width: int,
        height: int,
        scale: float = 1.0,
        tunings: Tunings | None = None,
    ) -> None:
        self._context = context
        self._size = (width, height)
        self._scale = self._max_scale = scale
        self.name, version = driver_of(context)
        self._usual = table(self.name, version)
        self._tunings = tunings or self._usual
        self._opened = ExitStack()
        self._sized = ExitStack()
        self._layers: list[NetworkPass] = []

    def __enter__(self) -> Self:
        """Compile and allocate. Raises GraphicsError."""
        if not knows_compute(self._context):
            self._tunings = without_compute(self._tunings, self._usual)
        self._gpu_styles = GpuStyles(query_limits(), self._tunings)
        self._present = self._opened.enter_context(PresentPass(self._context))
        self._timer = self._opened.enter_context(GpuTimer())
        self._sampler_reset = self._opened.enter_context(SamplerReset())
        self._allocate(self._size)
        self._warm_up_present(1)
        return self

    def __exit__(self, *_: object) -> None:
        """Give all memory on the GPU back."""
        # moderngl would bind what it bound last again, which is about to go.
        self._context.detect_framebuffer(0).use()
        self._sized.close()
        self._opened.close()
        self._gpu_styles.close()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture, in pixels."""
        return self._size

    @property
    def tunings(self) -> Tunings:
        """How networks of each width are compiled."""
        return self._tunings

    @property
    def most_scale(self) -> float:
        """The scale that it was made with, which there is room for."""
        return self._max_scale

    @property
    def scale(self) -> float:
        """The part of the picture's width and height at which the network is evaluated."""
        return self._scale

    def prepare(self, style: Style) -> None:
        """Make a style ready to be drawn; may take seconds where its program is new.

        May be called from another thread in which a context that shares objects with the
        renderer's is current. Raises GraphicsError.
        """
        self._gpu_styles.add(style, partial(warm_up, sampler_reset=self._sampler_reset))

    def warm_up_crossings(self) -> None:
        """Let the driver compile how two styles are mixed, before a first crossing has to wait.

        That takes .2 s on llvmpipe where it is new: no first picture need wait for it.
        """
        self._warm_up_present(MAX_LAYERS)

    def is_ready(self, style: Style) -> bool:
        """Whether ``draw`` can draw the style at once."""
        return self._gpu_styles.get(style) is not None

    def forget(self, style: Style) -> None:
        """Give the memory of a style back."""
        self._gpu_styles.remove(style)

    def draw(self, scene: Scene) -> DrawnPicture:
        """Draw one scene; the picture is valid until the next call.

        Never allocates or reads a file, nor compiles what was warmed up. The commands may still
        be under way on return: ``finish`` waits. Raises GraphicsError where a style was not
        prepared, or is to become one that it does not fit.
        """
        if not 1 <= len(scene.parts) <= MAX_LAYERS:
            raise GraphicsError(
                f"a scene has 1 to {MAX_LAYERS} layers, this one {len(scene.parts)}"
            )
        api = gl()
        # Somebody who draws an overlay may have left these on.
        for switch in (api.GL_BLEND, api.GL_DEPTH_TEST, api.GL_CULL_FACE, api.GL_SCISSOR_TEST):
            api.glDisable(switch)
        layers = []
        with self._timer.network():
            for index, part in enumerate(scene.parts):
                network = self._layers[index]
                network.draw(evaluation(self._gpu_styles, part, index, network.placement))
                layers.append((network.texture, part.mix))
        drawn = self._layers[0].size
        with self._timer.present():
            self._present.draw(layers, drawn, hue=scene.hue, dimmer=scene.dimmer, index=scene.index)
        return self._picture

    @property
    def gpu_time(self) -> GpuTime | None:
        """The newest draw whose time on the GPU is known by now; never waits."""
        return self._timer.newest()

    def finish(self) -> None:
        """Wait until everything asked for has been drawn."""
        gl().glFinish()

    def read_network(self, layer: int = 0) -> NDArray[np.float32]:
        """A layer as the network made it: (rows, columns, 3) floats, top row first."""
        return self._layers[layer].read()

    def resize(self, width: int, height: int) -> None:
        """Draw pictures of another size from now on.

        Raises GraphicsError where there is no room for them; all is as before then.
        """
        if (width, height) == self._size:
            return
        try:
            self._allocate((width, height))
        except GraphicsError:
            clear_errors()
            raise

    def set_scale(self, scale: float) -> None:
        """Evaluate the network at another scale from now on: nothing is allocated or compiled.

        Raises GraphicsError where that is more than it was at first.
        """
        if not 0.0 < scale <= self._max_scale:
            raise GraphicsError(
                f"cannot draw at scale {scale}: expected a number above 0,"
                f" at most {self._max_scale}"
            )
        self._scale = scale
        for network in self._layers:
            network.size = _scaled(self._size, scale)

    def _allocate(self, size: tuple[int, int]) -> None:
        """Make everything that depends on the sizes anew."""
        width, height = size
        if width < 1 or height < 1 or not 0.0 < self._max_scale <= 1.0:
            raise GraphicsError(
                f"cannot draw {width} x {height} pixels at scale {self._max_scale}:"
                " expected at least one pixel and a scale above 0, at most 1"
            )
        room = _scaled(size, self._max_scale)
        with ExitStack() as opened:
            tiles = {tuning.tile for tuning in self._tunings.values()}
            passes = [
                NetworkPass(self._context, room, width / height, tiles, self._sampler_reset)
                for _ in range(MAX_LAYERS)
            ]
            layers = [opened.enter_context(network) for network in passes]
            self._present.resize(width, height)
            # The old go last, as in PresentPass.resize.
            self._sized.close()
            self._sized = opened.pop_all()
        self._layers, self._size = layers, size
        self._picture = DrawnPicture(self._present.screen)
        self.set_scale(self._scale)

    def _warm_up_present(self, count: int) -> None:
        # Drivers compile at the first draw: do it now, with and without upscaling. A corner of it
        # does: on llvmpipe whole pictures would hold up the first one by .2 s.
        self._present.screen.scissor = (0, 0, 8, 8)
        layers = [(network.texture, 0.0) for network in self._layers[:count]]
        for drawn in {self._size, (1, 1)}:
            self._present.draw(layers, drawn)
        self._present.screen.scissor = (0, 0, *self._size)


def _scaled(size: tuple[int, int], scale: float) -> tuple[int, int]:
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
