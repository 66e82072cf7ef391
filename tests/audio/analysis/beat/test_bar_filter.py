"""Bars from beats of which some sound like downbeats."""

from __future__ import annotations

import numpy as np
import pytest

from visualizer.audio.analysis.beat.bar_filter import BarFilter


def _play(bars: BarFilter, beats: int, in_bar: int, first: int = 0, told: float = 0.6) -> list[int]:
    """Beats, every ``in_bar``-th of them a downbeat; which place each one is said to be."""
    places = []
    for beat in range(beats):
        bars.begin_beat()
        bars.hear(told if (beat - first) % in_bar == 0 else 0.1, 0.05)
        bars.hear(0.0, 0.5)
        places.append(bars.place)
    return places


@pytest.mark.parametrize("in_bar", [3, 4])
@pytest.mark.parametrize("first", [0, 1, 2])
def test_meter_and_downbeat_are_found(in_bar: int, first: int) -> None:
    bars = BarFilter()
    places = _play(bars, 24, in_bar, first)
    assert bars.beats == in_bar
    assert places[-8:] == [(beat - first) % in_bar for beat in range(16, 24)]
    assert bars.trust > 0.8


def test_where_nothing_tells_the_downbeat_it_is_not_trusted() -> None:
    bars = BarFilter()
    _play(bars, 40, 1, told=0.3)
    assert bars.trust < 0.2


def test_a_bar_cut_short_is_noticed_within_a_few_bars() -> None:
    bars = BarFilter()
    _play(bars, 18, 4)
    assert _play(bars, 20, 4)[-4:] == [0, 1, 2, 3]


def test_whatever_is_heard_the_weights_are_probabilities() -> None:
    bars = BarFilter()
    rng = np.random.default_rng(3)
    for _ in range(500):
        bars.begin_beat()
        for phase in (0.0, 0.1, 0.5, 0.9):
            bars.hear(float(rng.random()), phase)
        assert 0.0 <= bars.trust <= 1.0
        assert 0 <= bars.place < bars.beats
