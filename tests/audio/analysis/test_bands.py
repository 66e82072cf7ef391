"""A tone lands in its band, and stays out of the others."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from visualizer.audio.analysis.bands import EDGES_HZ, TYPICAL_DB, Bands, loudness, loudness_db
from visualizer.audio.analysis.spectrum import Spectrum
from visualizer.style.style import BAND_SOURCES
from visualizer.types import BANDS, HOP, RATE_HZ


def _band_db(tone_hz: float) -> NDArray[np.float64]:
    """Each band's power in dBFS, its typical level taken out, once the windows are full."""
    spectrum, bands = Spectrum(), Bands()
    t = np.arange(60 * HOP) / RATE_HZ
    tone = np.sin(2 * np.pi * tone_hz * t).astype(np.float32)
    for hop in tone.reshape(-1, HOP):
        *power, whole = bands.step(spectrum.step(hop), mean_square=0.25)
        assert whole == 0.25
    heard_db: NDArray[np.float64] = 10.0 * np.log10(np.array(power) + 1e-30) + np.array(TYPICAL_DB)
    return heard_db


def test_every_band_has_a_name_and_two_edges() -> None:
    assert len(BAND_SOURCES) == BANDS == len(EDGES_HZ) - 1 == len(TYPICAL_DB)


@pytest.mark.parametrize("band", range(BANDS), ids=BAND_SOURCES)
def test_a_tone_in_the_middle_lands_in_its_band(band: int) -> None:
    heard_db = _band_db(float(np.sqrt(EDGES_HZ[band] * EDGES_HZ[band + 1])))
    # A full-scale sine has a mean square of 1/2; all of it is in this band.
    assert heard_db[band] == pytest.approx(-3.01, abs=0.35)
    others = np.delete(heard_db, band)
    assert others.max() < heard_db[band] - 18.0


def test_10_db_less_is_half_as_loud_in_sones_and_back() -> None:
    power = 10.0 ** np.arange(-30.0, 30.0)
    loud = loudness(power)
    assert (np.diff(loud) >= 0.0).all()
    assert loudness(np.array([1.0, 0.1])) == pytest.approx([1.0, 0.5], abs=0.002)
    assert loudness_db(loud[power > 1e-9]) == pytest.approx(10.0 * np.log10(power[power > 1e-9]))
    assert loudness_db(np.zeros(1)) == pytest.approx([-100.0])
