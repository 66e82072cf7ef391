"""The colours of a prompt: hues in which CLIP finds composed pictures nearest to it."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import normalize

from trainer.clip.judges import Judge
from trainer.measure.card import as_images
from visualizer.style.measure.reference_states import draw, fixed_moments
from visualizer.style.procedural.seeds import compose
from visualizer.style.style import Style

HUES_DEG = tuple(range(0, 360, 30))
FORMS = (3, 12, 22, 38, 43, 106, 152, 155)
"""Seeds that are drawn in every hue: what their forms say cancels out."""
SIDE = 112
_BATCH = 16


def prompt_hues(judge: Judge) -> list[int]:
    """``HUES_DEG``, the nearest to the prompt first.

    Asked of pictures, not of words: for "a peacock feather" the nearest colour words are teal
    and violet, for "lava" azure. Eight forms in twelve hues take four seconds.
    """
    styles = [compose(seed, hue_deg=hue) for hue in HUES_DEG for seed in FORMS]
    near = nearness(judge, styles, moments=1).reshape(len(HUES_DEG), len(FORMS)).mean(dim=1)
    return [HUES_DEG[i] for i in near.argsort(descending=True).tolist()]


def nearness(judge: Judge, styles: list[Style], moments: int) -> Tensor:
    """(N,) how much nearer styles are to the prompt than to the distractors, by mean cosine.

    What all texts like in a picture says nothing about this one. moments: fixed ones to draw.
    """
    guide, target = judge.guide, judge.target
    side = min(SIDE, guide.side)
    pictures = [
        draw(style, z, (side, side))
        for style in styles
        for z in fixed_moments(style.z_names, 4)[1 : 1 + moments]
    ]
    with torch.no_grad():
        seen = torch.cat(
            [
                guide.encode_image(as_images(pictures[i : i + _BATCH])).float().cpu()
                for i in range(0, len(pictures), _BATCH)
            ]
        )
    near = seen @ target.direction.float().cpu()
    if target.centre is not None and target.distractors is not None:
        centred = normalize(target.distractors - target.centre, dim=1).float().cpu()
        near = near - (seen @ centred.T).mean(dim=1)
    return near.reshape(len(styles), moments).mean(dim=1)
