"""The loss terms beside CLIP: small pictures of a network, looked at for motion and for a stage."""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from trainer.config import FLICKER_STEP, PART_SHARES, LookGoals, Motion
from trainer.training import losses, views
from trainer.training.cppn import CPPN
from trainer.training.states import PARTS, States, move_part, nudge_part

MOTION_SIDE = 48
"""Pixels a side of the pictures that the motion losses see."""
MOTION_STATES = 4
NUDGED = ("onset", "bass", "beat", "drift1", "drift2")
NUDGE = 0.04
LOOK_SIDE = 64
"""Pixels a side of the pictures that the look's losses see."""
PIECE = 0.35
"""Half the side of those whose edges count, in half heights: fine ones show there alone."""
PIECES, WHOLES = 2, 2
EVEN_LEVELS = 1.5
"""A gradient of this size is nearly none, in whole pictures of ``LOOK_SIDE``."""


def motion_losses(
    network: CPPN, states: States, motion: Motion, generator: Generator, device: torch.device
) -> dict[str, Tensor]:
    """The motion terms on four whole pictures, each moved through one part of z.

    Per part, because a hinge on random pairs is met through the cheapest part alone (measured:
    beat 80 levels, onset 7). Returns scalars by name, before their weights.
    """
    n = MOTION_STATES
    z = states.draw(n, generator)
    chosen = [PARTS[i] for i in torch.randperm(len(PARTS), generator=generator)[:n].tolist()]
    nudged = [NUDGED[i] for i in torch.randint(len(NUDGED), (n,), generator=generator).tolist()]
    aside = torch.nn.functional.normalize(torch.randn(z.shape, generator=generator), dim=-1)
    points = views.wholes(MOTION_SIDE, n, generator).to(device)
    near = torch.stack(
        [move_part(row, part, far=False) for row, part in zip(z, chosen, strict=True)]
    )
    far = torch.stack([move_part(row, part, far=True) for row, part in zip(z, chosen, strict=True)])
    on = torch.stack([nudge_part(row, part, NUDGE) for row, part in zip(near, nudged, strict=True)])
    all_z = torch.cat([near, far, on, near + FLICKER_STEP * aside]).to(device)
    at_near, at_far, at_on, at_aside = network(points.repeat(4, 1, 1), all_z).chunk(4)
    wanted = torch.tensor([motion.levels * PART_SHARES[part] for part in chosen], device=device)
    moved = losses.change(at_near, at_far)
    square = (n, MOTION_SIDE, MOTION_SIDE)
    return {
        "small": losses.too_small(moved, wanted),
        "large": losses.too_large(moved, wanted),
        "contrast": losses.flat(torch.cat([at_near, at_far]), motion.contrast_levels),
        "fading": losses.fading(
            losses.luma(at_near).reshape(square), losses.luma(at_on).reshape(square)
        ),
        "flicker": losses.flicker(losses.change(at_near, at_aside), motion.flicker_levels),
    }


def look_losses(
    network: CPPN, states: States, look: LookGoals, generator: Generator, device: torch.device
) -> dict[str, Tensor]:
    """The look's terms on two pieces and two whole pictures, scalars before their weights."""
    z = states.draw(PIECES + WHOLES, generator).to(device)
    halves = torch.tensor([PIECE] * PIECES + [1.0] * WHOLES)
    points = views.squares(LOOK_SIDE, halves, generator).to(device)
    colours = network(points, z)
    steepness = losses.slopes(colours, LOOK_SIDE)
    wholes = colours[PIECES:]
    return {
        "soft": losses.soft(steepness[:PIECES], look.crisp_levels),
        "empty": losses.empty(steepness[PIECES:], look.flat_share, EVEN_LEVELS),
        "bright": losses.bright(wholes, look.dark_share),
        "pale": losses.pale(wholes, look.pale),
    }
