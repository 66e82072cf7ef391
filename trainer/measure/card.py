"""A style's card: how well it fits its prompt, how it moves, what it costs. Always the same.

Nothing here draws from the training's generators, and every style is measured at the same
moments: cards of one CLIP can be compared with each other, those of two CLIPs cannot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import normalize

from trainer.clip.guide import Guide
from trainer.clip.judges import Judge, Judges
from trainer.clip.targets import Target
from trainer.measure.look import SIZE as STAGE_SIZE
from trainer.measure.look import measure_look, measure_stage_look
from trainer.measure.motion import measure_motion
from trainer.training.cppn import CPPN
from visualizer.style.measure.cost import cost
from visualizer.style.measure.reference_states import COUNT, Levels, draw, fixed_moments
from visualizer.style.routes import Z_NAMES
from visualizer.style.style import Architecture, Style

UNTRAINED = 8
UNTRAINED_MOMENTS = 4
"""Of each untrained net; their scores differ by .01 from net to net, by less within one."""
STAGE_MOMENTS = 4
RANK_OF = 101
"""The prompt and the 100 fixed distractors."""
_BATCH = 8

Moments = NDArray[np.floating]
"""(N, Z) states of z."""


def make_card(style: Style, judges: Judges, moments: Moments | None = None) -> dict[str, Any]:
    """All that is measured of a style, as JSON values.

    moments: states of z to score at instead of the fixed ones, such as those of a song.
    """
    return (
        clip_card(style, judges.first, moments)
        | {"judges": [clip_card(style, judge, moments) for judge in judges.others]}
        | plain_card(style)
    )


def plain_card(style: Style) -> dict[str, Any]:
    """The part of the card that needs no CLIP: motion, look and cost."""
    return (
        asdict(measure_motion(style))
        | look_card(style)
        | {"mirror": style.view.mirror, "start": _untrained(style)}
        | cost(style)
    )


def look_card(style: Style) -> dict[str, float]:
    """The part of the card that its pictures say by themselves."""
    pictures = [draw(style, z) for z in fixed_moments(style.z_names)]
    large = [draw(style, z, STAGE_SIZE) for z in fixed_moments(style.z_names, STAGE_MOMENTS)]
    return asdict(measure_look(pictures)) | asdict(measure_stage_look(large))


def _untrained(style: Style) -> str | None:
    """What an untrained style is by its seed; a trained one's file does not say its start."""
    return None if style.prompt is not None or style.seed is None else f"seed:{style.seed}"


def clip_card(style: Style, judge: Judge, moments: Moments | None = None) -> dict[str, Any]:
    """The part of the card that one CLIP says."""
    guide, target = judge.guide, judge.target
    if moments is None:
        moments = fixed_moments(style.z_names, COUNT)
    seen = embed(style, guide, moments)
    cosines = similarities(seen, target)
    untrained = untrained_score(style.architecture, guide, target)
    score = float(cosines.mean())
    return {
        "clip": f"{guide.name}, {target.how}",
        "score": score,
        "score_std": float(cosines.std(unbiased=False)),
        "score_min": float(cosines.min()),
        "untrained_score": untrained,
        "gain": score - untrained,
        "rank": rank(seen.mean(dim=0), target),
        "rank_of": RANK_OF,
    }


def untrained_score(architecture: Architecture, guide: Guide, target: Target) -> float:
    """The mean cosine that ``UNTRAINED`` fresh nets of an architecture have by chance."""
    moments = fixed_moments(Z_NAMES, UNTRAINED_MOMENTS)
    nets = [CPPN.fresh(architecture, Z_NAMES, seed) for seed in range(UNTRAINED)]
    seen = torch.cat([embed(net.to_style("untrained"), guide, moments) for net in nets])
    return float(similarities(seen, target).mean())


def embed(style: Style, guide: Guide, moments: Moments) -> Tensor:
    """(N, D) unit vectors of the style's square picture at each moment, on the CPU.

    Drawn whole, at the guide's own size: no cut-outs, no noise, nothing random.
    """
    pictures = [draw(style, z, (guide.side, guide.side)) for z in moments]
    batches = [pictures[i : i + _BATCH] for i in range(0, len(pictures), _BATCH)]
    with torch.no_grad():
        return torch.cat([guide.encode_image(as_images(batch)).float().cpu() for batch in batches])


def as_images(pictures: Sequence[Levels]) -> Tensor:
    """(N, 3, H, W) in 0..1 of pictures (H, W, 3) in levels."""
    return torch.from_numpy(np.stack(pictures) / np.float32(255.0)).permute(0, 3, 1, 2).contiguous()


def similarities(seen: Tensor, target: Target) -> Tensor:
    """(N,) raw cosines of unit vectors (N, D) to the target, which is not centred here."""
    return seen @ normalize(target.vector.detach().float().cpu(), dim=0)


def rank(mean: Tensor, target: Target) -> int | None:
    """1 + how many distractors lie nearer to the mean embedding (D,) than the target does.

    Texts are centred first (less the mean of many texts), for all texts share a direction.
    None where the centre or the distractors are not known.
    """
    if target.centre is None or target.distractors is None:
        return None
    centre = target.centre.detach().float().cpu()
    own = normalize(target.vector.detach().float().cpu() - centre, dim=0)
    others = normalize(target.distractors.detach().float().cpu() - centre, dim=1)
    return 1 + int((others @ mean > own @ mean).sum())
