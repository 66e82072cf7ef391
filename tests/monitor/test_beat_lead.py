"""The lead is the measured median, less the delay of the hall."""

from __future__ import annotations

import pytest

from visualizer.monitor.beat_lead import REFRESH_S, BeatLead
from visualizer.monitor.latency import Latency, Percentiles


def _latency(p50_ms: float) -> Latency:
    stage = Percentiles(1.0, 2.0)
    total, oldest = Percentiles(p50_ms, 40.0), Percentiles(30.0, 50.0)
    return Latency(None, stage, stage, stage, stage, total, oldest)


def test_it_is_the_measured_median_and_the_usual_one_until_then() -> None:
    now_s, measured = [0.0], [None, _latency(20.0), _latency(32.0)]
    lead = BeatLead(lambda: measured[0], 0.04, now_s=lambda: now_s[0])
    assert lead() == 0.04
    for expected_s in (0.02, 0.032):
        del measured[0]
        now_s[0] += 0.5 * REFRESH_S
        assert lead() != expected_s
        now_s[0] += 0.6 * REFRESH_S
        assert lead() == pytest.approx(expected_s)


def test_in_a_hall_the_picture_waits() -> None:
    assert BeatLead(lambda: None, 0.04, delay_s=0.29)() == pytest.approx(-0.25)
