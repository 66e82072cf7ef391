"""The weights as ``network.comp`` reads them: a lane is a neuron. Pure arithmetic, no GL."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualizer.render.shader_text.layout import Sizes, spread_inputs, width_class
from visualizer.style.style import Architecture, Style


@dataclass(frozen=True, slots=True)
class NeuronLayout(Sizes):
    """Where the weights of one program class lie in its buffer texture.

    inputs: quads of the first layer's input.
    """

    inputs: int

    @property
    def rows(self) -> tuple[int, ...]:
        """Neurons of each layer; the colours are four."""
        return (*[4 * self.quads] * self.depth, 4)

    @property
    def columns(self) -> tuple[int, ...]:
        """Quads of each layer's input."""
        return (self.inputs, *[self.quads] * self.depth)

    @property
    def offsets(self) -> tuple[int, ...]:
        """First texel of each layer."""
        sizes = [rows * quads for rows, quads in zip(self.rows, self.columns, strict=True)]
        return tuple(sum(sizes[:layer]) for layer in range(len(sizes)))

    @property
    def textured(self) -> bool:
        """They always lie in a buffer texture."""
        return True


def plan_neurons(architecture: Architecture) -> NeuronLayout:
    """The layout for a style of this architecture."""
    inputs = 1 + 2 * -(-architecture.feature_waves // 4)
    return NeuronLayout(width_class(architecture.width) // 4, architecture.depth, inputs)


def pack_neurons(style: Style, layout: NeuronLayout) -> tuple[NDArray[np.float32], ...]:
    """One block, (texels / 4, 4, 4): each layer's texels in [input quad][neuron] order."""
    layers = [weight for weight, _, _ in style.layers()]
    layers[0] = spread_inputs(layers[0], style.architecture.feature_waves)
    texels = []
    for weight, rows, quads in zip(layers, layout.rows, layout.columns, strict=True):
        missing = (rows - weight.shape[0], 4 * quads - weight.shape[1])
        whole = np.pad(weight, ((0, missing[0]), (0, missing[1])))
        texels.append(whole.reshape(rows, quads, 4).swapaxes(0, 1).reshape(-1, 4, 4))
    return (np.concatenate(texels),)
