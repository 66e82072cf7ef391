"""Listens: one hop of sound in, one value of features out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from visualizer.audio.analysis.bands import Bands, loudness, loudness_db
from visualizer.audio.analysis.beat.beat_network import BeatBands
from visualizer.audio.analysis.beat.beat_tracker import BeatTracker
from visualizer.audio.analysis.downmix import Downmix
from visualizer.audio.analysis.follower import Follower
from visualizer.audio.analysis.gain import Gain
from visualizer.audio.analysis.onset import DEFAULT_ONSET, onset_detector
from visualizer.audio.analysis.spectrum import QUICK, Spectrum, bin_hz
from visualizer.audio.analysis.superflux import LAG_HOPS, Flux
from visualizer.audio.analysis.value_range import ValueRange
from visualizer.types import BANDS, HOP, RATE_HZ, Features

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from visualizer.types import Hop

FLOOR_DBFS = -120.0
ATTACK_S = 0.005
RELEASE_S = 0.2
PULSE_TAU_S = 0.18
LEVEL_DB = -16.0, 2.0
"""Where the level's quiet and loud ends are, after the gain. They stay: the level is what tells a
break from the drop behind it."""
TYPICAL_FLUX = 0.17
"""The flux of a plain drum hit: strength 1, and a full pulse."""
LEAST_STRENGTH = 1e-3
"""Of an onset that another method hears where the flux does not rise at all."""

_PULSE_DECAY = math.exp(-HOP / RATE_HZ / PULSE_TAU_S)
_SILENCE = loudness(np.zeros(BANDS + 1))


class Analyzer:
    """Turns hops into features; a pure function of the hops that came before.

    onset: one of ``ONSET_METHODS``. channels: 0-based channels to listen to, None mixes all.
    Raises UsageError for an unknown method.
    """

    def __init__(self, onset: str = DEFAULT_ONSET, channels: Sequence[int] | None = None) -> None:
        self._downmix = Downmix(channels)
        self._gain = Gain()
        self._spectrum = Spectrum()
        self._bands = Bands()
        self._flux = Flux()
        self._onset = onset_detector(onset)
        self._beat_bands = BeatBands()
        self._beat = BeatTracker()
        self._followers = Follower(BANDS + 1, ATTACK_S, RELEASE_S)
        self._range = ValueRange(BANDS, fixed_db=[LEVEL_DB])
        self._quick_hz = bin_hz(QUICK).astype(np.float32)
        self._pulse = 0.0
        self._hops_since_onset = LAG_HOPS
        self._hop = -1

    def step(self, hop: Hop) -> Features:
        """Analyse the next hop (HOP, C), C from 1 to 64; any number in it, finite or not."""
        self._hop += 1
        mono = self._downmix.step(hop)
        mean_square = float(mono @ mono) / HOP
        gain = self._gain.step(mean_square, float(np.abs(mono).max()))
        is_open = self._gain.is_open
        spectra = self._spectrum.step(mono)
        rise = self._flux.step(spectra.quick, gain)
        flux = rise if is_open else 0.0
        onset = self._onset.step(mono, gain, flux, is_open=is_open)
        strength = max(flux / TYPICAL_FLUX, LEAST_STRENGTH) if onset else 0.0
        power = self._bands.step(spectra, mean_square)
        power *= gain * gain
        heard_db = loudness_db(self._followers.step(loudness(power) if is_open else _SILENCE))
        # Silence teaches nothing of what is quiet in this song.
        shown = self._range.step(heard_db) if is_open else self._range.shown(heard_db)
        *bands, level = shown.tolist()
        return Features(
            hop=self._hop,
            time_s=(self._hop + 1) * HOP / RATE_HZ,
            level_db=max(FLOOR_DBFS, 10.0 * math.log10(max(mean_square, 1e-12))),
            level=level,
            bands=tuple(bands),
            centroid_hz=self._centroid_hz(spectra.quick) if is_open else 0.0,
            flux=flux,
            onset=onset,
            strength=strength,
            pulse=self._follow_pulse(flux, onset=onset),
            beat=self._beat.step(
                flux,
                float(power[0] + power[1]),
                self._beat_bands.step(mono, spectra.long, gain),
                onset=onset,
                is_open=is_open,
            ),
        )

    def renew(self) -> None:
        """Go on as who takes the show up here, with what can be written down: see ``Renewable``."""
        self._downmix.renew()
        self._onset.renew()

    def _follow_pulse(self, flux: float, *, onset: bool) -> float:
        # An onset fires on its way up: the pulse goes along with the flux until that has peaked.
        self._hops_since_onset = 0 if onset else self._hops_since_onset + 1
        jump = min(1.0, math.sqrt(flux / TYPICAL_FLUX))
        decayed = self._pulse * _PULSE_DECAY if self._pulse > 1e-4 else 0.0
        self._pulse = max(decayed, jump) if self._hops_since_onset < LAG_HOPS else decayed
        return self._pulse

    def _centroid_hz(self, quick: NDArray[np.float32]) -> float:
        return float(quick @ self._quick_hz) / max(float(quick.sum()), 1e-12)
