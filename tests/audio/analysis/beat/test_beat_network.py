"""What the network hears, and that it is the one that was trained."""

from __future__ import annotations

import numpy as np
import pytest

from visualizer.audio.analysis.beat.beat_network import (
    BANDS,
    FRAME_HOPS,
    LONG_BANDS,
    BeatBands,
    BeatNetwork,
)
from visualizer.audio.analysis.spectrum import Spectrum
from visualizer.types import HOP, RATE_HZ


def _bands(samples: np.ndarray, gain: float = 1.0) -> np.ndarray:
    spectrum, bands = Spectrum(), BeatBands()
    frames = [
        bands.step(hop, spectrum.step(hop).long, gain)
        for hop in samples.astype(np.float32).reshape(-1, HOP)
    ]
    assert [frame is None for frame in frames[:4]] == [True, False, True, False]
    return np.array([frame for frame in frames if frame is not None])


def _sine(hz: float) -> np.ndarray:
    return np.sin(2.0 * np.pi * hz * np.arange(40 * HOP) / RATE_HZ)


@pytest.mark.parametrize(
    ("hz", "band"), [(70.0, 3), (280.0, 9), (449.0, LONG_BANDS), (7127.0, LONG_BANDS + 12)]
)
def test_a_tone_is_loudest_in_the_band_that_it_lies_in(hz: float, band: int) -> None:
    frames = _bands(_sine(hz))
    assert frames.shape == (40 // FRAME_HOPS, BANDS)
    assert int(np.argmax(frames[-1])) == band


def test_bands_are_heard_with_the_gain() -> None:
    np.testing.assert_allclose(_bands(_sine(440.0), 8.0), 8.0 * _bands(_sine(440.0)), rtol=1e-6)


def test_it_hears_the_beats_of_a_drum_and_no_others() -> None:
    # Half a second apart, in a network that has never heard this very drum.
    rng = np.random.default_rng(1)
    beat = np.exp(-np.arange(24_000) / 2_000.0)
    stroke = 0.5 * beat * np.sin(2 * np.pi * 60.0 * np.arange(24_000) / RATE_HZ)
    stroke[:2_000] += 0.2 * rng.normal(size=2_000) * beat[:2_000]
    samples = np.tile(stroke, 16)[: 16 * 24_000 // HOP * HOP]
    network = BeatNetwork()
    told = np.array([network.step(frame).beat for frame in _bands(samples, 3.0)])
    frame_s = FRAME_HOPS * HOP / RATE_HZ
    times_s = (np.arange(len(told)) + 1) * frame_s
    near = np.minimum(times_s % 0.5, 0.5 - times_s % 0.5) < 0.06
    late = times_s > 4.0
    assert told[late & near].mean() > 2.0 * told[late & ~near].mean()


def test_the_same_frames_give_the_same_activations_to_the_bit() -> None:
    frames = np.random.default_rng(2).random((200, BANDS), np.float32)
    first, second = BeatNetwork(), BeatNetwork()
    assert [first.step(frame) for frame in frames] == [second.step(frame) for frame in frames]
