"""The CPPN in torch, for training; ``visualizer.style.network`` is the reference it must equal.

Whatever z does is constant over a picture, so here too it arrives as phases and biases:
one batch can evaluate every picture at its own audio state for the price of the pixels.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Self, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from visualizer.style.mirrors import mirror_steps
from visualizer.style.network import view_matrix
from visualizer.style.routes import STANDARD_ROUTES, Z_NAMES
from visualizer.style.style import Architecture, Route, Style, View
from visualizer.types import Modulation

# The three directions of natural colour (light, blue to yellow, green to magenta), after
# Ruderman, Cronin & Chiao (1998): a start in them is near grey. A start with saturated
# colours stays in those colours for the whole run.
_COLOUR_BASIS = ((0.94, 0.33, 0.07), (0.98, 0.0, -0.18), (0.98, -0.33, 0.11))


class CPPN(nn.Module):
    """A style's network as a torch module; parameters are named like the style's tensors.

    architecture: its sizes. z_names: the entries of z, in order. view: at rest, with the mirror
    that folds the plane before it; never trained. routes: of the style that it becomes. All
    weights start at 0; use ``fresh`` or ``from_style``. The feature frequencies are never trained.
    """

    def __init__(
        self,
        architecture: Architecture,
        z_names: tuple[str, ...] = Z_NAMES,
        view: View = View(),  # noqa: B008 - a frozen value
        routes: tuple[Route, ...] = STANDARD_ROUTES,
    ) -> None:
        super().__init__()
        self.architecture = architecture
        self.z_names = z_names
        self.view = view
        self.routes = routes
        rest = Modulation(np.zeros(0, np.float32), view.zoom, view.turn, view.shift)
        # Buffers follow the module to its device; they are no part of its state.
        normals = torch.from_numpy(mirror_steps(view.fold)[:, :2]).float()
        self.register_buffer("mirrors", normals, persistent=False)
        matrix = torch.from_numpy(view_matrix(rest)).float()
        self.register_buffer("view_matrix", matrix, persistent=False)
        groups: dict[str, dict[str, nn.Parameter]] = {}
        for name, shape in architecture.shapes(len(z_names)).items():
            group, entry = name.rsplit(".", 1)
            fixed = name == "features.frequency"
            groups.setdefault(group, {})[entry] = nn.Parameter(torch.zeros(shape), not fixed)
        self.warp = nn.ParameterDict(groups.get("warp", {}))
        self.features = nn.ParameterDict(groups.get("features", {}))
        self.layers = nn.ModuleList(
            nn.ParameterDict(groups[f"layers.{i}"]) for i in range(architecture.depth + 1)
        )

    @classmethod
    def fresh(
        cls,
        architecture: Architecture,
        z_names: tuple[str, ...] = Z_NAMES,
        seed: int = 0,
        *,
        phases: bool = True,
        view: View = View(),  # noqa: B008 - a frozen value
    ) -> Self:
        """An untrained network, the same for the same seed.

        phases: whether z also moves the feature waves; without, the warp alone carries
        shapes, which keeps structured pictures (panes, petals) in one piece.
        """
        network = cls(architecture, z_names, view)
        generator = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for name, parameter in network.named_parameters():
                noise = torch.randn(parameter.shape, generator=generator)
                parameter.copy_(_start(name, noise, network, phases=phases))
        return network

    @classmethod
    def from_style(cls, style: Style) -> Self:
        """The network of a style, to be measured or trained on."""
        network = cls(style.architecture, style.z_names, style.view, style.routes)
        network.load_tensors(style.tensors)
        return network

    def load_tensors(self, tensors: object) -> None:
        """Take over the weights of a mapping from name to array of the right shape."""
        if not hasattr(tensors, "items"):
            raise TypeError("expected a mapping from tensor name to array")
        state = {name: torch.tensor(np.asarray(value)) for name, value in tensors.items()}
        self.load_state_dict(state)

    def to_style(self, name: str, *, prompt: str | None = None, seed: int | None = None) -> Style:
        """A style with copies of these weights."""
        return Style(
            name=name,
            architecture=self.architecture,
            z_names=self.z_names,
            routes=self.routes,
            view=self.view,
            tensors={
                key: value.detach().to("cpu", torch.float32).numpy().copy()
                for key, value in self.named_parameters()
            },
            prompt=prompt,
            seed=seed,
        )

    def forward(self, points: Tensor, z: Tensor) -> Tensor:
        """Colours (..., P, 3) in 0..1 at points (..., P, 2) for states z (..., Z).

        The leading dimensions broadcast: (P, 2) with (N, Z) gives N pictures of one crop.
        """
        p = self._looked_up(points)
        if self.architecture.warp_waves:
            phase = _constant(z, self.warp["phase"]) + self.warp["offset"]
            waves = torch.sin(p @ self.warp["frequency"].T + phase)
            p = p + waves @ self.warp["amplitude"].T
        # vector_norm has gradient 0 at the origin, where hypot has NaN.
        inputs = [p, torch.linalg.vector_norm(p, dim=-1, keepdim=True)]
        if self.architecture.feature_waves:
            angle = p @ self.features["frequency"].T + _constant(z, self.features["phase"])
            inputs += [torch.sin(angle), torch.cos(angle)]
        h = torch.cat(_same_batch(inputs), dim=-1)
        activate = ACTIVATION_FUNCTIONS[self.architecture.activation]
        for i, module in enumerate(self.layers):
            layer = cast("nn.ParameterDict", module)
            h = h @ layer["weight"].T + (layer["bias"] + _constant(z, layer["conditioning"]))
            if i < self.architecture.depth:
                h = activate(h)
        return torch.sigmoid(2.0 * h)

    def _looked_up(self, points: Tensor) -> Tensor:
        """Where the pattern is looked up for points (..., 2): fold, then view."""
        p = points
        for normal in cast("Tensor", self.mirrors):
            p = p - 2.0 * torch.relu(p @ normal).unsqueeze(-1) * normal
        matrix = cast("Tensor", self.view_matrix)
        return p @ matrix[:, :2].T + matrix[:, 2]


def _constant(z: Tensor, matrix: Tensor) -> Tensor:
    """(..., 1, out): what z (..., Z) adds, the same for all points of a picture."""
    return (z @ matrix.T).unsqueeze(-2)


def _same_batch(parts: list[Tensor]) -> list[Tensor]:
    """Broadcast all but the last dimension, so that parts can be joined along it."""
    shape = torch.broadcast_tensors(*(part[..., 0] for part in parts))[0].shape  # type: ignore[no-untyped-call] # torch leaves it untyped
    return [part.expand(*shape, part.shape[-1]) for part in parts]


def _start(name: str, noise: Tensor, network: CPPN, *, phases: bool) -> Tensor:
    """The first value of one tensor, from standard normal ``noise`` of its shape."""
    warp_waves = network.architecture.warp_waves
    group, entry = name.rsplit(".", 1)
    if group == "warp":
        # Few waves and many should bend the plane about equally far.
        amplitude = 0.1 * math.sqrt(2.0 / max(warp_waves, 1))
        scale = {"frequency": 2.5, "offset": 1.0, "phase": 0.7, "amplitude": amplitude}
        return 2.0 * math.pi * _uniform(noise) if entry == "offset" else scale[entry] * noise
    if name == "features.frequency":
        return 4.0 * noise
    if name == "features.phase":
        # In proportion to frequency, every wave travels about equally far.
        size = network.features["frequency"].norm(dim=1, keepdim=True)
        return (0.1 / math.sqrt(2.0)) * size * noise if phases else torch.zeros_like(noise)
    return _layer_start(int(group.removeprefix("layers.")), entry, noise, network, phases=phases)


def _layer_start(layer: int, entry: str, noise: Tensor, network: CPPN, *, phases: bool) -> Tensor:
    last = layer == network.architecture.depth
    if entry == "weight" and last:
        basis = torch.tensor(_COLOUR_BASIS)
        return basis @ noise * (0.4 / math.sqrt(noise.shape[1]))
    if entry == "weight":
        return noise * ((2.4 if layer == 0 else 1.6) / math.sqrt(noise.shape[1]))
    if last:
        return torch.zeros_like(noise)
    if entry == "bias":
        return 0.3 * noise
    return noise * ((0.3 if phases else 0.15) / math.sqrt(noise.shape[1]))


def _uniform(noise: Tensor) -> Tensor:
    """Normal noise to 0..1, evenly: one kind of draw serves all tensors."""
    return 0.5 + 0.5 * torch.erf(noise / math.sqrt(2.0))


def _gaussian(x: Tensor) -> Tensor:
    return torch.exp(-x.square())


def _leaky_relu(x: Tensor) -> Tensor:
    return functional.leaky_relu(x, 0.1)


ACTIVATION_FUNCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "tanh": torch.tanh,
    "sin": torch.sin,
    "gaussian": _gaussian,
    "relu": torch.relu,
    "leaky_relu": _leaky_relu,
    "elu": functional.elu,
    "silu": functional.silu,
}
"""The same functions as ``visualizer.style.network.ACTIVATION_FUNCTIONS``."""
