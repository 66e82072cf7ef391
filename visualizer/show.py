"""The show itself: every part that plays live is opened here, joined, and closed again."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields
from fractions import Fraction
from pathlib import Path
from typing import Any

import moderngl
import numpy as np
import platformdirs

from visualizer.audio.analysis import Analyzer
from visualizer.audio.microphone import Microphone
from visualizer.audio.onset import DEFAULT_ONSET
from visualizer.audio.stamps import Arrival
from visualizer.autoscale import Autoscale
from visualizer.clock import LiveClock
from visualizer.controls import key_table
from visualizer.drops import Drops
from visualizer.ears import Ears
from visualizer.errors import GraphicsError
from visualizer.faults import HearingLog, SoundCheck, StallLog
from visualizer.frame_times import FrameTimes
from visualizer.gauges import Gauges, Suppliers, delays_of, newest
from visualizer.keeper import Keeper
from visualizer.lastnight import LastNight, Remembered, paths_of, spec_of
from visualizer.loop import Parts, run
from visualizer.newcomers import Newcomers
from visualizer.notices import Notices
from visualizer.opening import Opening
from visualizer.places import APP_NAME, last_night_file, scales_folder
from visualizer.playlist import Playlist
from visualizer.preparer import Preparer
from visualizer.render.autoscaled import AutoscaledRenderer
from visualizer.render.context import attach, gl
from visualizer.render.quad import Quad
from visualizer.render.renderer import Renderer
from visualizer.request import LiveRequest
from visualizer.script import Script
from visualizer.session import Session
from visualizer.shelf import StyleShelf
from visualizer.sinks.hud import Hud, preload
from visualizer.sinks.overlay import HelpOverlay
from visualizer.sinks.screenshot import Screenshots, pictures_folder
from visualizer.sinks.window import Window
from visualizer.song import PlayedSong
from visualizer.stage import Stage
from visualizer.status import Status
from visualizer.stopwatch import Stopwatch, TimedSink, TimedSource
from visualizer.style import Style
from visualizer.style_scales import StyleScales
from visualizer.types import Observer
from visualizer.types import Renderer as DrawsScenes
from visualizer.watcher import Watcher

log = logging.getLogger(__name__)

WINDOW_SIZE = (1280, 720)
FASTER_HZ = 0.5
"""Above the monitor's own rate, so that its sync sets the pace and no frame is ever missed."""


def play_show(opening: Opening, stage: Stage, sound: Path | str, notices: Notices) -> None:
    """Open the window and play in it, until it ends or somebody quits. Raises ChladniError.

    sound: a song's file, or an input's name.
    """
    request = opening.request
    look = request.look
    with ExitStack() as closing:
        picture = _open_picture(opening, stage, closing)
        window, shelf = picture.window, picture.shelf
        listening = _open_ears(request, sound, closing)
        ears = listening.ears
        newcomers = Newcomers(shelf, picture.preparer, _thread("newcomers", closing))
        closing.enter_context(Watcher(stage.library.folder, newcomers.expect))
        stopwatch, playlist = Stopwatch(), Playlist()
        fps = look.fps or Fraction(round(window.refresh_hz + FASTER_HZ, 3)).limit_denominator(1000)
        times = FrameTimes(fps)
        gauges = Gauges(
            Suppliers(
                times,
                ears,
                following=lambda session: _name(shelf.neighbour(session.asked, 1)),
                scale=lambda: picture.renderer.scale,
                delays=lambda: delays_of(stopwatch.snapshot()),
                notice=lambda: newest(notices),
            )
        )
        hud = closing.enter_context(Hud(window.handle, gauges.read, gl()))
        window.lay_over(hud)
        # Over the HUD: who asks for help wants to read it.
        window.lay_over(HelpOverlay(key_table(), closing.enter_context(Quad(picture.context))))
        observers: list[Observer] = [
            stopwatch,
            times,
            playlist,
            newcomers,
            Drops(lambda path: newcomers.expect(path, shown=True), ears.play),
            window,
            ears,
            HearingLog(ears),
            StallLog(),
            closing.enter_context(
                LastNight(last_night_file(), _memory(opening, stage, picture, newcomers, ears))
            ),
        ]
        if request.status is not None:
            status = Status(request.status, ears, fps, latency=stopwatch.snapshot)
            observers.append(closing.enter_context(status))
        follows_song = isinstance(sound, Path)
        run(
            Parts(
                clock=LiveClock(
                    fps,
                    duration_s=request.for_s,
                    position_s=ears.position_s if follows_song else None,
                    finished=lambda: ears.finished,
                ),
                source=TimedSource(SoundCheck(ears, ears), listening.arrival, stopwatch),
                analyzer=Analyzer(look.onset or DEFAULT_ONSET, look.channels),
                renderer=_in_time(request, stage, picture, fps, closing),
                shelf=shelf,
                controls=(window, hud, Script(stage.timed), playlist, newcomers),
                observers=observers,
                sinks=(
                    closing.enter_context(Screenshots(pictures_folder())),
                    closing.enter_context(Keeper(_kept(stage.library.folder))),
                    TimedSink(window, stopwatch),
                ),
            ),
            stage.session,
        )


@dataclass(frozen=True, slots=True)
class PictureSide:
    """What draws and shows."""

    context: moderngl.Context
    window: Window
    renderer: Renderer
    preparer: Preparer
    shelf: StyleShelf


@dataclass(frozen=True, slots=True)
class Listening:
    """What hears. arrival: when the hops handed out last came in; a song's never do."""

    ears: Ears
    arrival: Callable[[], Arrival | None]


def _open_window(opening: Opening, closing: ExitStack) -> Window:
    """The window, on the usual monitor if that is there. Raises GraphicsError."""
    request = opening.request

    def opened(monitor: int | None) -> Window:
        size = request.look.resolution or WINDOW_SIZE
        name = APP_NAME.capitalize()
        window = Window(name, *size, fullscreen=request.fullscreen, monitor=monitor)
        return closing.enter_context(window)

    if request.monitor is None and opening.likely_monitor is not None:
        try:
            return opened(opening.likely_monitor)
        except GraphicsError as error:
            log.warning("the usual monitor is left out: %s", error)
    return opened(request.monitor)


def _open_picture(opening: Opening, stage: Stage, closing: ExitStack) -> PictureSide:
    """The window, and the library's styles on their way to the GPU. Raises GraphicsError."""
    look = opening.request.look
    window = _open_window(opening, closing)
    context = closing.enter_context(attach())
    fixed = look.scale if isinstance(look.scale, float) else None
    renderer = closing.enter_context(Renderer(context, *window.framebuffer_size, fixed or 1.0))
    window.on_resize = _resizing(renderer)
    seeds = _thread("seeds", closing)
    # Loads while the driver compiles.
    seeds(preload)
    # The first style before the first picture; the others while the show goes on.
    renderer.prepare(stage.style)
    preparer = closing.enter_context(Preparer(renderer, window.shared_context()))
    shelf = StyleShelf(
        stage.library.styles,
        preparer,
        random=np.random.default_rng(),
        submit=seeds,
        named=stage.named,
        morphs=stage.morphs,
    )
    shelf.get_ready()
    return PictureSide(context, window, renderer, preparer, shelf)


def _resizing(renderer: Renderer) -> Callable[[int, int], None]:
    """Follow the window's size; a picture that the GPU has no room for stays as large as it was."""

    def resize(width: int, height: int) -> None:
        try:
            renderer.resize(width, height)
        except GraphicsError as error:
            log.warning("the picture keeps its size: %s", error)

    return resize


def _in_time(
    request: LiveRequest, stage: Stage, picture: PictureSide, fps: Fraction, closing: ExitStack
) -> DrawsScenes:
    """The renderer at the scale that was asked for, or at the one that the GPU can do in time."""
    if isinstance(request.look.scale, float):
        return picture.renderer
    scales = StyleScales(stage.library.folder, scales_folder(), _thread("scales", closing))
    for style in stage.library.styles:
        scales.of(style)
    return AutoscaledRenderer(
        picture.renderer,
        Autoscale(period_ms=float(1000 / fps)),
        floor=lambda style: scales.of(style).floor(picture.renderer.size[1]),
    )


def _open_ears(request: LiveRequest, sound: Path | str, closing: ExitStack) -> Listening:
    """Begin to listen, or to play the song: the last thing before the first frame.

    Raises SoundError.
    """

    def open_song(path: Path) -> PlayedSong:
        return PlayedSong(path, request.look.channels).__enter__()

    if isinstance(sound, Path):
        return Listening(
            closing.enter_context(Ears(None, open_song(sound), open_song)), lambda: None
        )
    log.info("listening to %s", sound)
    microphone = closing.enter_context(Microphone(sound))
    ears = closing.enter_context(Ears(microphone, None, open_song))
    return Listening(ears, lambda: None if ears.follows_song else microphone.arrival)


def _memory(
    opening: Opening, stage: Stage, picture: PictureSide, newcomers: Newcomers, ears: Ears
) -> Callable[[Session], Remembered]:
    """How the show stands, in words for the next night."""
    folder, last = stage.library.folder, opening.last
    before = paths_of(last.slots if last.style is None else (*last.slots, last.style))
    known = {field.name for field in fields(Remembered)}

    def remember(session: Session) -> Remembered:
        paths = before | newcomers.paths
        hands = {name: value for name, value in asdict(session.hands).items() if name in known}
        return Remembered(
            style=spec_of(session.style, folder, paths),
            slots=tuple(spec_of(style, folder, paths) for style in picture.shelf.styles),
            audio_device=ears.input_name or last.audio_device,
            scale=opening.request.look.scale,
            audio_scale=session.audio_scale,
            fade=session.fade,
            playlist=session.playlist,
            shuffle=session.shuffle,
            switch_on=session.switch_on,
            **hands,
        )

    return remember


def _name(style: Style | None) -> str:
    return "" if style is None else style.name


def _thread(name: str, closing: ExitStack) -> Callable[..., Future[Any]]:
    """Where jobs are done off the loop, one after the other."""
    return closing.enter_context(ThreadPoolExecutor(1, thread_name_prefix=name)).submit


def _kept(folder: Path) -> Path:
    """Where kept seeds go: the library's folder, or the user's own where that is closed."""
    own = platformdirs.user_data_path(APP_NAME, appauthor=False) / "styles"
    return folder if os.access(folder, os.W_OK) else own
