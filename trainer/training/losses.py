"""What training asks for, as pure functions of pictures and vectors.

Colours are 0..1, (N, P, 3) or (N, S, S, 3). Every loss is 0 where nothing is wrong.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from visualizer.style.hue import LUMINANCE

LEVELS = 255.0
WINDOW = 11
"""Side of the patches that may shift, in pixels."""
_FLAT = (0.25 / LEVELS) ** 2
"""A change below a quarter level is no movement: keeps the share finite where all stands still."""


def similarity(vectors: Tensor, direction: Tensor) -> Tensor:
    """Mean cosine of unit vectors (N, D) to a unit direction (D,): a scalar to be raised."""
    return (vectors @ direction).mean()


def luma(colours: Tensor) -> Tensor:
    """(..., 3) to (...)."""
    return colours @ colours.new_tensor(LUMINANCE)


def change(before: Tensor, after: Tensor) -> Tensor:
    """(N,) mean absolute difference of pictures (N, P, 3), in 8-bit levels."""
    return LEVELS * (after - before).abs().mean(dim=(-2, -1))


def too_small(levels: Tensor, wanted: Tensor) -> Tensor:
    """Scalar: how far changes (N,) stay below those wanted (N,), in shares."""
    return torch.relu(1.0 - levels / wanted).mean()


def too_large(levels: Tensor, wanted: Tensor) -> Tensor:
    """Scalar: how far changes (N,) go above 1.8 times those wanted (N,)."""
    return torch.relu(levels / (1.8 * wanted) - 1.0).mean()


def flat(colours: Tensor, least_levels: float) -> Tensor:
    """Scalar: how far the deviation of luma in pictures (N, P, 3) stays below the least.

    Without it a network makes its pictures grey, and whatever moves is not seen.
    """
    deviation = LEVELS * luma(colours).std(dim=-1)
    return torch.relu(1.0 - deviation / least_levels).mean()


def flicker(levels: Tensor, allowed: float) -> Tensor:
    """Scalar: by how many levels a tiny step of z changes more than allowed."""
    return torch.relu(levels - allowed).mean()


def fading(before: Tensor, after: Tensor) -> Tensor:
    """Scalar 0..1: the share of a small change that no smooth local shift explains.

    before, after: luma (N, S, S). In every window the best shift in the least-squares sense
    is solved in closed form (Lucas & Kanade, 1981); what is left of the change is fading.
    """
    middle = 0.5 * (before + after)
    dx = 0.5 * (middle[:, 1:-1, 2:] - middle[:, 1:-1, :-2])
    dy = 0.5 * (middle[:, 2:, 1:-1] - middle[:, :-2, 1:-1])
    dt = (after - before)[:, 1:-1, 1:-1]
    products = torch.stack([dx * dx, dx * dy, dy * dy, dx * dt, dy * dt, dt * dt], dim=1)
    window = min(WINDOW, dt.shape[-1])
    xx, xy, yy, xt, yt, tt = functional.avg_pool2d(products, window, stride=1).unbind(dim=1)
    # A ridge of a thousandth keeps one-dimensional windows (edges) solvable.
    ridge = 1e-3 * (xx + yy) + 1e-9
    xx, yy = xx + ridge, yy + ridge
    explained = (yy * xt.square() - 2.0 * xy * xt * yt + xx * yt.square()) / (xx * yy - xy.square())
    left = torch.relu(tt - explained)
    return (left.sum(dim=(-2, -1)) / (tt.sum(dim=(-2, -1)) + _FLAT * tt[0].numel())).mean()


def slopes(colours: Tensor, side: int) -> Tensor:
    """(N, (side - 2)²) sizes of luma's gradient in levels a pixel, of pictures (N, side², 3)."""
    levels = LEVELS * luma(colours).reshape(-1, side, side)
    dx = 0.5 * (levels[:, 1:-1, 2:] - levels[:, 1:-1, :-2])
    dy = 0.5 * (levels[:, 2:, 1:-1] - levels[:, :-2, 1:-1])
    # The root has no gradient at 0: a thousandth of a level keeps it finite.
    return torch.sqrt(dx.square() + dy.square() + 1e-6).flatten(1)


def soft(steepness: Tensor, least_levels: float) -> Tensor:
    """Scalar: how far the strongest twentieth of gradients (N, K) stays below the least.

    Without it the pictures of a trained network are patches without an edge.
    """
    count = max(steepness.shape[1] // 20, 1)
    strongest = steepness.topk(count, dim=1).values.mean(dim=1)
    return torch.relu(1.0 - strongest / least_levels).mean()


def empty(steepness: Tensor, most_share: float, even_levels: float) -> Tensor:
    """Scalar: by what share of the picture the gradients (N, K) are none, beyond the most.

    A gradient of ``even_levels`` counts a third; without a bound, folded pictures go flat.
    """
    share = torch.exp(-steepness / even_levels).mean(dim=1)
    return torch.relu(share - most_share).mean()


def bright(colours: Tensor, least_dark: float) -> Tensor:
    """Scalar: what pictures (N, P, 3) lack of a share of darkness, in shares of it.

    Dark is below 26 levels of luma, softly. A stage is a night with light in it.
    """
    dark = torch.sigmoid((26.0 - LEVELS * luma(colours)) / 6.0).mean(dim=-1)
    return torch.relu(1.0 - dark / least_dark).mean()


def pale(colours: Tensor, most: float) -> Tensor:
    """Scalar: how much more of pictures (N, P, 3) is near white than the most.

    A colour is as pale as its least part lies above a half. White floods a stage.
    """
    paleness = torch.relu(2.0 * colours.min(dim=-1).values - 1.0).mean(dim=-1)
    return torch.relu(paleness - most).mean()
