"""Where in the beat we may be, and at which tempo: all the possibilities, weighed frame by frame.

A hidden Markov model of the beat, filtered forwards, never smoothed backwards: Whiteley, Cemgil
& Godsill, "Bayesian modelling of temporal structure in musical audio" (ISMIR 2006), with the
states of Krebs, Böck & Widmer, "An efficient state-space model for joint tempo and meter
tracking" (ISMIR 2015): one state for every frame of every tempo's beat. What is heard raises the
states that expect an onset now; where nothing is heard, all of them simply run on.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from visualizer.audio.analysis.beat.beat_network import FRAME_HOPS
from visualizer.types import HOP, RATE_HZ

FRAME_S = FRAME_HOPS * HOP / RATE_HZ
"""At 10.7 ms a frame the states are few enough, and the fastest beat is still 25 of them."""
SLOWEST_BPM, FASTEST_BPM = 50.0, 225.0
TYPICAL_BPM, SPREAD_OCTAVES = 100.0, 0.3
"""What is likely before anything is heard."""
PULL_PER_S = 1.0
"""How much less likely a tempo an octave off TYPICAL_BPM becomes with every second, as an exponent:
strokes on every eighth may be beats of twice the tempo, but rarely are. Without it F on recordings
was .786 instead of .792, and two more of fifty were heard twice as fast; at 2 slow pieces in three
are lost."""
RUSH_PER_S, RUSH_OCTAVES = 10.0, 0.7
"""The same, steeper, from so many octaves above it: 162 beats a minute. Off-beat hats as loud as
the drums make a house track of 100 one of 200 without; with it reggae at 192 and 207, whose beats
nothing contradicts, is still right."""
STEADINESS = 120.0
"""A tempo 1 % off is exp(-1.2) as likely for the next beat: a drummer may sway by 3 %."""
RESTART = 1e-9
"""Share of every frame that believes in nothing heard so far: any state may come back. At 1e-6 a
break with as many strings off the beat as on it moved the beat by half."""

NEAR_S = 0.025
OFF_NEAR_S = 1.3 * NEAR_S
"""How exactly onsets fall on the beat, and half way between two."""
OFF_BEAT = 0.6
"""How many onsets, or how loud ones, are half way. At .45 off-beat hats are taken for beats more
often; at .8 slow songs are less often heard twice as fast, but fast ones more often half as fast.
More for slow beats than for fast ones gained nothing, nor did a standing preference for 105."""
SWUNG = 0.62
"""Where the second of two swung eighths falls."""
BASS_LATE_S, BASS_NEAR_S = 0.03, 0.035
"""The bass comes out of a long window: late, and blurred."""
NETWORK_NEAR_S, NETWORK_OFF_BEAT = 0.02, 0.5
"""How exactly the network's beats fall on the beat, and how many of them are half way: it, too,
hears beats on eighths. On recordings .5 was best of 0 to .8."""
ONSET_WEIGHT, BASS_WEIGHT, NETWORK_WEIGHT = 3.0, 1.0, 3.0
"""The network alone had F .68 on recordings, onsets and bass alone .71, together .76: they fail on
different pieces. Two thirds of these weights, or 5 for the network, cost .01 to .02."""

Frames = NDArray[np.float64]


class BeatFilter:
    """A weight for each state (tempo, place in the beat); together they are 1."""

    def __init__(self) -> None:
        self._periods = _periods()
        self._last = np.cumsum(self._periods) - 1
        self._first = self._last - self._periods + 1
        period = np.repeat(self._periods, self._periods).astype(np.float64)
        place = np.concatenate([np.arange(n, dtype=np.float64) for n in self._periods])
        self._turns = np.exp(2j * np.pi * place / period).astype(np.complex64)
        expected = _onsets_expected, _bass_expected, _network_expected
        self._expected = np.stack([self._centred(kind(place, period)) for kind in expected])
        octaves = np.log2(60.0 / FRAME_S / self._periods / TYPICAL_BPM)
        self._steps = _tempo_steps(self._periods, octaves)
        likely = np.exp(-0.5 * (octaves / SPREAD_OCTAVES) ** 2)
        self._start = np.repeat(likely / self._periods, self._periods).astype(np.float32)
        self._start /= self._start.sum()
        self._weights, self._before = self._start.copy(), np.empty_like(self._start)
        self._restart = np.float32(RESTART) * self._start
        self._likelihood = np.empty_like(self._start)

    def step(self, onset: float, bass: float, beat: float) -> None:
        """Move on by one frame, in which something was struck, and the bass rose.

        Both about -0.2..1: 0 is what is usual, 1 as strong as it gets. beat: how likely the
        network finds one, 0..1.
        """
        heard = (ONSET_WEIGHT * onset, BASS_WEIGHT * bass, NETWORK_WEIGHT * beat)
        likelihood = np.matmul(np.array(heard, np.float32), self._expected, out=self._likelihood)
        np.exp(likelihood, out=likelihood)
        self._before, self._weights = self._weights, self._before
        before, weights = self._before, self._weights
        # Time goes by; at the end of a beat it may become a little longer or shorter.
        np.multiply(before[:-1], likelihood[1:], out=weights[1:])
        weights[self._first] = (before[self._last] @ self._steps) * likelihood[self._first]
        weights *= np.float32(1.0) / weights.sum()
        weights += self._restart

    def estimate(self) -> tuple[float, float, float]:
        """(period in frames, phase 0..1, certainty 0..1): of the most likely tempo and about it.

        The certainty is the share of all weight that this tempo has, times how much its
        states agree on the phase.
        """
        tempi = np.add.reduceat(self._weights, self._first)
        best = int(np.argmax(np.convolve(tempi, np.ones(3), "same")))
        low, high = max(best - 2, 0), min(best + 3, len(tempi))
        near = tempi[low:high]
        period = float(near @ self._periods[low:high] / near.sum())
        states = slice(self._first[low], self._last[high - 1] + 1)
        turn = complex(self._weights[states] @ self._turns[states])
        return period, math.atan2(turn.imag, turn.real) / (2.0 * math.pi) % 1.0, abs(turn)

    def _centred(self, expected: NDArray[np.float64]) -> NDArray[np.float32]:
        """Take off each tempo's mean: fast beats, which expect more, are not the likelier ones."""
        mean = np.add.reduceat(expected, self._first) / self._periods
        return (expected - np.repeat(mean, self._periods)).astype(np.float32)


def _periods() -> NDArray[np.intp]:
    shortest, longest = (60.0 / bpm / FRAME_S for bpm in (FASTEST_BPM, SLOWEST_BPM))
    return np.arange(math.floor(shortest), math.ceil(longest) + 1)


def _tempo_steps(periods: NDArray[np.intp], octaves: NDArray[np.float64]) -> NDArray[np.float32]:
    """(from, to): how likely the next beat is so long, after one so long.

    octaves: how far each tempo is from TYPICAL_BPM. Rows do not add up to 1: far ones fade.
    """
    likely = np.exp(-STEADINESS * np.abs(np.log(periods[None, :] / periods[:, None])))
    likely /= likely.sum(axis=1, keepdims=True)
    cost_per_s = PULL_PER_S * np.minimum(octaves**2, 1.0)
    cost_per_s += RUSH_PER_S * np.maximum(octaves - RUSH_OCTAVES, 0.0)
    likely *= np.exp(-cost_per_s * FRAME_S * periods)[:, None]
    # Under RESTART nothing counts, and numbers next to nothing are slow: 11 us a frame of them.
    return np.where(likely < RESTART**2, 0.0, likely).astype(np.float32)


def _onsets_expected(place: Frames, period: Frames) -> NDArray[np.float64]:
    straight, swung = (_bump(place, period, share, OFF_NEAR_S) for share in (0.5, SWUNG))
    return _bump(place, period, 0.0, NEAR_S) + OFF_BEAT * np.maximum(straight, swung)


def _bass_expected(place: Frames, period: Frames) -> NDArray[np.float64]:
    # Bass notes between the beats are softer than the kick on it, so half way nothing is
    # expected: that tells the beat from the off-beat, where open hats are as loud as drums.
    return _bump(place - BASS_LATE_S / FRAME_S, period, 0.0, BASS_NEAR_S)


def _network_expected(place: Frames, period: Frames) -> NDArray[np.float64]:
    half = _bump(place, period, 0.5, NETWORK_NEAR_S)
    return _bump(place, period, 0.0, NETWORK_NEAR_S) + NETWORK_OFF_BEAT * half


def _bump(place: Frames, period: Frames, share: float, near_s: float) -> NDArray[np.float64]:
    """1 at a share of the beat, going round, and near to it."""
    turns = (place / period - share + 0.5) % 1.0 - 0.5
    bump: NDArray[np.float64] = np.exp(-0.5 * (turns * period * FRAME_S / near_s) ** 2)
    return bump
