"""How coarsely a style may be drawn and upscaled before that is seen. NumPy alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualizer.style.measure.reference_states import Levels, draw_points, fixed_moments
from visualizer.style.network import pixel_grid
from visualizer.style.style import Style

SCALE_SIZE = 320, 180
"""Scales are measured at this size. A larger picture of the same style is smoother from pixel
to pixel, so what holds here holds for every larger one."""
SCALES = (0.1, 0.125, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.75, 0.9, 1.0)
SCALE_MOMENTS = 2


def bearable_scales(style: Style, bounds_db: tuple[float, ...]) -> tuple[float, ...]:
    """The smallest of ``SCALES`` that keeps at least each of ``bounds_db``, at every moment."""
    wholes = draw_wholes(style, SCALE_SIZE)
    found: dict[float, float] = {}
    for scale in SCALES:
        kept_db = min(whole.kept_db(scale) for whole in wholes)
        for bound_db in bounds_db:
            if kept_db >= bound_db:
                found.setdefault(bound_db, scale)
        if len(found) == len(set(bounds_db)):
            break
    return tuple(found[bound_db] for bound_db in bounds_db)


@dataclass(frozen=True, slots=True)
class Whole:
    """A style drawn at every pixel of a screen, to hold coarser pictures of it against.

    z: (Z,), where. size: of the screen, (W, H). rows: those that were drawn.
    """

    style: Style
    z: NDArray[np.float64]
    size: tuple[int, int]
    rows: slice
    levels: Levels

    def kept_db(self, scale: float) -> float:
        """PSNR of the style drawn at ``scale`` and upscaled; infinite at scale 1."""
        if scale == 1.0:
            return math.inf
        width, height = self.size
        # Rounding bends the small picture's aspect; as in the shader, the screen's counts.
        grid = pixel_grid(
            max(1, round(width * scale)), max(1, round(height * scale)), width / height
        )
        small = draw_points(self.style, self.z, grid)
        return psnr_db(self.levels, upscale(small, width, height, self.rows))


def draw_wholes(style: Style, size: tuple[int, int], step: int = 1) -> tuple[Whole, ...]:
    """The style at ``SCALE_MOMENTS`` moments. step: from one drawn row to the next."""
    rows = slice(step // 2, None, step)
    points = pixel_grid(*size)[rows]
    return tuple(
        Whole(style, z, size, rows, draw_points(style, z, points))
        for z in fixed_moments(style.z_names, SCALE_MOMENTS)
    )


def psnr_db(a: Levels, b: Levels) -> float:
    """Peak signal-to-noise ratio in dB, against a peak of 255; infinite where both are equal."""
    error = float(np.mean(np.square(a - b), dtype=np.float64))
    return math.inf if error == 0.0 else 10.0 * math.log10(255.0**2 / error)


def upscale(picture: Levels, width: int, height: int, rows: slice = slice(None)) -> Levels:
    """The picture at another size, as the present pass does it: Catmull-Rom, ends clamped.

    rows: those of the new picture that are wanted.
    """
    down = _weights(picture.shape[0], height)[rows]
    across = _weights(picture.shape[1], width)
    tall = np.einsum("yi,ixc->yxc", down, picture, optimize=True)
    wide = np.einsum("xi,hic->hxc", across, tall, optimize=True)
    return np.asarray(np.clip(wide, 0.0, 255.0), np.float32)


def _weights(before: int, after: int) -> NDArray[np.float32]:
    """(after, before): how much each old sample counts in each new one.

    Keys' cubic convolution (1981) with a = -1/2; samples lie at pixel centres, and beyond the
    edge the last one is repeated.
    """
    place = (np.arange(after) + 0.5) * before / after - 0.5
    first = np.floor(place).astype(np.int64)
    t = place - first
    taps = (
        ((-0.5 * t + 1.0) * t - 0.5) * t,
        (1.5 * t - 2.5) * t * t + 1.0,
        ((-1.5 * t + 2.0) * t + 0.5) * t,
        (0.5 * t - 0.5) * t * t,
    )
    weights = np.zeros((after, before), np.float32)
    for offset, tap in zip(range(-1, 3), taps, strict=True):
        column = np.clip(first + offset, 0, before - 1)
        np.add.at(weights, (np.arange(after), column), tap)
    return weights
