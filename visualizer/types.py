"""Every plain value that crosses a border between two rooms.

All are frozen: a value that was handed on never changes behind the receiver's back.
This module imports numpy and the standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000
"""The one analysis rate; every source resamples at its edge."""
HOP = 256
"""Samples in a hop: 5.33 ms, the step of the audio clock."""
BANDS = 8
"""Number of spectrum bands; their edges stand in ``visualizer.audio.analysis.bands``."""
MAX_STEP_S = 0.25
"""A frame that took longer (a stall) moves whatever goes on by itself no further than this."""
LATE = 1.5
"""A frame that comes after so many of its periods was seen to be late."""

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
    ``bar``: which beat of the bar this is, 0 the first, of ``beats_in_bar``; ``bar_trust`` 0..1
    says how surely it is known.
    """

    phase: float = 0.0
    bpm: float | None = None
    trust: float = 0.0
    source: str = "analysis"
    count: int = 0
    bar: int = 0
    bar_trust: float = 0.0
    beats_in_bar: int = 4


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
class Action:
    """Something that somebody asked for: a key, a line of a script, later MIDI or OSC."""

    name: str
    args: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrival:
    """When the hops of a frame came into the capture process, as ``time.perf_counter`` tells.

    oldest_s, newest_s: the moment at which the first and the last of them were whole.
    input_latency_s: how long sound lies in buffers before that, by PortAudio's own word for
    the stream, not measured; None where it says nothing.
    """

    oldest_s: float
    newest_s: float
    input_latency_s: float | None = None


@dataclass(frozen=True, slots=True)
class GpuTime:
    """One draw. number: counted from 0. network_ms, present_ms: of its two passes."""

    number: int
    network_ms: float
    present_ms: float
