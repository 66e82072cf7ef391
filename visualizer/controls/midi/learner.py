"""Learning: choose a command, then move what shall do it from now on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from visualizer.controls.midi.bindings import PICKUP, TRIGGER, Binding, Place
from visualizer.controls.midi.encodings import ABSOLUTE, BUTTON, guess
from visualizer.controls.midi.wire.messages import CC, CC14, NOTE, PROGRAM, Source, Touch
from visualizer.controls.sliders import KNOBS
from visualizer.types import Action

MOST_VALUES = 64
"""Of the last ones of a control, to tell from what it is."""
CHOOSE = "choose a command by its key or slider, then move its control"
FORGET = "move the control that shall be forgotten"
END = "Ctrl+L ends"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned. binding: None if the control shall do nothing any more."""

    place: Place
    binding: Binding | None


class Learner:
    """Off, until it is toggled; then it takes choices and touches, and gives lessons.

    bound: what a control does already, None for nothing. prompt: what to do next, for the HUD;
    empty while it is off.
    """

    def __init__(self, bound: Callable[[Place], Binding | None]) -> None:
        self._bound = bound
        self._chosen: Action | None = None
        self._forgets = False
        self._values: dict[Place, list[int]] = {}
        self.prompt = ""

    @property
    def is_on(self) -> bool:
        """Whether somebody learns."""
        return bool(self.prompt)

    def toggle(self) -> None:
        """Begin to learn, or end."""
        self._await(None, "" if self.is_on else f"{CHOOSE}; {END}")

    def forget(self) -> None:
        """Forget what the control does that is touched next."""
        self._await(None, f"{FORGET}; {END}")
        self._forgets = True

    def choose(self, action: Action) -> None:
        """This is what the control shall do that is moved next."""
        self._await(action, f"{_words(action)}: now move or press its control")

    def touch(self, place: Place, touch: Touch) -> Lesson | None:
        """A control was touched; the lesson, once it is clear what it is."""
        if self._forgets:
            return self._forgotten(place) if touch.is_press else None
        if self._chosen is None:
            return None
        values = self._values.setdefault(place, [])
        if not values and not touch.is_press and touch.source.kind == NOTE:
            return None  # a key that was down before
        values.append(touch.value)
        del values[:-MOST_VALUES]
        binding = self._binding(touch, values, self._chosen)
        if binding is None:
            return None
        return self._learned(place if binding.fader is None else self._finest(place), binding)

    def _await(self, chosen: Action | None, prompt: str) -> None:
        self._chosen, self.prompt = chosen, prompt
        self._forgets = False
        self._values.clear()

    def _forgotten(self, place: Place) -> Lesson | None:
        if self._bound(place) is None:
            self.prompt = f"{place} does nothing; {FORGET}; {END}"
            return None
        self._await(None, f"{place} is forgotten; {CHOOSE}; {END}")
        return Lesson(place, None)

    def _binding(self, touch: Touch, values: list[int], chosen: Action) -> Binding | None:
        """What the control is to do, as far as its values tell what it is."""
        kind = touch.source.kind
        knob = Action(chosen.name)
        if kind in {NOTE, PROGRAM} or chosen.name not in KNOBS:
            return Binding(chosen, TRIGGER) if touch.is_press else None
        if kind != CC:
            return Binding(knob, PICKUP)
        guessed = guess(values)
        if guessed is None:
            self.prompt = f"{_words(chosen)}: keep turning, to the right and to the left"
            return None
        if guessed == BUTTON:
            return Binding(chosen, TRIGGER)
        return Binding(knob, PICKUP if guessed == ABSOLUTE else guessed)

    def _finest(self, place: Place) -> Place:
        """The 14-bit pair that a controller of 7 bits is half of, if it has spoken as one."""
        source = place.source
        if source.kind == CC:
            pair = Place(place.port, Source(CC14, source.channel, source.number % 32))
            if pair in self._values:
                return pair
        return place

    def _learned(self, place: Place, binding: Binding) -> Lesson:
        """The lesson; what a control does already, it unlearns."""
        again = self._bound(place) == binding
        said = "is forgotten" if again else f"is {binding.does}"
        self._await(None, f"{place} {said}; {CHOOSE}; {END}")
        return Lesson(place, None if again else binding)


def _words(action: Action) -> str:
    return " ".join((action.name, *action.args))
