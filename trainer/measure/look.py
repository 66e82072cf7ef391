"""What a style's picture looks like in numbers. NumPy alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from visualizer.style.hue import LUMINANCE
from visualizer.style.measure.reference_states import Levels

SIZE = 480, 270
"""Width and height of the pictures whose edges are measured: gradients depend on it."""
END_LEVELS = 2.0
"""A colour value this close to 0 or 255 counts as saturated."""
EDGES = 20
"""``crisp_levels`` is the mean of the strongest one of so many gradients."""
DARK_LEVELS = 26.0
FLAT_LEVELS = 0.5

_LUMA = np.array(LUMINANCE, np.float32)


@dataclass(frozen=True, slots=True)
class Look:
    """contrast: mean standard deviation of luma within a picture, in levels; and its least.

    saturated: share of the colour values that lie within ``END_LEVELS`` of black or full.
    """

    contrast: float
    contrast_min: float
    saturated: float


@dataclass(frozen=True, slots=True)
class StageLook:
    """What a stage sees of a style: means over pictures of ``SIZE``.

    crisp_levels: mean of the strongest twentieth of luma gradients, in levels a pixel.
    dark_share: of the picture, below ``DARK_LEVELS`` of luma. flat_share: of its gradients, below
    ``FLAT_LEVELS``. saturation: as in HSV.
    """

    crisp_levels: float
    dark_share: float
    flat_share: float
    saturation: float


def measure_look(pictures: list[Levels]) -> Look:
    """Contrast and clipping of one style's pictures, one for each moment."""
    contrasts = [contrast(picture) for picture in pictures]
    return Look(
        contrast=float(np.mean(contrasts)),
        contrast_min=min(contrasts),
        saturated=_mean(saturated, pictures),
    )


def measure_stage_look(pictures: list[Levels]) -> StageLook:
    """Edges, night and colour of one style's pictures, one for each moment."""
    return StageLook(
        crisp_levels=_mean(crisp_levels, pictures),
        dark_share=_mean(dark_share, pictures),
        flat_share=_mean(flat_share, pictures),
        saturation=_mean(saturation, pictures),
    )


def contrast(picture: Levels) -> float:
    """Standard deviation of luma (Rec. 709 weights) over the picture, in levels."""
    return float(np.std(picture @ _LUMA, dtype=np.float64))


def saturated(picture: Levels) -> float:
    """Share of colour values at an end of their range, 0..1."""
    return float(np.mean((picture <= END_LEVELS) | (picture >= 255.0 - END_LEVELS)))


def crisp_levels(picture: Levels) -> float:
    """Mean of the strongest twentieth of luma gradients, in levels a pixel."""
    slopes = _slopes(picture).ravel()
    count = max(len(slopes) // EDGES, 1)
    return float(np.mean(np.partition(slopes, -count)[-count:], dtype=np.float64))


def dark_share(picture: Levels) -> float:
    """Share of the picture below ``DARK_LEVELS`` of luma, 0..1: a stage wants some night."""
    return float(np.mean(picture @ _LUMA < DARK_LEVELS))


def flat_share(picture: Levels) -> float:
    """Share of the picture whose luma changes by less than ``FLAT_LEVELS`` a pixel, 0..1."""
    return float(np.mean(_slopes(picture) < FLAT_LEVELS))


def saturation(picture: Levels) -> float:
    """Mean of (max - min) / max over the colours, 0..1; black counts as 0."""
    most = picture.max(axis=-1)
    return float(np.mean((most - picture.min(axis=-1)) / np.maximum(most, 1.0), dtype=np.float64))


def pale_share(picture: Levels) -> float:
    """Share of the picture near white, 0..1: all three colours above two thirds."""
    return float(np.mean(picture.min(axis=-1) > 170.0))


def _slopes(picture: Levels) -> Levels:
    """(H, W) sizes of luma's gradient by central differences, in levels a pixel."""
    down, right = np.gradient(picture @ _LUMA)
    return np.asarray(np.hypot(right, down), np.float32)


def _mean(measure: Callable[[Levels], float], pictures: list[Levels]) -> float:
    return float(np.mean([measure(picture) for picture in pictures]))
