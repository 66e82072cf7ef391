"""Old torch files, read as data: tensors and plain values, never code."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from visualizer.errors import StyleError

MAX_FILE_BYTES = 64 * 2**20
"""Eight layers of 256 with Adam's moments beside them take 7 MB in float64."""
MAX_SIDE = 512
"""Of a weight matrix. Sizes are checked before a number is touched: a small file can claim a
tensor of any size."""
_STATE_KEYS = ("state_dict", "model_state_dict", "model", "network", "net", "weights")


@dataclass(frozen=True, slots=True)
class Linear:
    """One linear layer: weight (out, in) and bias (out,), float32 on the CPU."""

    name: str
    weight: Tensor
    bias: Tensor


@dataclass(frozen=True, slots=True)
class TorchFile:
    """Linear layers in order, other matrices by name, and the file's plain values."""

    layers: tuple[Linear, ...]
    others: Mapping[str, Tensor]
    values: Mapping[str, Any]


def read_torch_file(path: Path) -> TorchFile:
    """Read a state dict, alone or inside a checkpoint. Raises StyleError, one sentence."""
    loaded = _load(path)
    if not isinstance(loaded, Mapping):
        raise StyleError(
            f"{path} holds a {type(loaded).__name__}, expected a state dict of linear layers"
        )
    state, values = _state_and_values(loaded)
    tensors = {str(name): value for name, value in state.items() if isinstance(value, Tensor)}
    if not tensors:
        raise StyleError(f"{path} holds no tensors, expected a state dict of linear layers")
    try:
        return TorchFile(*_sorted_out(tensors), values)
    except StyleError as error:
        raise StyleError(f"{path} cannot become a style: {error}") from error


def _load(path: Path) -> object:
    _check_size(path)
    try:
        with warnings.catch_warnings():
            # torch remarks on old formats; the file is read or refused either way.
            warnings.simplefilter("ignore")
            return torch.load(path, map_location="cpu", weights_only=True)
    # A hostile file may make the unpickler raise anything; all of it means the same.
    except Exception as error:
        raise StyleError(
            f"{path} is not a torch file of plain tensors (it is damaged, or holds code, which is"
            " never run); save it again with torch.save(model.state_dict(), PATH)"
        ) from error


def _check_size(path: Path) -> None:
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError as error:
        raise StyleError(f"cannot read {path}: {error.strerror or error}") from error
    if size > MAX_FILE_BYTES:
        raise StyleError(
            f"{path} holds {size} bytes, more than any CPPN needs ({MAX_FILE_BYTES});"
            " give the state dict alone"
        )


def _state_and_values(loaded: Mapping[Any, Any]) -> tuple[Mapping[Any, Any], dict[str, Any]]:
    for key in _STATE_KEYS:
        inner = loaded.get(key)
        if isinstance(inner, Mapping) and any(
            isinstance(value, Tensor) for value in inner.values()
        ):
            return inner, dict(_plain(loaded))
    return loaded, dict(_plain(loaded))


def _plain(values: Mapping[Any, Any], depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Numbers, texts and lists of texts, also those of settings one level deeper."""
    for name, value in values.items():
        if isinstance(value, str | int | float):
            yield str(name), value
        elif isinstance(value, list | tuple) and all(isinstance(entry, str) for entry in value):
            yield str(name), tuple(value)
        elif isinstance(value, Mapping) and depth == 0:
            yield from _plain(value, depth + 1)


def _sorted_out(tensors: Mapping[str, Tensor]) -> tuple[tuple[Linear, ...], dict[str, Tensor]]:
    """Linear layers in the file's order, and the matrices that belong to none."""
    layers: list[Linear] = []
    others: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        _check(name, tensor)
        stem, _, kind = name.rpartition(".")
        if kind == "weight" and tensor.ndim == 2:
            bias = tensors.get(f"{stem}.bias" if stem else "bias")
            if bias is None:
                bias = torch.zeros(tensor.shape[0])
            elif bias.shape != tensor.shape[:1]:
                raise StyleError(f"the bias of {stem!r} has shape {tuple(bias.shape)}")
            layers.append(Linear(stem, tensor.float(), bias.float()))
        elif kind == "bias" and (f"{stem}.weight" if stem else "weight") in tensors:
            continue
        elif tensor.ndim == 2:
            others[name] = tensor.float()
        else:
            raise StyleError(
                f"{name!r} of shape {tuple(tensor.shape)} is no part of a plain linear layer"
            )
    return tuple(layers), others


def _check(name: str, tensor: Tensor) -> None:
    if tensor.layout is not torch.strided or not tensor.is_floating_point() or tensor.is_meta:
        raise StyleError(f"{name!r} is not a plain tensor of floating-point numbers")
    if not 1 <= tensor.ndim <= 2 or not all(1 <= side <= MAX_SIDE for side in tensor.shape):
        raise StyleError(
            f"{name!r} has shape {tuple(tensor.shape)}, which no linear layer of a CPPN has"
        )
