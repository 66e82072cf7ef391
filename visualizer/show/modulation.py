"""From what is heard to what moves the picture: one ``Modulator`` per layer."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from visualizer.style.style import (
    SOUND_SOURCES,
    SOURCES,
    TRAINED_AUDIO_SCALE,
    VIEW_TARGETS,
    Route,
    Style,
)
from visualizer.types import MAX_STEP_S, Beat, Features, Modulation

Z_KNEE, Z_LIMIT = 1.5, 3.0
"""|z| is left alone up to the knee and never reaches the limit, whatever is fed in."""
_VIEW_KNEE = np.array([0.5, 0.25, 0.5, 0.5])
_VIEW_LIMIT = np.array([1.0, 0.5, 1.0, 1.0])
"""Of octaves, turns and shifts that routes add."""

_ATTACK_S = 0.025
# A kick that arrives whole in one frame reads as a flash; so it unfolds over two or three.
_LOW_HZ, _HIGH_HZ = 100.0, 10_000.0

_DRIFT_PERIODS_S = (31.0, 31.0 * (1.0 + math.sqrt(5.0)) / 2.0)
"""In the golden ratio, the two that fit together worst."""
_WANDER = (
    ((0.55, 0.61803), (0.35, 0.27)),
    ((0.60, 0.44721), (0.30, 0.19)),
)
"""(share of the speed, cycles per cycle) of two slow sines that make each speed wander."""


def drift(time_s: float) -> tuple[float, float, float, float]:
    """Cos and sin of the first drift angle, then of the second, at a time of the drift's clock.

    Both angles always grow, between a tenth and twice their mean speed, and their speeds
    wander with periods that share no multiple: no stretch ever comes again.
    """
    values: list[float] = []
    for period_s, wander in zip(_DRIFT_PERIODS_S, _WANDER, strict=True):
        cycles = time_s / period_s
        angle = 2.0 * math.pi * cycles
        for share, rate in wander:
            # The integral of share * cos(2 pi rate cycles): the speed's swing, not the angle's.
            angle += share / rate * math.sin(2.0 * math.pi * rate * cycles)
        values += [math.cos(angle), math.sin(angle)]
    return values[0], values[1], values[2], values[3]


def soften(
    values: NDArray[np.float64],
    knee: float | NDArray[np.float64],
    limit: float | NDArray[np.float64],
) -> NDArray[np.float64]:
    """Values unchanged up to ±knee, then bent, smoothly, to stay within ±limit."""
    size = np.abs(values)
    room = limit - knee
    bent = knee + room * np.tanh(np.maximum(size - knee, 0.0) / room)
    return np.copysign(np.minimum(size, bent), values)


class Modulator:
    """Turns one frame's features into one style's modulation. One for each layer.

    style: whose routes to follow. start_s: where the drift begins, in seconds of its clock.
    """

    def __init__(self, style: Style, start_s: float = 0.0) -> None:
        self._view = style.view
        self._size = len(style.z_names)
        self._gains = _gain_matrix(style.routes, style.z_names)
        self._drift_s = start_s
        self._followed = np.zeros(len(SOUND_SOURCES) - 2)

    @property
    def drift_s(self) -> float:
        """Where the drift is, in seconds of its clock."""
        return self._drift_s

    def step(
        self,
        features: Features,
        beat: Beat,
        dt_s: float,
        audio_scale: float,
        drift_rate: float = 1.0,
    ) -> Modulation:
        """Move on by ``dt_s`` seconds, the drift by ``drift_rate`` times as many.

        Sound-driven signals count ``audio_scale`` / 0.10 times. Whatever is fed in, |z| stays
        under ``Z_LIMIT``, the zoom within a factor 2 of the style's, the turn within half a
        turn and each shift within one half height.
        """
        dt_s = min(_finite(dt_s, 0.0, MAX_STEP_S), MAX_STEP_S)
        self._drift_s += dt_s * _finite(drift_rate, 0.0, 100.0)
        loudness = _finite(audio_scale, 0.0, 1e6) / TRAINED_AUDIO_SCALE
        heard = loudness * self._heard(features, beat, dt_s)
        signals = np.concatenate([heard, drift(self._drift_s)])
        routed = self._gains @ signals
        z = soften(routed[: self._size], Z_KNEE, Z_LIMIT)
        octaves, turn, shift_x, shift_y = soften(
            routed[self._size :], _VIEW_KNEE, _VIEW_LIMIT
        ).tolist()
        view = self._view
        return Modulation(
            z=z.astype(np.float32),
            zoom=view.zoom * 2.0**octaves,
            turn=view.turn + turn,
            shift=(view.shift[0] + shift_x, view.shift[1] + shift_y),
            fold=view.fold,
        )

    def _heard(self, features: Features, beat: Beat, dt_s: float) -> NDArray[np.float64]:
        """The signals of SOUND_SOURCES, in their order; they rise over a moment, fall at once.

        Bands come on a decibel scale, where a kick is a small step; their squares count.
        """
        values = np.array(
            [
                *(_finite(band, 0.0, 1.0) ** 2 for band in features.bands),
                _finite(features.level, 0.0, 1.0),
                _finite(features.pulse, 0.0, 1.0),
                squash_flux(features.flux),
                place_centroid(features.centroid_hz),
            ]
        )
        way = values - self._followed
        self._followed += np.where(way > 0.0, way * _share(dt_s, _ATTACK_S), way)
        return np.array([*self._followed, *_turn_with(beat)])


def _turn_with(beat: Beat) -> tuple[float, float]:
    """Sine and cosine of the beat's phase, as large as its trust."""
    trust = _finite(beat.trust, 0.0, 1.0)
    angle = 2.0 * math.pi * _finite(beat.phase, 0.0, 1.0)
    return trust * math.sin(angle), trust * math.cos(angle)


def squash_flux(flux: float) -> float:
    """Flux, 0 and up, to 0..1: half way at 0.17, a plain drum hit."""
    flux = _finite(flux, 0.0, 1e9)
    return flux / (0.17 + flux)


def place_centroid(centroid_hz: float) -> float:
    """A spectrum's centre to 0..1, on a log scale from 100 Hz to 10 kHz."""
    hz = _finite(centroid_hz, _LOW_HZ, _HIGH_HZ)
    return math.log(hz / _LOW_HZ) / math.log(_HIGH_HZ / _LOW_HZ)


def _gain_matrix(routes: tuple[Route, ...], z_names: tuple[str, ...]) -> NDArray[np.float64]:
    """(Z + 4, signals): what each signal adds to each z entry, then to the view's four."""
    rows: Mapping[str, int] = {name: i for i, name in enumerate((*z_names, *VIEW_TARGETS))}
    gains = np.zeros((len(rows), len(SOURCES)))
    for route in routes:
        gains[rows[route.target], SOURCES.index(route.source)] += route.gain
    return gains


def _share(dt_s: float, time_constant_s: float) -> float:
    """How much of the way a follower goes in ``dt_s``."""
    return -math.expm1(-dt_s / time_constant_s)


def _finite(value: float, low: float, high: float) -> float:
    """The value within low..high; low where it is no number at all."""
    return min(max(value, low), high) if math.isfinite(value) else low
