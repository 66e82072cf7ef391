"""The beat network as torch trains it, and its weights as the visualizer reads them."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from visualizer.audio.analysis.beat.beat_network import BANDS

INPUTS = 2 * BANDS
WIDTH = 32
LAYERS = 2
DROPPED = 0.15


class BeatNet(nn.Module):
    """(batch, frames, INPUTS) to logits (batch, frames, 2): beat and downbeat.

    mean, spread: (INPUTS,), of the inputs.
    """

    def __init__(self, mean: Tensor, spread: Tensor) -> None:
        super().__init__()
        self.mean = nn.Parameter(mean, requires_grad=False)
        self.spread = nn.Parameter(spread, requires_grad=False)
        self.input = nn.Linear(INPUTS, WIDTH)
        self.drop = nn.Dropout(DROPPED)
        self.gru = nn.GRU(WIDTH, WIDTH, LAYERS, batch_first=True, dropout=DROPPED)
        self.output = nn.Linear(WIDTH, 2)

    def forward(self, heard: Tensor) -> Tensor:
        """What it makes of pieces that begin with the first frame."""
        below = self.drop(torch.tanh(self.input((heard - self.mean) / self.spread)))
        logits: Tensor = self.output(self.gru(below)[0])
        return logits

    def tensors(self) -> dict[str, NDArray[np.float32]]:
        """The weights by name; mean and spread are part of the first layer's."""
        named = {
            name: tensor.detach().numpy()
            for name, tensor in self.state_dict().items()
            if name not in {"mean", "spread"}
        }
        weight = named["input.weight"] / self.spread.numpy()
        named["input.bias"] = named["input.bias"] - weight @ self.mean.numpy()
        named["input.weight"] = weight
        return {name: np.ascontiguousarray(tensor) for name, tensor in sorted(named.items())}
