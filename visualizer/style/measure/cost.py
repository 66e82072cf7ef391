"""What a style costs to draw, and at which scale a laptop draws it in time. NumPy alone."""

from __future__ import annotations

import math
from typing import Any

from visualizer.style.measure.upscale_psnr import bearable_scales, draw_wholes
from visualizer.style.style import Style, style_sha256

PEAK_FLOP_PER_S = 1e12
"""Of a laptop's integrated GPU, as its data sheet has it."""
REACHED = 0.4
"""The part of that peak that the network pass is taken to reach. Assumed, not measured."""
SIZE = 1920, 1080
FPS = 60
STEP = 15
"""From one row of ``SIZE`` that is compared to the next: all of them would take a minute."""


def laptop_scale(flop_per_pixel: int) -> float:
    """The largest scale that the laptop draws at 1080p60, in whole percent; 1 is all of it."""
    width, height = SIZE
    affordable = REACHED * PEAK_FLOP_PER_S / (width * height * FPS)
    return min(1.0, math.floor(100.0 * math.sqrt(affordable / flop_per_pixel)) / 100.0)


def laptop_db(style: Style) -> float | None:
    """PSNR of the laptop's 1080p picture against the whole one; None where it draws that."""
    scale = laptop_scale(style.architecture.flop_per_pixel)
    if scale == 1.0:
        return None
    return round(min(whole.kept_db(scale) for whole in draw_wholes(style, SIZE, STEP)), 1)


def cost(style: Style) -> dict[str, Any]:
    """The part of a style's card that says what it costs to draw, as JSON values."""
    scale_50db, scale_40db = bearable_scales(style, (50.0, 40.0))
    return {
        "parameters": style.architecture.parameters,
        "flop_per_pixel": style.architecture.flop_per_pixel,
        "scale_50db": scale_50db,
        "scale_40db": scale_40db,
        "laptop_scale": laptop_scale(style.architecture.flop_per_pixel),
        "laptop_db": laptop_db(style),
        "sha256": style_sha256(style),
    }
