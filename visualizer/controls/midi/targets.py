"""Where the show stands, as lights show it and as buttons go back to it."""

from __future__ import annotations

from collections.abc import Callable

from visualizer.show.arguments import OFF
from visualizer.show.session import Session
from visualizer.show.standing import Value, standing
from visualizer.style.style import Style
from visualizer.types import Action

_ALIKE = 5e-4
"""Sessions round their values to four digits."""


class Targets:
    """What actions aim at. slot_of: the number of a style's slot, None where it lies in none."""

    def __init__(self, slot_of: Callable[[Style], int | None]) -> None:
        self._slot_of = slot_of

    def text(self, session: Session, command: str) -> str | None:
        """The argument with which ``command`` would change nothing; None where there is none."""
        value = self._value(session, command)
        return f"{value:d}" if isinstance(value, bool) else None if value is None else str(value)

    def is_on(self, session: Session, action: Action) -> bool:
        """Whether the show stands where ``action`` would bring it; for switches: whether on."""
        value = self._value(session, action.name)
        if value is None:
            return False
        if not action.args:
            return value not in {False, OFF}
        if isinstance(value, float):
            return _is_near(value, action.args[0])
        return self.text(session, action.name) == action.args[0]

    def _value(self, session: Session, command: str) -> Value | None:
        if command == "slot":
            return self._slot_of(session.asked)
        return standing(session).get(command)


def level(session: Session, command: str) -> float:
    """The number that a command with a knob stands at."""
    return float(standing(session)[command])


def _is_near(value: float, text: str) -> bool:
    try:
        return abs(value - float(text)) < _ALIKE
    except ValueError:  # up and down lead nowhere in particular
        return False
