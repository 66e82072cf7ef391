"""Lights, rings and motors follow the show, whoever moved it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from visualizer.controls.midi.bindings import Binding, Place
from visualizer.controls.midi.targets import Targets, level
from visualizer.controls.midi.wire.messages import Touch, encode
from visualizer.show.session import Session

Message = tuple[int, ...]


class Feedback:
    """Tells each control what the show has made of it, when that has changed.

    send: hands messages for a port over; never blocks.
    """

    def __init__(self, targets: Targets, send: Callable[[str, tuple[Message, ...]], None]) -> None:
        self._targets = targets
        self._send = send
        self._shown: dict[Place, tuple[Message, ...]] = {}
        self._session: Session | None = None

    def plugged_in(self, port: str) -> None:
        """A controller has come, or come back: it knows nothing."""
        self._shown = {place: sent for place, sent in self._shown.items() if place.port != port}
        self._session = None

    def touched(self, place: Place, touch: Touch) -> None:
        """What a control was moved to by hand, it need not be told."""
        if touch.is_press:
            self._shown[place] = encode(place.source, touch.place)

    def learned(self) -> None:
        """Bindings have changed: look at all of them again."""
        self._session = None

    def show(self, session: Session, bindings: Mapping[Place, Binding]) -> None:
        """Send what has changed since the last call. Sessions that are alike cost nothing."""
        if session is self._session:
            return
        self._session = session
        for place, messages in self._changed(session, bindings):
            self._shown[place] = messages
            self._send(place.port, messages)

    def _changed(
        self, session: Session, bindings: Mapping[Place, Binding]
    ) -> Iterator[tuple[Place, tuple[Message, ...]]]:
        for place, binding in bindings.items():
            fader = binding.fader
            if fader is not None:
                shown = fader.place(level(session, fader.name))
            else:
                shown = float(self._targets.is_on(session, binding.action))
            messages = encode(place.source, shown)
            if messages and messages != self._shown.get(place):
                yield place, messages
