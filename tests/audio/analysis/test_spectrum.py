"""Both windows' spectra against NumPy's transform, and the flux where it is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from visualizer.audio.analysis.spectrum import LONG, LONG_BINS, QUICK, Spectrum
from visualizer.audio.analysis.superflux import COMPRESSION, LAG_HOPS, Flux
from visualizer.types import HOP


def hops(count: int) -> np.ndarray:
    """Loud noise on an offset, and a note between two bins."""
    place = np.arange(count * HOP)
    noise = np.random.default_rng(1).standard_normal(len(place))
    sound = 0.3 * noise + 0.5 + np.sin(2 * np.pi * 7.4 * place / LONG)
    return np.float32(sound).reshape(count, HOP)


def test_the_long_window_is_the_lowest_bins_of_a_whole_transform() -> None:
    spectrum, sound = Spectrum(), hops(3 * LONG // HOP + 1)
    for hop in sound:
        found = spectrum.step(hop).long
    hann = np.hanning(LONG + 1)[:-1]
    expected = np.abs(np.fft.rfft(hann * sound.ravel()[-LONG:].astype(float))[:LONG_BINS])
    expected *= math.sqrt(2.0 / (LONG**2 * 3.0 / 8.0))
    assert np.allclose(found, expected, rtol=0.0, atol=1e-6 * expected.max())


def test_nothing_is_left_of_a_loud_moment_once_the_window_has_passed_it() -> None:
    spectrum = Spectrum()
    for hop in 4.0 * hops(20):
        spectrum.step(hop)
    for _ in range(LONG // HOP):
        after = spectrum.step(np.zeros(HOP, np.float32))
    assert not after.long.any()


@pytest.mark.parametrize("gain", [0.5, 4.0])
def test_a_flat_spectrum_out_of_silence_raises_all_bands_alike(gain: float) -> None:
    flux = Flux()
    loud = np.full(QUICK // 2 + 1, 0.2, np.float32)
    rises = [flux.step(loud, gain) for _ in range(LAG_HOPS + 1)]
    expected = math.log10(1.0 + COMPRESSION * gain * 0.2)
    assert rises == pytest.approx([expected] * LAG_HOPS + [0.0], abs=1e-6)
