"""Where in the beat we are: aubio's beat tracker, made into a phase that runs smoothly."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

import aubio

from visualizer.audio.spectrum import SHORT
from visualizer.types import HOP, RATE_HZ, Beat

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DELAY_S = 0.006
"""How much later than it sounds aubio reports a beat; measured on the demo track."""
TRUST_TAU_S = 1.0
NEAR_S = 0.06
"""An onset this near confirms a beat."""
JUDGED_BEATS = 6
"""Trust looks at so many beats: two confirmed ones are chance, five are sure."""
FASTEST_BPM = 165.0
"""Faster music is felt at half its tempo."""
VOTE_TAU_S = 3.0
VOTE_NEAR = 0.12
"""In beats: a bass note this near to the beat, or to the middle between two, votes."""
VOTE_MAJORITY = 2.0
VOTE_QUORUM = 0.5
"""Votes below which nothing is changed; a kick or a bass note casts 0.5 to 2."""
PULL = 0.5
"""Share of a beat's error that is made good, over the next quarter of a beat or so."""

_DT_S = HOP / RATE_HZ
_VOTE_KEEP = math.exp(-_DT_S / VOTE_TAU_S)
_TRUST_STEP = 1.0 - math.exp(-_DT_S / TRUST_TAU_S)


class BeatTracker:
    """Phase, tempo and trust, hop by hop.

    aubio goes on counting beats through anything that sounds, so its word alone is not
    trusted: beats must come at the tempo's distance, and onsets must fall on them.
    """

    def __init__(self) -> None:
        self._tempo = aubio.tempo("default", SHORT, HOP, RATE_HZ)
        self._bpm: float | None = None
        self._phase = 0.0
        self._owed = 0.0
        self._trust = 0.0
        self._since_beat_s = math.inf
        self._since_onset_s = math.inf
        self._is_regular = False
        self._is_confirmed = False
        self._was_confirmed = False
        self._judged: deque[bool] = deque(maxlen=JUDGED_BEATS)
        self._votes_on = self._votes_off = 0.0
        self._bass = 0.0

    def step(
        self, hop: NDArray[np.float32], bass_power: float, *, onset: bool, is_open: bool
    ) -> Beat:
        """Take a hop (HOP,) and its power in the lowest bands, both after the gain.

        onset: whether one fires. is_open: the silence gate.
        """
        self._since_beat_s += _DT_S
        self._since_onset_s = 0.0 if onset else self._since_onset_s + _DT_S
        self._is_confirmed |= onset and self._since_beat_s <= NEAR_S
        if float(self._tempo(hop)[0]) > 0.0 and is_open:
            self._hear()
        beat_s = 60.0 / self._bpm if self._bpm else math.inf
        if self._since_beat_s > 2.0 * beat_s:
            self._judged.clear()
        self._trust += (self._evidence() - self._trust) * _TRUST_STEP
        if self._trust < 1e-4:
            self._trust = 0.0
        self._advance(_DT_S / beat_s)
        self._vote(bass_power)
        return Beat(self._phase, self._bpm, self._trust, "analysis")

    def _hear(self) -> None:
        """Judge the beat before, now that all its onsets have been heard, and begin a new one."""
        bpm = float(self._tempo.get_bpm())
        if not (math.isfinite(bpm) and bpm > 0.0):
            return
        # Above FASTEST_BPM aubio counts half beats: either of two is as good for the phase, and
        # an onset on one of them is enough.
        beats = 2.0 if bpm > FASTEST_BPM else 1.0
        self._bpm = bpm / beats
        self._judged.append(
            self._is_regular and (self._is_confirmed or (beats > 1.0 and self._was_confirmed))
        )
        distance = self._since_beat_s * bpm / 60.0
        self._is_regular = abs(distance - 1.0) < 0.1 or abs(distance - beats) < 0.1
        self._was_confirmed = self._is_confirmed
        self._is_confirmed = self._since_onset_s <= NEAR_S
        self._since_beat_s = 0.0
        # This hop's own step is still to be made.
        error = (DELAY_S - _DT_S) * self._bpm / 60.0 - self._phase
        # The nearer of beat and off-beat: which of them it is, the bass decides.
        self._owed = PULL * ((2.0 * error + 0.5) % 1.0 - 0.5) / 2.0

    def _vote(self, bass_power: float) -> None:
        """Find out which of two is the beat: the one that the bass falls on.

        aubio is as happy with the off-beat, where open hats are loud: on the demo track at 100
        bpm it stayed half a beat off to the end. Kick and bass line know better.
        """
        bass = math.log10(1.0 + 1000.0 * bass_power)
        rise, self._bass = max(bass - self._bass, 0.0), bass
        self._votes_on *= _VOTE_KEEP
        self._votes_off *= _VOTE_KEEP
        if self._bpm is None:
            return
        if min(self._phase, 1.0 - self._phase) < VOTE_NEAR:
            self._votes_on += rise
        elif abs(self._phase - 0.5) < VOTE_NEAR:
            self._votes_off += rise
        if self._votes_off > VOTE_QUORUM + VOTE_MAJORITY * self._votes_on:
            self._phase = (self._phase + 0.5) % 1.0
            self._votes_on, self._votes_off = self._votes_off, self._votes_on

    def _evidence(self) -> float:
        return min(max((sum(self._judged) - 2.0) / 3.0, 0.0), 1.0)

    def _advance(self, step: float) -> None:
        # The correction is spread so that the phase never runs backwards.
        pull = math.copysign(min(abs(self._owed), 0.5 * step), self._owed)
        self._owed -= pull
        self._phase = (self._phase + step + pull) % 1.0
