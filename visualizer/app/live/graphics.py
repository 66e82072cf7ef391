"""The side of a show that is seen: window, renderer, and the styles on their way to the GPU."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from visualizer.app.preflight import Preflight
from visualizer.config.precedence import Resolved
from visualizer.config.request import Look
from visualizer.contracts import Renderer as DrawsScenes
from visualizer.errors import GraphicsError
from visualizer.monitor_choice import MonitorChoice
from visualizer.output.window.window import DESKTOPS_FIRST, Window
from visualizer.render.autoscaled import AutoscaledRenderer
from visualizer.render.autotune.autotune import widths_of
from visualizer.render.autotune.tuning_cache import kept_for, known_tunings
from visualizer.render.gl.context import attach, preload
from visualizer.render.preparer import Preparer
from visualizer.render.renderer import Renderer
from visualizer.render.scale_controller import Autoscale
from visualizer.show.style_pool import StylePool
from visualizer.style.measure.min_scale import StyleScales
from visualizer.system.paths import APP_NAME, scales_folder
from visualizer.system.workers import worker

log = logging.getLogger(__name__)

WINDOW_SIZE = (1280, 720)
FASTER_HZ = 0.5
"""Above the monitor's own rate, so that its sync sets the pace and no frame is ever missed."""


@dataclass(frozen=True, slots=True)
class LiveGraphics:
    """What draws and shows. preparer: to be entered, so that the pool gets ready.

    fps: what the show aims at. unknown: the networks' widths for which this GPU was not measured.
    """

    window: Window
    renderer: Renderer
    preparer: Preparer
    pool: StylePool
    fps: Fraction
    unknown: frozenset[int]

    def aspect(self) -> float:
        """Width / height of the picture now."""
        width, height = self.renderer.size
        return width / height


def _open_window(resolved: Resolved, closing: ExitStack) -> Window:
    """The window, on the usual monitors if those are there. Raises GraphicsError."""
    request = resolved.request

    def opened(monitor: MonitorChoice | None, clone: MonitorChoice | None) -> Window:
        size = request.look.resolution or WINDOW_SIZE
        window = Window(
            APP_NAME.capitalize(),
            *size,
            fullscreen=request.fullscreen,
            borderless=request.borderless,
            on_top=request.on_top,
            monitors=monitor or DESKTOPS_FIRST,
            copied_to=clone,
        )
        return closing.enter_context(window)

    asked = request.monitor, request.clone
    usual = request.monitor or resolved.likely_monitor, request.clone or resolved.likely_clone
    if usual != asked:
        try:
            return opened(*usual)
        except GraphicsError as error:
            log.warning("the usual monitors are left out: %s", error)
    return opened(*asked)


def open_graphics(resolved: Resolved, preflight: Preflight, closing: ExitStack) -> LiveGraphics:
    """The window, and what draws the first style in it. Raises GraphicsError."""
    look = resolved.request.look
    seeds = worker("seeds", closing)
    # Loads while the window opens, which does not hold the interpreter.
    seeds(preload)
    window = _open_window(resolved, closing)
    context = closing.enter_context(attach())
    fixed = look.scale if isinstance(look.scale, float) else None
    # What was not measured yet is drawn as the table says: nobody waits before a black window.
    kept = kept_for(context)
    tunings = known_tunings(context, kept) if look.tune else None
    unknown = widths_of(preflight.styles) - set(kept.read()) if look.tune else frozenset()
    renderer = closing.enter_context(Renderer(context, *window.picture_size, fixed or 1.0, tunings))
    window.on_resize(_resizing(renderer))
    # The first style before the first picture; the others while the show goes on.
    renderer.prepare(preflight.style)
    preparer = Preparer(renderer.prepare, renderer.forget, window.shared_context)
    pool = StylePool(
        preflight.library.styles,
        preparer,
        random=np.random.default_rng(),
        submit=seeds,
        named=preflight.named,
        morphs=preflight.morphs,
    )
    fps = look.fps or Fraction(round(window.refresh_hz + FASTER_HZ, 3)).limit_denominator(1000)
    return LiveGraphics(window, renderer, preparer, pool, fps, unknown)


def _resizing(renderer: Renderer) -> Callable[[int, int], None]:
    """Follow the window's size; a picture that the GPU has no room for stays as large as it was."""

    def resize(width: int, height: int) -> None:
        try:
            renderer.resize(width, height)
        except GraphicsError as error:
            log.warning("the picture keeps its size: %s", error)

    return resize


def in_time(
    look: Look, preflight: Preflight, graphics: LiveGraphics, closing: ExitStack
) -> DrawsScenes:
    """The renderer at the scale that was asked for, or at the one that the GPU can do in time."""
    if isinstance(look.scale, float):
        return graphics.renderer
    scales = StyleScales(preflight.library.folder, scales_folder(), worker("scales", closing))
    for style in preflight.library.styles:
        scales.of(style)
    return AutoscaledRenderer(
        graphics.renderer,
        Autoscale(period_ms=float(1000 / graphics.fps)),
        floor=lambda style: scales.of(style).floor(graphics.renderer.size[1]),
    )
