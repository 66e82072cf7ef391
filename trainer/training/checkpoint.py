"""A run on disk, to go on from exactly: safetensors with JSON metadata, never a pickle."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from dataclasses import field as dataclass_field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from trainer.files import CHECKPOINT_KEY
from trainer.training.optimize import Training
from visualizer.errors import ChladniError
from visualizer.system.files import replacing

VERSION = 2
_MOMENTS = ("step", "exp_avg", "exp_avg_sq")


@dataclass(frozen=True, slots=True)
class Notes:
    """What a checkpoint carries beside the weights.

    settings: all that decides the weights. history: the logged iterations. seconds: spent.
    field: the candidates that were looked at, best first. entrants: of the race, one for each
    training: ``candidate`` and ``centred``. lost: who dropped out of it.
    """

    settings: dict[str, Any]
    history: list[dict[str, Any]]
    seconds: float
    field: list[dict[str, Any]] = dataclass_field(default_factory=list)
    entrants: list[dict[str, Any]] = dataclass_field(default_factory=list)
    lost: list[dict[str, Any]] = dataclass_field(default_factory=list)


def save_checkpoint(path: Path, trainings: Sequence[Training], notes: Notes) -> None:
    """Write it whole or not at all. Raises ChladniError."""
    tensors: dict[str, torch.Tensor] = {}
    states = []
    for i, training in enumerate(trainings):
        tensors |= {f"{i}/{name}": tensor for name, tensor in _tensors(training).items()}
        states.append(
            {
                "step": training.step,
                "smoothed": training.smoothed,
                "best_smoothed": None if training.step == 0 else training.best_smoothed,
            }
        )
    described = {
        "version": VERSION,
        **asdict(notes),
        "trainings": states,
        "threads": torch.get_num_threads(),
    }
    data = save(
        {k: t.cpu().contiguous() for k, t in tensors.items()},
        {CHECKPOINT_KEY: json.dumps(described)},
    )
    with replacing(path, ChladniError) as temporary:
        temporary.write_bytes(data)


def _tensors(training: Training) -> dict[str, torch.Tensor]:
    named = dict(training.network.named_parameters())
    tensors = {f"weight/{name}": parameter.detach() for name, parameter in named.items()}
    tensors |= {f"best/{name}": tensor for name, tensor in training.best.items()}
    for name, parameter in named.items():
        moments = training.optimizer.state.get(parameter, {})
        tensors |= {f"adam.{moment}/{name}": tensor for moment, tensor in moments.items()}
    return tensors | {"generator": training.generator.get_state()}


class Checkpoint:
    """A run on disk. Raises ChladniError.

    settings: those of this run; they must be the same, or the run would be another one.
    """

    def __init__(self, path: Path, settings: dict[str, Any]) -> None:
        self._path = path
        self._described, self._tensors = _read(path)
        other = self._described["settings"]
        if different := sorted(k for k in settings | other if settings.get(k) != other.get(k)):
            key = different[0]
            raise ChladniError(
                f"the run in {path} has {key} {other.get(key)}, this command {settings.get(key)};"
                " give the same command with --resume, or leave --resume out to begin anew"
            )
        names = ("settings", "history", "seconds", "field", "entrants", "lost")
        try:
            self.notes = Notes(**{name: self._described[name] for name in names})
        except KeyError as error:
            raise self._damaged(error) from error

    def load(self, trainings: Sequence[Training]) -> None:
        """Bring trainings to where the checkpoint's were. Raises ChladniError."""
        try:
            # Sums are split by threads, so their last bits depend on how many there are.
            torch.set_num_threads(int(self._described["threads"]))
            for i, training in enumerate(trainings):
                self._load(i, training)
        except (KeyError, IndexError, RuntimeError, TypeError, ValueError) as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> ChladniError:
        return ChladniError(f"{self._path} is damaged ({error}); begin anew without --resume")

    def _load(self, i: int, training: Training) -> None:
        state = self._described["trainings"][i]
        tensors = {
            name.removeprefix(f"{i}/"): tensor
            for name, tensor in self._tensors.items()
            if name.startswith(f"{i}/")
        }
        named = dict(training.network.named_parameters())
        with torch.no_grad():
            for name, parameter in named.items():
                parameter.copy_(tensors[f"weight/{name}"])
                training.best[name] = tensors[f"best/{name}"].to(parameter.device)
        for name, parameter in named.items():
            if f"adam.step/{name}" in tensors:
                moments = {moment: tensors[f"adam.{moment}/{name}"] for moment in _MOMENTS}
                training.optimizer.state[parameter] = {
                    moment: tensor if moment == "step" else tensor.to(parameter.device)
                    for moment, tensor in moments.items()
                }
        training.generator.set_state(tensors["generator"])
        training.step = int(state["step"])
        training.smoothed = state["smoothed"]
        if state["best_smoothed"] is not None:
            training.best_smoothed = float(state["best_smoothed"])


def _read(path: Path) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    if not path.is_file():
        raise ChladniError(
            f"there is no run to go on with at {path}; leave --resume out to begin one"
        )
    try:
        with safe_open(path, framework="pt") as file:
            described = json.loads(file.metadata()[CHECKPOINT_KEY])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no dict
    except (OSError, SafetensorError, ValueError, KeyError, TypeError) as error:
        raise ChladniError(
            f"{path} is no checkpoint of the trainer ({error}); begin anew without --resume"
        ) from error
    if described.get("version") != VERSION:
        raise ChladniError(f"{path} is of another version of the trainer; begin anew")
    return described, tensors
