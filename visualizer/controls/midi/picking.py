"""While somebody learns, keys and sliders choose commands instead of asking for them."""

from __future__ import annotations

from collections.abc import Sequence

from visualizer.contracts import Control
from visualizer.controls.midi.learner import Learner
from visualizer.types import Action, Tick

NEVER_CHOSEN = frozenset({"learn", "help", "hud", "quit", "drop"})
"""What goes on meaning what it says."""


class Picking:
    """A control whose actions go to the learner first."""

    def __init__(self, control: Control, learner: Learner) -> None:
        self._control = control
        self._learner = learner

    def poll(self, tick: Tick) -> Sequence[Action]:
        """What the control asks for, but for what somebody chooses to learn."""
        asked = self._control.poll(tick)
        if not self._learner.is_on:
            return asked
        for action in asked:
            if action.name not in NEVER_CHOSEN:
                self._learner.choose(action)
        return [action for action in asked if action.name in NEVER_CHOSEN]
