"""Controllers that come, go and come back; nothing that ports do ends the thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.controls.midi.fakes import DESK, FakeMidi, touch
from visualizer.controls.midi.wire import connections
from visualizer.controls.midi.wire.connections import ALL, HEARD, Connections, Heard, output_of
from visualizer.controls.midi.wire.messages import Transport
from visualizer.controls.midi.wire.ports import Midi, MidiError

LIMIT_S = 20.0


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "SCAN_S", 0.01)
    monkeypatch.setattr(connections, "RETRY_S", (0.01,))


@contextmanager
def connected(midi: FakeMidi, wanted: str = ALL) -> Iterator[Connections]:
    with Connections(wanted, lambda: midi) as running:
        yield running


def until(condition: Callable[[], bool]) -> None:
    limit_s = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < limit_s, "waited in vain"
        time.sleep(0.005)


def collect(running: Connections, count: int) -> list[Heard]:
    heard: list[Heard] = []

    def enough() -> bool:
        heard.extend(running.heard())
        return len(heard) >= count

    until(enough)
    return heard


def test_what_a_controller_sends_is_heard_with_its_name_and_in_order() -> None:
    midi = FakeMidi()
    desk = midi.plug()
    desk.sends += [((0xB0, 7, 100), 0.0), ((0xB0, 39, 5), 0.5), ((0xF8,), 0.25), ((0xFE,), 0.0)]
    with connected(midi) as running:
        came, *heard = collect(running, 5)
    assert (came.port, came.message) == (DESK, None)
    assert [one.message for one in heard] == [
        touch("cc 1/7", 100),
        touch("cc 1/39", 5),
        touch("cc14 1/7", 100 * 128 + 5, 2**14 - 1),
        Transport("clock"),
    ]
    assert not desk.is_open


def test_only_what_is_wanted_is_opened() -> None:
    midi = FakeMidi()
    desk, other = midi.plug("Launch Control XL"), midi.plug("Piano")
    with connected(midi, "launch"):
        until(lambda: desk.is_open)
        assert not other.is_open


def test_unplugged_and_back_it_is_opened_again_by_its_name(
    caplog: pytest.LogCaptureFixture,
) -> None:
    midi = FakeMidi()
    desk = midi.plug()
    with caplog.at_level("INFO"), connected(midi) as running:
        until(lambda: desk.is_open)
        del midi.ports[DESK]
        until(lambda: not desk.is_open)
        again = midi.plug()
        again.sends.append(((0xB0, 7, 1), 0.0))
        collect(running, 3)
        running.send(DESK, [(0x90, 1, 127)])
        until(lambda: again.got == [(0x90, 1, 127)])
    assert caplog.messages == [
        "MIDI: listening to 'Desk'",
        "the MIDI controller 'Desk' is gone; it is looked for until it is back",
        "MIDI: listening to 'Desk'",
    ]


def test_a_port_that_cannot_be_opened_is_tried_again_and_the_others_play() -> None:
    midi = FakeMidi()
    busy, desk = midi.plug("Busy"), midi.plug()
    midi.refuses.add("Busy")
    with connected(midi):
        until(lambda: desk.is_open)
        assert not busy.is_open
        midi.refuses.clear()
        until(lambda: busy.is_open)


def test_a_driver_that_breaks_is_a_warning_and_all_begins_anew(
    caplog: pytest.LogCaptureFixture,
) -> None:
    midi = FakeMidi()
    desk = midi.plug()
    with connected(midi) as running:
        collect(running, 1)
        midi.breaks = True
        collect(running, 1)
        until(lambda: desk.is_open)
    (said,) = caplog.messages
    assert said == "MIDI failed, and begins anew in 0.01 s: the driver is gone"


def test_without_midi_one_line_is_said(caplog: pytest.LogCaptureFixture) -> None:
    def none() -> Midi:
        raise MidiError("this computer has no MIDI")

    with caplog.at_level("INFO"), Connections(ALL, none) as running:
        running.send(DESK, [(0x90, 1, 127)])
        until(lambda: bool(caplog.messages))
        assert running.heard() == []
    assert caplog.messages == ["this computer has no MIDI: the show goes on without"]


def test_a_loop_that_stalls_keeps_the_newest() -> None:
    midi = FakeMidi()
    desk = midi.plug()
    with connected(midi) as running:
        desk.sends += [((0xB0, 1, value % 128), 0.001) for value in range(HEARD + 100)]
        until(lambda: not desk.sends)
        heard = running.heard()
    assert len(heard) == HEARD
    assert heard[-1].message == touch("cc 1/1", (HEARD + 99) % 128)


@pytest.mark.parametrize(
    ("outputs", "found"),
    [
        (["Desk", "Other"], "Desk"),
        (["Other"], None),
        ([], None),
    ],
)
def test_the_output_of_an_input(outputs: list[str], found: str | None) -> None:
    assert output_of("Desk", outputs) == found


def test_an_output_of_the_same_device_with_another_name_will_do() -> None:
    assert output_of("Desk:out", ["Other:in", "Desk:in"]) == "Desk:in"
    assert output_of("Desk:out", ["Desk:in 1", "Desk:in 2"]) is None
