"""How a run opens: with a race of accidents, a blank network, or a style to train on."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch

from trainer.clip.judges import Judge
from trainer.config import motion_of
from trainer.request import TrainRequest
from trainer.start.candidates import Candidate, mirrored
from trainer.start.field import draw_field
from trainer.start.race import Entrant, Race, plan_race, race_iterations
from trainer.training.checkpoint import Checkpoint
from trainer.training.cppn import CPPN
from trainer.training.optimize import Training
from visualizer.style.style import View

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """field: the candidates that were looked at, the best first; empty where none were.

    raced: how many of its first ones were entered.
    """

    field: Sequence[Candidate]
    raced: int
    race: Race


def open_run(request: TrainRequest, judge: Judge) -> Opening:
    """Compose accidents and enter the best, where the request wants any."""
    device = judge.guide.device
    if request.start.kind != "accident":
        return Opening((), 0, Race([_entrant(request, None, device)], rung=1))
    field = [entry.candidate for entry in draw_field(request, judge)]
    size, rung = plan_race(request.config.rough, len(field))
    if size > 1:
        _log.info(
            "the best %d of %d accidents race for the prompt, which takes %d iterations",
            size,
            request.config.candidates,
            race_iterations(size, rung),
        )
    entrants = [_entrant(request, candidate, device) for candidate in field[:size]]
    return Opening(field, size, Race(entrants, rung))


def reopen_run(request: TrainRequest, checkpoint: Checkpoint, device: torch.device) -> Opening:
    """A run as its checkpoint left it, in the middle of its race or after. Raises ChladniError."""
    notes = checkpoint.notes
    field = [Candidate(**row) for row in notes.field]
    size, rung = plan_race(request.config.rough, len(field)) if field else (0, 1)
    entered = [row["candidate"] for row in notes.entrants]
    candidates = [None if row is None else Candidate(**row) for row in entered]
    entrants = [_entrant(request, candidate, device) for candidate in candidates]
    for entrant, row in zip(entrants, notes.entrants, strict=True):
        entrant.centred = list(row["centred"])
    checkpoint.load([entrant.training for entrant in entrants])
    return Opening(field, size, Race(entrants, rung, list(notes.lost)))


def _entrant(request: TrainRequest, candidate: Candidate | None, device: torch.device) -> Entrant:
    config = request.config
    if candidate is not None and config.auto_motion:
        config = replace(config, motion=motion_of(candidate.motion))
    network = _network(request, candidate)
    warm = request.start.kind == "style"
    return Entrant(candidate, Training(config, device, network, warm=warm))


def _network(request: TrainRequest, candidate: Candidate | None) -> CPPN:
    config, style = request.config, request.start.style
    if candidate is not None:
        return CPPN.from_style(candidate.compose(config.architecture))
    if style is None:
        view, phases = View(mirror=config.mirror or 0), config.motion.phases
        return CPPN.fresh(config.architecture, seed=config.seed, phases=phases, view=view)
    return CPPN.from_style(style if config.mirror is None else mirrored(style, config.mirror))
