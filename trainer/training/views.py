"""Where the pictures that CLIP and the motion losses see lie on the pattern."""

from __future__ import annotations

import torch
from torch import Generator, Tensor

HALF_WIDTH = 16.0 / 9.0
"""Half of a wide picture's width; its half height is 1."""
SMALLEST = 0.4
"""Half the side of the smallest crop of a run from a blank network."""


def grid(side: int) -> Tensor:
    """(side², 2) pixel centres of the square from -1 to 1, top row first."""
    axis = 1.0 - (2.0 * torch.arange(side, dtype=torch.float32) + 1.0) / side
    y, x = torch.meshgrid(axis, -axis, indexing="ij")
    return torch.stack([x, y], dim=-1).reshape(-1, 2)


def place(side: int, half: Tensor, centre: Tensor) -> Tensor:
    """(N, side², 2) points of squares with half sides ``half`` (N,) around ``centre`` (N, 2)."""
    return grid(side) * half[:, None, None] + centre[:, None, :]


def wholes(side: int, count: int, generator: Generator) -> Tensor:
    """(count, side², 2): squares of full height, anywhere over the wide picture."""
    x = (HALF_WIDTH - 1.0) * _signed(count, generator)
    return place(side, torch.ones(count), torch.stack([x, torch.zeros(count)], dim=-1))


def crops(side: int, count: int, generator: Generator, smallest: float = SMALLEST) -> Tensor:
    """(count, side², 2): the first whole, the others ``smallest`` to 1 of the height, anywhere.

    Each is evaluated at its own scale and offset, never cut from a picture and resized; so
    no pixel raster can be optimised, which would make CLIP's score an adversarial example.
    """
    half = smallest + (1.0 - smallest) * torch.rand(count, generator=generator)
    half[0] = 1.0
    return squares(side, half, generator)


def squares(side: int, halves: Tensor, generator: Generator) -> Tensor:
    """(N, side², 2): squares with half sides ``halves`` (N,), anywhere on the wide picture."""
    room = torch.stack([HALF_WIDTH - halves, 1.0 - halves], dim=-1)
    count = len(halves)
    centre = room * torch.stack([_signed(count, generator), _signed(count, generator)], dim=-1)
    return place(side, halves, centre)


def pictures(colours: Tensor, side: int) -> Tensor:
    """(N, side², 3) colours as images (N, 3, side, side)."""
    return colours.reshape(-1, side, side, 3).permute(0, 3, 1, 2)


def _signed(count: int, generator: Generator) -> Tensor:
    return 2.0 * torch.rand(count, generator=generator) - 1.0
