"""The server of the page: HTTP for page and thumbnails, a websocket for all else (RFC 6455)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote

from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server as Websockets
from websockets.sync.server import ServerConnection, serve

from visualizer.controls.remote.door import Door, split

log = logging.getLogger(__name__)

PAGE = Path(__file__).with_name("page.html")
SOCKET, THUMBNAIL = "/socket", "/thumbnail/"
MOST_PAGES = 16
"""Open at once; more are turned away."""
MOST_BYTES = 4096
"""Of one message from a page."""
POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
POLICY += "; connect-src 'self' ws: wss:; base-uri 'none'; frame-ancestors 'none'"
"""Content Security Policy (level 3): the page loads nothing from elsewhere, nobody frames it."""


class Talk(Protocol):
    """What the server passes on."""

    def greet(self) -> str:
        """The first thing that a page is told."""
        ...

    def ask(self, text: str) -> None:
        """Take what a page asks for. Raises ValueError."""
        ...

    def next_news(self, seen: int) -> tuple[int, str] | None:
        """The news after ``seen``; None when it is over."""
        ...


class Server:
    """Serves until it is closed. port: 0 leaves the choice to the system."""

    def __init__(
        self, host: str, port: int, door: Door, talk: Talk, thumbnail: Callable[[str], Path | None]
    ) -> None:
        self._host, self.port = host, port
        self._door, self._talk, self._thumbnail = door, talk, thumbnail
        self._pages = threading.BoundedSemaphore(MOST_PAGES)
        self._server: Websockets | None = None
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        """Begin to serve. Raises OSError where the place is taken."""
        # Its own log has a line for each stranger that hangs up.
        quiet = logging.getLogger(f"{__name__}.websockets")
        quiet.setLevel(logging.CRITICAL)
        self._server = serve(
            self._play,
            self._host,
            self.port,
            process_request=self._answer,
            max_size=MOST_BYTES,
            compression=None,
            logger=quiet,
        )
        self.port = int(self._server.socket.getsockname()[1])
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="remote", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """End all connections."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()

    def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """Answer a request; None lets a websocket in."""
        headers = request.headers
        refusal = self._door.check(request.path, _only(headers, "Host"), _only(headers, "Origin"))
        if refusal is not None:
            return connection.respond(refusal.status, f"{refusal.reason}\n")
        path = split(request.path).path
        if path == SOCKET:
            return None
        if path == "/":
            return _found(PAGE.read_bytes(), "text/html; charset=utf-8")
        if path.startswith(THUMBNAIL):
            picture = self._thumbnail(unquote(path.removeprefix(THUMBNAIL)))
            if picture is not None and picture.is_file():
                return _found(picture.read_bytes(), "image/png")
        return connection.respond(HTTPStatus.NOT_FOUND, "there is nothing here\n")

    def _play(self, connection: ServerConnection) -> None:
        """One page, from its greeting to its end."""
        if not self._pages.acquire(blocking=False):
            connection.close(1013, "too many pages are open")
            return
        try:
            connection.send(self._talk.greet())
            threading.Thread(target=self._tell, args=(connection,), daemon=True).start()
            for message in connection:
                self._take(connection, message)
        except ConnectionClosed:
            log.debug("a page has gone")
        finally:
            self._pages.release()

    def _take(self, connection: ServerConnection, message: str | bytes) -> None:
        try:
            self._talk.ask(message if isinstance(message, str) else "")
        except ValueError as error:
            log.debug("the remote refused: %s", error)
            connection.close(1008, str(error)[:100])

    def _tell(self, connection: ServerConnection) -> None:
        seen = 0
        try:
            while (following := self._talk.next_news(seen)) is not None:
                seen, text = following
                connection.send(text)
        except ConnectionClosed:
            return
        connection.close(1001, "the show is over")


def _only(headers: Headers, name: str) -> str | None:
    """A header that stands there once; twice is as good as wrong."""
    values = headers.get_all(name)
    return None if not values else values[0] if len(values) == 1 else ""


def _found(body: bytes, kind: str) -> Response:
    headers = Headers()
    headers["Content-Type"] = kind
    headers["Content-Length"] = str(len(body))
    headers["Content-Security-Policy"] = POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cache-Control"] = "no-store"
    headers["Connection"] = "close"
    return Response(HTTPStatus.OK, "OK", headers, body)
