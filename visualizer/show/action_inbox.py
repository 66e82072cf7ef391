"""The loop's border: whatever controls do, only actions that a command takes come in."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from visualizer.contracts import Control
from visualizer.errors import UsageError
from visualizer.show.commands import check_action
from visualizer.types import Action, Tick

log = logging.getLogger(__name__)

WARN_EVERY_S = 1.0
"""A control that sends nonsense is in the log no more often, however much it sends."""
FIRST_REST_S, LONGEST_REST_S = 1.0, 32.0
"""So long a control that failed is left alone; twice as long each time, until it works again."""


class ActionInbox:
    """Polls all controls, in order, and lets in what can be done.

    What cannot is a warning in the log (and so in the HUD), and so is a control that raises:
    it is polled again after a rest, while the others play on. Nothing here raises.
    """

    def __init__(self, controls: Sequence[Control]) -> None:
        self._slots = [_Slot(control) for control in controls]

    def poll(self, tick: Tick) -> tuple[Action, ...]:
        """What was asked for since the last call, each action one that a command takes."""
        return tuple(action for slot in self._slots for action in slot.poll(tick))


class _Slot:
    """One control, its failures and its warnings."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._rest_s = FIRST_REST_S
        self._rests_until_s = 0.0
        self._warned_s = float("-inf")
        self._unsaid = 0

    def poll(self, tick: Tick) -> list[Action]:
        if tick.time_s < self._rests_until_s:
            return []
        # A control is somebody's code and somebody's device: it may raise anything.
        try:
            asked = list(self._control.poll(tick))
        except Exception as error:  # noqa: BLE001 - as above
            self._rest(tick, error)
            return []
        self._rest_s = FIRST_REST_S
        return [action for action in asked if self._can_be_done(action, tick)]

    def _rest(self, tick: Tick, error: Exception) -> None:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        log.warning("%s failed, and rests for %g s: %.200s", self._name, self._rest_s, reason)
        log.debug("where it failed", exc_info=error)
        self._rests_until_s = tick.time_s + self._rest_s
        self._rest_s = min(2.0 * self._rest_s, LONGEST_REST_S)

    def _can_be_done(self, asked: object, tick: Tick) -> bool:
        try:
            _check(asked)
        except UsageError as error:
            self._warn(str(error), tick)
            return False
        return True

    def _warn(self, problem: str, tick: Tick) -> None:
        if tick.time_s < self._warned_s + WARN_EVERY_S:
            self._unsaid += 1
            return
        others = f" (and {self._unsaid} times before)" if self._unsaid else ""
        log.warning("%s is not heard: %.200s%s", self._name, problem, others)
        self._warned_s, self._unsaid = tick.time_s, 0

    @property
    def _name(self) -> str:
        # A control that stands in for one that opens later says whom it stands for.
        return f"control {getattr(self._control, 'name', type(self._control).__name__)}"


def _check(asked: object) -> None:
    """Raise UsageError for what is no action, or one that no command takes."""
    words = (asked.name, *asked.args) if isinstance(asked, Action) else (asked,)
    if not isinstance(asked, Action) or not all(isinstance(word, str) for word in words):
        raise UsageError(f"expected an action, whose name and arguments are texts, got {asked!r}")
    check_action(asked)
