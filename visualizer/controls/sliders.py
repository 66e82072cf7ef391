"""Sliders: where on its way each one stands, and what moving it asks for. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from visualizer.show.arguments import Level
from visualizer.show.commands import LEVELS
from visualizer.types import Action

CATCH = 0.015
"""Of the slider's way: so near its rest, it stands there."""
MOST_OF_A_TURN = 0.999
"""Not a full turn: it would be the next turn's beginning, and the slider would run away."""


@dataclass(frozen=True, slots=True)
class Fader:
    """A slider for the command ``name`` along its level; a place on it is 0..1."""

    name: str
    level: Level

    @property
    def low(self) -> float:
        """The value at its beginning."""
        return 0.0 if self.level.wraps else self.level.low

    @property
    def high(self) -> float:
        """The value at its end."""
        return MOST_OF_A_TURN if self.level.wraps else self.level.high

    def place(self, value: float) -> float:
        """Where the slider stands, 0..1."""
        value = value % 1.0 if self.level.wraps else value
        return float(min(max(value / self.high, 0.0), 1.0) ** (1.0 / self.level.exponent))

    def moved(self, place: float, before: float) -> Action:
        """What moving it to ``place`` asks for; ``before``: the value until now."""
        rest = self.level.rest
        value = rest if abs(place - self.place(rest)) < CATCH else self._value(place)
        turns = before // 1.0 if self.level.wraps else 0.0
        return Action(self.name, (f"{turns + value:.4f}",))

    def stepped(self, way: float, before: float) -> Action:
        """What moving it on by ``way`` of its length asks for; nothing is caught at its rest."""
        if self.level.wraps:
            return Action(self.name, (f"{before + way:.4f}",))
        place = min(max(self.place(before) + way, 0.0), 1.0)
        return Action(self.name, (f"{self._value(place):.4f}",))

    def at_rest(self) -> Action:
        """Back to where it changes nothing."""
        return Action(self.name, (f"{self.level.rest:g}",))

    def _value(self, place: float) -> float:
        return float(max(self.high * place**self.level.exponent, self.low))


KNOBS = {name: Fader(name, level) for name, level in LEVELS.items()}
"""All that a knob or a slider can move, by its command."""
FADERS = tuple(fader for name, fader in reversed(KNOBS.items()) if name != "cross")
"""In the HUD's order, which says by itself where a crossing stands."""
