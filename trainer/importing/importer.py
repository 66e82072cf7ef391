"""Networks of other programs become styles: what fits exactly, and what had to be assumed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.importing.torch_file import Linear, TorchFile, read_torch_file
from visualizer.errors import StyleError
from visualizer.style.routes import STANDARD_ROUTES, Z_NAMES
from visualizer.style.style import (
    ACTIVATIONS,
    MAX_DEPTH,
    MAX_FEATURE_WAVES,
    MAX_WIDTH,
    MAX_Z,
    MIN_DEPTH,
    Architecture,
    Route,
    Style,
)

Matrix = NDArray[np.float32]

PLACES = ("x", "y", "r")
_INPUT_KEYS = ("inputs", "input_names", "z_names")
_SWAY = (
    Route("zoom", "bass", 0.08),
    Route("zoom", "pulse", 0.05),
    Route("turn", "drift1_sin", 0.05),
)
"""What a network without any audio input is given instead: its view breathes and sways."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A style, and what of it was not in the file, a sentence each."""

    style: Style
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Inputs:
    """What the columns of the first weight are.

    place: columns of x, y, r, None where absent. waves: (F, 2) frequencies; their sines, then
    their cosines, follow the place. z: the columns and names of what moves.
    """

    place: tuple[int | None, ...]
    z: tuple[tuple[int, str], ...] = ()
    waves: Matrix | None = None
    waves_from: int = 0


def import_style(
    path: Path,
    name: str,
    activation: str | None = None,
    output: str | None = None,
    inputs: Sequence[str] | None = None,
) -> Imported:
    """A style from a torch file of plain linear layers.

    activation, output, inputs: what the file does not say; assumed, and noted, where None.
    Raises StyleError, one sentence, for what cannot become a style.
    """
    file = read_torch_file(path)
    notes: list[str] = []
    try:
        layers = _checked_chain(file.layers)
        columns = _understand_inputs(file, layers[0].weight.shape[1], inputs, notes)
        style = _build(
            name,
            layers,
            columns,
            _say_activation(file, activation, notes),
            _say_output(output, notes),
            _prompt(file),
        )
    except StyleError as error:
        raise StyleError(f"{path} cannot become a style: {error}") from error
    if not columns.z:
        notes.append("no input hears the sound: the view was made to breathe and sway instead")
    notes.append("x and y are taken to run from -1 at the left and bottom, in half heights")
    return Imported(style, tuple(notes))


def _checked_chain(layers: tuple[Linear, ...]) -> tuple[Linear, ...]:
    hidden = len(layers) - 1
    if not MIN_DEPTH <= hidden <= MAX_DEPTH:
        raise StyleError(
            f"it has {max(hidden, 0)} hidden layers, a style has {MIN_DEPTH} to {MAX_DEPTH}"
        )
    for before, after in pairwise(layers):
        if after.weight.shape[1] != before.weight.shape[0]:
            raise StyleError(
                f"{before.name!r} gives {before.weight.shape[0]} numbers, {after.name!r} takes"
                f" {after.weight.shape[1]}: they are not one plain row of layers"
            )
    widest = max(layer.weight.shape[0] for layer in layers[:-1])
    if widest > MAX_WIDTH:
        raise StyleError(f"a layer is {widest} wide, a style's at most {MAX_WIDTH}")
    if layers[-1].weight.shape[0] not in {1, 3}:
        raise StyleError(
            f"its last layer gives {layers[-1].weight.shape[0]} numbers,"
            " expected 3 colours or 1 grey"
        )
    return layers


def _understand_inputs(
    file: TorchFile, count: int, inputs: Sequence[str] | None, notes: list[str]
) -> _Inputs:
    named = inputs or next((file.values[k] for k in _INPUT_KEYS if k in file.values), None)
    if isinstance(named, list | tuple):
        return _named_inputs(tuple(named), count, notes)
    if waves := _frequencies(file, count):
        notes.append(
            "the features are taken as x, y, r where there is room, then sines, then cosines,"
            " of frequencies in radians"
        )
        matrix, start = waves
        place = tuple(i if i < start else None for i in range(3))
        return _Inputs(place, waves=matrix, waves_from=start)
    if count in {2, 3}:
        if count == 3:
            notes.append("the third input is taken as the radius")
        return _Inputs((0, 1, 2 if count == 3 else None))
    return _extra_inputs(count, notes)


def _extra_inputs(count: int, notes: list[str]) -> _Inputs:
    extra = count - 3
    if extra < 1:
        raise StyleError(f"it takes {count} input, expected at least x and y")
    if extra % 2 == 0 or extra > len(Z_NAMES):
        # 3 + 2F may as well be Fourier features whose frequencies were not saved.
        raise StyleError(
            f"it takes {count} inputs, which could mean several things; name them in order,"
            " such as --inputs 'x y r bass mid high'"
        )
    names = Z_NAMES[:extra]
    notes.append(
        f"inputs 4 to {count} are taken as z, after x, y and r, and called {', '.join(names)};"
        " what they meant, and how large they were, the file does not say"
    )
    return _Inputs((0, 1, 2), tuple(enumerate(names, start=3)))


def _named_inputs(names: tuple[str, ...], count: int, notes: list[str]) -> _Inputs:
    if len(names) != count or len(set(names)) != count:
        raise StyleError(
            f"{len(names)} inputs are named ({' '.join(names)[:200]}), but it takes {count}:"
            " name each once"
        )
    if not {"x", "y"} <= set(names):
        raise StyleError(f"no input is called x or none y: {' '.join(names)[:200]}")
    place = tuple(names.index(p) if p in names else None for p in PLACES)
    z = tuple((column, name) for column, name in enumerate(names) if name not in PLACES)
    if len(z) > MAX_Z:
        raise StyleError(f"{len(z)} inputs beside x, y and r, a style has at most {MAX_Z}")
    routed = {route.target for route in STANDARD_ROUTES}
    if still := [name for _, name in z if name not in routed]:
        notes.append(f"nothing drives {', '.join(still)}: they stay at 0")
    return _Inputs(place, z)


def _frequencies(file: TorchFile, count: int) -> tuple[Matrix, int] | None:
    """A (F, 2) matrix that explains all inputs, and the column at which its waves begin."""
    fitting: list[tuple[Matrix, int]] = []
    for tensor in file.others.values():
        matrix = tensor.numpy()
        matrix = matrix if matrix.shape[1] == 2 else matrix.T
        start = count - 2 * len(matrix)
        if matrix.shape[1] == 2 and start in {0, 2, 3} and len(matrix) <= MAX_FEATURE_WAVES:
            fitting.append((np.ascontiguousarray(matrix), start))
    if file.others and len(fitting) != 1:
        name, tensor = next(iter(file.others.items()))
        raise StyleError(
            f"{name!r} of shape {tuple(tensor.shape)} is no linear layer, and its part in the"
            f" {count} inputs is not clear"
        )
    return fitting[0] if fitting else None


def _say_activation(file: TorchFile, given: str | None, notes: list[str]) -> str:
    if given is not None:
        return given
    found = str(file.values.get("activation", "")).lower()
    if found in ACTIVATIONS:
        return found
    notes.append("the activation is not in the file: taken as tanh; --activation says otherwise")
    return "tanh"


def _say_output(given: str | None, notes: list[str]) -> str:
    if given is not None:
        return given
    notes.append(
        "how the last layer becomes colours is not in the file: taken as sigmoid;"
        " --output-activation says otherwise"
    )
    return "sigmoid"


def _prompt(file: TorchFile) -> str | None:
    prompt = file.values.get("prompt")
    return prompt if isinstance(prompt, str) and prompt.strip() else None


def _build(  # noqa: PLR0913, PLR0917 - one argument per thing that a style is made of
    name: str,
    layers: tuple[Linear, ...],
    inputs: _Inputs,
    activation: str,
    output: str,
    prompt: str | None,
) -> Style:
    widest = max(layer.weight.shape[0] for layer in layers[:-1])
    width = -(-widest // 4) * 4
    waves = 0 if inputs.waves is None else len(inputs.waves)
    z_names = tuple(entry for _, entry in inputs.z) or Z_NAMES
    architecture = Architecture(width, len(layers) - 1, activation, waves, 0)
    # A neuron that was never there is all zeros, and nobody listens to it.
    tensors = {
        key: np.zeros(shape, np.float32) for key, shape in architecture.shapes(len(z_names)).items()
    }
    if inputs.waves is not None:
        tensors["features.frequency"][:] = inputs.waves
    for i, layer in enumerate(layers):
        weight, bias = layer.weight.numpy(), layer.bias.numpy()
        if i == len(layers) - 1:
            # A style's colours are sigmoid(2 h), which is (1 + tanh(h)) / 2; grey is all three.
            half = np.float32(0.5 if output == "sigmoid" else 1.0)
            weight, bias = (np.broadcast_to(t, (3, *t.shape[1:])) * half for t in (weight, bias))
        rows = len(weight)
        tensors[f"layers.{i}.bias"][:rows] = bias
        if i == 0:
            _put_inputs(tensors, weight, inputs)
        else:
            tensors[f"layers.{i}.weight"][:rows, : weight.shape[1]] = weight
    routes = tuple(route for route in STANDARD_ROUTES if route.target in z_names)
    return Style(
        name=name,
        architecture=architecture,
        z_names=z_names,
        routes=routes if inputs.z else (*routes, *_SWAY),
        tensors=tensors,
        prompt=prompt,
    )


def _put_inputs(tensors: dict[str, Matrix], weight: Matrix, inputs: _Inputs) -> None:
    """Columns of the first weight to where a style has them."""
    first, conditioning = tensors["layers.0.weight"], tensors["layers.0.conditioning"]
    rows = len(weight)
    for to, column in enumerate(inputs.place):
        if column is not None:
            first[:rows, to] = weight[:, column]
    if inputs.waves is not None:
        first[:rows, 3:] = weight[:, inputs.waves_from :]
    for to, (column, _) in enumerate(inputs.z):
        conditioning[:rows, to] = weight[:, column]


def style_name(path: Path) -> str:
    """The name that a style gets in this file. Raises StyleError for another kind of file."""
    if path.suffix != ".safetensors":
        raise StyleError(f"{path.name!r} should end in .safetensors, since that is what is written")
    if not re.search(r"\w", path.stem):
        raise StyleError(f"{path.name!r} has no name before .safetensors")
    return path.stem
