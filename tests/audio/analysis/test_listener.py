"""Sound that is heard ahead of its frame is the same sound."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import ListSource, PeakAnalyzer
from visualizer.audio.analysis.listener import Listener, ListenerAhead
from visualizer.errors import SoundError
from visualizer.show.clock import FrameClock
from visualizer.types import HOP, RATE_HZ, Hop

SECONDS = 3


def sound() -> np.ndarray:
    return np.random.default_rng(3).uniform(-1.0, 1.0, (SECONDS * RATE_HZ, 1))


@settings(max_examples=30)
@given(st.fractions(5, 240, max_denominator=1001))
def test_each_frame_hears_the_same_ahead(fps: Fraction) -> None:
    times_s = [tick.time_s for tick in FrameClock(fps, int(SECONDS * fps)).ticks()]
    listener = Listener(ListSource(sound()), PeakAnalyzer())
    expected = [listener.heard_until(time_s) for time_s in times_s]
    analyzer = PeakAnalyzer()
    with ListenerAhead(Listener(ListSource(sound()), analyzer), float(1 / fps)) as ahead:
        assert [ahead.heard_until(time_s) for time_s in times_s] == expected
    # All of the last frame and the one behind it, and nothing further.
    due = min(int((times_s[-1] + float(1 / fps)) * RATE_HZ / HOP + 1e-6), SECONDS * RATE_HZ // HOP)
    assert analyzer.hops == due


def test_what_lies_between_two_frames_is_heard_however_late_the_second_is() -> None:
    listener = Listener(ListSource(sound()), PeakAnalyzer())
    with ListenerAhead(Listener(ListSource(sound()), PeakAnalyzer()), 0.1) as ahead:
        for time_s in (0.0, 0.1, 0.7, 0.8):
            assert ahead.heard_until(time_s) == listener.heard_until(time_s)


class Broken(ListSource):
    """A file that cannot be read from its 18th hop on."""

    def hops_until(self, time_s: float) -> Sequence[Hop]:
        if time_s * RATE_HZ / HOP >= 18.0:
            raise SoundError("the song ends in the middle")
        return super().hops_until(time_s)


def test_what_breaks_ahead_is_told_to_who_asks() -> None:
    frame_s = 5 * HOP / RATE_HZ
    with ListenerAhead(Listener(Broken(sound()), PeakAnalyzer()), frame_s) as ahead:
        heard = [len(ahead.heard_until(n * frame_s)) for n in range(4)]
        assert heard == [0, 5, 5, 5]
        with pytest.raises(SoundError, match="in the middle"):
            ahead.heard_until(4 * frame_s)
