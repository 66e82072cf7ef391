"""Who may come in: checks of one request's headers. Pure but for the pause after a wrong token.

A page elsewhere can make a browser send requests here (cross-site requests, DNS rebinding), but it
cannot choose the Host and Origin headers, nor know the token.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import SplitResult, parse_qs, urlsplit

TOKEN_BYTES = 16
"""128 bits: at two guesses a second nobody lives long enough."""
PAUSE_S = 0.5
"""After each wrong token, whoever guesses: one guess at a time."""
LOOPBACK = ("127.0.0.1", "::1", "localhost")


ALL = ("0.0.0.0", "::")  # noqa: S104 - what somebody may ask for
"""Every network that this machine is in."""


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches ``host``."""
    return host in LOOPBACK


def reachable(host: str) -> str:
    """Where others find what listens at ``host``: for every address, one of this machine's own.

    Asked of the machine's own name alone, of nobody outside. The name itself, where it has none.
    """
    if host not in ALL:
        return host
    name = socket.gethostname()
    try:
        found = socket.getaddrinfo(name, None, socket.AF_INET, socket.SOCK_STREAM)
    except OSError:
        return name
    own = [str(place[0]) for *_, place in found]
    return next((address for address in own if not address.startswith("127.")), name)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why somebody stays outside."""

    status: HTTPStatus
    reason: str


class Door:
    """The checks of one server. host: where it listens; beyond loopback a token is asked for."""

    def __init__(self, host: str, sleep: Callable[[float], None] = time.sleep) -> None:
        self._host = host
        self._sleep = sleep
        self._guessing = threading.Lock()
        self._own_name = socket.gethostname().lower()
        self.token = None if is_loopback(host) else secrets.token_urlsafe(TOKEN_BYTES)

    def check(self, path: str, host: str | None, origin: str | None) -> Refusal | None:
        """None where the request may come in. host, origin: those headers, None if missing."""
        if host is None or not self._is_ours(host):
            return Refusal(HTTPStatus.FORBIDDEN, "this is no address of the show's")
        if origin is not None and origin not in {f"http://{host}", f"https://{host}"}:
            return Refusal(HTTPStatus.FORBIDDEN, "another page may not play the show")
        return self._check_token(path)

    def _is_ours(self, host: str) -> bool:
        """Names other than localhost may have been pointed here by somebody else."""
        name = split(f"//{host}").hostname or ""
        if is_loopback(name) or name == self._host:
            return True
        return not is_loopback(self._host) and (_is_address(name) or name == self._own_name)

    def _check_token(self, path: str) -> Refusal | None:
        if self.token is None:
            return None
        given = parse_qs(split(path).query).get("token", [])
        if not given:
            return Refusal(HTTPStatus.UNAUTHORIZED, "the address lacks its token")
        if hmac.compare_digest(given[0].encode(), self.token.encode()):
            return None
        with self._guessing:
            self._sleep(PAUSE_S)
        return Refusal(HTTPStatus.FORBIDDEN, "that is not the token of this show")


def split(text: str) -> SplitResult:
    """An address in its parts; nothing of one that is none."""
    try:
        return urlsplit(text)
    except ValueError:
        return urlsplit("")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
