"""Where the HUD's readings come from: the frame, and those who know of devices and times."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from visualizer.contracts import Frame, Hearing
from visualizer.monitor.frame_times import FrameTimes
from visualizer.monitor.latency import Latency, Percentiles
from visualizer.monitor.recent_warnings import RecentWarnings
from visualizer.output.hud.readings import Code, Delay, Delays, Desk, Input, Notice, Pace, Readings
from visualizer.show.session import Session

SOON = ", as soon as it can be drawn"
REFRESH_S = 0.25
"""Figures that changed with every frame could not be read."""


@dataclass(frozen=True, slots=True)
class Suppliers:
    """Who is asked, in a frame that the HUD shows.

    following: the name of the style that ``next`` would bring, "" for none. scale: of the
    network. delays: from sound to picture, None where nothing was measured. code: the address
    for phones. prompt: what to do next, "" for nothing. training, flashes: as in ``Readings``.
    notice: the last warning. recording: whether the show is being recorded.
    """

    times: FrameTimes
    hearing: Hearing
    following: Callable[[Session], str] = lambda _session: ""
    scale: Callable[[], float] = lambda: 1.0
    delays: Callable[[], Delays | None] = lambda: None
    prompt: Callable[[], str] = lambda: ""
    code: Callable[[], Code] = lambda: ()
    training: Callable[[], str] = lambda: ""
    notice: Callable[[], Notice | None] = lambda: None
    flashes: Callable[[], str] = lambda: ""
    recording: Callable[[], bool] = lambda: False


class Gauges:
    """Reads everything for a frame; figures anew every ``REFRESH_S``. now_s: for tests."""

    def __init__(
        self, suppliers: Suppliers, now_s: Callable[[], float] = time.perf_counter
    ) -> None:
        self._suppliers = suppliers
        self._now_s = now_s
        self._figures_s = float("-inf")
        self._fps = 0.0
        self._delays: Delays | None = None

    def read(self, frame: Frame) -> Readings:
        """All that the HUD shows of this frame."""
        suppliers, session = self._suppliers, frame.session
        self._refresh()
        times, hearing = suppliers.times, suppliers.hearing
        return Readings(
            style=session.style.name,
            following=suppliers.following(session),
            change=change_of(session),
            progress=0.0 if session.crossing is None else session.crossing.progress,
            beat=frame.beat,
            features=frame.features,
            pace=Pace(self._fps, times.period_ms, times.latest_ms(), times.late),
            scale=suppliers.scale(),
            delays=self._delays,
            input=Input(hearing.device, str(hearing.state), hearing.overflows),
            prompt=suppliers.prompt(),
            code=suppliers.code(),
            training=suppliers.training(),
            flashes=suppliers.flashes(),
            recording=suppliers.recording(),
            notice=suppliers.notice(),
            desk=desk_of(session),
        )

    def _refresh(self) -> None:
        now_s = self._now_s()
        if now_s - self._figures_s >= REFRESH_S:
            self._figures_s = now_s
            self._fps = self._suppliers.times.fps()
            self._delays = self._suppliers.delays()


def delays_of(latency: Latency | None) -> Delays | None:
    """From sound to picture, as the latency meter has it."""
    if latency is None:
        return None
    stages = ("analysis", "drawing", "swap")
    return Delays(
        _delay("total", latency.total),
        _delay("wait for the frame", latency.wait),
        tuple(_delay(stage, getattr(latency, stage)) for stage in stages),
    )


def _delay(label: str, percentiles: Percentiles) -> Delay:
    return Delay(label, percentiles.p50_ms, percentiles.p99_ms)


def newest(recent_warnings: RecentWarnings) -> Notice | None:
    """The last warning, while it is worth a glance."""
    recent = recent_warnings.recent()
    return Notice(recent[-1].text, recent_warnings.age_s(recent[-1])) if recent else None


def change_of(session: Session) -> str:
    """What is under way between two styles, in words; empty where nothing is."""
    if session.seed_asked is not None:
        return "to a seed that still grows"
    if session.waiting is not None:
        when = "" if session.switch_on == "now" else f" on the {session.switch_on}"
        when = when if session.waiting.ready else SOON
        return f"to {session.waiting.style.name}{when}"
    if session.crossing is None:
        return ""
    if not session.crossing.ready:
        return f"to {session.crossing.target.name}{SOON}"
    how = "by hand" if session.crossing.span is None else str(session.crossing.span)
    kind = "morph" if session.crossing.morph else "fade"
    return f"{kind} from {session.base.name}, {how}"


def desk_of(session: Session) -> Desk:
    """Where the session has the sliders and switches."""
    hands, scale = session.hands, session.audio_scale
    return Desk(
        dimmer=hands.dimmer,
        hue=hands.hue,
        zoom=hands.zoom,
        drift=hands.drift,
        audio_scale=session.style.audio_scale if scale is None else scale,
        mirror=hands.mirror,
        frozen=hands.frozen,
        blackout=session.blackout,
        locked=session.locked,
        playlist=session.playlist is not None,
        shuffle=session.shuffle,
        switch_on=session.switch_on,
        fade=str(session.fade),
    )
