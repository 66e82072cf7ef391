"""``chladni replay NIGHT``: the night again in a window, with its sound."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from fractions import Fraction

from visualizer.app.live.graphics import FASTER_HZ, WINDOW_SIZE
from visualizer.app.replay.replay import Replay
from visualizer.audio.playback.player import Player
from visualizer.config.request import ReplayRequest
from visualizer.contracts import Frame
from visualizer.errors import DeviceError, GraphicsError
from visualizer.night.replaying.sound import film_sound
from visualizer.output.window.display import display
from visualizer.output.window.window import Window
from visualizer.render.autotune.tuning_cache import kept_for, known_tunings
from visualizer.render.gl.context import attach
from visualizer.render.preparer import PrepareNow
from visualizer.render.renderer import Renderer
from visualizer.show.clock import LiveClock
from visualizer.system.elapsed import Elapsed
from visualizer.system.paths import APP_NAME

log = logging.getLogger(__name__)


def replay_in_window(request: ReplayRequest) -> None:
    """Play a night in a window. Raises ChladniError."""
    replay = Replay(request.night)
    with ExitStack() as opened:
        if not opened.enter_context(display()):
            raise GraphicsError(
                "there is no display to open a window on; make a film: chladni replay NIGHT OUT.mp4"
            )
        size = request.resolution or WINDOW_SIZE
        window = opened.enter_context(
            Window(APP_NAME.capitalize(), *size, fullscreen=request.fullscreen)
        )
        context = opened.enter_context(attach())
        tunings = known_tunings(context, kept_for(context))
        scale = request.scale or 1.0
        renderer = opened.enter_context(Renderer(context, *window.framebuffer_size, scale, tunings))
        renderer.warm_up_crossings()
        window.on_resize(renderer.resize)
        position_s = _heard(replay, opened)
        clock = LiveClock(
            request.fps
            or Fraction(round(window.refresh_hz + FASTER_HZ, 3)).limit_denominator(1000),
            position_s=position_s,
            finished=lambda: position_s() >= replay.length_s,
        )
        parts = replay.followed(
            clock,
            lambda: renderer.size[0] / renderer.size[1],
            renderer,
            PrepareNow(renderer.prepare, renderer.forget),
        )
        controls = (*parts.controls, window)
        replay.run(
            replace(parts, controls=controls, observers=(window, _Hands(window)), sinks=(window,))
        )


class _Hands:
    """Carries out what concerns the window; all else of a recorded show has been."""

    def __init__(self, window: Window) -> None:
        self._window = window

    def see(self, frame: Frame) -> None:
        """Obey."""
        names = {action.name for action in frame.actions}
        if "fullscreen" in names:
            self._window.toggle_fullscreen()
        if "monitor" in names:
            self._window.to_next_monitor()


def _heard(replay: Replay, opened: ExitStack) -> Callable[[], float]:
    """Play the sound; which second of it is heard now. Without an output time goes by as well."""
    try:
        # A little longer: a player's time stops at the last whole sample before its end.
        sound = film_sound(replay.journal, 0.0, replay.length_s + 1.0)
        return opened.enter_context(Player(sound)).position_s
    except DeviceError as error:
        log.warning("%s; the night goes by in silence", error)
        return Elapsed()
