"""What the show tells over OSC, heard on loopback and by liblo's oscdump."""

from __future__ import annotations

import select
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pythonosc.osc_packet import OscPacket

from tests.fakes import make_frame, some_styles
from visualizer.contracts import Frame
from visualizer.controls.osc.osc_out import EVERYTHING_S, OscOut
from visualizer.errors import ChladniError
from visualizer.show.session import Session
from visualizer.types import Beat, Features


@pytest.fixture
def desk() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as heard:
        heard.bind(("127.0.0.1", 0))
        heard.settimeout(0.2)
        yield heard


def received(desk: socket.socket) -> list[tuple[str, list[object]]]:
    """All messages until nothing more comes."""
    messages: list[tuple[str, list[object]]] = []
    while True:
        try:
            packet = OscPacket(desk.recv(65_535))
        except TimeoutError:
            return messages
        messages += [(each.message.address, each.message.params) for each in packet.messages]


def frames(seconds: float, fps: int = 60) -> Iterator[Frame]:
    for index in range(round(seconds * fps)):
        beats = Beat(count=index * 2 // fps)
        heard = Features(level=0.5, onset=index % 20 == 0, strength=1.0)
        yield replace(make_frame(index=index, fps=fps, features=heard), beat=beats)


def test_events_are_told_at_once_and_sound_at_its_rate(desk: socket.socket) -> None:
    with OscOut(*desk.getsockname()) as out:
        for frame in frames(2.0):
            out.see(frame)
    counted = Counter(address for address, _ in received(desk))
    assert counted["/chladni/onset"] == 6
    assert counted["/chladni/beat"] == 3
    assert 58 <= counted["/chladni/level"] == counted["/chladni/bands"] <= 61
    assert counted["/chladni/state/zoom"] == 1


def test_a_change_is_told_once_and_everything_now_and_then(desk: socket.socket) -> None:
    dark = Session(some_styles(1)[0], blackout=True)
    with OscOut(*desk.getsockname()) as out:
        for frame in frames(EVERYTHING_S + 0.5, fps=10):
            late = frame.tick.time_s > 1.0
            out.see(replace(frame, session=dark) if late else frame)
    told = [arguments for address, arguments in received(desk) if address.endswith("/blackout")]
    assert told == [[0], [1], [1]]


def test_oscdump_hears_the_bundles() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    line = ["oscdump", "-L", f"osc.udp://:{port}"]
    with (
        subprocess.Popen(line, stdout=subprocess.PIPE, text=True, bufsize=1) as dump,
        OscOut("127.0.0.1", port) as out,
    ):
        assert dump.stdout is not None
        said = ""
        for frame in frames(600.0):
            out.see(frame)
            # It takes a moment to start, and flushes each line; one comes whole or not yet.
            while select.select([dump.stdout], [], [], 0.01)[0]:
                said += dump.stdout.readline()
            if "/chladni/level" in said and "/chladni/bands" in said:
                break
        dump.kill()
    assert "/chladni/level f 0.5" in said
    assert "/chladni/bands ffffffff" in said


def test_nobody_there_is_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    with OscOut("127.0.0.1", port) as out:
        for frame in frames(1.0):
            out.see(frame)
    assert len(caplog.records) <= 1


def test_a_host_that_is_none_is_an_error() -> None:
    with pytest.raises(ChladniError, match="OSC cannot be sent to"):
        OscOut("no host at all", 9001).__enter__()
