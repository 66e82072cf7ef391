"""What a network looks like: the preview beside the output, and the style's own picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from trainer.files import PICTURE_SIZE, PREVIEW_SIZE, picture_notes
from trainer.training.cppn import CPPN
from visualizer.errors import ChladniError
from visualizer.style.network import pixel_grid
from visualizer.style.routes import Z_NAMES
from visualizer.system.files import replacing

MOMENTS = {
    "rest": {"drift1_cos": 1.0, "drift2_cos": 1.0},
    "kick": {"drift1_cos": 1.0, "drift2_cos": 1.0, "onset": 1.0, "bass": 1.0, "level": 0.7},
    "drift": {"drift1_cos": -1.0, "drift2_cos": -1.0},
}
"""What the preview shows side by side, as entries of z; all others are 0."""


def save_preview(network: CPPN, path: Path) -> None:
    """Write rest, kick and drift side by side. Raises ChladniError."""
    _save([draw(network, moment, PREVIEW_SIZE) for moment in MOMENTS], path)


def save_picture(network: CPPN, path: Path) -> None:
    """Write the style's own picture, at rest. Raises ChladniError."""
    _save([draw(network, "rest", PICTURE_SIZE)], path)


def draw(network: CPPN, moment: str, size: tuple[int, int]) -> NDArray[np.uint8]:
    """(H, W, 3) of one of MOMENTS, the whole wide picture; size: (width, height)."""
    width, height = size
    device = next(network.parameters()).device
    z = torch.zeros(len(network.z_names), device=device)
    for name, value in MOMENTS[moment].items():
        z[Z_NAMES.index(name)] = value
    points = torch.from_numpy(pixel_grid(width, height).astype(np.float32)).reshape(-1, 2)
    with torch.no_grad():
        colours = network(points.to(device), z).reshape(height, width, 3)
    levels: NDArray[np.uint8] = (colours * 255.0).round().to("cpu", torch.uint8).numpy()
    return levels


def _save(pictures: list[NDArray[np.uint8]], path: Path) -> None:
    with replacing(path, ChladniError) as temporary:
        Image.fromarray(np.concatenate(pictures, axis=1)).save(
            temporary, format="png", pnginfo=picture_notes()
        )
