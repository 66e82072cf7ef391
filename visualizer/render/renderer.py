"""Draws scenes: the network pass of every layer, then the present pass."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Self

import moderngl
import numpy as np
from numpy.typing import NDArray

from visualizer.errors import GraphicsError
from visualizer.render.context import gl
from visualizer.render.evaluation import evaluation
from visualizer.render.network_pass import NetworkPass, warm_up
from visualizer.render.picture import DrawnPicture
from visualizer.render.present import MAX_LAYERS, PresentPass
from visualizer.render.resident import Resident, Residents, query_limits
from visualizer.render.tuning import Tuning, choose_tuning
from visualizer.style import Style
from visualizer.types import Scene


class Renderer:
    """Draws scenes in one GL context. Use it as a context manager.

    Args:
        context: from ``visualizer.render.context``, current in this thread.
        width: of the picture, in pixels.
        height: of the picture, in pixels.
        scale: the network is evaluated at this part of both, then upscaled.
        tuning: None picks what suits the driver.
    """

    def __init__(
        self,
        context: moderngl.Context,
        width: int,
        height: int,
        scale: float = 1.0,
        tuning: Tuning | None = None,
    ) -> None:
        self._context = context
        self._size = (width, height)
        self._scale = scale
        self.name = str(context.info["GL_RENDERER"])
        self._tuning = tuning or choose_tuning(self.name, str(context.info["GL_VERSION"]))
        self._opened = ExitStack()
        self._layers: list[NetworkPass] = []

    def __enter__(self) -> Self:
        """Allocate. Raises GraphicsError."""
        self._residents = Residents(query_limits(), self._tuning)
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        """Give all memory on the GPU back."""
        self._opened.close()
        self._residents.close()

    @property
    def scale(self) -> float:
        """The part of the picture's width and height at which the network is evaluated."""
        return self._scale

    def prepare(self, style: Style) -> None:
        """Make a style ready to be drawn; may take seconds where its program is new.

        May be called from another thread in which a context that shares objects with the
        renderer's is current. Raises GraphicsError.
        """
        self._residents.add(style, self._warm_up)

    def is_ready(self, style: Style) -> bool:
        """Whether ``draw`` can draw the style at once."""
        return self._residents.get(style) is not None

    def forget(self, style: Style) -> None:
        """Give the memory of a style back."""
        self._residents.remove(style)

    def draw(self, scene: Scene) -> DrawnPicture:
        """Draw one scene; the picture is valid until the next call.

        Never compiles, allocates or reads a file. The commands may still be under way on
        return: ``finish`` waits. Raises GraphicsError where a style was not prepared, or is to
        become one that it does not fit.
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
        for index, part in enumerate(scene.parts):
            network = self._layers[index]
            network.draw(evaluation(self._residents, part, index, network.placement))
            layers.append((network.texture, part.mix))
        self._present.draw(layers, hue=scene.hue, dimmer=scene.dimmer, index=scene.index)
        return self._picture

    def finish(self) -> None:
        """Wait until everything asked for has been drawn."""
        gl().glFinish()

    def read_network(self, layer: int = 0) -> NDArray[np.float32]:
        """A layer as the network made it: (rows, columns, 3) floats, top row first."""
        return self._layers[layer].read()

    def resize(self, width: int, height: int) -> None:
        """Draw pictures of another size from now on. Raises GraphicsError."""
        if (width, height) != self._size:
            self._size = (width, height)
            self._open()

    def set_scale(self, scale: float) -> None:
        """Evaluate the network at another scale from now on. Raises GraphicsError."""
        if scale != self._scale:
            self._scale = scale
            self._open()

    def _open(self) -> None:
        """Make everything that depends on the sizes anew."""
        width, height = self._size
        if width < 1 or height < 1 or not 0.0 < self._scale <= 1.0:
            raise GraphicsError(
                f"cannot draw {width} x {height} pixels at scale {self._scale}:"
                " expected at least one pixel and a scale above 0, at most 1"
            )
        network = (max(1, round(width * self._scale)), max(1, round(height * self._scale)))
        with ExitStack() as opened:
            passes = [
                NetworkPass(self._context, network, width / height, self._tuning)
                for _ in range(MAX_LAYERS)
            ]
            self._layers = [opened.enter_context(layer) for layer in passes]
            present = PresentPass(self._context, self._size, upscale=network != self._size)
            self._present = opened.enter_context(present)
            # The old go last: moderngl binds again whatever framebuffer was bound before, and
            # one that is gone by then would leave a GL error behind.
            self._opened.close()
            self._opened = opened.pop_all()
        # Drivers compile at the first draw: do it now for every number of layers.
        for count in range(1, MAX_LAYERS + 1):
            self._present.draw([(layer.texture, 0.0) for layer in self._layers[:count]])
        self._picture = DrawnPicture(self._present.framebuffer)

    def _warm_up(self, resident: Resident) -> None:
        warm_up(resident, self._tuning.tile)
