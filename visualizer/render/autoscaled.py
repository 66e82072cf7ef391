"""A renderer that draws the network as large as the GPU can in time."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from visualizer.contracts import Scene
from visualizer.render.picture import DrawnPicture
from visualizer.render.renderer import Renderer
from visualizer.render.scale_controller import Autoscale, Measured
from visualizer.style.style import Style

KEPT = 16
"""Draws whose work is remembered until their time is known."""


class AutoscaledRenderer:
    """Sets the renderer's scale before each draw.

    floor: the smallest scale that a style bears. now_s: for tests.
    """

    def __init__(
        self,
        renderer: Renderer,
        autoscale: Autoscale,
        floor: Callable[[Style], float],
        now_s: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._renderer = renderer
        self._autoscale = autoscale
        self._floor = floor
        self._now_s = now_s
        self._draws = 0
        self._before_s: float | None = None
        self._flops: deque[tuple[int, float]] = deque(maxlen=KEPT)

    def draw(self, scene: Scene) -> DrawnPicture:
        """Draw one scene at the scale that fits."""
        self._learn()
        styles = [part.style for part in scene.parts]
        styles += [part.morph.style for part in scene.parts if part.morph is not None]
        width, height = self._renderer.size
        per_pixel = sum(part.style.architecture.flop_per_pixel for part in scene.parts)
        flop = float(per_pixel * width * height)
        scale = self._autoscale.choose(flop, max(map(self._floor, styles)))
        self._renderer.set_scale(scale)
        self._flops.append((self._draws, flop * scale * scale))
        self._draws += 1
        return self._renderer.draw(scene)

    def _learn(self) -> None:
        now_s, before_s = self._now_s(), self._before_s
        self._before_s = now_s
        known = dict(self._flops)
        spent = self._renderer.gpu_time
        if spent is not None and spent.number in known:
            self._autoscale.note(
                Measured(spent.number, known[spent.number], spent.network_ms, spent.present_ms)
            )
        if before_s is not None and self._flops:
            self._autoscale.note_late(*self._flops[-1], 1e3 * (now_s - before_s))
