"""Every value that crosses a border between two rooms, and the contracts of the rooms.

All are frozen: a value that was handed on never changes behind the receiver's back.
This module imports numpy and the standard library only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from visualizer.show.session import Session
    from visualizer.style.style import Style

RATE_HZ = 48_000
"""The one analysis rate; every source resamples at its edge."""
HOP = 256
"""Samples in a hop: 5.33 ms, the step of the audio clock."""
BANDS = 8
"""Number of spectrum bands; their edges stand in ``visualizer.audio.analysis.bands``."""
MAX_STEP_S = 0.25
"""A frame that took longer (a stall) moves whatever goes on by itself no further than this."""

Hop = NDArray[np.float32]
"""(HOP, C) samples, -1..1, any number of channels."""
Image = NDArray[np.uint8]
"""(H, W, 3), top row first."""
Planes = NDArray[np.uint8]
"""(3 H / 2, W): Y, U and V one after the other (I420), BT.709 in limited range, top row first.

U and V have half the width and half the height, so that two of their rows share one of these.
"""


@dataclass(frozen=True, slots=True)
class Tick:
    """One frame's place in time. ``dt_s`` is the time since the frame before it."""

    index: int
    time_s: float
    dt_s: float


@dataclass(frozen=True, slots=True)
class Beat:
    """Where in the beat we are.

    ``phase`` runs 0..1 from one beat to the next; ``bpm`` is None until known.
    ``trust`` 0..1 says how surely a beat is heard; ``source`` who says so.
    ``count``: beats completed since the show began, one more whenever the phase begins anew.
    """

    phase: float = 0.0
    bpm: float | None = None
    trust: float = 0.0
    source: str = "analysis"
    count: int = 0


@dataclass(frozen=True, slots=True)
class Features:
    """What was heard in one hop, or in the hops of one frame folded together.

    hop: index of the (last) hop. time_s: the end of that hop.
    level_db: loudness in dBFS before the gain. level: 0..1, after the gain, followed.
    bands: BANDS values 0..1, after the common gain, followed.
    centroid_hz: the spectrum's centre of mass. flux: 0 and up, how fast it changes.
    onset: true on the hop where an onset fires. strength: 0 and up, 0 where none fires.
    pulse: 0..1, jumps at an onset and decays: the onset's envelope.
    """

    hop: int = -1
    time_s: float = 0.0
    level_db: float = -120.0
    level: float = 0.0
    bands: tuple[float, ...] = (0.0,) * BANDS
    centroid_hz: float = 0.0
    flux: float = 0.0
    onset: bool = False
    strength: float = 0.0
    pulse: float = 0.0
    beat: Beat = Beat()


MIRRORS = (0, 2, 3, 4, 6)
"""What the picture can be folded into: not at all, left on right, stars of 3, 4 and 6 arms."""


@dataclass(frozen=True, slots=True)
class Fold:
    """How the plane is folded before the view, on its way from one of MIRRORS to another.

    way: 0..1; in between, every point lies between its two places, so that the picture
    flows from one symmetry into the other.
    """

    before: int = 0
    after: int = 0
    way: float = 1.0


@dataclass(frozen=True, slots=True)
class Modulation:
    """What moves one layer in one frame.

    z: (Z,) float32 in the order of the style's ``z_names``.
    zoom: 1 is as trained, 2 shows everything twice as large. turn: in whole turns,
    counter-clockwise. shift: of the picture's centre, in units of half its height.
    fold: of the screen's plane, before all of these.
    """

    z: NDArray[np.float32]
    zoom: float = 1.0
    turn: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)
    fold: Fold = Fold()


@dataclass(frozen=True, slots=True)
class Layer:
    """A style on the stage and its share of the mix, 0..1.

    toward, way: its weights lie ``way`` 0..1 of the way to those of another style.
    """

    style: Style
    mix: float = 1.0
    toward: Style | None = None
    way: float = 0.0


@dataclass(frozen=True, slots=True)
class Action:
    """Something that somebody asked for: a key, a line of a script, later MIDI or OSC."""

    name: str
    args: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """All that is known of one frame before it is drawn.

    hops: one ``Features`` for each hop analysed since the frame before, maybe none.
    features: those folded into one. actions: what was done to the session just now.
    beat: the show's own, which runs on smoothly where ``features.beat`` is only what was heard.
    """

    tick: Tick
    hops: tuple[Features, ...]
    features: Features
    session: Session
    actions: tuple[Action, ...] = ()
    beat: Beat = Beat()


@dataclass(frozen=True, slots=True)
class Morph:
    """Where a part's weights are going: ``way`` 0..1 to those of a style of the same family."""

    style: Style
    modulation: Modulation
    way: float


@dataclass(frozen=True, slots=True)
class ScenePart:
    """One layer, ready to draw. morph: None while its weights are the style's own."""

    style: Style
    modulation: Modulation
    mix: float
    morph: Morph | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """What the renderer draws: layers bottom first, then hue and dimmer.

    dimmer: 0..1. index: seeds the dither. hue: every colour turned so many whole turns
    around grey.
    """

    parts: tuple[ScenePart, ...]
    dimmer: float = 1.0
    index: int = 0
    hue: float = 0.0


class Picture(Protocol):
    """A drawn frame that still lies on the GPU."""

    width: int
    height: int

    def read_rgb(self) -> Image:
        """Read the frame back: (height, width, 3) uint8, top row first."""
        ...

    def blit(self, width: int, height: int) -> None:
        """Put it onto the window's framebuffer of this size, bars where the shape differs."""
        ...

    def use(self, unit: int) -> None:
        """Bind the frame to a texture unit, for a pass that reads it."""
        ...


class Tap(Protocol):
    """Takes pictures off the GPU, later than they are drawn, each in its own size.

    For a report, seconds spent here: copied_s, on copying bytes into memory; waited_s, on all
    else, which is the GPU, and what it had not drawn yet.
    """

    @property
    def waited_s(self) -> float:
        """See the class."""
        ...

    @property
    def copied_s(self) -> float:
        """See the class."""
        ...

    def take(self, picture: Picture) -> Sequence[NDArray[np.uint8]]:
        """Take over a picture before the next is drawn; the bytes of those that are ready."""
        ...

    def rest(self) -> Sequence[NDArray[np.uint8]]:
        """Wait for those that were not handed out yet."""
        ...


class Renderer(Protocol):
    """Draws scenes."""

    def draw(self, scene: Scene) -> Picture:
        """Draw one scene; the picture is valid until the next call."""
        ...


class Source(Protocol):
    """Where sound comes from. Use it as a context manager: ``with`` opens it."""

    def hops_until(self, time_s: float) -> Sequence[Hop]:
        """Hops that are due by ``time_s`` and were not handed out yet. Never blocks."""
        ...


class HopAnalyzer(Protocol):
    """Turns one hop into features."""

    def step(self, hop: Hop) -> Features:
        """Analyse the next hop."""
        ...


class Listener(Protocol):
    """Hears, and tells what it was."""

    def heard_until(self, time_s: float) -> tuple[Features, ...]:
        """Features of the hops that are due by ``time_s`` and were not told of yet, in order."""
        ...


class Clock(Protocol):
    """Decides when frames happen."""

    def ticks(self) -> Iterator[Tick]:
        """Yield one tick per frame; ends when the show does."""
        ...


class Control(Protocol):
    """Somebody who asks for actions: keys, a script, MIDI, OSC.

    What it asks for may be wrong: the loop checks it. Where ``poll`` raises, the control is
    polled again after a rest, and begins anew then.
    """

    def poll(self, tick: Tick) -> Sequence[Action]:
        """What has been asked for since the last call. Never blocks."""
        ...


class BeatKeeper(Protocol):
    """Says where in the beat the show is: from the analysis, taps, a clock from outside."""

    def step(self, tick: Tick, heard: Beat, actions: Sequence[Action]) -> Beat:
        """The beat to show at ``tick.time_s``; call it once a frame.

        heard: the analysis' latest word. actions: all that was asked for in this frame. The
        phase never jumps, and beats are never counted back.
        """
        ...


class Observer(Protocol):
    """Somebody who wants to know, but not to see: status lines, reports, device switches."""

    def see(self, frame: Frame) -> None:
        """Take note of a frame, before it is drawn."""
        ...


class Sink(Protocol):
    """Somewhere a picture goes."""

    def wants(self, frame: Frame) -> bool:
        """Whether this frame's picture is needed; a frame nobody wants is not drawn."""
        ...

    def show(self, picture: Picture, frame: Frame) -> None:
        """Take the picture, whose size may not be that of the one before: windows change."""
        ...
