"""What a scene will look like, in NumPy and at a few points: known before it is drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from visualizer.contracts import Scene
from visualizer.style.hue import hue_matrix
from visualizer.style.network import evaluate

Light = NDArray[np.float32]

_GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0


def sample_points(count: int, aspect: float) -> NDArray[np.float32]:
    """(count, 2) points all over a screen of width / height ``aspect``, as ``pixel_grid`` has them.

    A Fibonacci lattice: every row and every column of the screen has its own points, so stripes
    and mirrors, which line up with the rows of a grid, are measured as well as anything else. The
    share of the points in a part of the screen is that part's share of it, to 2 % for 576 points.
    """
    index = np.arange(count) + 0.5
    x = 2.0 * (index * _GOLDEN % 1.0) - 1.0
    y = 1.0 - 2.0 * index / count
    return np.stack([aspect * x, y], axis=-1).astype(np.float32)


def scene_light(scene: Scene, points: NDArray[np.float32]) -> Light:
    """(N, 3) linear light 0..1 at ``points`` (N, 2) before the dimmer, as present.frag makes it."""
    light = np.zeros((len(points), 3), np.float32)
    for part in scene.parts:
        light += part.mix * _linear(evaluate(part.style, part.modulation, points, part.morph))
    return np.clip(light @ hue_matrix(scene.hue).T.astype(np.float32), 0.0, 1.0)


def _linear(colour: NDArray[np.floating]) -> NDArray[np.floating]:
    """SRGB-coded 0..1 to linear light."""
    curve = ((colour + 0.055) / 1.055) ** 2.4
    return np.where(colour <= 0.04045, colour / 12.92, curve)
