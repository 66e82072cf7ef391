"""The spread of z: its percentiles, and how its entries go together, come out as written down."""

from __future__ import annotations

import numpy as np
import pytest

from visualizer.style.measure.music_states import (
    LOOPS,
    PERCENTILES,
    SPREAD,
    TOGETHER,
    music_states,
)
from visualizer.style.routes import Z_NAMES

rng = np.random.default_rng(5)
STATES = music_states(rng.standard_normal((200_000, len(SPREAD))), rng.random((200_000, 3)))


def test_every_entry_of_z_has_its_states() -> None:
    assert set(STATES) == set(Z_NAMES)


@pytest.mark.parametrize("name", [name for name in SPREAD if name != "trust"])
def test_each_entry_has_its_own_percentiles(name: str) -> None:
    assert np.percentile(STATES[name], PERCENTILES) == pytest.approx(SPREAD[name], abs=0.02)


def test_entries_go_together_as_they_do_in_music() -> None:
    names = [name for name in SPREAD if name != "trust"]
    found = np.corrcoef([STATES[name] for name in names])
    # Bending normals to their spread takes a little off.
    assert found == pytest.approx(TOGETHER[:5, :5], abs=0.06)


def test_loops_turn_and_the_beat_reaches_as_far_as_it_is_trusted() -> None:
    for loop in LOOPS:
        size = np.hypot(STATES[f"{loop}_cos"], STATES[f"{loop}_sin"])
        assert np.median(size) == pytest.approx(0.88 if loop == "beat" else 1.0, abs=0.02)
        assert abs(STATES[f"{loop}_sin"].mean()) < 0.01
