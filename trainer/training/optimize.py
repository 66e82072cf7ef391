"""The training loop: draw views and states, look through the guide, step the weights."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from trainer.clip.guide import Guide
from trainer.clip.targets import Target
from trainer.config import FINISH_RATE, FINISH_SIDE, TrainConfig
from trainer.training import losses, views
from trainer.training.cppn import CPPN
from trainer.training.states import BundledStates, States
from trainer.training.terms import look_losses, motion_losses

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
    parts: each loss term before its weight. network: the weights as they are now. racing: how
    many trainings are in the race to which this one belongs; 1 once it is alone.
    """

    resolution: int
    iteration: int
    iterations: int
    step: int
    total: int
    similarity: float
    parts: dict[str, float]
    network: CPPN
    racing: int = 1


class Training:
    """All that changes during a run: weights, Adam's moments, the generator, the best so far.

    start: the network to train on; by default the fresh one of the seed. warm: it was trained
    already; what moves is to go on moving, so the motion terms then count from the start.
    """

    def __init__(
        self,
        config: TrainConfig,
        device: torch.device | str = "cpu",
        start: CPPN | None = None,
        *,
        warm: bool = False,
    ) -> None:
        self.config = config
        self.warm = warm
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
    training: Training, guide: Guide, target: Target, *, states: States | None = None
) -> Iterator[Progress]:
    """Go on with a training to its end; yields after every iteration.

    states: where audio states come from; the bundled distribution by default.
    """
    states = states or BundledStates(training.config.audio_scale)
    while training.step < training.config.total:
        yield iterate(training, guide, target, states)


def iterate(training: Training, guide: Guide, target: Target, states: States) -> Progress:
    """One step of Adam."""
    config, generator, device = training.config, training.generator, guide.device
    side, iteration, iterations = _stage(config, training.step)
    z = states.draw(config.crops, generator).to(device)
    points = views.crops(side, config.crops, generator, config.smallest_crop).to(device)
    images = views.pictures(training.network(points, z), side)
    noise = torch.randn(images.shape, generator=generator).to(device)
    vectors = guide.encode_image(images + PIXEL_NOISE * noise)
    aim = losses.similarity(vectors, target.direction)
    share = 1.0 if training.warm else ramp(training.step / config.rough)
    parts = motion_losses(training.network, states, config.motion, generator, device)
    weights = config.motion.weights()
    # Motion waits for the subject; the rest is asked for from the first step on.
    shares = {name: 1.0 if name == "flicker" else share for name in parts}
    if config.look is not None:
        parts |= look_losses(training.network, states, config.look, generator, device)
        weights |= config.look.weights()
    loss = -aim
    for name, part in parts.items():
        loss = loss + part * weights[name] * shares.get(name, 1.0)
    training.optimizer.param_groups[0]["lr"] = learning_rate(config, training.step)
    training.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
    torch.nn.utils.clip_grad_norm_(training.trained, 1.0)
    training.optimizer.step()
    training.step += 1
    values = {"centred": aim.item(), **{name: part.item() for name, part in parts.items()}}
    # Judged by full weights all along, or the first weights that ignore sound would win.
    training.note(aim.item() - sum(weights[name] * values[name] for name in parts))
    return Progress(
        resolution=side,
        iteration=iteration + 1,
        iterations=iterations,
        step=training.step,
        total=config.total,
        similarity=losses.similarity(vectors.detach(), target.vector).item(),
        parts=values,
        network=training.network,
    )


def _stage(config: TrainConfig, step: int) -> tuple[int, int, int]:
    """(side in pixels, iteration from 0, iterations) of the stage that a step belongs to."""
    if step >= config.rough:
        return FINISH_SIDE, step - config.rough, config.finish
    stage, iteration = divmod(step, config.iterations)
    return config.resolutions[stage], iteration, config.iterations


def ramp(progress: float) -> float:
    """The share of the motion terms at ``progress`` 0..1 of a run."""
    start, end = RAMP
    return min(max((progress - start) / (end - start), 0.0), 1.0)


def learning_rate(config: TrainConfig, step: int) -> float:
    """The rate of a step: one cycle before the finish, and a lower one in it."""
    if config.constant_rate:
        return config.learning_rate
    if step >= config.rough and config.finish:
        highest = FINISH_RATE * config.learning_rate
        return _one_cycle(highest, step - config.rough, config.finish)
    return _one_cycle(config.learning_rate, step, config.rough)


def _one_cycle(highest: float, step: int, total: int) -> float:
    """Cosine up for a tenth of the steps, cosine down to 0 (Smith & Topin, 2018)."""
    warm = max(WARM_UP * total, 1.0)
    if step < warm:
        start = highest / 25.0
        return start + (highest - start) * 0.5 * (1.0 - math.cos(math.pi * step / warm))
    progress = (step - warm) / max(total - warm, 1.0)
    return highest * 0.5 * (1.0 + math.cos(math.pi * min(progress, 1.0)))
