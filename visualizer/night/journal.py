"""What a journal holds: the few things that a show does not work out for itself.

All else follows from them: the same code, fed with the same, makes the same scenes, to the bit.
What was heard lies beside it as FLAC, and is analysed again: so a journal can be mended, and is
played again as well by an analysis that has become better.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from visualizer.contracts import Scene
from visualizer.show.beat.tap_tempo import Grid
from visualizer.style.style import Style
from visualizer.types import Action

FORMAT, VERSION = "chladni night", 1
SUFFIX = ".night"
JOURNAL, STYLES, STATE = "night.jsonl", "styles", "state.safetensors"


def sound_name(number: int) -> str:
    """``sound.flac``, then ``sound-2.flac`` and so on: a new one where the channels change."""
    return "sound.flac" if number == 1 else f"sound-{number}.flac"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clock from outside said in a frame. grid: None while it was not heard."""

    grid: Grid | None
    knows_phase: bool = True
    obeys_taps: bool = False


Question = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the pool of styles said. question: its method, and a number or a name.

    Whatever decided it (which styles were ready by then, chance, a file that had just come) is in
    the answer, so none of that need be known. answer: a style's name in the night, None where
    there was none; of ``is_ready``, ``failed`` and ``can_morph`` whether that is so.
    """

    question: Question
    answer: str | bool | None


@dataclass(frozen=True, slots=True)
class Sight:
    """How a frame was drawn: the picture's size in pixels, and the network's scale."""

    size: tuple[int, int]
    scale: float = 1.0


@dataclass(slots=True)
class Note:
    """One tick. time_s, dt_s: as in ``Tick``. hops: how many were heard in it.

    clocks: what clocks from outside said, by name. drawn: whether anybody saw the frame. on: the
    style that is on; device: the input and its state; faults: what the log warned of, since the
    tick before. scene: what was to be drawn, where hashes are recorded. frame_sha256: of the
    picture's RGB, top row first.
    """

    index: int
    time_s: float
    dt_s: float
    hops: int = 0
    actions: tuple[Action, ...] = ()
    answers: tuple[Answer, ...] = ()
    lead_s: float = 0.0
    clocks: Mapping[str, Reading] = field(default_factory=dict)
    sight: Sight = Sight((1, 1))
    drawn: bool = False
    on: str = ""
    device: str = ""
    faults: tuple[str, ...] = ()
    scene: Scene | Mapping[str, Any] | None = None
    frame_sha256: str = ""


@dataclass(frozen=True, slots=True)
class SlotStyle:
    """A style of the library. sha256: of its weights."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Header:
    """What is known before the first tick.

    began: by the clock on the wall, ISO 8601. start_s: the show's time then. fps: at most.
    session: how the show stood, in the words of ``night.state``. channels, onset, flashes: as in
    ``Look``. tunings: the shader's form, by the network's width. most_scale: as the renderer was
    made. has_state: begun in mid-show.
    """

    program: str
    began: str
    start_s: float
    fps: str
    session: Any
    slots: tuple[SlotStyle, ...]
    channels: tuple[int, ...] | None
    onset: str
    flashes: str
    size: tuple[int, int]
    renderer: str
    tunings: Mapping[str, Any]
    most_scale: float
    has_state: bool = False
    has_hashes: bool = False


@dataclass(frozen=True, slots=True)
class Sound:
    """A stretch of sound with the same channels. first: the number of its first hop."""

    name: str
    channels: int
    first: int


@dataclass(frozen=True, slots=True)
class Journal:
    """A night that was read. styles: by their name in it. is_whole: whether it was ended."""

    folder: Path
    header: Header
    styles: Mapping[str, Style]
    sounds: tuple[Sound, ...]
    notes: tuple[Note, ...]
    is_whole: bool
