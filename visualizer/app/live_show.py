"""The show itself: every part that plays live is opened here, joined, and closed again."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from visualizer.app.deferred import Later
from visualizer.app.live_graphics import PictureSide, in_time, open_picture
from visualizer.app.preflight import Stage
from visualizer.audio.analysis.analyzer import Analyzer
from visualizer.audio.analysis.listener import Listener
from visualizer.audio.analysis.onset import DEFAULT_ONSET
from visualizer.audio.capture.microphone import Microphone
from visualizer.audio.capture.timestamps import Arrival
from visualizer.audio.source_switch import Ears
from visualizer.config.precedence import Opening
from visualizer.config.request import LiveRequest
from visualizer.config.saved_show import LastNight, Remembered, paths_of, spec_of
from visualizer.controls.drops import Drops
from visualizer.controls.hot_reload import Newcomers
from visualizer.controls.playlist import Playlist
from visualizer.controls.script import Script
from visualizer.loop import Parts, run
from visualizer.monitor.frame_times import FrameTimes
from visualizer.monitor.health import HearingLog, SoundCheck, StallLog
from visualizer.monitor.latency import Stopwatch, TimedSink, TimedSource
from visualizer.monitor.recent_warnings import Notices
from visualizer.monitor.status import Status
from visualizer.output.hud.gauges import Gauges, Suppliers, delays_of, newest
from visualizer.output.hud.hud import Hud
from visualizer.output.screenshot import Screenshots, pictures_folder
from visualizer.output.style_saver import Keeper
from visualizer.render.gl.context import gl
from visualizer.render.quad import Quad
from visualizer.show.beat_clock import Metronome
from visualizer.show.clock import LiveClock
from visualizer.show.commands import key_table
from visualizer.show.session import Session
from visualizer.style.style import Style
from visualizer.system.background import worker
from visualizer.system.paths import APP_NAME, last_night_file
from visualizer.types import Observer

if TYPE_CHECKING:
    from visualizer.audio.playback.song import PlayedSong

log = logging.getLogger(__name__)

FASTER_HZ = 0.5
"""Above the monitor's own rate, so that its sync sets the pace and no frame is ever missed."""


def play_show(opening: Opening, stage: Stage, sound: Path | str, notices: Notices) -> None:
    """Open the window and play in it, until it ends or somebody quits. Raises ChladniError.

    sound: a song's file, or an input's name.
    """
    request = opening.request
    look = request.look
    with ExitStack() as closing:
        # What is loaded until the first picture stays: to look for garbage in it takes .04 s.
        gc.disable()
        closing.callback(gc.enable)
        picture = open_picture(opening, stage, closing)
        window, shelf = picture.window, picture.shelf
        listening = _open_ears(request, sound, closing)
        ears = listening.ears
        newcomers = Newcomers(shelf, picture.preparer, worker("newcomers", closing))
        stopwatch, playlist = Stopwatch(), Playlist()
        fps = look.fps or Fraction(round(window.refresh_hz + FASTER_HZ, 3)).limit_denominator(1000)
        times = FrameTimes(fps)
        hud = _hud(picture, ears, times, stopwatch, notices)
        window.lay_over(hud)
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
            _later(picture, hud, newcomers, stage.library.folder, closing),
            closing.enter_context(
                LastNight(last_night_file(), _memory(opening, stage, picture, newcomers, ears))
            ),
        ]
        if request.status is not None:
            status = Status(request.status, ears, times, latency=stopwatch.snapshot)
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
                listener=Listener(
                    TimedSource(SoundCheck(ears, ears), listening.arrival, stopwatch),
                    Analyzer(look.onset or DEFAULT_ONSET, look.channels),
                ),
                renderer=in_time(look, stage, picture, fps, closing),
                shelf=shelf,
                beat_clock=Metronome(),
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
class Listening:
    """What hears. arrival: when the hops handed out last came in; a song's never do."""

    ears: Ears
    arrival: Callable[[], Arrival | None]


def _hud(
    picture: PictureSide, ears: Ears, times: FrameTimes, stopwatch: Stopwatch, notices: Notices
) -> Hud:
    """The HUD, not opened yet."""
    shelf = picture.shelf
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
    return Hud(picture.window.handle, gauges.read, gl())


def _later(
    picture: PictureSide, hud: Hud, newcomers: Newcomers, folder: Path, closing: ExitStack
) -> Later:
    """All that opens after the first picture."""
    # Closed after what writes down how the show ended: a driver that compiles takes its time.
    late = closing.enter_context(ExitStack())
    return Later(
        lambda: late.enter_context(picture.preparer),
        picture.shelf.get_ready,
        lambda: late.enter_context(hud),
        lambda: _lay_table_over(picture, late),
        lambda: _watch(folder, newcomers.expect, late),
        _look_for_garbage,
    )


def _lay_table_over(picture: PictureSide, closing: ExitStack) -> None:
    """The key table over the HUD: who asks for help wants to read it."""
    # Pillow takes .02 s to load: the first picture comes without.
    from visualizer.output.hud.overlay import HelpOverlay  # noqa: PLC0415 - as above

    quad = closing.enter_context(Quad(picture.context))
    picture.window.lay_over(HelpOverlay(key_table(), quad))


def _watch(folder: Path, tell: Callable[[Path], None], closing: ExitStack) -> None:
    """Look out for styles that are new or change."""
    # The library that watches takes .01 s to load: the first picture comes without.
    from visualizer.system.watcher import Watcher  # noqa: PLC0415 - as above

    closing.enter_context(Watcher(folder, tell))


def _look_for_garbage() -> None:
    """From now on, and never in what is here already: all of it at once takes two frames."""
    gc.freeze()
    gc.enable()


def _open_ears(request: LiveRequest, sound: Path | str, closing: ExitStack) -> Listening:
    """Begin to listen, or to play the song: the last thing before the first frame.

    Raises SoundError.
    """

    def open_song(path: Path) -> PlayedSong:
        # Decoders take .05 s to load: a show from an input begins without.
        from visualizer.audio.playback.song import PlayedSong  # noqa: PLC0415 - as above

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


def _kept(folder: Path) -> Path:
    """Where kept seeds go: the library's folder, or the user's own where that is closed."""
    own = platformdirs.user_data_path(APP_NAME, appauthor=False) / "styles"
    return folder if os.access(folder, os.W_OK) else own
