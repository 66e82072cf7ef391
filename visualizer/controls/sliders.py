"""Sliders: where on its way each one stands, and what moving it asks for. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from visualizer.show.arguments import Level
from visualizer.show.commands import COMMANDS
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
        caught = abs(place - self.place(rest)) < CATCH
        value = rest if caught else max(self.high * place**self.level.exponent, self.low)
        turns = before // 1.0 if self.level.wraps else 0.0
        return Action(self.name, (f"{turns + value:.4f}",))

    def at_rest(self) -> Action:
        """Back to where it changes nothing."""
        return Action(self.name, (f"{self.level.rest:g}",))


KNOBS = {
    command.name: Fader(command.name, command.level)
    for command in COMMANDS
    if command.level is not None
}
"""All that a knob or a slider can move, by its command."""
FADERS = tuple(fader for name, fader in reversed(KNOBS.items()) if name != "cross")
"""In the HUD's order, which says by itself where a crossing stands."""
