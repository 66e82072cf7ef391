"""The sender's times, from deltas and late looks at them."""

from __future__ import annotations

import numpy as np
import pytest

from visualizer.controls.midi.wire.stamps import Stamps


def test_late_looks_leave_no_jitter() -> None:
    random, stamps = np.random.default_rng(1), Stamps()
    sent_s = 100.0 + np.arange(200) * 0.02
    told = [
        stamps.time_s(0.0 if n == 0 else 0.02, at + random.uniform(0.0, 0.016))
        for n, at in enumerate(sent_s.tolist())
    ]
    # By the end one look in two hundred has come within a fraction of a millisecond.
    assert np.ptp(np.diff(told[100:])) < 1e-4
    assert 0.0 <= told[-1] - sent_s[-1] < 0.001


@pytest.mark.parametrize("drift", [-5e-5, 5e-5])
def test_a_crystal_that_runs_apart_is_followed(drift: float) -> None:
    stamps = Stamps()
    for n in range(10_000):
        told_s = stamps.time_s(0.0 if n == 0 else 0.02 * (1.0 + drift), n * 0.02)
    assert told_s == pytest.approx(9_999 * 0.02, abs=0.002)


def test_lost_messages_and_their_deltas_shift_nothing_for_good() -> None:
    stamps = Stamps()
    for n in range(50):
        stamps.time_s(0.0 if n == 0 else 0.02, n * 0.02)
    assert stamps.time_s(0.02, 11.0) == pytest.approx(11.0)
