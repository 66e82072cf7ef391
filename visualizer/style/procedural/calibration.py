"""Makes every untrained style bright enough, rich in contrast, and moved alike by sound."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from visualizer.style.hue import LUMINANCE
from visualizer.style.procedural.samples import sample_colours, sample_points, snap
from visualizer.style.routes import Z_NAMES

Float = NDArray[np.float64]
Activation = Callable[[NDArray[np.floating]], NDArray[np.floating]]

MOTION_LEVELS = {
    ("bass",): 42.0,
    ("mid",): 28.0,
    ("high",): 18.0,
    ("level",): 15.0,
    ("onset",): 62.0,
    ("beat_sin", "beat_cos"): 24.0,
    ("drift1_cos", "drift1_sin"): 105.0,
    ("drift2_cos", "drift2_sin"): 90.0,
}
"""How far the picture moves, in 8-bit levels, as an entry goes from 0 to 1 or a loop half way
round: the mean changes of its quarters added up. (The two ends alone say little: once a fine
pattern has moved by its own grain, going further changes nothing.)"""
FLASH_WEIGHT = 3.0
"""A change of the whole picture's brightness counts this much: forms move, lamps do not blink."""
DARKEST, BRIGHTEST = 44.0, 115.0
"""The mean luma that a picture may have, in levels."""
LEAST_CONTRAST = 42.0
"""The least standard deviation of luma within a picture, in levels."""

_LUMA = np.array(LUMINANCE)
_POINTS = 80
QUARTERS = 4.0


def expose(tensors: dict[str, Float], states: Float, activate: Activation = np.tanh) -> None:
    """Shift and stretch the colours in ``tensors`` until brightness and contrast are in bounds.

    states: (S, Z), over which both are measured.
    """
    last = max(name for name in tensors if name.endswith("bias"))
    weight = last.replace("bias", "weight")
    points = sample_points(2 * _POINTS)
    for _ in range(4):
        luma = 255.0 * sample_colours(tensors, points, states, activate) @ _LUMA
        mean, contrast = float(luma.mean()), float(luma.std(axis=1).mean())
        goal = min(max(mean, DARKEST), BRIGHTEST)
        tensors[last] = tensors[last] + snap(np.asarray(0.7 * np.log(goal / max(mean, 1.0))), 256)
        stretch = min(max(LEAST_CONTRAST / max(contrast, 5.0), 1.0), 1.3)
        tensors[weight] = tensors[weight] * snap(np.asarray(stretch), 256)


def calibrate(tensors: dict[str, Float], activate: Activation = np.tanh) -> None:
    """Scale what z is multiplied with until it moves the picture by MOTION_LEVELS."""
    points = sample_points(_POINTS)
    states = np.concatenate([_ends(names) for names in MOTION_LEVELS])
    for _ in range(3):
        pictures = sample_colours(tensors, points, states, activate).reshape(-1, 2, 2, _POINTS, 3)
        change = 255.0 * QUARTERS * (pictures[:, 1] - pictures[:, 0])
        moved = np.abs(change).mean(axis=(1, 2, 3))
        flashed = np.abs((change @ _LUMA).mean(axis=2)).max(axis=1)
        moved = np.maximum(moved, FLASH_WEIGHT * flashed)
        scale = np.ones(len(Z_NAMES))
        for (names, goal), levels in zip(MOTION_LEVELS.items(), moved, strict=True):
            ratio = snap(np.asarray(goal / max(float(levels), 0.25)), 64)
            scale[[Z_NAMES.index(name) for name in names]] = min(max(float(ratio), 0.3), 3.0)
        for name, tensor in list(tensors.items()):
            if name.endswith(("phase", "conditioning")):
                tensors[name] = tensor * scale


def _ends(names: tuple[str, ...]) -> Float:
    """(4, Z): two states before, then the same two after a quarter of the way."""
    z = np.zeros((2, 2, len(Z_NAMES)))
    z[..., :5] = [[0.1], [0.4]]
    z[..., Z_NAMES.index("drift1_cos")] = [1.0, 0.0]
    z[..., Z_NAMES.index("drift1_sin")] = [0.0, 1.0]
    z[..., Z_NAMES.index("drift2_cos")] = [1.0, 0.0]
    z[..., Z_NAMES.index("drift2_sin")] = [0.0, -1.0]
    columns = [Z_NAMES.index(name) for name in names]
    start = np.array([0.0, 0.5])
    way = np.stack([start, start + 1.0 / QUARTERS])
    if len(columns) == 1:
        z[..., columns[0]] = way
    else:
        z[..., columns[0]] = np.cos(np.pi * way)
        z[..., columns[1]] = np.sin(np.pi * way)
    return z.reshape(4, len(Z_NAMES))
