"""What the HUD shows in one frame: plain values, so that it can be drawn from anything."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from visualizer.types import LATE, Beat, Features

HELD, ALLOWED = "held", "allowed"
"""Flashes that are held down in this frame, or that nothing would hold."""
FLOOR_DB = -60.0
"""Where the level meter begins."""

Code = tuple[tuple[bool, ...], ...]
"""Rows of dots."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How the frames come. frames_ms: the last ones' times, oldest first."""

    fps: float = 0.0
    period_ms: float = 1000.0 / 60.0
    frames_ms: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    late: int = 0

    def is_late(self) -> NDArray[np.bool_]:
        """Which of the last frames came late."""
        return self.frames_ms > LATE * self.period_ms


@dataclass(frozen=True, slots=True)
class Delay:
    """How long one stage takes: half of the frames, and 99 of 100, stay below."""

    label: str
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Delays:
    """From the sound's arrival to the picture. wait: for the frame to begin. work: the rest."""

    total: Delay
    wait: Delay
    work: tuple[Delay, ...]


@dataclass(frozen=True, slots=True)
class Input:
    """The audio input. state: ``running`` and the like. overflows: frames of sound lost."""

    device: str = ""
    state: str = ""
    overflows: int = 0

    @property
    def lost(self) -> bool:
        """Whether somebody must see to it."""
        return self.state == "lost"


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning, and how long ago it was."""

    text: str
    age_s: float


@dataclass(frozen=True, slots=True)
class Desk:
    """What sliders and switches stand at. fade: as ``fade-time`` takes it."""

    dimmer: float = 1.0
    hue: float = 0.0
    zoom: float = 1.0
    drift: float = 1.0
    audio_scale: float = 0.1
    mirror: int = 0
    frozen: bool = False
    blackout: bool = False
    locked: bool = False
    playlist: bool = False
    shuffle: bool = False
    switch_on: str = "now"
    fade: str = "2s"

    def value_of(self, command: str) -> float:
        """What the slider of a command stands at."""
        return float(getattr(self, command.replace("-", "_")))


@dataclass(frozen=True, slots=True)
class Readings:
    """All of it.

    following: the style that comes next. change: what is under way, such as a fade, and
    progress 0..1 how far it is. scale: of the network.
    code: the address for phones as a QR code's rows, true where dark.
    prompt: what to do next, for who learns controllers. training: of a style, how far it is.
    flashes: HELD or ALLOWED where they are. recording: whether the show is being recorded.
    """

    style: str
    following: str = ""
    change: str = ""
    progress: float = 0.0
    beat: Beat = field(default_factory=Beat)
    features: Features = field(default_factory=Features)
    pace: Pace = field(default_factory=Pace)
    scale: float = 1.0
    delays: Delays | None = None
    input: Input = Input()
    prompt: str = ""
    code: Code = ()
    training: str = ""
    flashes: str = ""
    recording: bool = False
    notice: Notice | None = None
    desk: Desk = Desk()


def beat_glow(beat: Beat) -> float:
    """0..1: the beat light, full on the beat and out before the next; dark without a tempo."""
    return 0.0 if beat.bpm is None else (1.0 - beat.phase) ** 2


def meter_share(level_db: float) -> float:
    """0..1: how much of the level meter is lit, from FLOOR_DB to 0 dBFS."""
    return min(max(1.0 - level_db / FLOOR_DB, 0.0), 1.0)
