"""Turning every colour around grey."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

LUMINANCE = (0.2126, 0.7152, 0.0722)
"""Shares of linear red, green and blue in luminance: ITU-R BT.709. Of encoded ones, in luma."""


def hue_matrix(hue: float) -> NDArray[np.float64]:
    """(3, 3): linear light to linear light, turned by ``hue`` whole turns, red towards green.

    What differs from grey is turned, then grey is added until the luminance is what it was
    (Haeberli, "Matrix operations for image processing", 1993). A whole turn is the identity,
    exactly; strong colours may come out below 0 or above 1.
    """
    if hue % 1.0 == 0.0:
        return np.eye(3)
    c = math.cos(2.0 * math.pi * hue)
    s = math.sin(2.0 * math.pi * hue) / math.sqrt(3.0)
    # Rodrigues' rotation around (1, 1, 1), of what is left when the mean is taken away.
    around = np.array([[0.0, -s, s], [s, 0.0, -s], [-s, s, 0.0]])
    turned = c * (np.eye(3) - 1.0 / 3.0) + around
    weights = np.array(LUMINANCE)
    matrix: NDArray[np.float64] = turned + (weights - weights @ turned)
    return matrix
