"""Styles of random weights, for tests of what draws and stores them."""

from __future__ import annotations

import numpy as np

from visualizer.style.style import Architecture, Route, Style


def random_style(
    architecture: Architecture, seed: int = 0, z: int = 3, name: str = "random"
) -> Style:
    """A style whose layers keep signals near size 1, of any architecture."""
    generator = np.random.Generator(np.random.PCG64(seed))

    def tensor(
        key: str, shape: tuple[int, ...]
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        scale = {"bias": 0.3, "conditioning": 0.2, "amplitude": 0.1, "frequency": 2.0}
        size = 1.4 / np.sqrt(shape[-1]) if key.endswith("weight") else 0.5
        size = scale.get(key.rsplit(".", 1)[1], size)
        return (size * generator.standard_normal(shape)).astype(np.float32)

    z_names = tuple(f"z{i}" for i in range(z))
    return Style(
        name=name,
        architecture=architecture,
        z_names=z_names,
        routes=(Route("z0", "bass", 1.0), Route("zoom", "pulse", 0.2)),
        tensors={key: tensor(key, shape) for key, shape in architecture.shapes(z).items()},
        seed=seed,
    )
