"""Two Link peers in a network of their own: run by ``tests/controls/test_link.py``.

One is Link's library as any program has it, the other our clock. Prints one JSON object.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable

import link
import numpy as np

from tests.fakes import make_frame
from visualizer.controls.link import LinkClock
from visualizer.show.beat.tap_tempo import Grid
from visualizer.types import Action

FOUND_S = 20.0
BEGAN_S = time.monotonic()


def now_s() -> float:
    return time.monotonic() - BEGAN_S


def wait(done: Callable[[], bool]) -> None:
    end_s = now_s() + FOUND_S
    while not done():
        if now_s() > end_s:
            sys.exit("the peers did not find each other")
        time.sleep(0.02)


def frames(clock: LinkClock, seconds: float, *asked: str) -> list[tuple[float, Grid | None]]:
    """Frames at 60 a second, as the loop has them."""
    seen = []
    for index in range(round(seconds * 60)):
        time_s = now_s()
        actions = [Action(name) for name in asked] if index == 0 else []
        clock.see(make_frame(*actions, index=round(time_s * 60), fps=60))
        seen.append((time_s, clock.grid(time_s)))
        time.sleep(1 / 60)
    return seen


def apart_ms(peer: link.Link, clock: LinkClock) -> float:
    """How far our beat, in the bar too, is from the peer's."""
    state, time_s = peer.captureSessionState(), now_s()
    theirs = state.beatAtTime(peer.clock().micros(), 4.0)
    grid = clock.grid(time_s)
    assert grid is not None
    return math.remainder(grid.beats(time_s) - theirs, 4.0) * 60e3 / grid.bpm


def follow() -> dict[str, object]:
    with LinkClock() as clock:
        alone = [grid for _, grid in frames(clock, 0.3)]
    peer = link.Link(133.0)
    peer.enabled = True
    time.sleep(1.5)  # of two sessions that meet, the one that is .5 s older keeps its tempo
    with LinkClock() as clock:
        wait(lambda: peer.numPeers() == 1 and frames(clock, 0.1)[-1][1] is not None)
        frames(clock, 2.5)
        apart = [apart_ms(peer, clock) for _ in range(50) if frames(clock, 0.02) is not None]
        grid = frames(clock, 0.02)[-1][1]
        peer.enabled = False
        left = frames(clock, 1.0)
        return {
            "alone": [each is None for each in alone],
            "bpm": grid and grid.bpm,
            "apart_ms": float(np.percentile(np.abs(apart), 95)),
            "left_bpm": left[-1][1] and left[-1][1].bpm,
        }


def lead() -> dict[str, object]:
    peer = link.Link(100.0)
    peer.enabled = True
    with LinkClock(leads=True) as clock:
        wait(lambda: peer.numPeers() == 1 and frames(clock, 0.1)[-1][1] is not None)
        for _ in range(5):
            frames(clock, 0.02, "tap")
            time.sleep(0.5 - 1 / 60 - 0.0002)
        wait(lambda: abs(peer.captureSessionState().tempo() - 120.0) < 4.0)
        frames(clock, 2.5)
        return {
            "bpm": peer.captureSessionState().tempo(),
            "apart_ms": float(abs(apart_ms(peer, clock))),
        }


if __name__ == "__main__":
    print(json.dumps({"follow": follow, "lead": lead}[sys.argv[1]]()))  # noqa: T201 - it is read
