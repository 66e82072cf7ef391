"""Keys and characters in the order in which they came: hotkeys, or what is typed into the line.

Pure, so that what somebody types faster than frames come can be tested.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from visualizer.controls.prompt.typed_line import TypedLine
from visualizer.types import Action

OPENS_LINE = Action("prompt")


@dataclass(frozen=True, slots=True)
class Press:
    """A key that went down, or is held, in glfw's numbers."""

    key: int
    scancode: int
    action: int
    mods: int


class KeyQueue:
    """What was pressed and typed since the last frame.

    line: takes everything while it is open. asked: the action of a hotkey. editing: what a key
    does in a line, as ``TypedLine.press`` knows it.
    """

    def __init__(
        self,
        line: TypedLine,
        asked: Callable[[Press], Action | None],
        editing: Callable[[Press], str],
    ) -> None:
        self._line = line
        self._asked = asked
        self._editing = editing
        self._events: list[Press | str] = []

    def add(self, event: Press | str) -> None:
        """A key, or a character that was typed."""
        self._events.append(event)

    def take(self) -> Sequence[Action]:
        """What all of it asks for.

        What was pressed behind the key that opens the line waits for the next call: the show
        opens the line in between, and what was meant for it reaches no hotkey.
        """
        events, self._events = self._events, []
        actions: list[Action] = []
        for place, event in enumerate(events):
            if (action := self._act(event)) is not None:
                actions.append(action)
            if action == OPENS_LINE:
                rest = events[place + 1 :]
                # The character of that key itself is no part of the sentence.
                typed = bool(rest) and isinstance(rest[0], str)
                self._events = rest[1:] if typed else rest
                break
        return actions

    def _act(self, event: Press | str) -> Action | None:
        line = self._line
        if isinstance(event, str):
            if line.is_open:
                line.type(event)
            return None
        if not line.is_open:
            return self._asked(event)
        sentence = line.press(self._editing(event))
        return None if sentence is None else Action("prompt", (sentence,))
