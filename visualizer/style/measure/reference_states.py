"""Fixed moments of music, at which every style is measured, and its pictures there. NumPy alone."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from visualizer.style.measure.music_states import LOOPS, SPREAD, music_states
from visualizer.style.network import evaluate, pixel_grid
from visualizer.style.procedural.dice import Dice
from visualizer.style.style import Style
from visualizer.types import Modulation

Float = NDArray[np.floating]
Levels = NDArray[np.float32]
"""(H, W, 3), 0..255, top row first, not rounded."""

COUNT = 16
SIZE = 96, 54
"""Width and height for amounts: their means change by under 2 % from here to 480 x 270."""
_SEED = 16


def fixed_moments(z_names: Sequence[str], count: int = COUNT) -> NDArray[np.float64]:
    """(count, Z) states from quiet to loud, the same for ever, whatever was trained on.

    They follow the spread that training draws from, but with loudness spread evenly, so that
    few of them stand for all. An entry of an unknown name is taken as a level, 0..1.
    """
    dice = Dice(_SEED)
    normals = dice.normal(count, len(SPREAD))
    ranks = (np.arange(count) + 0.5) / count
    normals[:, 0] = [NormalDist().inv_cdf(rank) for rank in ranks]
    known = music_states(normals, dice.uniform(0.0, 1.0, count, len(LOOPS)))
    columns = [known[name] if name in known else dice.uniform(0.0, 1.0, count) for name in z_names]
    return np.stack(columns, axis=1)


def draw(style: Style, z: Float, size: tuple[int, int] = SIZE) -> Levels:
    """The picture (H, W, 3) at ``z`` (Z,), in the style's view at rest; size is (W, H)."""
    return draw_points(style, z, pixel_grid(*size))


def draw_points(style: Style, z: Float, points: Float) -> Levels:
    """Colours (..., 3) at ``points`` (..., 2) for ``z`` (Z,), in the style's view at rest."""
    view = style.view
    modulation = Modulation(z.astype(np.float32), view.zoom, view.turn, view.shift, view.fold)
    return _levels(style, modulation, points)


def draw_modulated(style: Style, modulation: Modulation, size: tuple[int, int] = SIZE) -> Levels:
    """The picture (H, W, 3) at a modulation, which may move the view as well."""
    return _levels(style, modulation, pixel_grid(*size))


def _levels(style: Style, modulation: Modulation, points: Float) -> Levels:
    return np.asarray(255.0 * evaluate(style, modulation, points.astype(np.float32)), np.float32)
