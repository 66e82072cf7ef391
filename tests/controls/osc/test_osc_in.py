"""OSC over real sockets on loopback, from liblo's tools and from strangers."""

from __future__ import annotations

import logging
import random
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence

import pytest
from pythonosc.osc_bundle_builder import OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.osc_packet import OscPacket

from tests.fakes import make_frame
from visualizer.controls.osc.addresses import state_of
from visualizer.controls.osc.osc_in import MOST_AHEAD_S, MOST_WAITING, READ, OscIn
from visualizer.errors import ChladniError
from visualizer.types import Action, Tick

HERE = "127.0.0.1"


@pytest.fixture
def osc() -> Iterator[OscIn]:
    with OscIn(HERE, 0) as opened:
        yield opened


def oscsend(osc: OscIn, *line: str) -> None:
    subprocess.run(["oscsend", "127.0.0.1", str(osc.port), *line], check=True)


def polled(osc: OscIn, time_s: float = 0.0) -> list[Action]:
    return list(osc.poll(Tick(0, time_s, 0.0)))


def message(address: str, *arguments: float | str) -> bytes:
    builder = OscMessageBuilder(address)
    for argument in arguments:
        builder.add_arg(argument)
    return builder.build().dgram


def send(osc: OscIn, datagrams: Sequence[bytes]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for datagram in datagrams:
            sender.sendto(datagram, ("127.0.0.1", osc.port))


@pytest.mark.parametrize(
    ("line", "action"),
    [
        (["/chladni/next"], Action("next")),
        (["/chladni/zoom", "f", "1.5"], Action("zoom", ("1.5",))),
        (["/chladni/zoom", "d", "1.25"], Action("zoom", ("1.25",))),
        (["/chladni/slot", "i", "3"], Action("slot", ("3",))),
        (["/chladni/slot", "h", "3"], Action("slot", ("3",))),
        (["/chladni/blackout", "T"], Action("blackout", ("1",))),
        (["/chladni/blackout", "F"], Action("blackout", ("0",))),
        (["/chladni/fade", "ss", "kiln", "4beats"], Action("fade", ("kiln", "4beats"))),
    ],
)
def test_liblos_types_arrive(osc: OscIn, line: list[str], action: Action) -> None:
    oscsend(osc, *line)
    assert polled(osc) == [action]


def test_messages_keep_their_order(osc: OscIn) -> None:
    send(osc, [message("/chladni/zoom", 1.0 + k / 16) for k in range(16)])
    assert polled(osc) == [Action("zoom", (f"{1.0 + k / 16:g}",)) for k in range(16)]


def bundle(at_s: float, address: str) -> bytes:
    builder = OscBundleBuilder(at_s)  # type: ignore[arg-type] # a time may have a fraction
    builder.add_content(OscMessageBuilder(address).build())
    return builder.build().dgram


def test_bundles_wait_for_their_time_and_late_ones_do_not() -> None:
    clock = [time.time() + 0.5]
    with OscIn(HERE, 0, now_s=lambda: clock[0]) as osc:
        send(osc, [bundle(clock[0] + 2.0, "/chladni/next"), bundle(clock[0] - 9.0, "/chladni/tap")])
        assert polled(osc) == [Action("tap")]
        clock[0] += 1.9
        assert polled(osc) == []
        clock[0] += 0.2
        assert polled(osc) == [Action("next")]


def test_a_time_tag_far_ahead_is_refused(osc: OscIn, caplog: pytest.LogCaptureFixture) -> None:
    send(osc, [bundle(time.time() + 10.0 * MOST_AHEAD_S, "/chladni/next")])
    assert polled(osc) == []
    assert "ahead" in caplog.text


def test_a_query_is_answered_with_all_that_stands_some_way(osc: OscIn) -> None:
    frame = make_frame()
    osc.see(frame)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.settimeout(5.0)
        asker.sendto(message("/chladni/query"), ("127.0.0.1", osc.port))
        assert polled(osc) == []
        told: dict[str, list[object]] = {}
        while len(told) < len(dict(state_of(frame))):
            packet = OscPacket(asker.recv(65_535))
            told |= {each.message.address: each.message.params for each in packet.messages}
    assert told["/chladni/state/zoom"] == [1.0]
    assert told["/chladni/state/blackout"] == [0]


def hostile(seed: int) -> bytes:
    """A packet that some parser somewhere stumbled over."""
    dice = random.Random(seed)  # noqa: S311 - the same attacks each time
    noise = dice.randbytes(dice.randrange(60))
    nested = b"#bundle\0" + b"\0" * 8
    return dice.choice(
        [
            noise,
            b"/chladni/" + noise,
            b"#bundle\0" + noise,
            nested + (b"\0\0\0\x14" + nested) * 900,
            message("/chladni/zoom", 1.5)[: dice.randrange(24)],
            message("/chladni/nothing"),
            message("/chladni/zoom", float("nan")),
            b"/chladni/zoom\0\0\0,b\0\0\xff\xff\xff\xff",
        ]
    )


def test_whatever_comes_is_survived_and_counted(
    osc: OscIn, caplog: pytest.LogCaptureFixture
) -> None:
    for seed in range(300):
        send(osc, [hostile(seed)])
        # NaN is an argument; what the command says of it is said at the loop's border.
        assert all(action.name == "zoom" for action in polled(osc, seed / 30))
    send(osc, [message("/chladni/next")])
    assert polled(osc, 20.0) == [Action("next")]
    warnings = [r for r in caplog.records if r.levelno == logging.WARNING]
    assert 5 <= len(warnings) <= 12  # 10 seconds of it, once a second at most


def test_a_flood_takes_a_bounded_share_of_each_frame(osc: OscIn) -> None:
    send(osc, [message("/chladni/tap")] * (READ * 2))
    first = polled(osc)
    assert 0 < len(first) <= READ
    for _ in range(4):
        polled(osc)
    send(osc, [message("/chladni/next")])
    assert Action("next") in polled(osc)


def test_what_waits_is_bounded(osc: OscIn) -> None:
    for _ in range(MOST_WAITING // 16):
        send(osc, [bundle(time.time() + 30.0, "/chladni/next")] * 32)
        polled(osc)
    assert len(osc._waiting) <= MOST_WAITING


def test_a_taken_port_is_said_in_a_sentence(osc: OscIn) -> None:
    with pytest.raises(ChladniError, match=rf"not heard at 127\.0\.0\.1:{osc.port}"):
        OscIn(HERE, osc.port).__enter__()
