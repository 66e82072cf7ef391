"""Mixes any number of channels to one, without ever mixing them to silence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import aubio
import numpy as np

from visualizer.audio.analysis.follower import one_pole_step
from visualizer.audio.analysis.renewable import Renewable
from visualizer.errors import SoundError
from visualizer.types import HOP, RATE_HZ

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from visualizer.types import Hop

LIMIT = 4.0
"""Samples are clipped to ±LIMIT: decoders overshoot 1 a little, nothing honest goes further.
What is no finite number is silence."""
ENERGY_TAU_S = 0.3
"""How slowly the energies are followed that decide between the mix and one channel."""
HIGH_PASS_HZ = 10.0
"""Below this nothing is music: an offset or rumble would hold the gain down."""

# Energy of the summed channels over the sum of their energies: C where they agree, 1 where
# they have nothing in common, 0 where they cancel. Two thresholds, so that it cannot flutter.
_CANCELS, _AGREES = 0.05, 0.2
_STEP = one_pole_step(HOP / RATE_HZ, ENERGY_TAU_S)


class Downmix:
    """Channels to one, cleaned: finite, within ±LIMIT, no offset.

    channels: 0-based indices of the channels to use; None uses all. Channels that cancel each
    other (a balanced line whose one side is inverted) are replaced by the loudest of them.
    """

    def __init__(self, channels: Sequence[int] | None = None) -> None:
        self._channels = None if channels is None else list(channels)
        self._begin(1)
        self._high_pass = Renewable(_high_pass)

    def step(self, hop: Hop) -> NDArray[np.float32]:
        """Mix a hop (HOP, C) to (HOP,); a chosen channel that it does not have is left out."""
        chosen = self._choose(_clean(hop))
        before = self._only
        if chosen.shape[1] != len(self._shares):
            self._begin(chosen.shape[1])
        mixed = chosen @ self._shares
        if len(self._shares) > 1:
            self._decide(chosen)
            if self._only is not None or before is not None:
                mixed = self._replace(chosen, mixed, before)
        return self._high_pass(mixed)

    def renew(self) -> None:
        """Go on as who takes the show up here: see ``Renewable``."""
        self._high_pass.renew()

    def _begin(self, count: int) -> None:
        self._shares = np.full(count, 1.0 / count, np.float32)
        self._mean_squares, self._sum_square = np.zeros(count), 0.0
        self._only: int | None = None

    def _choose(self, hop: Hop) -> Hop:
        if self._channels is None:
            return hop
        # The next device of a show may have fewer channels: silence then, never the show's end.
        there = [channel for channel in self._channels if channel < hop.shape[1]]
        return hop[:, there] if there else np.zeros((HOP, 1), np.float32)

    def _decide(self, hop: Hop) -> None:
        # The energies of the channels, and what each two have in common: all together the sum's.
        products = (hop.T @ hop) / np.float32(HOP)
        self._mean_squares += (products.diagonal() - self._mean_squares) * _STEP
        self._sum_square += (float(products.sum()) - self._sum_square) * _STEP
        # Below -200 dB nothing is told apart any more, and the numbers stay normal.
        np.maximum(self._mean_squares, 1e-20, out=self._mean_squares)
        self._sum_square = max(self._sum_square, 1e-20)
        total = float(self._mean_squares.sum())
        if total < 1e-12 or self._sum_square > _AGREES * total:
            self._only = None
            return
        loudest = int(self._mean_squares.argmax())
        if self._only is None:
            if self._sum_square < _CANCELS * total:
                self._only = loudest
        elif self._mean_squares[self._only] < 0.1 * self._mean_squares[loudest]:
            self._only = loudest

    def _replace(
        self, hop: Hop, mixed: NDArray[np.float32], before: int | None
    ) -> NDArray[np.float32]:
        now = mixed if self._only is None else hop[:, self._only]
        if before == self._only or (before is not None and before >= hop.shape[1]):
            return np.ascontiguousarray(now)
        # One hop of cross-fade, so that the switch itself is no onset.
        was = mixed if before is None else hop[:, before]
        fade = np.linspace(0.0, 1.0, HOP, dtype=np.float32)
        return now * fade + was * (np.float32(1.0) - fade)


def check_channels(channels: Sequence[int] | None, count: int, name: str) -> None:
    """Refuse channels that ``name``, which has ``count``, does not have. Raises SoundError."""
    if channels is not None and max(channels) >= count:
        raise SoundError(
            f"channel {max(channels) + 1} was asked for, but {name} has {count}:"
            f" choose --channels mix, or numbers from 1 to {count}"
        )


def _clean(hop: Hop) -> Hop:
    if np.abs(hop).max(initial=0.0) <= LIMIT:  # false for NaN, too
        return hop.astype(np.float32, copy=False)
    # As silence, infinity too: taken for a loud moment it would hold the gain down for long.
    finite = np.where(np.isfinite(hop), hop, 0.0)
    return np.clip(finite, -LIMIT, LIMIT).astype(np.float32)


def _high_pass() -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    made: Callable[[NDArray[np.float32]], NDArray[np.float32]] = aubio.digital_filter(3)
    made.set_biquad(*_butterworth(HIGH_PASS_HZ))  # type: ignore[attr-defined]  # aubio has no types
    return made


def _butterworth(corner_hz: float) -> tuple[float, float, float, float, float]:
    """Butterworth high pass of second order: b0, b1, b2, a1, a2 (bilinear transform)."""
    k = math.tan(math.pi * corner_hz / RATE_HZ)
    norm = 1.0 / (1.0 + math.sqrt(2.0) * k + k * k)
    return (
        norm,
        -2.0 * norm,
        norm,
        2.0 * (k * k - 1.0) * norm,
        (1.0 - math.sqrt(2.0) * k + k * k) * norm,
    )
