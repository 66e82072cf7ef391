"""Keeps controllers connected: a thread that owns every port, and looks for those that went."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from visualizer.controls.midi.wire.assembler import Assembler
from visualizer.controls.midi.wire.messages import Touch, Transport, decode
from visualizer.controls.midi.wire.ports import InputPort, Midi, MidiError, OutputPort, open_midi
from visualizer.controls.midi.wire.stamps import Stamps

log = logging.getLogger(__name__)

ALL = "all"
POLL_S = 0.004
"""How often is looked for messages: what a hand does is 2 ms late in the mean."""
SCAN_S = 0.25
"""How often is looked for ports that came or went."""
HEARD = 4096
"""Messages that may wait for the loop; where it stalls, the oldest go."""
MOST_AT_ONCE = 512
"""Messages read from a port before others have their turn."""
RETRY_S = (1.0, 2.0, 5.0, 10.0)
"""How long is waited after each failure in a row; the last one from then on."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One message. sent_s: when, as ``time.perf_counter`` tells.

    message: None for the news that the port has been connected.
    """

    port: str
    message: Touch | Transport | None
    sent_s: float


@dataclass(slots=True)
class _Input:
    port: InputPort
    stamps: Stamps
    assembler: Assembler


class Connections:
    """The controllers that are there now, while ``with`` lasts.

    wanted: ALL, or a part of the names of those that are meant. Whatever happens to ports, or
    in the system's MIDI, is a line in the log; nobody gives up, and nothing here ever blocks
    the loop.
    """

    def __init__(
        self,
        wanted: str = ALL,
        open_midi: Callable[[], Midi] = open_midi,
        now_s: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._wanted = wanted
        self._open_midi = open_midi
        self._now_s = now_s
        self._heard: deque[Heard] = deque(maxlen=HEARD)
        self._outgoing: queue.SimpleQueue[tuple[str, Sequence[Sequence[int]]]] = queue.SimpleQueue()
        self._inputs: dict[str, _Input] = {}
        self._outputs: dict[str, OutputPort] = {}
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._live, name="midi")

    def __enter__(self) -> Self:
        """Begin to look; the first ports are there a moment later."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of all ports."""
        self._closing.set()
        self._thread.join()

    def heard(self) -> list[Heard]:
        """All messages since the last call, in order. For one thread."""
        return [self._heard.popleft() for _ in range(len(self._heard))]

    def send(self, port: str, messages: Sequence[Sequence[int]]) -> None:
        """Send to the controller that is heard at ``port``; lost where it is not there."""
        self._outgoing.put((port, messages))

    # --- the thread

    def _live(self) -> None:
        failures = 0
        while not self._closing.is_set():
            try:
                midi = self._open_midi()
            except MidiError as error:
                log.info("%s: the show goes on without", error)
                return
            began_s = self._now_s()
            try:
                self._keep_connected(midi)
            except Exception as error:
                lasted_s = self._now_s() - began_s
                failures = 0 if lasted_s > RETRY_S[-1] else failures
                pause_s = RETRY_S[min(failures, len(RETRY_S) - 1)]
                failures += 1
                log.warning("MIDI failed, and begins anew in %g s: %s", pause_s, error)
                log.debug("where it failed", exc_info=True)
                self._closing.wait(pause_s)

    def _keep_connected(self, midi: Midi) -> None:
        scan_s = 0.0
        try:
            while not self._closing.wait(POLL_S):
                if self._now_s() >= scan_s:
                    scan_s = self._now_s() + SCAN_S
                    self._scan(midi)
                for name, incoming in self._inputs.items():
                    self._read(name, incoming)
                self._send_waiting()
        finally:
            for name in list(self._inputs):
                self._disconnect(name)

    def _scan(self, midi: Midi) -> None:
        names = [name for name in midi.inputs() if self._is_wanted(name)]
        for name in [name for name in self._inputs if name not in names]:
            log.warning("the MIDI controller %r is gone; it is looked for until it is back", name)
            self._disconnect(name)
        for name in [name for name in names if name not in self._inputs]:
            try:
                self._connect(midi, name)
            except MidiError as error:
                log.debug("%s; the next try comes in %g s", error, SCAN_S)

    def _is_wanted(self, name: str) -> bool:
        return self._wanted == ALL or self._wanted.lower() in name.lower()

    def _connect(self, midi: Midi, name: str) -> None:
        self._inputs[name] = _Input(midi.open_input(name), Stamps(), Assembler())
        output = output_of(name, midi.outputs())
        if output is not None:
            try:
                self._outputs[name] = midi.open_output(output)
            except MidiError as error:
                log.warning("%s: its lights stay as they are", error)
        log.info("MIDI: listening to %r", name)
        self._heard.append(Heard(name, None, self._now_s()))

    def _disconnect(self, name: str) -> None:
        self._inputs.pop(name).port.close()
        if name in self._outputs:
            self._outputs.pop(name).close()

    def _read(self, name: str, incoming: _Input) -> None:
        for _ in range(MOST_AT_ONCE):
            if (read := incoming.port.read()) is None:
                return
            data, delta_s = read
            sent_s = incoming.stamps.time_s(delta_s, self._now_s())
            match decode(data):
                case Transport() as word:
                    self._heard.append(Heard(name, word, sent_s))
                case Touch() as touch:
                    for whole in incoming.assembler.feed(touch):
                        self._heard.append(Heard(name, whole, sent_s))

    def _send_waiting(self) -> None:
        while not self._outgoing.empty():
            name, messages = self._outgoing.get()
            if (output := self._outputs.get(name)) is None:
                continue
            try:
                for message in messages:
                    output.send(message)
            except MidiError as error:
                log.debug("%s", error)  # a port that goes is told of by the next scan


def output_of(name: str, outputs: Sequence[str]) -> str | None:
    """The output that belongs to an input: of the same name, or the only one of its device."""
    if name in outputs:
        return name
    device = name.partition(":")[0]
    same = [output for output in outputs if output.startswith(device)]
    return same[0] if len(same) == 1 else None
