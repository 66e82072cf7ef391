"""The HUD of a show, and whom it asks."""

from __future__ import annotations

from visualizer.app.live.controls import LiveControls
from visualizer.app.live.graphics import LiveGraphics
from visualizer.app.live.monitors import Monitors
from visualizer.night.recording.recorder import Recorder
from visualizer.output.hud.gauges import Gauges, Suppliers, delays_of, newest
from visualizer.output.hud.hud import Hud
from visualizer.output.hud.readings import ALLOWED, HELD
from visualizer.render.gl.context import gl
from visualizer.show.commands import key_table
from visualizer.style.style import Style


def make_hud(
    graphics: LiveGraphics, controls: LiveControls, monitors: Monitors, recorder: Recorder
) -> Hud:
    """The HUD, not opened yet: its libraries take longer than the first picture may."""
    pool, limit = graphics.pool, monitors.limit
    suppliers = Suppliers(
        monitors.times,
        monitors.hearing,
        following=lambda session: _name(pool.neighbour(session.asked, 1)),
        scale=lambda: graphics.renderer.scale,
        delays=lambda: delays_of(monitors.latency_meter.snapshot()),
        prompt=controls.rig.prompt,
        code=controls.rig.code,
        training=controls.prompter.reading,
        notice=lambda: newest(monitors.recent_warnings),
        recording=lambda: recorder.is_recording,
        flashes=lambda: ALLOWED if limit is None else HELD * limit.holding,
    )
    window = graphics.window
    return Hud(window.handle, Gauges(suppliers).read, key_table(), gl(), window.line)


def _name(style: Style | None) -> str:
    return "" if style is None else style.name
