"""The remote over real sockets on loopback: page, thumbnails, two phones, strangers."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.fakes import make_frame, some_styles
from visualizer.controls.remote.code import code_of, printed_code
from visualizer.controls.remote.remote import MOST_WAITING, Remote
from visualizer.errors import ChladniError
from visualizer.show.session import Hands, Session
from visualizer.types import Action, Tick

HERE = "127.0.0.1"


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[Remote]:
    (tmp_path / "kiln.png").write_bytes(b"a picture")
    (tmp_path / "secret.png").write_bytes(b"not for you")

    def thumbnail(name: str) -> Path | None:
        return tmp_path / f"{name}.png" if name in {"kiln", "silk"} else None

    with Remote(HERE, 0, lambda: ("kiln", "silk"), thumbnail) as opened:
        yield opened


def port(remote: Remote) -> int:
    return int(remote.address.split(":")[2].split("/")[0])


def get(remote: Remote, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(HERE, port(remote), timeout=10)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def phone(remote: Remote, **headers: str) -> ClientConnection:
    return connect(f"ws://{HERE}:{port(remote)}/socket", additional_headers=headers, proxy=None)


def asked(remote: Remote, count: int) -> list[Action]:
    """What the loop gets, once ``count`` actions have come."""
    actions: list[Action] = []
    for _ in range(500):
        actions += remote.poll(Tick(0, 0.0, 0.0))
        if len(actions) >= count:
            break
        time.sleep(0.01)
    return actions


def received(socket: ClientConnection, key: str) -> dict[str, Any]:
    while key not in (said := json.loads(socket.recv(timeout=10))):
        pass
    assert isinstance(said, dict)
    return said


def test_the_page_needs_nothing_from_elsewhere(remote: Remote) -> None:
    status, page = get(remote, "/")
    assert status == 200
    assert b"<!doctype html>" in page
    assert b"http://" not in page.replace(b"http://www.w3.org", b"")
    assert b"https://" not in page


def test_thumbnails_are_those_of_the_slots_and_no_other_file(remote: Remote) -> None:
    assert get(remote, "/thumbnail/kiln") == (200, b"a picture")
    for path in ("silk", "secret", "..%2Fsecret", "%2Fetc%2Fpasswd", ""):
        assert get(remote, f"/thumbnail/{path}")[0] == 404
    assert get(remote, "/nothing")[0] == 404


def test_posts_and_strangers_stay_outside(remote: Remote) -> None:
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        raise ConnectionError(get(remote, "/", method="POST"))
    assert get(remote, "/", Host="evil.example")[0] == 403
    assert get(remote, "/", Origin="http://evil.example")[0] == 403
    with pytest.raises(InvalidStatus, match="403"):
        phone(remote, Origin="http://evil.example")


def test_what_a_phone_asks_for_comes_into_the_loop_in_order(remote: Remote) -> None:
    with phone(remote) as socket:
        assert received(socket, "levels")["slots"] == ["kiln", "silk"]
        for words in (["next"], ["slot", "2", "smooth"], ["tap"]):
            socket.send(json.dumps({"do": words}))
        expected = [Action("next"), Action("slot", ("2", "smooth")), Action("tap")]
        assert asked(remote, 3) == expected


def test_of_a_sliders_values_between_two_frames_the_last_counts(remote: Remote) -> None:
    for value in ("1", "1.5", "2"):
        remote.ask(json.dumps({"do": ["zoom", value]}))
    remote.ask(json.dumps({"do": ["zoom", "up"]}))
    remote.ask(json.dumps({"do": ["zoom", "up"]}))
    assert [action.args[0] for action in remote.poll(Tick(0, 0.0, 0.0))] == ["2", "up", "up"]


def test_two_phones_see_each_others_moves(remote: Remote) -> None:
    with phone(remote) as one, phone(remote) as other:
        moved = Session(some_styles(1)[0], hands=Hands(zoom=2.0))
        remote.see(make_frame())
        remote.see(replace(make_frame(index=30), session=moved))
        for socket in (one, other):
            while received(socket, "state")["state"]["zoom"] != 2.0:
                pass


def test_a_message_that_is_none_ends_that_page_alone(remote: Remote) -> None:
    with phone(remote) as bad, phone(remote) as good:
        bad.send(json.dumps({"do": ["quit"]}))
        with pytest.raises(ConnectionClosed, match="not for the network"):
            received(bad, "never")
        good.send(json.dumps({"do": ["next"]}))
        assert asked(remote, 1) == [Action("next")]


def test_a_flood_is_bounded(remote: Remote) -> None:
    for _ in range(MOST_WAITING * 3):
        remote.ask(json.dumps({"do": ["tap"]}))
    assert len(remote.poll(Tick(0, 0.0, 0.0))) == MOST_WAITING


def test_the_end_of_the_show_ends_the_pages() -> None:
    with ExitStack() as closing:
        remote = closing.enter_context(Remote(HERE, 0, lambda: (), lambda _: None))
        with phone(remote) as socket:
            received(socket, "levels")
            closing.close()
            with pytest.raises(ConnectionClosed):
                received(socket, "never")
    assert not [thread for thread in threading.enumerate() if thread.name == "remote"]


def test_a_taken_port_is_said_in_a_sentence(remote: Remote) -> None:
    other = Remote(HERE, port(remote), lambda: (), lambda _: None)
    with pytest.raises(ChladniError, match=r"the remote cannot be served at 127\.0\.0\.1"):
        other.__enter__()


def test_phones_find_the_page_by_an_address_with_its_token() -> None:
    remote = Remote("192.0.2.7", 8765, lambda: (), lambda _: None)
    assert remote.is_for_phones
    assert remote.address.startswith("http://192.0.2.7:8765/?token=")
    code = code_of(remote.address)
    assert {len(row) for row in code} == {len(code)}
    # The three finder patterns: seven dark dots on an edge of each.
    for edge in (code[0][:7], code[0][-7:], code[-1][:7]):
        assert all(edge)
    assert len(printed_code(remote.address).splitlines()) >= len(code) // 2
