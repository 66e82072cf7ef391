"""Standard streams that are closed, or cannot be written any more: no work is lost over them."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO, cast

STREAMS = ("stdin", "stdout", "stderr")
"""In the order of their numbers."""


@contextlib.contextmanager
def lasting_streams() -> Iterator[None]:
    """Streams that are there, and a stderr that never fails, as long as this lasts."""
    _open_closed_ones()
    before = sys.stderr
    sys.stderr = cast("TextIO", UnfailingStream(before))
    try:
        yield
    finally:
        sys.stderr = before
        try:
            sys.stdout.flush()
        except OSError:
            # It was told. Python would try again at its end, and make the exit code 120.
            _lead_nowhere(sys.stdout)


class UnfailingStream:
    """A text stream that drops what it cannot write: the disk is full, or the terminal closed.

    Messages and bars go through it. What is said about a film must not cost the film.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a stream has
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write or drop it."""
        try:
            return self._stream.write(text)
        except OSError:
            _lead_nowhere(self._stream)
            return len(text)

    def flush(self) -> None:
        """Write or drop what waits."""
        try:
            self._stream.flush()
        except OSError:
            _lead_nowhere(self._stream)


def _open_closed_ones() -> None:
    """Lead the streams that were closed when the program began to nowhere.

    Python has None in their place, and the next file that is opened, such as a film, would get
    their number: what a driver or FFmpeg says to stderr would be written into it.
    """
    for number, name in enumerate(STREAMS):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number and not _is_open(number):
                os.dup2(nowhere, number)
                os.close(nowhere)
                nowhere = number
            setattr(sys, name, os.fdopen(nowhere, "w" if number else "r", closefd=False))


def _lead_nowhere(stream: TextIO) -> None:
    """From now on, and what waits to be written too."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
