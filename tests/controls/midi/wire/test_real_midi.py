"""Real MIDI through JACK: ports, messages, lights, a cable that is pulled, a jittery clock."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest

from tests.jack import ROOT, desk, required_midi_server
from visualizer.controls.midi.wire.clock_follower import WINDOW

pytestmark = pytest.mark.slow

LISTEN = """
import json, select, sys
from visualizer.controls.midi.wire.clock_follower import ClockFollower
from visualizer.controls.midi.wire.connections import Connections
from visualizer.controls.midi.wire.messages import Transport
follower = ClockFollower()
with Connections() as running:
    while not select.select([sys.stdin], [], [], 1 / 60)[0]:
        for heard in running.heard():
            if isinstance(heard.message, Transport):
                follower.hear(heard.message, heard.sent_s)
                grid = follower.grid(heard.sent_s)
                print(json.dumps(["grid", grid and [grid.anchor_s, grid.bpm]]), flush=True)
            else:
                print(json.dumps([heard.port, str(heard.message)]), flush=True)
                running.send(heard.port, [(0x90, 36, 127)])
"""


@pytest.fixture(scope="module", autouse=True)
def _server() -> Iterator[None]:
    with required_midi_server():
        yield


class Ears:
    """A program that listens to all controllers, seen from outside."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def until(self, name: str, words: str) -> None:
        """Read until the port ``name`` says something with these words."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            port, said = json.loads(line)
            if port == name and words in said:
                return
        raise AssertionError(f"{words} never came")

    def grids(self, count: int) -> list[list[float] | None]:
        """What the clock follower knew, tick by tick."""
        assert self._process.stdout is not None
        told = (json.loads(line) for line in self._process.stdout)
        grids = (said for word, said in told if word == "grid")
        return [next(grids) for _ in range(count)]


@pytest.fixture
def ears() -> Iterator[Ears]:
    process = subprocess.Popen(
        [sys.executable, "-c", LISTEN],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        yield Ears(process)
    finally:
        # Not killed: a server that waits for its clients in each period would wait for this one.
        process.communicate()


def test_hands_are_heard_lights_are_seen_and_a_pulled_cable_is_found_again(ears: Ears) -> None:
    for _ in range(2):
        with desk() as plugged:
            ears.until("Desk:out", "None")
            plugged.play(*((0xB0, 7, value) for value in range(5)), (0x90, 36, 100))
            ears.until("Desk:out", "number=7), value=4")
            ears.until("Desk:out", "kind='note'")
            plugged.got((0x90, 36, 127))


def test_a_jittery_clock_is_followed(ears: Ears) -> None:
    with desk() as plugged:
        ears.until("Desk:out", "None")
        plugged.tick(126.0, 6.0, jitter_ms=3.0)
        grids = ears.grids(300)
        sent_s = np.array(plugged.ticked_s())
    off_bpm, off_ms = [], []
    for last in range(120, 300):
        grid = grids[last]
        assert grid is not None
        anchor_s, bpm = grid
        # On a busy computer the sender's own sleep adds to its jitter: what it did is the truth.
        window = np.arange(last - WINDOW + 1, last + 1)
        tick_s, zero_s = np.polyfit(window, sent_s[window], 1)
        off_bpm.append(bpm - 60.0 / (24 * tick_s))
        off_ms.append((anchor_s + last * 60.0 / bpm / 24 - zero_s - last * tick_s) * 1000.0)
    # Half of them: what else the computer does delays some messages.
    assert np.median(np.abs(off_bpm)) < 0.3
    assert np.median(np.abs(off_ms)) < 5.0


def test_ports_are_listed() -> None:
    with desk():
        listed = subprocess.run(
            [sys.executable, "run_live.py", "--list-midi", "--json"],
            capture_output=True, text=True, check=True, cwd=ROOT,
        )  # fmt: skip
    assert json.loads(listed.stdout) == [{"name": "Desk:out", "output": "Desk-01:in"}]
