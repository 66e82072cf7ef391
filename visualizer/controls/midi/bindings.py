"""What a control does: the action it asks for, and how it is to be understood."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from visualizer.controls.midi.encodings import STEPS
from visualizer.controls.midi.wire.messages import Source
from visualizer.controls.sliders import KNOBS, Fader
from visualizer.errors import UsageError
from visualizer.show.commands import BY_NAME, check_action
from visualizer.types import Action

TRIGGER, TOGGLE, HOLD = "trigger", "toggle", "hold"
BUTTON_WAYS = (TRIGGER, TOGGLE, HOLD)
"""trigger: asks when it is pressed. toggle: pressed again, back to what was before. hold: let
go, back to what was before."""
PICKUP, JUMP = "pickup", "jump"
KNOB_WAYS = (PICKUP, JUMP, *STEPS)
"""pickup: moves nothing until it comes to where the show stands. jump: moves at once, as motor
faders may. The others are the codes of endless encoders."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a control is: on which port, by name, and which."""

    port: str
    source: Source

    def __str__(self) -> str:
        """As people read it."""
        return f"{self.source} of {self.port}"


@dataclass(frozen=True, slots=True)
class Binding:
    """What a control asks for. action: without a value where a knob gives it.

    how: one of KNOB_WAYS then, else one of BUTTON_WAYS.
    """

    action: Action
    how: str

    @property
    def fader(self) -> Fader | None:
        """The way that a knob moves along; None for a button."""
        return KNOBS[self.action.name] if self.how in KNOB_WAYS else None

    @property
    def summary(self) -> str:
        """What the command does, for people."""
        return BY_NAME[self.action.name].summary

    @property
    def does(self) -> str:
        """The action in words, as ``parse`` reads it."""
        return shlex.join((self.action.name, *self.action.args))

    @property
    def is_usual(self) -> bool:
        """Whether ``how`` is what is meant where nothing is said."""
        return self.how in {PICKUP, TRIGGER}

    @classmethod
    def parse(cls, does: str, how: str | None = None) -> Binding:
        """Read an action, and how. Raises ValueError, saying what was expected."""
        try:
            words = shlex.split(does)
        except ValueError as error:
            raise ValueError(f"an action, but {does!r} has an open quote") from error
        if not words:
            raise ValueError("an action, such as 'zoom' or 'slot 3'")
        action = Action(words[0], tuple(words[1:]))
        is_knob = len(words) == 1 and words[0] in KNOBS
        ways = KNOB_WAYS if is_knob else BUTTON_WAYS
        if how is not None and how not in ways:
            raise ValueError(f"how = {' or '.join(ways)} for {does!r}")
        if not is_knob:
            try:
                check_action(action)
            except UsageError as error:
                raise ValueError(f"an action, but {error}") from error
        return cls(action, how or ways[0])
