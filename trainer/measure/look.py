"""What a style's picture looks like in numbers. NumPy alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualizer.style.hue import LUMINANCE
from visualizer.style.measure.reference_states import Levels

END_LEVELS = 2.0
"""A colour value this close to 0 or 255 counts as saturated."""

_LUMA = np.array(LUMINANCE, np.float32)


@dataclass(frozen=True, slots=True)
class Look:
    """contrast: mean standard deviation of luma within a picture, in levels; and its least.

    saturated: share of the colour values that lie within ``END_LEVELS`` of black or full.
    """

    contrast: float
    contrast_min: float
    saturated: float


def measure_look(pictures: list[Levels]) -> Look:
    """Contrast and saturation of one style's pictures, one for each moment."""
    contrasts = [contrast(picture) for picture in pictures]
    return Look(
        contrast=float(np.mean(contrasts)),
        contrast_min=min(contrasts),
        saturated=float(np.mean([saturated(picture) for picture in pictures])),
    )


def contrast(picture: Levels) -> float:
    """Standard deviation of luma (Rec. 709 weights) over the picture, in levels."""
    return float(np.std(picture @ _LUMA, dtype=np.float64))


def saturated(picture: Levels) -> float:
    """Share of colour values at an end of their range, 0..1."""
    return float(np.mean((picture <= END_LEVELS) | (picture >= 255.0 - END_LEVELS)))
