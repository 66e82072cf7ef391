"""Sliders: where on its way each one stands, and what moving it asks for. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from visualizer.show.session import HAND_RANGES
from visualizer.style.style import MAX_AUDIO_SCALE, TRAINED_AUDIO_SCALE
from visualizer.types import Action

CATCH = 0.015
"""Of the slider's way: so near its rest, it stands there."""


@dataclass(frozen=True, slots=True)
class Fader:
    """A slider for the command ``name``; a place on it is 0..1.

    The value is ``high`` x place^exponent, and at least ``low``. rest: the value that changes
    nothing. wraps: what counts is the value's fraction; its full turns stay. shown, unit: the
    factor and the unit in which people read it.
    """

    name: str
    label: str
    low: float
    high: float
    rest: float
    exponent: float = 1.0
    wraps: bool = False
    shown: float = 1.0
    digits: int = 2
    unit: str = ""

    def place(self, value: float) -> float:
        """Where the slider stands, 0..1."""
        value = value % 1.0 if self.wraps else value
        return float(min(max(value / self.high, 0.0), 1.0) ** (1.0 / self.exponent))

    def moved(self, place: float, before: float) -> Action:
        """What moving it to ``place`` asks for; ``before``: the value until now."""
        caught = abs(place - self.place(self.rest)) < CATCH
        value = self.rest if caught else max(self.high * place**self.exponent, self.low)
        turns = before // 1.0 if self.wraps else 0.0
        return Action(self.name, (f"{turns + value:.4f}",))

    def at_rest(self) -> Action:
        """Back to where it changes nothing."""
        return Action(self.name, (f"{self.rest:g}",))

    def text(self, value: float) -> str:
        """The value as people read it."""
        value = value % 1.0 if self.wraps else value
        return f"{value * self.shown:.{self.digits}f}{self.unit}"


FADERS = (
    Fader("dimmer", "dimmer", *HAND_RANGES["dimmer"], rest=1.0, shown=100.0, digits=0, unit=" %"),
    # Not a full turn: it would be the next turn's beginning, and the slider would run away.
    Fader("hue", "hue", 0.0, 0.999, rest=0.0, wraps=True, shown=360.0, digits=0, unit="°"),
    # Their rest lies in the middle of the slider.
    Fader("zoom", "zoom", *HAND_RANGES["zoom"], rest=1.0, exponent=2.0, unit=" x"),
    Fader("drift", "drift", *HAND_RANGES["drift"], rest=1.0, exponent=3.0, unit=" x"),
    # The usual range, .08 to .12, lies around the middle.
    Fader("audio-scale", "audio", 0.0, MAX_AUDIO_SCALE, rest=TRAINED_AUDIO_SCALE, exponent=3.0),
)
"""In the HUD's order."""
