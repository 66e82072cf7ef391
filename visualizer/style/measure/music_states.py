"""How z is spread while music plays: the one definition that trains styles and measures them.

Measured with the standard routes on 62 recordings (ten genres, drums, pianos) and the demo track,
31 times a second, each recording counting alike: the percentiles of each entry, and how they go
together. Between the percentiles a Gaussian copula draws (Nelsen, "An introduction to copulas",
2006): normals that are correlated as measured, each bent to its entry's own spread. That the
bass and the onset are strongest at the beginning of a beat is left out.

Untrained seeds look at a spread of their own (``procedural.samples``): their weights depend on it,
and seed 7 shall stay seed 7.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]

PERCENTILES = (1.0, 5.0, 25.0, 50.0, 75.0, 95.0, 99.0)
SCORES = (-2.326, -1.645, -0.674, 0.0, 0.674, 1.645, 2.326)
"""Of a standard normal at those percentiles."""
SPREAD = {
    "level": (0.00, 0.23, 0.60, 0.74, 0.83, 0.93, 0.98),
    "bass": (0.00, 0.01, 0.13, 0.38, 0.68, 0.96, 1.08),
    "mid": (0.01, 0.07, 0.39, 0.68, 0.97, 1.33, 1.50),
    "high": (0.00, 0.02, 0.16, 0.38, 0.64, 0.98, 1.16),
    "onset": (0.00, 0.04, 0.25, 0.40, 0.57, 0.84, 0.93),
    "trust": (0.00, 0.00, 0.16, 0.88, 1.00, 1.00, 1.00),
}
"""At each of PERCENTILES. Trust is how far the beat's entries reach, hypot(cos, sin)."""
TOGETHER = np.array(
    [
        [1.00, 0.52, 0.53, 0.44, 0.34, 0.00],
        [0.52, 1.00, 0.14, 0.15, 0.17, 0.00],
        [0.53, 0.14, 1.00, 0.49, 0.24, 0.00],
        [0.44, 0.15, 0.49, 1.00, 0.39, 0.00],
        [0.34, 0.17, 0.24, 0.39, 1.00, 0.00],
        [0.00, 0.00, 0.00, 0.00, 0.00, 1.00],
    ]
)
"""Correlations of SPREAD's entries, in their order."""
LOOPS = ("beat", "drift1", "drift2")

_MIX = np.linalg.cholesky(TOGETHER)


def music_states(normals: Float, turns: Float) -> dict[str, Float]:
    """States of z by the names of their entries, each (count,), from random numbers.

    normals: (count, 6) standard normals; the first is the loudness's rank. turns: (count, 3)
    uniform 0..1, where each of LOOPS is.
    """
    ranks = normals @ _MIX.T
    states: dict[str, Float] = {
        name: np.interp(ranks[:, i], SCORES, spread)
        for i, (name, spread) in enumerate(SPREAD.items())
    }
    sizes = {"beat": states.pop("trust")}
    for loop, turn in zip(LOOPS, turns.T, strict=True):
        size, angle = sizes.get(loop, 1.0), 2.0 * np.pi * turn
        states |= {f"{loop}_cos": size * np.cos(angle), f"{loop}_sin": size * np.sin(angle)}
    return states
