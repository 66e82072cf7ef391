"""Hears where beats and bars begin: a small recurrent network, learned from music made for it.

Böck & Schedl, "Enhanced beat tracking with context-aware neural networks" (DAFx 2011), with
gated recurrent units (Cho et al. 2014) that look at the past alone. It says for every frame how
likely a beat and a downbeat are; where the beat is, the filter decides. Trained by ``train.py
ear``; its card lies beside its weights.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

from visualizer.audio.analysis.spectrum import LONG, LONG_BINS, bin_hz

FRAME_HOPS = 2
"""The network hears a frame every 10.7 ms: half the work of one a hop, and as good."""
SHORT = 1024
"""Its own window in samples, 21 ms under a Hann window."""
LONG_BANDS, SHORT_BANDS = 11, 16
BANDS = LONG_BANDS + SHORT_BANDS
"""Three an octave, from 35 to 350 Hz out of the long window, from 400 Hz to 16 kHz out of the
short one."""
LONG_LAG, SHORT_LAG = 4, 2
"""Frames back to which a band is compared: half of each window, or little less."""
COMPRESSION = 1000.0
"""Bands enter as log10(1 + COMPRESSION * amplitude), amplitude 1 being the loudness reference."""
DELAY_FRAMES = 1.5
"""It was taught to say so later than a beat sounds: the windows must have heard it."""
_HANN_POWER = 3.0 / 8.0
WEIGHTS = "beat_network.safetensors"
_ONE, _HALF = np.float32(1.0), np.float32(0.5)

Floats = NDArray[np.float32]


class Activation(NamedTuple):
    """How likely, 0..1, a beat and the first beat of a bar are now."""

    beat: float
    downbeat: float


class BeatBands:
    """The bands that the network hears.

    The lowest come out of the long spectrum; for the others it has a window of its own, the one
    that it was taught with.
    """

    def __init__(self) -> None:
        centres_hz = 35.0 * 2.0 ** (np.arange(LONG_BANDS) / 3.0)
        self._long = _triangles(centres_hz, 3.0, bin_hz(LONG)[:LONG_BINS]).astype(np.float32)
        narrow_hz = 400.0 * 2.0 ** (np.arange(2 * SHORT_BANDS) / 6.0)
        narrow = _triangles(narrow_hz, 6.0, bin_hz(SHORT))
        scale = math.sqrt(2.0 / _HANN_POWER) / SHORT
        self._short = (0.5 * scale * (narrow[0::2] + narrow[1::2])).astype(np.float32)
        self._window = np.hanning(SHORT + 1)[:-1].astype(np.float32)
        self._newest = np.zeros(SHORT, np.float32)
        self._hops = 0

    def step(self, hop: Floats, long: Floats, gain: float) -> Floats | None:
        """Take a hop (HOP,) and the long spectrum; amplitudes (BANDS,) once a frame.

        gain: the factor that they are heard with. None between two frames.
        """
        self._newest = np.concatenate((self._newest[len(hop) :], hop))
        self._hops += 1
        if self._hops % FRAME_HOPS:
            return None
        short = np.abs(np.fft.rfft(self._newest * self._window))
        bands = np.concatenate((self._long @ long, self._short @ short))
        bands *= np.float32(gain)
        return bands


def loudness(bands: Floats) -> Floats:
    """Bands (..., BANDS) as the network wants them."""
    loud: Floats = np.log10(np.float32(1.0) + np.float32(COMPRESSION) * bands)
    return loud


class BeatNetwork:
    """Steps once a frame; a pure function of the frames that came before.

    weights: tensors as ``trainer.ear.network`` writes them; those that come along if None.
    """

    def __init__(self, weights: Mapping[str, Floats] | None = None) -> None:
        weights = _own_weights() if weights is None else weights
        self._input, self._input_bias = weights["input.weight"], weights["input.bias"]
        self._output = 0.5 * weights["output.weight"]
        self._output_bias = 0.5 * weights["output.bias"]
        layers = sum(name.startswith("gru.weight_hh") for name in weights)
        self._layers = [_Layer(weights, layer) for layer in range(layers)]
        self._past: deque[Floats] = deque(maxlen=LONG_LAG)

    def step(self, bands: Floats) -> Activation:
        """Take the next frame's bands, amplitudes after the gain."""
        now = loudness(bands)
        if not self._past:
            # Whoever comes into the middle of a piece hears no stroke in that.
            self._past.extend([now] * LONG_LAG)
        before = np.concatenate(
            (self._past[-LONG_LAG][:LONG_BANDS], self._past[-SHORT_LAG][LONG_BANDS:])
        )
        self._past.append(now)
        heard = np.concatenate((now, np.maximum(now - before, 0.0)))
        state = np.tanh(self._input @ heard + self._input_bias)
        for layer in self._layers:
            state = layer.step(state)
        beat, downbeat = _sigmoid_of_twice(self._output @ state + self._output_bias).tolist()
        return Activation(beat, downbeat)


class _Layer:
    """Gated recurrent units, all their sums in one product.

    Torch has the gates in the order reset, update, new; of the last, what comes from below and
    what comes from the state itself stay apart. The first two are halved for ``_sigmoid_of_twice``.
    """

    def __init__(self, weights: Mapping[str, Floats], layer: int) -> None:
        below, own, bias, own_bias = (
            weights[f"gru.{name}_l{layer}"]
            for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        n = own.shape[1]
        self._sums = np.zeros((4 * n, below.shape[1] + n), np.float32)
        self._sums[: 3 * n, :-n] = below
        self._sums[: 2 * n, -n:] = own[: 2 * n]
        self._sums[3 * n :, -n:] = own[2 * n :]
        self._bias = np.concatenate((bias, own_bias[2 * n :]))
        self._bias[: 2 * n] += own_bias[: 2 * n]
        self._sums[: 2 * n] *= 0.5
        self._bias[: 2 * n] *= 0.5
        self._heard = np.zeros(below.shape[1] + n, np.float32)
        self._state = self._heard[-n:]

    def step(self, below: Floats) -> Floats:
        n = len(self._state)
        self._heard[:-n] = below
        sums = self._sums @ self._heard
        sums += self._bias
        gates = _sigmoid_of_twice(sums[: 2 * n])
        new = np.tanh(sums[2 * n : 3 * n] + gates[:n] * sums[3 * n :])
        self._state -= new
        self._state *= gates[n:]
        self._state += new
        return self._state


@cache
def _own_weights() -> dict[str, Floats]:
    weights: dict[str, Floats] = load(files(__package__).joinpath(WEIGHTS).read_bytes())
    return weights


def _sigmoid_of_twice(x: Floats) -> Floats:
    # By tanh, which does not overflow.
    y: Floats = np.tanh(x)
    y += _ONE
    y *= _HALF
    return y


def _triangles(
    centres_hz: NDArray[np.float64], per_octave: float, hz: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Triangles between neighbouring centres, each of sum 1: (bands, bins)."""
    step = 2.0 ** (1.0 / per_octave)
    points = np.concatenate(([centres_hz[0] / step], centres_hz, [centres_hz[-1] * step]))
    rows = [
        np.interp(hz, (left, centre, right), (0.0, 1.0, 0.0), left=0.0, right=0.0)
        for left, centre, right in zip(points, points[1:], points[2:], strict=False)
    ]
    triangles = np.stack(rows)
    filled: NDArray[np.float64] = triangles / np.maximum(triangles.sum(axis=1, keepdims=True), 1e-9)
    return filled
