"""A run on disk, to go on from exactly: safetensors with JSON metadata, never a pickle."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from trainer.runs.files import CHECKPOINT_KEY
from trainer.training.optimize import Training
from visualizer.errors import ChladniError
from visualizer.system.files import replacing

VERSION = 1
_MOMENTS = ("step", "exp_avg", "exp_avg_sq")


@dataclass(frozen=True, slots=True)
class Notes:
    """What a checkpoint carries beside the weights.

    settings: all that decides the weights. history: the logged iterations. seconds: spent.
    """

    settings: dict[str, Any]
    history: list[dict[str, Any]]
    seconds: float


def save_checkpoint(path: Path, training: Training, notes: Notes) -> None:
    """Write it whole or not at all. Raises ChladniError."""
    tensors = {f"weight/{k}": p.detach() for k, p in training.network.named_parameters()}
    tensors |= {f"best/{name}": tensor for name, tensor in training.best.items()}
    for name, parameter in training.network.named_parameters():
        moments = training.optimizer.state.get(parameter, {})
        tensors |= {f"adam.{moment}/{name}": tensor for moment, tensor in moments.items()}
    tensors["generator"] = training.generator.get_state()
    described = {
        "version": VERSION,
        "settings": notes.settings,
        "history": notes.history,
        "seconds": notes.seconds,
        "step": training.step,
        "smoothed": training.smoothed,
        "best_smoothed": None if training.step == 0 else training.best_smoothed,
        "threads": torch.get_num_threads(),
    }
    data = save(
        {k: t.cpu().contiguous() for k, t in tensors.items()},
        {CHECKPOINT_KEY: json.dumps(described)},
    )
    with replacing(path, ChladniError) as temporary:
        temporary.write_bytes(data)


def read_settings(path: Path) -> dict[str, Any]:
    """The settings of a checkpoint's run. Raises ChladniError."""
    settings = _read(path)[0]["settings"]
    return dict(settings)


def restore(path: Path, training: Training, settings: dict[str, Any]) -> Notes:
    """Bring a training to where the checkpoint's was. Raises ChladniError.

    settings: those of this run; they must be the same, or the run would be another one.
    """
    described, tensors = _read(path)
    other = described["settings"]
    if different := sorted(k for k in settings | other if settings.get(k) != other.get(k)):
        key = different[0]
        raise ChladniError(
            f"the run in {path} has {key} {other.get(key)}, this command {settings.get(key)};"
            " give the same command with --resume, or leave --resume out to begin anew"
        )
    try:
        _load(training, described, tensors)
    except (KeyError, RuntimeError, TypeError, ValueError) as error:
        raise ChladniError(f"{path} is damaged ({error}); begin anew without --resume") from error
    return Notes(other, list(described["history"]), float(described["seconds"]))


def _load(training: Training, described: dict[str, Any], tensors: dict[str, torch.Tensor]) -> None:
    # Sums are split by threads, so their last bits depend on how many there are.
    torch.set_num_threads(int(described["threads"]))
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
    training.step = int(described["step"])
    training.smoothed = described["smoothed"]
    if described["best_smoothed"] is not None:
        training.best_smoothed = float(described["best_smoothed"])


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
