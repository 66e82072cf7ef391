"""The show itself: every part that plays live is opened here, joined, and closed again."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from visualizer.app.live.controls import folder_for_new, open_controls
from visualizer.app.live.deferred import open_later, pause_garbage_collection
from visualizer.app.live.graphics import in_time, open_graphics
from visualizer.app.live.handlers import make_handlers
from visualizer.app.live.hud import make_hud
from visualizer.app.live.listening import open_listening
from visualizer.app.live.memory import Memory
from visualizer.app.live.monitors import Monitors
from visualizer.app.live.night import LiveNight
from visualizer.app.preflight import Preflight, flash_limit
from visualizer.config.precedence import Resolved
from visualizer.config.saved_show import ShowSaver
from visualizer.loop import Parts, run
from visualizer.monitor.beat_lead import BeatLead
from visualizer.monitor.frame_times import FrameTimes
from visualizer.monitor.latency import LatencyMeter, TimedSink
from visualizer.monitor.recent_warnings import RecentWarnings
from visualizer.output.screenshot import Screenshots
from visualizer.output.style_saver import StyleSaver
from visualizer.show.beat.beat_clock import LEAD_S
from visualizer.show.clock import LiveClock
from visualizer.system.paths import pictures_folder, saved_show_file


def play_show(
    resolved: Resolved, preflight: Preflight, sound: Path | str, recent_warnings: RecentWarnings
) -> frozenset[int]:
    """Open the window and play in it, until it ends or somebody quits. Raises ChladniError.

    sound: a song's file, or an input's name. Returns the networks' widths for which this GPU was
    not measured.
    """
    request, library = resolved.request, preflight.library.folder
    with ExitStack() as closing:
        pause_garbage_collection(closing)
        graphics = open_graphics(resolved, preflight, closing)
        window, pool, fps = graphics.window, graphics.pool, graphics.fps
        listening = open_listening(request.look.channels, sound, closing)
        source_switch = listening.source_switch
        controls = open_controls(resolved, preflight, graphics, closing)
        monitors = Monitors(
            source_switch,
            FrameTimes(fps),
            LatencyMeter(),
            flash_limit(request.look.flashes, graphics.aspect),
            recent_warnings,
        )
        night = LiveNight(request, preflight, graphics, source_switch, closing)
        hud = make_hud(graphics, controls, monitors, night.recorder)
        window.lay_over(hud)
        screenshots = closing.enter_context(Screenshots(pictures_folder()))
        style_saver = closing.enter_context(StyleSaver(folder_for_new(library)))
        memory = Memory(resolved, library, pool, controls.hot_reload, source_switch)
        observers = [
            make_handlers(
                window, source_switch, controls, screenshots, style_saver, night.recorder
            ),
            *monitors.open_observers(request.status, closing),
            *controls.observers,
            window,
            open_later(graphics, hud, controls, library, closing),
            closing.enter_context(ShowSaver(saved_show_file(), memory.remember)),
        ]
        # Left before it is written down how the show ended: what it kept is a part of that.
        closing.enter_context(controls.prompter)
        lead = BeatLead(monitors.latency_meter.snapshot, LEAD_S, request.delay_ms / 1e3)
        parts = night.around(
            Parts(
                clock=LiveClock(
                    fps,
                    duration_s=request.for_s,
                    position_s=listening.position_s,
                    finished=lambda: source_switch.finished,
                ),
                listener=night.listener(listening.source(monitors.latency_meter)),
                renderer=in_time(request.look, preflight, graphics, closing),
                pool=pool,
                beat_clock=night.beat_clock(controls.rig.outer_clocks, lead),
                guards=monitors.guards,
                controls=controls.beside(window, hud),
                observers=observers,
                sinks=(screenshots, style_saver, TimedSink(window, monitors.latency_meter)),
            )
        )
        run(parts, preflight.session)
    return graphics.unknown
