"""The door: who comes in, from where, with which token."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.controls.remote.door import PAUSE_S, Door, reachable

HERE, AWAY = "127.0.0.1", "0.0.0.0"  # noqa: S104 - where a phone reaches it


def status(door: Door, path: str, host: str | None, origin: str | None = None) -> int:
    refusal = door.check(path, host, origin)
    return 200 if refusal is None else refusal.status


@pytest.mark.parametrize(
    ("host", "origin", "expected"),
    [
        ("127.0.0.1:8765", None, 200),
        ("localhost:8765", "http://localhost:8765", 200),
        ("[::1]:8765", None, 200),
        ("127.0.0.1:8765", "http://evil.example", 403),
        ("127.0.0.1:8765", "null", 403),
        ("127.0.0.1:8765", "http://127.0.0.1:9999", 403),
        ("evil.example", "http://evil.example", 403),
        ("evil.example:8765", None, 403),
        ("192.168.1.20:8765", None, 403),
        ("", None, 403),
        (None, None, 403),
    ],
)
def test_on_this_machine_alone(host: str | None, origin: str | None, expected: int) -> None:
    assert status(Door(HERE), "/", host, origin) == expected


def test_phones_need_the_token_in_the_address() -> None:
    slept: list[float] = []
    door = Door(AWAY, slept.append)
    host = "192.168.1.20:8765"
    assert status(door, f"/?token={door.token}", host) == 200
    assert status(door, f"/socket?token={door.token}", host, f"http://{host}") == 200
    assert status(door, "/", host) == HTTPStatus.UNAUTHORIZED
    assert status(door, "/socket?token=", host) == HTTPStatus.UNAUTHORIZED
    assert slept == []
    assert status(door, "/?token=guess", host) == HTTPStatus.FORBIDDEN
    assert slept == [PAUSE_S]
    # A name may have been pointed here by somebody else, token or not.
    assert status(door, f"/?token={door.token}", "evil.example") == HTTPStatus.FORBIDDEN


def test_a_phone_is_told_an_address_that_it_can_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    own = [(2, 1, 6, "", ("127.0.1.1", 0)), (2, 1, 6, "", ("192.168.1.20", 0))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_: own)
    assert reachable(AWAY) == "192.168.1.20"
    assert reachable("10.0.0.7") == "10.0.0.7"
    monkeypatch.setattr("socket.gethostname", lambda: "booth")
    monkeypatch.setattr("socket.getaddrinfo", lambda *_: own[:1])
    assert reachable(AWAY) == "booth"


def test_the_machines_own_name_is_let_in_where_phones_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "booth")
    door = Door(AWAY)
    assert status(door, f"/?token={door.token}", "booth:8765") == 200
    assert status(Door(HERE), "/", "booth:8765") == 403


def test_each_show_has_another_token() -> None:
    tokens = {Door(AWAY).token for _ in range(50)}
    assert len(tokens) == 50
    assert all(token is not None and len(token) >= 20 for token in tokens)
    assert Door(HERE).token is None


@given(st.text(), st.none() | st.text(), st.none() | st.text())
def test_whatever_is_sent_nobody_comes_in_without(
    path: str, host: str | None, origin: str | None
) -> None:
    assert status(Door(AWAY, lambda _: None), path, host, origin) in {401, 403}
