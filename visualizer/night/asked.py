"""Which of a tick's answers belong to which of its actions."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from visualizer.night.journal import Answer, Note
from visualizer.types import Action

FIRST: Mapping[str, str] = {
    "next": "neighbour",
    "previous": "neighbour",
    "cross": "neighbour",
    "random": "any_other",
    "slot": "slot",
    "seed": "fresh_seed",
    "style": "named",
    "fade": "named",
    "morph": "named",
    "renewed": "named",
}
"""What each action asks the pool of styles first."""
BEHIND = frozenset({"is_ready", "can_morph"})
"""What is asked of that style then."""

BY_NAME = frozenset({"style", "fade", "morph"})
"""Actions whose first word is a style's name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One action of a night, and what the pool said to it."""

    action: Action
    answers: tuple[Answer, ...] = ()

    @property
    def style(self) -> Answer | None:
        """The answer that names a style; None where nobody was asked for one."""
        return next((each for each in self.answers if each.question[0] not in BEHIND), None)

    @property
    def may_morph(self) -> bool:
        """Whether it was said that the weights may change."""
        return any(each.question[0] == "can_morph" and each.answer for each in self.answers)


def asked_in(note: Note) -> list[Asked]:
    """A tick's actions, in order."""
    left = deque(note.answers)
    asked = []
    for action in note.actions:
        own = []
        if left and left[0].question[0] == FIRST.get(action.name):
            own.append(left.popleft())
        changes_style = action.name in FIRST or action.name == "last"
        while left and changes_style and left[0].question[0] in BEHIND:
            own.append(left.popleft())
        asked.append(Asked(action, tuple(own)))
    return asked


def waited_in(note: Note) -> tuple[Answer, ...]:
    """What was said in a tick of styles that were asked for before, and were not ready then."""
    return note.answers[sum(len(each.answers) for each in asked_in(note)) :]
