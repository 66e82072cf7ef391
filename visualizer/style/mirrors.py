"""Mirrors that fold the plane into one piece of itself, which every other piece then repeats."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from visualizer.types import Fold

MAX_STEPS = 4
"""Mirrors that the longest fold needs, one after the other."""


def _above(degrees: float) -> tuple[float, float]:
    """Normal of a mirror through the centre, so many degrees up from the right: its upper side."""
    angle = math.radians(degrees)
    return -math.sin(angle), math.cos(angle)


def _below(degrees: float) -> tuple[float, float]:
    x, y = _above(degrees)
    return -x, -y


_LEFT = (-1.0, 0.0)
_NORMALS: dict[int, tuple[tuple[float, float], ...]] = {
    0: (),
    2: (_LEFT,),
    3: (_LEFT, _above(30.0), _below(-30.0)),
    4: (_LEFT, _below(0.0), _above(45.0)),
    6: (_LEFT, _below(0.0), _above(60.0), _above(30.0)),
}
"""Unit normals of the mirrors, in order: what lies on a normal's side goes to the other.

Left goes to the right first, so all these pictures are the same left and right. What is
repeated is the piece around or above the middle of the right half: styles are trained on a
wide plane, and a piece at the top would mostly show what lies beyond it.
"""


def mirror_steps(fold: Fold) -> NDArray[np.float64]:
    """(K, 4), K at most MAX_STEPS: normals of one step's mirrors, before's x, y, after's x, y.

    A normal of zeros is no mirror. At either end of the way both halves are the same, so that
    what lies between them is exact, and the unfolded plane has no step at all.
    Raises KeyError for a number that is none of ``visualizer.types.MIRRORS``.
    """
    before = fold.after if fold.way >= 1.0 else fold.before
    after = fold.before if fold.way <= 0.0 else fold.after
    pair = [_NORMALS[before], _NORMALS[after]]
    steps = np.zeros((max(map(len, pair)), 2, 2))
    for side, normals in enumerate(pair):
        if normals:
            steps[: len(normals), side] = normals
    return steps.reshape(-1, 4)


def folded(points: NDArray[np.floating], fold: Fold) -> NDArray[np.floating]:
    """Where the pattern is looked up for ``points`` (..., 2), in their precision.

    Continuous in the points and in the way.
    """
    before = after = points
    for step in mirror_steps(fold).astype(points.dtype):
        before, after = _mirrored(before, step[:2]), _mirrored(after, step[2:])
    return before + fold.way * (after - before)


def _mirrored(p: NDArray[np.floating], normal: NDArray[np.floating]) -> NDArray[np.floating]:
    beyond = np.maximum(p @ normal, 0.0)
    mirrored: NDArray[np.floating] = p - 2.0 * beyond[..., None] * normal
    return mirrored
