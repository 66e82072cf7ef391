"""From what hands do on controllers to what is asked of the show."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from visualizer.controls.midi.bindings import HOLD, PICKUP, TOGGLE, Binding, Place
from visualizer.controls.midi.encodings import STEPS
from visualizer.controls.midi.pickup import Pickup
from visualizer.controls.midi.targets import Targets, level
from visualizer.controls.midi.wire.messages import PROGRAM, Touch
from visualizer.controls.sliders import Fader
from visualizer.show.session import Session
from visualizer.types import Action

STEPS_IN_WAY = 127
"""So many steps of an encoder go the whole way of a slider."""


class Player:
    """Turns touches of bound controls into actions.

    bound: what a control does, None for nothing. targets: where the show stands.
    """

    def __init__(self, bound: Callable[[Place], Binding | None], targets: Targets) -> None:
        self._bound = bound
        self._targets = targets
        self._pickups: dict[Place, Pickup] = {}
        self._down: set[Place] = set()
        self._before: dict[Place, str] = {}

    def play(self, touches: Iterable[tuple[Place, Touch]], session: Session) -> list[Action]:
        """What the touches of one frame ask for, in order; of a value, only its last place.

        session: as it was in the frame before.
        """
        asked: list[Action] = []
        values: dict[str, Action] = {}
        for place, touch in touches:
            binding = self._bound(place)
            if binding is None:
                continue
            if (fader := binding.fader) is None:
                asked += self._pressed(place, touch, binding, session)
                continue
            name = fader.name
            now = float(values[name].args[0]) if name in values else level(session, name)
            if (action := self._turned(place, touch, binding, fader, now)) is not None:
                values[name] = action
        return [*asked, *values.values()]

    def _turned(
        self, place: Place, touch: Touch, binding: Binding, fader: Fader, now: float
    ) -> Action | None:
        if binding.how in STEPS:
            return fader.stepped(STEPS[binding.how](touch.value) / STEPS_IN_WAY, now)
        # Some sliders begin above 0: all that lies below is their beginning.
        to = max(touch.place, fader.place(fader.low))
        pickup = self._pickups.setdefault(place, Pickup())
        if binding.how == PICKUP and not pickup.takes(to, fader.place(now)):
            return None
        return fader.moved(to, now)

    def _pressed(
        self, place: Place, touch: Touch, binding: Binding, session: Session
    ) -> list[Action]:
        was_down = place in self._down
        if touch.is_press and touch.source.kind != PROGRAM:
            self._down.add(place)
        else:
            self._down.discard(place)
        name, action = binding.action.name, binding.action
        if not touch.is_press:
            back = self._before.pop(place, None) if binding.how == HOLD else None
            return [] if back is None else [Action(name, (back,))]
        if was_down:  # a knob that was bound as a button, on its way
            return []
        stands = self._targets.text(session, name)
        if stands is None or binding.how not in {HOLD, TOGGLE}:
            return [action]
        if binding.how == TOGGLE and self._targets.is_on(session, action):
            back = self._before.pop(place, None)
            return (
                [Action(name, () if back is None else (back,))] if back or not action.args else []
            )
        self._before[place] = stands
        return [action]
