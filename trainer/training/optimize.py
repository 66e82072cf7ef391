"""The training loop: draw views and states, look through the guide, step the weights."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from trainer.clip.guide import Guide
from trainer.clip.targets import Target
from trainer.config import PART_SHARES, Motion, TrainConfig
from trainer.training import losses, views
from trainer.training.cppn import CPPN
from trainer.training.states import PARTS, BundledStates, States, move_part, nudge_part

MOTION_SIDE = 48
"""Pixels a side of the pictures that the motion losses see."""
MOTION_STATES = 4
NUDGED = ("onset", "bass", "beat", "drift1", "drift2")
NUDGE = 0.04
FLICKER_STEP = 0.02
PIXEL_NOISE = 0.03
# Motion asked for from the start gives flow with the wrong subject: so first the subject.
RAMP = (0.2, 0.5)
WARM_UP = 0.1
SMOOTHING = 0.9
# Tried and dropped: beginning from the fresh network, of 24, whose pictures CLIP finds most like
# the target. Fresh pictures are near grey, and for "molten lava" the reddest came 20th.


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """Where a run stands after one iteration.

    iteration: from 1, of ``iterations`` at this ``resolution``. step: of the whole run's
    ``total``. similarity: mean cosine of this iteration's crops to the prompt, uncentred.
    parts: each loss term before its weight. network: the weights as they are now.
    """

    resolution: int
    iteration: int
    iterations: int
    step: int
    total: int
    similarity: float
    parts: dict[str, float]
    network: CPPN


class Training:
    """All that changes during a run: weights, Adam's moments, the generator, the best so far.

    start: the network to train on; by default the fresh one of the seed. warm: whether one was
    given; what moves already is to go on moving, so the motion terms then count from the start.
    """

    def __init__(
        self,
        config: TrainConfig,
        device: torch.device | str = "cpu",
        start: CPPN | None = None,
    ) -> None:
        self.config = config
        self.warm = start is not None
        network = start or CPPN.fresh(
            config.architecture, seed=config.seed, phases=config.motion.phases
        )
        self.network = network.to(device)
        if not config.motion.phases and network.features:
            network.features["phase"].requires_grad_(requires_grad=False)
        self.trained = [p for p in network.parameters() if p.requires_grad]
        self.optimizer = torch.optim.Adam(self.trained, lr=config.learning_rate)
        # On the CPU whatever the device: the draws are then the same everywhere.
        self.generator = Generator().manual_seed(config.seed)
        self.step = 0
        self.smoothed: float | None = None
        self.best_smoothed = -math.inf
        self.best = self._copy()

    def note(self, objective: float) -> None:
        """Keep the weights if the objective, smoothed, was never higher."""
        before = objective if self.smoothed is None else self.smoothed
        self.smoothed = SMOOTHING * before + (1.0 - SMOOTHING) * objective
        if self.smoothed > self.best_smoothed:
            self.best_smoothed = self.smoothed
            self.best = self._copy()

    def best_network(self) -> CPPN:
        """A network with the best weights so far."""
        network = CPPN(
            self.config.architecture,
            self.network.z_names,
            self.network.view,
            self.network.routes,
        )
        network.load_state_dict(self.best)
        return network

    def _copy(self) -> dict[str, Tensor]:
        return {name: p.detach().clone() for name, p in self.network.named_parameters()}


def optimize(
    config: TrainConfig,
    guide: Guide,
    target: Target,
    *,
    states: States | None = None,
    training: Training | None = None,
) -> Iterator[Progress]:
    """Run, or go on with ``training``, to the end; yields after every iteration.

    states: where audio states come from; the bundled distribution by default.
    """
    states = states or BundledStates(config.audio_scale)
    training = training or Training(config, guide.device)
    while training.step < config.total:
        stage, iteration = divmod(training.step, config.iterations)
        resolution = config.resolutions[stage]
        similarity, parts = _iterate(training, guide, target, states, resolution)
        training.step += 1
        yield Progress(
            resolution=resolution,
            iteration=iteration + 1,
            iterations=config.iterations,
            step=training.step,
            total=config.total,
            similarity=similarity,
            parts=parts,
            network=training.network,
        )


def _iterate(
    training: Training, guide: Guide, target: Target, states: States, side: int
) -> tuple[float, dict[str, float]]:
    """One step of Adam. Returns the similarity and the loss parts."""
    config, generator, device = training.config, training.generator, guide.device
    z = states.draw(config.crops, generator).to(device)
    points = views.crops(side, config.crops, generator).to(device)
    images = views.pictures(training.network(points, z), side)
    noise = torch.randn(images.shape, generator=generator).to(device)
    vectors = guide.encode_image(images + PIXEL_NOISE * noise)
    aim = losses.similarity(vectors, target.direction)
    share = 1.0 if training.warm else ramp(training.step / config.total)
    parts = motion_losses(training.network, states, config.motion, generator, device)
    weights = config.motion.weights()
    loss = -aim
    for name, part in parts.items():
        loss = loss + part * weights[name] * (1.0 if name == "flicker" else share)
    training.optimizer.param_groups[0]["lr"] = learning_rate(config, training.step)
    training.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
    torch.nn.utils.clip_grad_norm_(training.trained, 1.0)
    training.optimizer.step()
    values = {"centred": aim.item(), **{name: part.item() for name, part in parts.items()}}
    # Judged by full weights all along, or the first weights that ignore sound would win.
    training.note(aim.item() - sum(weights[name] * values[name] for name in parts))
    return losses.similarity(vectors.detach(), target.vector).item(), values


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


def ramp(progress: float) -> float:
    """The share of the motion terms at ``progress`` 0..1 of a run."""
    start, end = RAMP
    return min(max((progress - start) / (end - start), 0.0), 1.0)


def learning_rate(config: TrainConfig, step: int) -> float:
    """One cycle (Smith & Topin, 2018): cosine up for a tenth of the run, cosine down to 0."""
    if config.constant_rate:
        return config.learning_rate
    warm = max(WARM_UP * config.total, 1.0)
    if step < warm:
        start = config.learning_rate / 25.0
        return start + (config.learning_rate - start) * 0.5 * (
            1.0 - math.cos(math.pi * step / warm)
        )
    progress = (step - warm) / max(config.total - warm, 1.0)
    return config.learning_rate * 0.5 * (1.0 + math.cos(math.pi * min(progress, 1.0)))
