"""How coarsely a style may be drawn and upscaled before that is seen. NumPy alone."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from visualizer.moments import Levels, draw, fixed_moments
from visualizer.style import Style

SCALE_SIZE = 320, 180
"""Scales are measured at this size. A larger picture of the same style is smoother from pixel
to pixel, so what holds here holds for every larger one."""
SCALES = (0.1, 0.125, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.75, 0.9, 1.0)
SCALE_MOMENTS = 2


def bearable_scales(style: Style, bounds_db: tuple[float, ...]) -> tuple[float, ...]:
    """The smallest of ``SCALES`` that keeps at least each of ``bounds_db``, at every moment."""
    moments = fixed_moments(style.z_names, SCALE_MOMENTS)
    whole = [draw(style, z, SCALE_SIZE) for z in moments]
    found: dict[float, float] = {}
    for scale in SCALES:
        kept_db = min(
            kept_at_scale_db(style, z, full, scale) for z, full in zip(moments, whole, strict=True)
        )
        for bound_db in bounds_db:
            if kept_db >= bound_db:
                found.setdefault(bound_db, scale)
        if len(found) == len(set(bounds_db)):
            break
    return tuple(found[bound_db] for bound_db in bounds_db)


def kept_at_scale_db(style: Style, z: NDArray[np.floating], full: Levels, scale: float) -> float:
    """PSNR of the style drawn at ``scale`` and upscaled, against ``full``; infinite at scale 1."""
    height, width = full.shape[:2]
    if scale == 1.0:
        return math.inf
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return psnr_db(full, upscale(draw(style, z, size), width, height))


def psnr_db(a: Levels, b: Levels) -> float:
    """Peak signal-to-noise ratio in dB, against a peak of 255; infinite where both are equal."""
    error = float(np.mean(np.square(a - b), dtype=np.float64))
    return math.inf if error == 0.0 else 10.0 * math.log10(255.0**2 / error)


def upscale(picture: Levels, width: int, height: int) -> Levels:
    """The picture at another size, as the present pass does it: Catmull-Rom, ends clamped."""
    rows = _weights(picture.shape[0], height)
    columns = _weights(picture.shape[1], width)
    wide = np.einsum("xi,hic->hxc", columns, picture, optimize=True)
    tall = np.einsum("yi,ixc->yxc", rows, wide, optimize=True)
    return np.asarray(np.clip(tall, 0.0, 255.0), np.float32)


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
