"""The state of the show. Actions replace it, ``advance`` moves it on in time; the loop owns it."""

from __future__ import annotations

from dataclasses import dataclass

from visualizer.duration import Span
from visualizer.style.interpolate import fits
from visualizer.style.style import Style

SWITCH_ON = ("now", "beat", "bar")
"""When a change of style that was asked for begins."""
DEFAULT_FADE = Span(2.0, "s")


@dataclass(frozen=True, slots=True)
class Hands:
    """What the performer's hands ask for; ``show.smoothing`` lets the picture glide there.

    dimmer: 0..1. hue: whole turns of the colours. mirror: one of ``types.MIRRORS``; 0 leaves
    every style its own.
    zoom: 2 shows everything twice as large. drift: speed of the slow drift, 1 as trained.
    frozen: the picture stands still.
    """

    dimmer: float = 1.0
    hue: float = 0.0
    mirror: int = 0
    zoom: float = 1.0
    drift: float = 1.0
    frozen: bool = False


HAND_RANGES = {
    "dimmer": (0.0, 1.0),
    "hue": (-100.0, 100.0),
    "zoom": (0.25, 4.0),
    "drift": (0.0, 8.0),
}
"""The least and the most that hands can ask for."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """The way to another style. progress: 0..1, moving toward ``goal``.

    span: how long the whole way takes; None while hands steer it. morph: the weights change
    from one style's to the other's, instead of two pictures that fade. ready: whether the target
    can be drawn; until then there is no progress.
    """

    target: Style
    span: Span | None
    morph: bool = False
    progress: float = 0.0
    goal: float = 1.0
    ready: bool = True


@dataclass(frozen=True, slots=True)
class Switch:
    """A change of style that was asked for. span: None is a cut.

    morph_from: the style whose weights may become the new one's; from any other it fades.
    ready: whether the style can be drawn; until then the switch waits.
    """

    style: Style
    span: Span | None = None
    morph_from: Style | None = None
    ready: bool = True


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
class Session:
    """The state of the show.

    base: the style on the stage, or the one that is being left. waiting: begins when its beat
    or bar comes, the crossing before it is over, or its style is ready. seed_asked: how a seed
    was asked for that is still growing. last: the style before the present one.
    audio_scale: None plays every style at its own. fade: how long smooth changes take.
    switch_on: one of SWITCH_ON. playlist: how long each style stays before the next comes by
    itself; None holds it. locked: nothing changes the style.
    """

    base: Style
    crossing: Crossing | None = None
    waiting: Switch | None = None
    seed_asked: tuple[str, ...] | None = None
    last: Style | None = None
    hands: Hands = Hands()
    audio_scale: float | None = None
    blackout: bool = False
    locked: bool = False
    fade: Span = DEFAULT_FADE
    switch_on: str = "now"
    playlist: Span | None = None
    shuffle: bool = False
    help_shown: bool = False
    hud_shown: bool = False
    quitting: bool = False

    @property
    def style(self) -> Style:
        """The style that is on, or is coming on."""
        return self.base if self.crossing is None else self.crossing.target

    @property
    def asked(self) -> Style:
        """The style that was asked for last, also while it waits for its beat."""
        return self.style if self.waiting is None else self.waiting.style

    @property
    def held(self) -> frozenset[Style]:
        """Every style that may come to be drawn without anybody asking a pool for it."""
        last = self.base if self.last is None else self.last
        return frozenset((self.base, self.style, self.asked, last))

    @property
    def layers(self) -> tuple[Layer, ...]:
        """What is to be drawn, bottom first: one style, or two while they fade."""
        crossing = self.crossing
        if crossing is None or crossing.progress == 0.0:
            return (Layer(self.base),)
        # A file that came meanwhile may hold another network: then the two pictures fade.
        if crossing.morph and fits(self.base, crossing.target):
            return (Layer(self.base, toward=crossing.target, way=crossing.progress),)
        shares = 1.0 - crossing.progress, crossing.progress
        return Layer(self.base, shares[0]), Layer(crossing.target, shares[1])
