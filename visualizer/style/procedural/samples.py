"""Where an untrained network is looked at while it is made: few points, few states of z."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from visualizer.style.procedural.dice import Dice
from visualizer.style.routes import Z_NAMES

Float = NDArray[np.float64]


def sample_points(count: int) -> Float:
    """(count, 2) points spread evenly over a 16:9 picture (Roberts's R2 sequence)."""
    n = np.arange(count)[:, None] + 0.5
    unit = (n * [0.7548776662466927, 0.5698402909980532]) % 1.0
    return np.asarray((2.0 * unit - 1.0) * [16 / 9, 1.0])


def sample_states(dice: Dice, count: int) -> Float:
    """(count, Z) states of z from quiet to loud, the loops anywhere.

    Simpler than what music brings (``measure.music_states``), and left so: another spread would
    make another style of every seed.
    """
    z = np.zeros((count, len(Z_NAMES)))
    z[:, :5] = np.linspace(0.0, 0.8, count)[:, None] * dice.uniform(0.3, 1.0, count, 5)
    angle = 2.0 * np.pi * dice.uniform(0.0, 1.0, count, 3)
    z[:, 5:] = np.stack([np.cos(angle), np.sin(angle)], axis=-1).reshape(count, 6)
    return z


def snap(values: Float, per_unit: int) -> Float:
    """Values rounded to a grid, so that the last bits in which machines differ are gone."""
    # Adding 0 turns -0 into 0: which of the two a machine gets is in the last bits as well.
    return np.asarray(np.round(values * per_unit) / per_unit + 0.0)


def sample_colours(
    tensors: Mapping[str, Float],
    points: Float,
    states: Float,
    activate: Callable[[NDArray[np.floating]], NDArray[np.floating]] = np.tanh,
) -> Float:
    """(states, points, 3) colours in 0..1 of a network with warp and feature waves, all at once."""

    def lift(name: str) -> Float:
        return np.asarray((states @ tensors[name].T)[:, None])

    angle = points @ tensors["warp.frequency"].T + tensors["warp.offset"] + lift("warp.phase")
    p = points + np.sin(angle) @ tensors["warp.amplitude"].T
    angle = p @ tensors["features.frequency"].T + lift("features.phase")
    radius = np.linalg.norm(p, axis=-1, keepdims=True)
    h = np.concatenate([p, radius, np.sin(angle), np.cos(angle)], axis=-1)
    last = max(int(name.split(".")[1]) for name in tensors if name.startswith("layers."))
    for layer in range(last + 1):
        name = f"layers.{layer}"
        h = h @ tensors[f"{name}.weight"].T + tensors[f"{name}.bias"]
        h = h + lift(f"{name}.conditioning")
        # sigmoid(2 x) = (1 + tanh(x)) / 2
        h = activate(h) if layer < last else 0.5 + 0.5 * np.tanh(h)
    return h
