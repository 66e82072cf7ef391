"""Real MIDI without hardware: a private JACK server, and a controller in a process of its own.

JACK's dummy driver carries MIDI where no kernel has a sequencer. supriya-midi's wheel brings a
libjack of another protocol than Debian's server: programs that shall meet it preload Debian's.
By hand, a controller that is told by lines of JSON what to send, and tells what it got::

    python -m tests.jack -- python -m tests.jack Desk
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parent.parent
_LIMIT_S = 30.0
_SERVER = ("jackd", "--no-realtime", "--sync", "--timeout", "2000")
"""Without --sync, clients that are late on a busy computer lose what they sent or were sent."""
_DRIVER = ("-d", "dummy", "-r", "48000", "-p", "128")
"""A period of 2.7 ms: stamps are no finer."""
_LONGEST = 3
"""Bytes of a message."""


class Desk:
    """A controller: what it plays is heard at the port ``NAME:out``."""

    def __init__(self, name: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.jack", name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip
        self._got: queue.SimpleQueue[list[float]] = queue.SimpleQueue()
        self._ear = threading.Thread(target=self._listen, daemon=True)
        self._ear.start()

    def play(self, *messages: Sequence[int]) -> None:
        """Send messages, one after the other."""
        self._tell({"messages": messages})

    def tick(self, bpm: float, seconds: float, jitter_ms: float = 0.0) -> None:
        """Send a clock for so long, each tick up to so much too early or late."""
        self._tell({"bpm": bpm, "seconds": seconds, "jitter_ms": jitter_ms})

    def ticked_s(self) -> list[float]:
        """Wait for the clock's end; when each tick was sent, as ``time.perf_counter`` tells."""
        while len(told := self._got.get(timeout=_LIMIT_S)) <= _LONGEST:
            continue
        return told

    def got(self, message: Sequence[int]) -> None:
        """Wait until it is sent this."""
        limit_s = time.monotonic() + _LIMIT_S
        while self._got.get(timeout=_LIMIT_S) != list(message):
            assert time.monotonic() < limit_s, f"{message} never came"

    def unplug(self) -> None:
        """Pull its cable."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(_LIMIT_S)
        except subprocess.TimeoutExpired:  # its server hangs, with somebody else's failed test
            self._process.kill()
            self._process.wait()
        self._ear.join(_LIMIT_S)
        self._process.stdout.close()

    def _tell(self, what: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._got.put(json.loads(line))


@contextmanager
def desk(name: str = "Desk") -> Iterator[Desk]:
    """A controller that is plugged in."""
    plugged = Desk(name)
    try:
        plugged.got([])
        yield plugged
    finally:
        plugged.unplug()


@contextmanager
def midi_server() -> Iterator[dict[str, str]]:
    """A running server; yields the environment in which programs meet it. Raises RuntimeError."""
    libraries = sorted(Path("/usr/lib").glob("*/libjack.so.0"))
    if not libraries:
        raise RuntimeError("there is no libjack; install jackd2")
    environment = {
        "JACK_DEFAULT_SERVER": f"chladni-{os.getpid()}",
        "JACK_NO_START_SERVER": "1",
        "LD_PRELOAD": str(libraries[0]),
    }
    server = subprocess.Popen(
        (*_SERVER, "-n", environment["JACK_DEFAULT_SERVER"], *_DRIVER),
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        waited = subprocess.run(
            ("jack_wait", "--wait", "--timeout", str(round(_LIMIT_S)),
             "--server", environment["JACK_DEFAULT_SERVER"]),
            check=False, capture_output=True,
        )  # fmt: skip
        if waited.returncode != 0 or server.poll() is not None:
            raise RuntimeError("jackd does not run")
        yield environment
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(_LIMIT_S)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextmanager
def required_midi_server() -> Iterator[None]:
    """For fixtures: skips where JACK is not there, but fails where it must be, as in CI."""
    with ExitStack() as stack:
        try:
            environment = stack.enter_context(midi_server())
        except (OSError, RuntimeError) as error:
            if os.environ.get("CI") or os.environ.get("CHLADNI_REQUIRE_MIDI"):
                pytest.fail(f"these tests need JACK here: {error}")
            pytest.skip(f"JACK cannot be started: {error}")
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for name, value in environment.items():
            patch.setenv(name, value)
        yield


# --- the controller's own process


def _be_desk(name: str) -> None:
    from supriya_midi import MidiIn, MidiOut, RtMidiAPI  # noqa: PLC0415 - only with its libjack

    out = MidiOut(RtMidiAPI.UNIX_JACK, name).open_virtual_port("out")
    lights = MidiIn(RtMidiAPI.UNIX_JACK, name)
    lights.open_virtual_port("in")
    _say([])
    closing = threading.Event()

    def tell() -> None:
        while not closing.wait(0.005):
            while (got := lights.get_message()) is not None:
                _say(got[0])

    telling = threading.Thread(target=tell)
    telling.start()
    for line in sys.stdin:
        _obey(json.loads(line), out.send_message)
    closing.set()
    telling.join()
    for port in (out, lights):
        port.close_port()
        port.delete()


def _say(got: Sequence[float]) -> None:
    sys.stdout.write(f"{got}\n")
    sys.stdout.flush()


def _obey(told: Mapping[str, Any], send: Callable[[Sequence[int]], None]) -> None:
    for message in told.get("messages", ()):
        send(message)
    if "bpm" not in told:
        return
    tick_s, jitter_s = 60.0 / told["bpm"] / 24, told["jitter_ms"] / 1000.0
    start_s, jitter = time.perf_counter(), np.random.default_rng(1)
    sent_s = []
    for number in range(round(told["seconds"] / tick_s)):
        due_s = start_s + number * tick_s + jitter.uniform(-jitter_s, jitter_s)
        time.sleep(max(due_s - time.perf_counter(), 0.0))
        sent_s.append(time.perf_counter())
        send((0xF8,))
    _say(sent_s)


def main(arguments: list[str]) -> int:
    """Be a controller of this name; behind ``--``, run a command that meets a private server."""
    if arguments[:1] == ["--"]:
        with midi_server() as environment:
            return subprocess.run(
                arguments[1:], check=False, env=os.environ | environment
            ).returncode
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tests.jack NAME | -- COMMAND [ARG …]\n")
        return 2
    _be_desk(arguments[0])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
