"""The show itself: every part that plays live is opened here, joined, and closed again."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from visualizer.app.live.deferred import Deferred
from visualizer.app.live.graphics import LiveGraphics, in_time, open_graphics
from visualizer.app.live.handlers import Handlers
from visualizer.app.live.prompt import folder_for_new, make_prompter
from visualizer.app.live.rig import LiveRig
from visualizer.app.preflight import Preflight, flash_limit
from visualizer.audio.analysis.analyzer import Analyzer
from visualizer.audio.analysis.listener import Listener
from visualizer.audio.analysis.onset import DEFAULT_ONSET
from visualizer.audio.capture.microphone import Microphone
from visualizer.audio.source_switch import SourceSwitch
from visualizer.config.fields import ShowFields, fields_of
from visualizer.config.precedence import Resolved
from visualizer.config.request import LiveRequest
from visualizer.config.saved_show import ShowSaver, paths_of, spec_of
from visualizer.contracts import Observer
from visualizer.controls.hot_reload import Drops, HotReload
from visualizer.controls.playlist import Playlist
from visualizer.controls.prompt.prompter import Prompter
from visualizer.controls.script import Script
from visualizer.loop import Parts, run
from visualizer.monitor.beat_lead import BeatLead
from visualizer.monitor.frame_times import FrameTimes
from visualizer.monitor.health import HearingLog, SoundCheck, StallLog
from visualizer.monitor.latency import LatencyMeter, TimedSink, TimedSource
from visualizer.monitor.recent_warnings import RecentWarnings
from visualizer.monitor.status import Status
from visualizer.output.hud.gauges import Gauges, Suppliers, delays_of, newest
from visualizer.output.hud.hud import Hud
from visualizer.output.hud.readings import ALLOWED, HELD
from visualizer.output.screenshot import Screenshots
from visualizer.output.style_saver import StyleSaver
from visualizer.render.gl.context import gl
from visualizer.show.beat.beat_clock import LEAD_S, BeatClock
from visualizer.show.clock import LiveClock
from visualizer.show.commands import key_table
from visualizer.show.flashes.limit import FlashLimit
from visualizer.show.session import Session
from visualizer.style.library import library_folders
from visualizer.style.style import Style
from visualizer.system.paths import pictures_folder, saved_show_file
from visualizer.system.workers import worker
from visualizer.types import Arrival

if TYPE_CHECKING:
    from visualizer.audio.playback.song import PlayedSong

log = logging.getLogger(__name__)

FASTER_HZ = 0.5
"""Above the monitor's own rate, so that its sync sets the pace and no frame is ever missed."""


def play_show(
    resolved: Resolved, preflight: Preflight, sound: Path | str, recent_warnings: RecentWarnings
) -> frozenset[int]:
    """Open the window and play in it, until it ends or somebody quits. Raises ChladniError.

    sound: a song's file, or an input's name. Returns the networks' widths for which this GPU was
    not measured.
    """
    request = resolved.request
    look = request.look
    with ExitStack() as closing:
        # What is loaded until the first picture stays: to look for garbage in it takes .04 s.
        gc.disable()
        closing.callback(gc.enable)
        picture = open_graphics(resolved, preflight, closing)
        window, pool, library = picture.window, picture.pool, preflight.library.folder
        listening = _open_source(request, sound, closing)
        source_switch = listening.source_switch
        hot_reload = HotReload(pool, picture.preparer, worker("hot_reload", closing))
        prompter = make_prompter(resolved, picture, library, hot_reload, closing)
        latency_meter, playlist = LatencyMeter(), Playlist()
        rig = LiveRig(request, pool, preflight.library.folder, closing)
        fps = look.fps or Fraction(round(window.refresh_hz + FASTER_HZ, 3)).limit_denominator(1000)
        times = FrameTimes(fps)
        limit = flash_limit(look.flashes, picture.aspect)
        hud = _hud(
            picture, source_switch, times, latency_meter, rig, prompter, recent_warnings, limit
        )
        window.lay_over(hud)
        screenshots = closing.enter_context(Screenshots(pictures_folder()))
        style_saver = closing.enter_context(StyleSaver(folder_for_new(library)))
        drops = Drops(lambda path: hot_reload.expect(path, shown=True), source_switch.play)
        handlers = Handlers(
            {
                "fullscreen": window.toggle_fullscreen,
                "monitor": window.to_next_monitor,
                "device": source_switch.next_device,
                "screenshot": screenshots.ask,
                "keep": style_saver.ask,
                "drop": drops.take,
                "prompt": prompter.begin,
                "prompt-off": prompter.end,
            }
        )
        memory = _memory(resolved, preflight, picture, hot_reload, source_switch)
        observers: list[Observer] = [
            handlers,
            latency_meter,
            times,
            playlist,
            hot_reload,
            prompter,
            window,
            HearingLog(source_switch),
            StallLog(),
            *rig.observers,
            _deferred(picture, hud, hot_reload, library, closing),
            Deferred(*rig.jobs),
            closing.enter_context(ShowSaver(saved_show_file(), memory)),
        ]
        # Left before it is written down how the show ended: what it kept is a part of that.
        closing.enter_context(prompter)
        if request.status is not None:
            status = Status(
                request.status,
                source_switch,
                times,
                latency=latency_meter.snapshot,
                flashes_held=lambda: 0 if limit is None else limit.held,
            )
            observers.append(closing.enter_context(status))
        follows_song = isinstance(sound, Path)
        run(
            Parts(
                clock=LiveClock(
                    fps,
                    duration_s=request.for_s,
                    position_s=source_switch.position_s if follows_song else None,
                    finished=lambda: source_switch.finished,
                ),
                listener=Listener(
                    TimedSource(
                        SoundCheck(source_switch, source_switch), listening.arrival, latency_meter
                    ),
                    Analyzer(look.onset or DEFAULT_ONSET, look.channels),
                ),
                renderer=in_time(look, preflight, picture, fps, closing),
                pool=pool,
                beat_clock=BeatClock(
                    rig.outer_clocks,
                    BeatLead(latency_meter.snapshot, LEAD_S, request.delay_ms / 1e3),
                ),
                guards=() if limit is None else (limit,),
                controls=(
                    rig.picking(window),
                    rig.picking(hud),
                    Script(preflight.timed),
                    playlist,
                    hot_reload,
                    prompter,
                    *rig.controls,
                ),
                observers=observers,
                sinks=(screenshots, style_saver, TimedSink(window, latency_meter)),
            ),
            preflight.session,
        )
    return picture.unknown


@dataclass(frozen=True, slots=True)
class Listening:
    """What hears. arrival: when the hops handed out last came in; a song's never do."""

    source_switch: SourceSwitch
    arrival: Callable[[], Arrival | None]


def _hud(  # noqa: PLR0913, PLR0917 - each is somebody whom the HUD asks
    picture: LiveGraphics,
    source_switch: SourceSwitch,
    times: FrameTimes,
    latency_meter: LatencyMeter,
    rig: LiveRig,
    prompter: Prompter,
    recent_warnings: RecentWarnings,
    limit: FlashLimit | None,
) -> Hud:
    """The HUD, not opened yet."""
    pool = picture.pool
    gauges = Gauges(
        Suppliers(
            times,
            source_switch,
            following=lambda session: _name(pool.neighbour(session.asked, 1)),
            scale=lambda: picture.renderer.scale,
            delays=lambda: delays_of(latency_meter.snapshot()),
            prompt=rig.prompt,
            code=rig.code,
            training=prompter.reading,
            notice=lambda: newest(recent_warnings),
            flashes=lambda: ALLOWED if limit is None else HELD * limit.holding,
        )
    )
    return Hud(picture.window.handle, gauges.read, key_table(), gl(), picture.window.line)


def _deferred(
    picture: LiveGraphics,
    hud: Hud,
    hot_reload: HotReload,
    folder: Path,
    closing: ExitStack,
) -> Deferred:
    """All that opens after the first picture."""
    # Closed after what writes down how the show ended: a driver that compiles takes its time.
    late = closing.enter_context(ExitStack())
    return Deferred(
        lambda: late.enter_context(picture.preparer),
        picture.pool.get_ready,
        lambda: late.enter_context(hud),
        lambda: _watch(folder, hot_reload.expect, late),
        _resume_garbage_collection,
    )


def _watch(folder: Path, tell: Callable[[Path], None], closing: ExitStack) -> None:
    """Look out for styles that are new or change."""
    # The library that watches takes .01 s to load: the first picture comes without.
    from visualizer.system.watcher import Watcher  # noqa: PLC0415 - as above

    for each in library_folders(folder):
        if each.is_dir():
            closing.enter_context(Watcher(each, tell))


def _resume_garbage_collection() -> None:
    """From now on, and never in what is here already: all of it at once takes two frames."""
    gc.freeze()
    gc.enable()


def _open_source(request: LiveRequest, sound: Path | str, closing: ExitStack) -> Listening:
    """Begin to listen, or to play the song: the last thing before the first frame.

    Raises SoundError.
    """

    def open_song(path: Path) -> PlayedSong:
        # Decoders take .05 s to load: a show from an input begins without.
        from visualizer.audio.playback.song import PlayedSong  # noqa: PLC0415 - as above

        return PlayedSong(path, request.look.channels).__enter__()

    if isinstance(sound, Path):
        return Listening(
            closing.enter_context(SourceSwitch(None, open_song(sound), open_song)), lambda: None
        )
    log.info("listening to %s", sound)
    microphone = closing.enter_context(Microphone(sound))
    source_switch = closing.enter_context(SourceSwitch(microphone, None, open_song))
    return Listening(
        source_switch, lambda: None if source_switch.follows_song else microphone.arrival
    )


def _memory(
    resolved: Resolved,
    preflight: Preflight,
    picture: LiveGraphics,
    hot_reload: HotReload,
    source_switch: SourceSwitch,
) -> Callable[[Session], ShowFields]:
    """How the show stands, in words for the next night."""
    folder, last = preflight.library.folder, resolved.last
    before = paths_of((*(last.slots or ()), *([] if last.style is None else [last.style])))

    def remember(session: Session) -> ShowFields:
        paths = before | hot_reload.paths
        return replace(
            fields_of(session),
            style=spec_of(session.style, folder, paths),
            slots=tuple(spec_of(style, folder, paths) for style in picture.pool.styles),
            audio_device=source_switch.input_name or last.audio_device,
            scale=resolved.request.look.scale,
        )

    return remember


def _name(style: Style | None) -> str:
    return "" if style is None else style.name
