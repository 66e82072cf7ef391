"""Followers reach 63 % in their time constant, whatever the direction."""

from __future__ import annotations

import numpy as np
import pytest

from visualizer.audio.analysis.follower import Follower
from visualizer.types import HOP, RATE_HZ


def _hops(seconds: float) -> int:
    return round(seconds * RATE_HZ / HOP)


@pytest.mark.parametrize("tau_s", [0.064, 0.2, 1.0])
def test_63_percent_in_tau(tau_s: float) -> None:
    follower = Follower(1, attack_s=tau_s, release_s=2 * tau_s)
    up = [float(follower.step(np.ones(1))[0]) for _ in range(_hops(tau_s))][-1]
    assert up == pytest.approx(1 - np.exp(-_hops(tau_s) * HOP / RATE_HZ / tau_s), abs=1e-9)
    assert up == pytest.approx(0.632, abs=0.02)
    down = [float(follower.step(np.zeros(1))[0]) for _ in range(_hops(2 * tau_s))][-1]
    assert down == pytest.approx(0.368 * up, abs=0.02)


def test_it_arrives_and_each_value_follows_for_itself() -> None:
    follower = Follower(2, attack_s=0.01, release_s=0.01)
    for _ in range(_hops(0.5)):
        value = follower.step(np.array([1.0, 0.0]))
    assert value == pytest.approx([1.0, 0.0])
    for _ in range(_hops(0.5)):
        value = follower.step(np.array([0.0, 0.5]))
    assert value == pytest.approx([0.0, 0.5])
