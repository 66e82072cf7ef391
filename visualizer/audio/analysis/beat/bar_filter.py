"""Where in the bar we are: every place of every meter, weighed beat by beat.

A hidden Markov model over beats, filtered forwards, after Böck, Krebs & Widmer, "Joint beat and
downbeat tracking with recurrent neural networks" (ISMIR 2016), which looks at whole bars; here the
beats are known, so ten states do.
"""

from __future__ import annotations

import numpy as np

METERS = (4, 3)
METER_ODDS = (0.85, 0.15)
"""Three in a bar is rare where a show is played."""
STUMBLE = 0.01
"""How likely a beat is not the next of its bar: another piece, or an error of ours."""
WEIGHT = 4.0
"""A downbeat that the network is sure of is exp(4) times likelier one."""
NEAR = 0.2
"""So much of a beat before and after it, its downbeat is listened for."""
MEAN_STEP = 0.1
"""The downbeats' mean, which is taken off, is that of about ten beats."""


class BarFilter:
    """``hear`` it every frame, ``begin_beat`` with every beat.

    place: which beat of the bar we are in, 0 the first. beats: in a bar. trust: 0..1, the share
    of all weight that this place has, beyond chance.
    """

    def __init__(self) -> None:
        self._meter = np.repeat(METERS, METERS)
        self._place = np.concatenate([np.arange(beats) for beats in METERS])
        self._start = np.repeat(np.array(METER_ODDS) / METERS, METERS)
        firsts = np.cumsum(METERS) - METERS
        self._next = (self._place + 1) % self._meter + np.repeat(firsts, METERS)
        self._weights = self._start.copy()
        self._most = 0.0
        self._mean = 0.0
        self._is_due = False
        self.place, self.beats, self.trust = 0, METERS[0], 0.0

    def hear(self, downbeat: float, phase: float) -> None:
        """Take how likely a downbeat is now, at this phase of the beat."""
        if phase > 1.0 - NEAR or phase < NEAR:
            self._most = max(self._most, downbeat)
        elif self._is_due:
            self._weigh()

    def begin_beat(self) -> None:
        """Go on to the next beat of the bar; whether it was a downbeat is heard a moment later."""
        moved = np.empty_like(self._weights)
        moved[self._next] = self._weights
        self._weights = (1.0 - STUMBLE) * moved + STUMBLE * self._start
        self._is_due = True
        self._tell()

    def _weigh(self) -> None:
        self._mean += (self._most - self._mean) * MEAN_STEP
        self._weights *= np.exp(WEIGHT * (self._most - self._mean) * (self._place == 0))
        self._weights /= self._weights.sum()
        self._most, self._is_due = 0.0, False
        self._tell()

    def _tell(self) -> None:
        best = int(np.argmax(self._weights))
        self.place, self.beats = int(self._place[best]), int(self._meter[best])
        self.trust = max(0.0, (float(self._weights[best]) - 0.25) / 0.75)
