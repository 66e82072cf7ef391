"""MIDI in the show: a control that hands play, and an observer that answers their controllers."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from visualizer.contracts import Frame
from visualizer.controls.midi.bindings import Binding, Place
from visualizer.controls.midi.feedback import Feedback, Message
from visualizer.controls.midi.learner import Learner
from visualizer.controls.midi.map_file import write_binding
from visualizer.controls.midi.player import Player
from visualizer.controls.midi.targets import Targets
from visualizer.controls.midi.wire.clock_follower import LOST_S, ClockFollower
from visualizer.controls.midi.wire.connections import Heard
from visualizer.controls.midi.wire.messages import Touch, Transport
from visualizer.errors import ChladniError
from visualizer.show.session import Session
from visualizer.types import Action, Tick

log = logging.getLogger(__name__)


class Controllers(Protocol):
    """The controllers that are connected now."""

    def heard(self) -> Sequence[Heard]:
        """All messages since the last call."""
        ...

    def send(self, port: str, messages: Sequence[Message]) -> None:
        """Send to a controller. Never blocks."""
        ...


class MidiControl:
    """Plays what is bound, learns what is not, shows the show to its controllers' lights.

    bindings: what is bound, as ``midi.toml`` says. map_file: where lessons are written.
    submit: runs a job off the loop. now_s: the clock of ``Heard.sent_s``.
    """

    def __init__(  # noqa: PLR0913 - each is one thing that a test replaces
        self,
        controllers: Controllers,
        bindings: dict[Place, Binding],
        *,
        map_file: Path,
        targets: Targets,
        submit: Callable[[Callable[[], None]], object],
        now_s: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._controllers = controllers
        self._bindings = bindings
        self._map_file = map_file
        self._submit = submit
        self._now_s = now_s
        self._player = Player(bindings.get, targets)
        self._feedback = Feedback(targets, controllers.send)
        self._session: Session | None = None
        self._clock_port = ""
        self._ticked_s = float("-inf")
        self.learner = Learner(bindings.get)
        self.clock = ClockFollower()

    def poll(self, tick: Tick) -> Sequence[Action]:
        """What hands have asked for since the last frame."""
        # Between a message and this frame as much time has gone by on one clock as on the other.
        offset_s = tick.time_s - self._now_s()
        touches = []
        for heard in self._controllers.heard():
            match heard.message:
                case Touch() as touch:
                    touches.append((Place(heard.port, touch.source), touch))
                case Transport() as word:
                    self._follow(heard.port, word, heard.sent_s + offset_s)
                case None:
                    self._feedback.plugged_in(heard.port)
        if self.learner.is_on:
            for place, touch in touches:
                self._learn(place, touch)
            return ()
        # Lights come on with the first frame; so do hands.
        if self._session is None:
            return ()
        for place, touch in touches:
            self._feedback.touched(place, touch)
        asked = self._player.play(touches, self._session)
        for action in asked:
            log.debug("MIDI asks for %s", " ".join((action.name, *action.args)))
        return asked

    def see(self, frame: Frame) -> None:
        """Begin and end learning; bring the lights up to date."""
        for action in frame.actions:
            if action.name == "learn":
                (self.learner.forget if action.args else self.learner.toggle)()
        self._session = frame.session
        self._feedback.show(frame.session, self._bindings)

    def _follow(self, port: str, word: Transport, time_s: float) -> None:
        """Follow one sender, the first that ticks, until it is silent."""
        if port != self._clock_port and time_s - self._ticked_s > LOST_S:
            self._clock_port = port
        if port == self._clock_port:
            self._ticked_s = time_s
            self.clock.hear(word, time_s)

    def _learn(self, place: Place, touch: Touch) -> None:
        lesson = self.learner.touch(place, touch)
        if lesson is None:
            return
        if lesson.binding is None:
            self._bindings.pop(lesson.place, None)
            log.info("MIDI: %s does nothing any more", lesson.place)
        else:
            self._bindings[lesson.place] = lesson.binding
            log.info("MIDI: %s is %s now", lesson.place, lesson.binding.does)
        self._feedback.learned()
        self._submit(lambda: self._write(lesson.place, lesson.binding))

    def _write(self, place: Place, binding: Binding | None) -> None:
        try:
            write_binding(self._map_file, place, binding)
        except ChladniError as error:
            log.warning("what was learned lasts for this show only: %s", error)
