"""Ableton Link between two peers, in a network namespace: it multicasts, and goes no farther."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from visualizer.controls.link import LinkClock
from visualizer.errors import ChladniError

ROOT = Path(__file__).parents[2]
NETWORK = "ip link set lo up multicast on; ip route add 224.0.0.0/4 dev lo; exec "


def in_a_network_of_their_own(what: str) -> dict[str, Any]:
    line = f'{NETWORK} "{sys.executable}" -m tests.link_peers {what}'
    done = subprocess.run(
        ["unshare", "-n", "bash", "-c", line],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@pytest.mark.slow
@pytest.mark.namespace
def test_tempo_beat_and_bar_are_the_peers_and_stay_when_it_leaves() -> None:
    said = in_a_network_of_their_own("follow")
    assert all(said["alone"])
    assert said["bpm"] == pytest.approx(133.0, abs=0.01)
    assert said["apart_ms"] < 5.0
    assert said["left_bpm"] == pytest.approx(133.0, abs=0.01)


@pytest.mark.slow
@pytest.mark.namespace
def test_taps_lead_where_that_was_asked_for() -> None:
    said = in_a_network_of_their_own("lead")
    assert said["bpm"] == pytest.approx(120.0, abs=4.0)
    assert said["apart_ms"] < 5.0


def test_without_the_library_a_sentence_says_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "link", None)
    with pytest.raises(ChladniError, match=r'pip install "chladni\[link\]"'):
        LinkClock().__enter__()


def test_before_it_joins_it_says_nothing() -> None:
    assert LinkClock().grid(1.0) is None
