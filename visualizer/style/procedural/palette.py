"""Colours that belong together, chosen in OKLCH (Ottosson, "A perceptual color space", 2020)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]

_TO_CONES = np.array(
    [
        [1.0, 0.3963377774, 0.2158037573],
        [1.0, -0.1055613458, -0.0638541728],
        [1.0, -0.0894841775, -1.2914855480],
    ]
)
_TO_LINEAR = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)


def oklch_to_srgb(lightness: float, chroma: float, hue_deg: float) -> Float:
    """(3,) sRGB in 0..1; chroma gives way, never lightness or hue, until the colour fits."""
    angle = np.deg2rad(hue_deg)
    for share in np.linspace(1.0, 0.0, 41):
        a, b = share * chroma * np.cos(angle), share * chroma * np.sin(angle)
        linear = _TO_LINEAR @ (_TO_CONES @ np.array([lightness, a, b])) ** 3
        if linear.min() >= -1e-3 and linear.max() <= 1.001:
            break
    linear = np.clip(linear, 0.0, 1.0)
    curve = 1.055 * np.maximum(linear, 1e-9) ** (1.0 / 2.4) - 0.055
    return np.asarray(np.where(linear <= 0.0031308, 12.92 * linear, curve))


def to_logit(colour: Float) -> Float:
    """What the last layer must give for a colour: the inverse of sigmoid(2 x)."""
    inside = np.clip(colour, 0.012, 0.97)
    return np.asarray(0.5 * np.log(inside / (1.0 - inside)))
