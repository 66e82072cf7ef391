"""What one room promises another: frames, scenes, and the protocols of the loop's parts.

Whoever adds a source, a control, an output or a clock writes a class that has one of these
protocols; nobody inherits from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from visualizer.types import Action, Beat, Features, Hop, Image, Modulation, Tick

if TYPE_CHECKING:
    from visualizer.show.session import Session
    from visualizer.style.style import Style


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
    beat: Beat = Beat()  # noqa: RUF009 - a frozen value


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
        """Put it onto a window's framebuffer of this size, bars where the shape differs.

        The window's context is current, and shares the objects of the one that drew.
        """
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


class Readiness(Protocol):
    """Makes styles ready to be drawn, and knows which are."""

    def ready(self, style: Style) -> bool:
        """Whether ``style`` can be drawn now; asking sees to it that it will be."""
        ...

    def failed(self, style: Style) -> bool:
        """Whether ``style`` was asked for, and can never be drawn; the log says why."""
        ...

    def forget(self, style: Style) -> None:
        """Give its memory back; no later frame may show it."""
        ...


class Pool(Protocol):
    """The styles that a show can switch to, ready to be drawn or not yet; None where none is."""

    def is_ready(self, style: Style) -> bool:
        """Whether ``style`` can be drawn now; asking sees to it that it will be."""
        ...

    def failed(self, style: Style) -> bool:
        """Whether ``style`` can never be drawn."""
        ...

    def neighbour(self, style: Style, step: int) -> Style | None:
        """The next style in slot order, going round; ``step``: 1 or -1."""
        ...

    def any_other(self, style: Style) -> Style | None:
        """A random style that is not ``style``."""
        ...

    def slot(self, number: int) -> Style | None:
        """The style in slot ``number``, from 1."""
        ...

    def named(self, spec: str) -> Style | None:
        """A style by the name it has in the library or in the script."""
        ...

    def can_morph(self, before: Style, after: Style) -> bool:
        """Whether weights between these two look good all the way."""
        ...

    def fresh_seed(self) -> Style | None:
        """An untrained style that nobody has seen; None while it grows."""
        ...


class Source(Protocol):
    """Where sound comes from. Use it as a context manager: ``with`` opens it."""

    def hops_until(self, time_s: float) -> Sequence[Hop]:
        """Hops that are due by ``time_s`` and were not handed out yet. Never blocks."""
        ...


class Hearing(Protocol):
    """What a source tells of itself."""

    @property
    def state(self) -> str:
        """``running`` and the like."""
        ...

    @property
    def device(self) -> str:
        """Name of the input."""
        ...

    @property
    def problem(self) -> str:
        """Why nothing is heard, one sentence; empty where all is well, or nobody knows."""
        ...

    @property
    def overflows(self) -> int:
        """Frames of sound that were lost."""
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


class Guard(Protocol):
    """Somebody who keeps the picture within bounds."""

    def step(self, scene: Scene, tick: Tick) -> Scene:
        """The scene that may be shown in place of this one; called for every frame."""
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


class Overlay(Protocol):
    """Something drawn over the picture in the window alone; no film or screenshot has it."""

    def draw(self, frame: Frame, width: int, height: int) -> None:
        """Draw onto the window's framebuffer of ``width`` x ``height`` pixels."""
        ...
