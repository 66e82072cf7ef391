"""The tensors of an untrained style while they are drawn, layer by layer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visualizer.style.network import ACTIVATION_FUNCTIONS
from visualizer.style.procedural.dice import Dice
from visualizer.style.procedural.looks import Neurons, compose, draw_palette
from visualizer.style.procedural.samples import sample_points, snap
from visualizer.style.procedural.symmetry import Symmetry
from visualizer.style.routes import Z_NAMES
from visualizer.style.style import Architecture

Float = NDArray[np.float64]

CALM = 6
"""Neurons of each random layer that see large shapes alone; the slowest field is theirs."""
FIELDS = 4
POINTS = 160
SLOPE_STEP = 1e-3


class Draft:
    """The tensors of a style while they are drawn, and the samples they are normalised over."""

    def __init__(
        self, dice: Dice, symmetry: Symmetry, architecture: Architecture, states: Float
    ) -> None:
        self.tensors: dict[str, Float] = {}
        self._dice = dice
        self._symmetry = symmetry
        self._architecture = architecture
        self._states = states
        points = sample_points(POINTS)
        # Each point with one neighbour to the right and one above: for slopes.
        right, up = np.array([SLOPE_STEP, 0.0]), np.array([0.0, SLOPE_STEP])
        self._p = np.stack([points, points + right, points + up])
        self._h: Float = np.zeros(0)
        self._calm_below = 0.0
        self._orbit: NDArray[np.int64] = np.zeros(0, np.int64)

    def warp(self) -> None:
        """Draw the liquid warp and bend the sample points by it: (state, 3, point, 2)."""
        dice, count = self._dice, self._architecture.warp_waves
        low, high = 1.0, dice.number(2.5, 5.0)
        frequency, amplitude, orbit = _draw_waves(dice, self._symmetry, count, low, high)
        size = np.linalg.norm(frequency, axis=1)
        strength = dice.number(0.25, 0.75)
        amplitude *= strength / np.maximum(size, 1.0)[:, None]
        amplitude /= np.sqrt(max(int(orbit.max(initial=-1)) + 1, 1))
        phase = _tied(dice, orbit, len(Z_NAMES)) * _WARP_MIX
        offset = _tied(dice, orbit, 1)[:, 0] * np.pi
        self.tensors |= {
            "warp.frequency": frequency,
            "warp.offset": offset,
            "warp.phase": phase,
            "warp.amplitude": amplitude.T,
        }
        angle = self._p @ frequency.T + offset + (self._states @ phase.T)[:, None, None]
        self._h = self._p + np.sin(angle) @ amplitude

    def features(self) -> None:
        """Draw the feature waves; samples become the first layer's inputs."""
        dice, count = self._dice, self._architecture.feature_waves
        # Near its centre a picture of many turns is nothing but rings, up to frequency * radius
        # = turns: such ones start finer.
        crowd = max(1.0, self._symmetry.turns / 2.5)
        low, high = 1.2 * crowd, dice.number(6.0, 12.0) * crowd**0.5
        self._calm_below = 2.7 * low
        frequency, _, self._orbit = _draw_waves(dice, self._symmetry, count, low, high)
        size = np.linalg.norm(frequency, axis=1)
        place = np.log(np.maximum(size, low) / low) / np.log(high / low)
        phase = _tied(dice, self._orbit, len(Z_NAMES)) * size[:, None] * _feature_mix(place)
        self.tensors |= {"features.frequency": frequency, "features.phase": phase}
        p = self._h
        angle = p @ frequency.T + (self._states @ phase.T)[:, None, None]
        radius = np.linalg.norm(p, axis=-1, keepdims=True)
        self._h = np.concatenate([p, radius, np.sin(angle), np.cos(angle)], axis=-1)

    def random_layers(self) -> None:
        """Draw all hidden layers but the last."""
        dice, width = self._dice, self._architecture.width
        activate = ACTIVATION_FUNCTIONS[self._architecture.activation]
        gain = dice.number(0.9, 1.6)
        for layer in range(self._architecture.depth - 1):
            weight = self._first_weight() if layer == 0 else dice.normal(width, width)
            if layer:
                weight[:CALM, CALM:] = 0.0
            weight, bias = self._normalised(weight, gain * (1.0 if layer else 1.2))
            bias += 0.3 * dice.normal(width)
            conditioning = 0.06 * dice.normal(width, len(Z_NAMES)) * _BIAS_MIX
            self._put(layer, weight, bias, conditioning)
            lift = (self._states @ conditioning.T)[:, None, None]
            self._h = np.asarray(activate(self._h @ weight.T + bias + lift), np.float64)

    def composed_layers(self, look: str, hue_deg: float | None = None) -> None:
        """Compose the last hidden layer and the colours from three fields."""
        dice, width = self._dice, self._architecture.width
        weight = dice.normal(FIELDS, width)
        weight[:2, :CALM] *= 0.6
        weight[2, CALM:] = 0.0
        weight[3, :CALM] = 0.0
        weight, bias = self._normalised(weight, 1.0)
        fields = self._h @ weight.T + bias
        slope = np.hypot(fields[:, 1] - fields[:, 0], fields[:, 2] - fields[:, 0]) / SLOPE_STEP
        steep = snap(np.quantile(slope, 0.9, axis=(0, 1)), 16)
        # 60 a unit is a sixth of a step's width a pixel at 720p.
        cap = 60.0 / np.maximum(steep, 1.0)
        quantiles = snap(np.quantile(fields[:, 0], np.linspace(0.0, 1.0, 41), axis=(0, 1)).T, 64)
        neurons = compose(look, dice, draw_palette(dice, hue_deg), quantiles, cap)
        self._put_look(weight, bias, neurons, dice.normal(FIELDS, len(Z_NAMES)))

    def _put_look(self, weight: Float, bias: Float, n: Neurons, push: Float) -> None:
        width = self._architecture.width
        # A narrow network has no room for the last steps of a look, which are its finest.
        used = min(width, len(n.fields))
        fields = n.fields[:used]
        sharp = np.array(n.sharpness[:used])[:, None]
        rows, offsets = np.zeros((width, width)), np.zeros(width)
        rows[:used] = sharp * weight[fields]
        offsets[:used] = sharp[:, 0] * (bias[fields] - np.array(n.threshold[:used]))
        conditioning = np.zeros((width, len(Z_NAMES)))
        # One push for all steps along a field: contours travel together, they never cross.
        conditioning[:used] = sharp * (push * _CONTOUR_MIX)[fields]
        self._put(self._architecture.depth - 1, rows, offsets, conditioning)
        colour = np.zeros((3, width))
        colour[:, :used] = np.array(n.colour[:used]).T
        self._put(self._architecture.depth, colour, n.base, np.zeros((3, len(Z_NAMES))))

    def _put(self, layer: int, weight: Float, bias: Float, conditioning: Float) -> None:
        self.tensors |= {
            f"layers.{layer}.weight": weight,
            f"layers.{layer}.bias": bias,
            f"layers.{layer}.conditioning": conditioning,
        }

    def _first_weight(self) -> Float:
        """(width, inputs), equal over every orbit of waves, so that the picture is symmetric."""
        dice, width, symmetry = self._dice, self._architecture.width, self._symmetry
        size = np.linalg.norm(self.tensors["features.frequency"], axis=1)
        members = np.bincount(self._orbit + 1, minlength=2)[self._orbit + 1]
        falloff = dice.number(0.5, 1.0)
        share = np.where(self._orbit < 0, 0.0, np.maximum(size, 1.0) ** -falloff / np.sqrt(members))
        calm = (size < self._calm_below).astype(np.float64)
        waves = [_tied(dice, self._orbit, width).T * share for _ in range(2)]
        for wave in waves:
            wave[:CALM] *= calm
        place = dice.normal(width, 3) * [0.35, 0.35, 0.5]
        if symmetry.mirrored or symmetry.turns > 1:
            place[:, 0] = 0.0
        if not symmetry.keeps_y:
            place[:, 1] = 0.0
        return np.concatenate([place, *waves], axis=1)

    def _normalised(self, weight: Float, gain: float) -> tuple[Float, Float]:
        """Weight and bias that give each neuron mean 0 and deviation ``gain`` on the samples."""
        before = self._h @ weight.T
        deviation = np.maximum(snap(before.std(axis=(0, 1, 2)), 256), 0.02)
        mean = snap(before.mean(axis=(0, 1, 2)), 256)
        return gain * weight / deviation[:, None], -gain * mean / deviation


def _mix(**shares: float) -> Float:
    return np.array([shares.get(name, shares.get(name.split("_")[0], 0.0)) for name in Z_NAMES])


_WARP_MIX = 0.7 * _mix(bass=1.0, onset=1.0, mid=0.2, beat=0.5, drift1=0.3, drift2=1.0)
_BIAS_MIX = _mix(bass=0.5, mid=0.5, high=0.5, level=1.0, onset=0.5, drift1=0.5, drift2=0.5)
_CONTOUR_MIX = 0.25 * _mix(bass=0.5, high=0.4, level=1.0, onset=0.7, beat=0.4, drift1=0.3)


def _feature_mix(place: Float) -> Float:
    """(waves, Z): bass moves the coarse waves (place 0), mid the middle, high the fine ones."""
    far = {"bass": 0.0, "mid": 0.5, "high": 1.0}
    mix = np.tile(_mix(onset=0.5, beat=0.4, drift1=1.0, drift2=0.3), (len(place), 1))
    for name, centre in far.items():
        mix[:, Z_NAMES.index(name)] = np.exp(-np.square((place - centre) / 0.3))
    return 0.08 * mix


def _tied(dice: Dice, orbit: NDArray[np.int64], columns: int) -> Float:
    """(waves, columns) normals, the same for all waves of an orbit."""
    drawn = dice.normal(int(orbit.max(initial=0)) + 1, columns)
    return np.where((orbit < 0)[:, None], 0.0, drawn[orbit])


def _draw_waves(
    dice: Dice, symmetry: Symmetry, count: int, low: float, high: float
) -> tuple[Float, Float, NDArray[np.int64]]:
    """``count`` waves in whole orbits, coarse to fine: frequency, amplitude, orbit.

    Waves that are left over have orbit -1 and frequency and amplitude 0.
    """
    plan: list[bool] = []
    room = count
    while True:
        generic = symmetry.order <= room and dice.below(2) == 0
        axial = symmetry.turns if symmetry.mirrored and symmetry.turns > 1 else symmetry.order
        size = symmetry.order if generic else axial
        if size > room:
            break
        plan.append(generic)
        room -= size
    frequency, amplitude = np.zeros((count, 2)), np.zeros((count, 2))
    orbit = np.full(count, -1)
    start = 0
    for i, generic in enumerate(plan):
        size = low * (high / low) ** ((i + dice.number(0.0, 1.0)) / len(plan))
        angle = dice.number(0.0, 2.0 * np.pi)
        if symmetry.mirrored and symmetry.turns > 1 and not generic:
            angle = np.pi / 2 + np.pi / symmetry.turns * dice.below(2 * symmetry.turns)
        wave = size * np.array([np.cos(angle), np.sin(angle)])
        images, moved = symmetry.orbit(wave, dice.normal(2))
        images, moved = images[: count - start], moved[: count - start]
        end = start + len(images)
        frequency[start:end], amplitude[start:end], orbit[start:end] = images, moved, i
        start = end
    return frequency, amplitude, orbit
