"""A run: lessons made or read, the network trained on them, its weights and card written."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save
from torch import nn

from trainer.ear.excerpts import batch, inputs, plain
from trainer.ear.lessons import Lesson, lesson
from trainer.ear.network import BeatNet
from visualizer.errors import ChladniError
from visualizer.system.files import replacing

HELD_BACK = 24
"""Lessons that are never learned from, for validation."""
POSITIVE_WEIGHT = (4.0, 8.0)
"""Frames without a beat are the many: a missed beat, a missed downbeat costs so much more."""
WARM_UP_STEPS = 20
TOLD_EVERY = 25
_SETTLED_FRAMES = 460

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class EarRequest:
    """What to do: so many lessons, steps of so many excerpts, and where things go.

    output: the weights, a .safetensors; the card is the .json beside it. folder: where lessons
    are kept.
    """

    output: Path
    folder: Path
    lessons: int = 300
    steps: int = 80
    batch: int = 32
    rate: float = 5e-3
    seed: int = 1


@dataclass(frozen=True, slots=True)
class EarCard:
    """What is known of a network, without its weights. Losses are on lessons held back."""

    parameters: int
    lessons: int
    hours: float
    steps: int
    batch: int
    rate: float
    seed: int
    validation_loss: float
    training_minutes: float
    data: str = (
        "Music made up by trainer/ear and played by FluidSynth on General MIDI sound fonts:"
        " every beat is known, and nothing of any recording is in the weights."
    )
    licence: str = "MIT, as the program"


def run(request: EarRequest, tell: Tell) -> EarCard:
    """Train and write. Raises ChladniError where lessons cannot be made or nothing be written."""
    if request.lessons <= HELD_BACK:
        raise ChladniError(
            f"{request.lessons} lessons are too few, expected more than the"
            f" {HELD_BACK} that are held back for validation"
        )
    lessons = _gather(request, tell)
    held_back, learned = lessons[:HELD_BACK], lessons[HELD_BACK:]
    torch.manual_seed(request.seed)
    began_s = time.process_time()
    network, loss = _train(request, learned, held_back, tell)
    tensors = network.tensors()
    card = EarCard(
        parameters=sum(tensor.size for tensor in tensors.values()),
        lessons=len(lessons),
        hours=round(sum(float(part.beats_s[-1]) for part in lessons) / 3600.0, 2),
        steps=request.steps,
        batch=request.batch,
        rate=request.rate,
        seed=request.seed,
        validation_loss=round(loss, 4),
        training_minutes=round((time.process_time() - began_s) / 60.0, 1),
    )
    with replacing(request.output, ChladniError) as temporary:
        temporary.write_bytes(save(tensors))
    with replacing(request.output.with_suffix(".json"), ChladniError) as temporary:
        temporary.write_text(json.dumps(asdict(card), indent=1) + "\n", "utf-8")
    return card


def _gather(request: EarRequest, tell: Tell) -> list[Lesson]:
    lessons = []
    for seed in range(request.lessons):
        lessons.append(lesson(seed, request.folder))
        if (seed + 1) % TOLD_EVERY == 0:
            tell(f"{seed + 1} of {request.lessons} lessons")
    return lessons


def _train(
    request: EarRequest, learned: list[Lesson], held_back: list[Lesson], tell: Tell
) -> tuple[BeatNet, float]:
    """The trained network and its loss on what was held back."""
    heard = np.concatenate([inputs(part.bands)[::7] for part in learned])
    network = BeatNet(
        torch.from_numpy(heard.mean(axis=0)), torch.from_numpy(heard.std(axis=0) + 0.05)
    )
    weighed = nn.BCEWithLogitsLoss(pos_weight=torch.tensor(POSITIVE_WEIGHT))
    optimizer = torch.optim.AdamW(
        [part for part in network.parameters() if part.requires_grad],
        request.rate,
        weight_decay=0.02,
    )
    rng = np.random.Generator(np.random.PCG64(request.seed))
    losses = []
    for step in range(1, request.steps + 1):
        for group in optimizer.param_groups:
            group["lr"] = request.rate * _schedule(step, request.steps)
        given, wanted = map(torch.from_numpy, batch(learned, request.batch, rng))
        loss = weighed(network(given), wanted)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
        if step % TOLD_EVERY == 0:
            tell(f"step {step} of {request.steps}: loss {np.mean(losses[-TOLD_EVERY:]):.4f}")
    return network, _validate(network, weighed, held_back)


def _schedule(step: int, steps: int) -> float:
    """Rises at first, then falls like a cosine to a fiftieth."""
    falls = 0.51 + 0.49 * float(np.cos(np.pi * (step - 1) / steps))
    return falls * min(1.0, step / WARM_UP_STEPS)


def _validate(network: BeatNet, weighed: nn.Module, held_back: list[Lesson]) -> float:
    """The loss from 5 s on."""
    heard, wanted = (np.stack(part) for part in zip(*map(plain, held_back), strict=True))
    network.eval()
    with torch.no_grad():
        logits = network(torch.from_numpy(heard))[:, _SETTLED_FRAMES:]
        return float(weighed(logits, torch.from_numpy(wanted)[:, _SETTLED_FRAMES:]))
