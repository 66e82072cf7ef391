"""Where in beat and bar we are: tempo, a phase that runs smoothly, and how far to trust them."""

from __future__ import annotations

import math
from collections import deque

import numpy as np
from numpy.typing import NDArray

from visualizer.audio.analysis.beat.bar_filter import BarFilter
from visualizer.audio.analysis.beat.beat_filter import FRAME_S, BeatFilter
from visualizer.audio.analysis.beat.beat_network import FRAME_HOPS, Activation, BeatNetwork
from visualizer.audio.analysis.beat.tempo_lock import TempoLock
from visualizer.audio.analysis.follower import one_pole_step
from visualizer.types import HOP, RATE_HZ, Beat

DELAY_S = 0.02
"""How much later than it sounds a beat stands out in the flux."""
BASS_LAG_HOPS = 4
KNOWN = 0.3
"""Certainty below which the filter is not listened to, as in a break: the beat runs on."""
TRUST_TAU_S = 1.0
NEAR_S = 0.06
"""An onset this near confirms a beat."""
JUDGED_BEATS = 6
"""Trust looks at so many beats: two confirmed ones are chance, five are sure."""
ESTIMATE_HOPS = 4 * FRAME_HOPS
"""The filter is asked every 43 ms; in between the phase runs on."""
PULL_TAU_S = 0.2
"""Time constant in which the phase goes to where the filter sees it."""
FORGET_S = 5.0
"""After so long a silence another piece begins: what was believed of the last one is dropped."""

_DT_S = HOP / RATE_HZ
_TRUST_STEP = one_pole_step(_DT_S, TRUST_TAU_S)
_PULL_STEP = one_pole_step(_DT_S, PULL_TAU_S)
_SILENT = Activation(0.0, 0.0)


class BeatTracker:
    """Phase, tempo, place in the bar and trust, hop by hop; a pure function of what came before.

    The filter finds a beat in anything, so its word alone is not trusted: onsets must fall
    on the beats.
    """

    def __init__(self) -> None:
        self._network = BeatNetwork()
        self._begin()
        self._hop = 0
        self._phase = 0.0
        self._target = 0.0
        self._trust = 0.0
        self._silent_s = 0.0
        self._since_beat_s = math.inf
        self._since_onset_s = math.inf
        self._is_confirmed = False
        self._judged: deque[bool] = deque(maxlen=JUDGED_BEATS)

    def _begin(self) -> None:
        self._filter = BeatFilter()
        self._lock = TempoLock(ESTIMATE_HOPS * _DT_S)
        self._bar = BarFilter()
        self._onsets = _Evidence(least=0.02)
        self._bass = _Evidence(least=0.05)
        self._amplitudes: deque[float] = deque([0.0] * BASS_LAG_HOPS, maxlen=BASS_LAG_HOPS)

    def step(
        self,
        flux: float,
        bass_power: float,
        bands: NDArray[np.float32] | None,
        *,
        onset: bool,
        is_open: bool,
    ) -> Beat:
        """Take a hop's flux and its power in the lowest bands, both after the gain.

        bands: what the network hears, as ``BeatBands`` gives it: every second hop, None between.
        onset: whether one fires. is_open: the silence gate.
        """
        self._attend(is_open=is_open)
        self._hear(flux, math.sqrt(bass_power) if is_open else 0.0, bands, is_open=is_open)
        self._since_beat_s += _DT_S
        self._since_onset_s = 0.0 if onset else self._since_onset_s + _DT_S
        self._is_confirmed |= onset and self._since_beat_s <= NEAR_S
        bpm = self._lock.bpm
        if bpm:
            self._advance(bpm * _DT_S / 60.0)
        self._trust += (self._evidence() - self._trust) * _TRUST_STEP
        if self._trust < 1e-4:
            self._trust = 0.0
        return Beat(
            self._phase,
            bpm,
            self._trust,
            "analysis",
            bar=self._bar.place,
            bar_trust=self._bar.trust * self._trust,
            beats_in_bar=self._bar.beats,
        )

    def _attend(self, *, is_open: bool) -> None:
        was_silent = self._silent_s >= FORGET_S
        self._silent_s = 0.0 if is_open else self._silent_s + _DT_S
        if self._silent_s >= FORGET_S and not was_silent:
            self._begin()

    def _hear(
        self, flux: float, bass: float, bands: NDArray[np.float32] | None, *, is_open: bool
    ) -> None:
        self._onsets.add(flux)
        # The bass as it is, not its logarithm: by that a bass note is hardly less than a kick.
        self._bass.add(bass - self._amplitudes[0])
        self._amplitudes.append(bass)
        self._hop += 1
        if bands is not None:
            activation = self._network.step(bands) if is_open else _SILENT
            self._filter.step(self._onsets.take(), self._bass.take(), activation.beat)
            self._bar.hear(activation.downbeat, self._phase)
        if self._hop % ESTIMATE_HOPS == 0:
            period, phase, certainty = self._filter.estimate()
            heard_bpm = 60.0 / (period * FRAME_S) if certainty > KNOWN else None
            beats = self._lock.step(heard_bpm)
            if beats and self._lock.bpm:
                # This hop's own step is still to be made.
                self._target = self._in_ours(phase, beats)
                self._target += (DELAY_S - _DT_S) * self._lock.bpm / 60.0

    def _in_ours(self, phase: float, beats: float) -> float:
        """A phase of the filter's beat, of which ``beats`` are one of ours, as one of our beat."""
        turns = phase / beats
        # Of two beats to one of ours, the one that is nearer begins it.
        nearer = math.remainder(turns - self._phase, min(1.0 / beats, 1.0))
        return self._phase + nearer

    def _advance(self, step: float) -> None:
        # The correction is spread so that the phase never runs backwards.
        error = math.remainder(self._target - self._phase, 1.0)
        pull = math.copysign(min(abs(error) * _PULL_STEP, 0.5 * step), error)
        self._target += step
        self._phase += step + pull
        if self._phase >= 1.0:
            self._phase %= 1.0
            self._begin_beat()

    def _begin_beat(self) -> None:
        """Judge the beat before, now that all its onsets have been heard."""
        self._bar.begin_beat()
        self._judged.append(self._is_confirmed)
        self._is_confirmed = self._since_onset_s <= NEAR_S
        self._since_beat_s = 0.0

    def _evidence(self) -> float:
        return min(max((sum(self._judged) - 2.0) / 3.0, 0.0), 1.0)


class _Evidence:
    """A rise as the filter wants it: 1 as strong as it gets, less what is usual, once a frame.

    least: the rise below which nothing counts as strong.
    """

    PEAK_TAU_S = 20.0
    """A break of sixteen beats must not make a pad's trembling loud."""
    MEAN_TAU_S = 1.8

    _PEAK_KEEP = math.exp(-FRAME_S / PEAK_TAU_S)
    _MEAN_STEP = one_pole_step(FRAME_S, MEAN_TAU_S)

    def __init__(self, least: float) -> None:
        self._least = self._peak = least
        self._mean = 0.0
        self._most = 0.0

    def add(self, rise: float) -> None:
        self._most = max(self._most, rise)

    def take(self) -> float:
        self._peak = max(self._most, self._peak * self._PEAK_KEEP, self._least)
        share = self._most / self._peak
        self._most = 0.0
        self._mean += (share - self._mean) * self._MEAN_STEP
        return share - self._mean
