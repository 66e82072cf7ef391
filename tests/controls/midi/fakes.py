"""A computer's MIDI without any: ports that tests plug in, play on, and pull."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from visualizer.controls.midi.wire.connections import Heard
from visualizer.controls.midi.wire.messages import Source, Touch
from visualizer.controls.midi.wire.ports import InputPort, MidiError, OutputPort

DESK = "Desk"


def touch(source: str, value: int, top: int = 127) -> Touch:
    return Touch(Source.parse(source), value, top)


class FakePort:
    """One controller: what it sends, and what it was sent."""

    def __init__(self) -> None:
        self.sends: deque[tuple[Sequence[int], float]] = deque()
        self.got: list[Sequence[int]] = []
        self.is_open = False

    def read(self) -> tuple[Sequence[int], float] | None:
        return self.sends.popleft() if self.sends else None

    def send(self, message: Sequence[int]) -> None:
        self.got.append(message)

    def close(self) -> None:
        self.is_open = False


class FakeMidi:
    """Every port is an input and an output of the same name."""

    def __init__(self) -> None:
        self.ports: dict[str, FakePort] = {}
        self.refuses: set[str] = set()
        self.breaks = False

    def plug(self, name: str = DESK) -> FakePort:
        self.ports[name] = FakePort()
        return self.ports[name]

    def inputs(self) -> Sequence[str]:
        if self.breaks:
            self.breaks = False
            raise RuntimeError("the driver is gone")
        return list(self.ports)

    def outputs(self) -> Sequence[str]:
        return list(self.ports)

    def open_input(self, name: str) -> InputPort:
        if name in self.refuses:
            raise MidiError(f"the MIDI port {name!r} is busy")
        self.ports[name].is_open = True
        return self.ports[name]

    def open_output(self, name: str) -> OutputPort:
        return self.ports[name]


class FakeControllers:
    """For a control: what was heard, as a test says, and what was sent."""

    def __init__(self) -> None:
        self.waiting: list[Heard] = []
        self.sent: list[tuple[str, tuple[int, ...]]] = []

    def heard(self) -> Sequence[Heard]:
        heard, self.waiting = self.waiting, []
        return heard

    def send(self, port: str, messages: Sequence[tuple[int, ...]]) -> None:
        self.sent += [(port, message) for message in messages]
