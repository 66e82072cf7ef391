"""Symmetries of the plane, and networks that keep them exactly.

A network's picture is symmetric under a group when its waves come in whole orbits of that
group and the first layer gives every member of an orbit the same weight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Symmetry:
    """Turns by 1/``turns`` of a circle, and the mirror x -> -x where ``mirrored``."""

    turns: int = 1
    mirrored: bool = False

    @property
    def order(self) -> int:
        """How many elements the group has."""
        return self.turns * (2 if self.mirrored else 1)

    @property
    def keeps_y(self) -> bool:
        """Whether every element leaves the height of a point as it is."""
        return self.turns == 1

    def elements(self) -> Float:
        """(order, 2, 2) matrices, the identity first."""
        angles = 2.0 * np.pi * np.arange(self.turns) / self.turns
        c, s = np.cos(angles), np.sin(angles)
        rotations = np.stack([np.stack([c, -s], -1), np.stack([s, c], -1)], -2)
        if not self.mirrored:
            return rotations
        return np.concatenate([rotations, rotations @ np.diag([-1.0, 1.0])])

    def orbit(self, frequency: Float, amplitude: Float) -> tuple[Float, Float]:
        """A wave's images: (n, 2) frequencies, no two equal, and (n, 2) amplitudes.

        Where several elements lead to one image its amplitude is their mean: what is left
        is what the mirrors through that wave leave alone.
        """
        matrices = self.elements()
        images = matrices @ frequency
        moved = matrices @ amplitude
        same = np.linalg.norm(images[:, None] - images[None], axis=-1) < 1e-9
        first = np.flatnonzero(np.argmax(same, axis=1) == np.arange(len(images)))
        shared = same[first].astype(np.float64)
        return images[first], (shared @ moved) / shared.sum(axis=1, keepdims=True)
