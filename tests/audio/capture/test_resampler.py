from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualizer.audio.capture.resampler import Resampler

TO_HZ = 48_000


def tone(rate_hz: int, count: int, tone_hz: float) -> np.ndarray[tuple[int, int], np.dtype]:
    phase = 2 * np.pi * tone_hz * np.arange(count) / rate_hz
    return np.stack((np.sin(phase), np.cos(phase)), axis=1).astype(np.float32)


@pytest.mark.parametrize("from_hz", [8_000, 16_000, 44_100, 88_200, 96_000, 192_000])
def test_a_tone_keeps_pitch_level_place_and_channel(from_hz: int) -> None:
    answer = Resampler(from_hz, TO_HZ, 2).process(tone(from_hz, from_hz, 1000.0))
    assert TO_HZ - 300 <= len(answer) <= TO_HZ
    error = (answer - tone(TO_HZ, len(answer), 1000.0))[1000:]  # the filter's first moment
    assert 20 * np.log10(np.abs(error).max()) < -70


def test_what_48_khz_cannot_hold_is_removed() -> None:
    answer = Resampler(96_000, TO_HZ, 2).process(tone(96_000, 96_000, 30_000.0))
    assert 20 * np.log10(np.abs(answer[1000:]).max()) < -70


@given(st.lists(st.integers(0, 700), min_size=1, max_size=12), st.sampled_from([44_100, 192_000]))
def test_chunks_do_not_matter(sizes: list[int], from_hz: int) -> None:
    song = tone(from_hz, sum(sizes), 440.0)
    whole = Resampler(from_hz, TO_HZ, 2).process(song)
    pieces = Resampler(from_hz, TO_HZ, 2)
    ends = np.cumsum(sizes)
    parts = [pieces.process(song[end - size : end]) for size, end in zip(sizes, ends, strict=True)]
    np.testing.assert_allclose(np.concatenate(parts), whole, atol=1e-6)
