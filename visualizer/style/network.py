"""The CPPN in NumPy: the reference that shader and trainer are held to.

``frame_constants`` is also the live path: whatever z does is constant over a frame,
so it is worked out here once (microseconds) and costs the shader nothing per pixel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualizer.contracts import Morph
from visualizer.style.mirrors import folded
from visualizer.style.style import Style
from visualizer.types import Modulation

Float = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class FrameConstants:
    """What z becomes for one frame.

    warp_phase: (K,), v0 + Psi z. feature_phase: (F,), Phi z.
    biases: one (out,) per layer, b + C z, the colour's last.
    """

    warp_phase: Float
    feature_phase: Float
    biases: tuple[Float, ...]


def frame_constants(style: Style, z: Float) -> FrameConstants:
    """Fold z (Z,) into phases and biases, in z's precision."""
    tensors = style.tensors
    empty = np.zeros(0, z.dtype)
    warped = style.architecture.warp_waves > 0
    featured = style.architecture.feature_waves > 0
    return FrameConstants(
        warp_phase=tensors["warp.offset"] + tensors["warp.phase"] @ z if warped else empty,
        feature_phase=tensors["features.phase"] @ z if featured else empty,
        biases=tuple(bias + conditioning @ z for _, bias, conditioning in style.layers()),
    )


def view_matrix(modulation: Modulation) -> NDArray[np.float64]:
    """(2, 3): a folded pixel's (x, y, 1) to the point of the pattern that is seen there.

    Raises nothing; zoom is taken as at least 0.01.
    """
    angle = -2.0 * np.pi * modulation.turn
    # Turning the picture counter-clockwise looks the pattern up clockwise.
    c, s = np.cos(angle), np.sin(angle)
    rotation = np.array([[c, -s], [s, c]]) / max(modulation.zoom, 0.01)
    return np.column_stack([rotation, -rotation @ np.asarray(modulation.shift)])


def pixel_grid(width: int, height: int, aspect: float | None = None) -> NDArray[np.float64]:
    """(H, W, 2) pixel centres, top row first: y from 1 to -1, x in the same units.

    aspect: width / height of the screen, where rounding has bent that of the grid.
    """
    y = 1.0 - (2.0 * np.arange(height) + 1.0) / height
    x = ((2.0 * np.arange(width) + 1.0) / width - 1.0) * (aspect or width / height)
    return np.stack(np.broadcast_arrays(x[None, :], y[:, None]), axis=-1)


def evaluate(
    style: Style, modulation: Modulation, points: Float, morph: Morph | None = None
) -> Float:
    """Colours (..., 3) in 0..1 at ``points`` (..., 2), in the precision of ``points``.

    morph: where the weights are going; to a style of the same architecture and z.
    """
    dtype = points.dtype
    tensors = _linear(style, modulation, dtype)
    if morph is not None:
        after, way = _linear(morph.style, morph.modulation, dtype), morph.way
        tensors = {name: (1.0 - way) * end + way * after[name] for name, end in tensors.items()}
    view = tensors["view"]
    p = folded(points, modulation.fold) @ view[:, :2].T + view[:, 2]
    if style.architecture.warp_waves:
        waves = np.sin(p @ tensors["warp.frequency"].T + tensors["warp.offset"])
        p = p + waves @ tensors["warp.amplitude"].T
    inputs = [p, np.hypot(p[..., :1], p[..., 1:])]
    if style.architecture.feature_waves:
        angle = p @ tensors["features.frequency"].T + tensors["features.phase"]
        inputs += [np.sin(angle), np.cos(angle)]
    h = np.concatenate(inputs, axis=-1)
    activate = ACTIVATION_FUNCTIONS[style.architecture.activation]
    for layer in range(style.architecture.depth + 1):
        h = h @ tensors[f"layers.{layer}.weight"].T + tensors[f"layers.{layer}.bias"]
        if layer < style.architecture.depth:
            h = activate(h)
    return _sigmoid(2.0 * h)


def _linear(style: Style, modulation: Modulation, dtype: np.dtype[np.floating]) -> dict[str, Float]:
    """All that lies on a straight line between two frames while one style becomes another.

    The tensors with z folded in, and the view matrix.
    """
    constants = frame_constants(style, modulation.z.astype(dtype))
    tensors = {name: tensor.astype(dtype) for name, tensor in style.tensors.items()}
    biases = {f"layers.{layer}.bias": bias for layer, bias in enumerate(constants.biases)}
    return (
        tensors
        | biases
        | {
            "view": view_matrix(modulation).astype(dtype),
            "warp.offset": constants.warp_phase,
            "features.phase": constants.feature_phase,
        }
    )


def _sigmoid(x: Float) -> Float:
    # tanh form: no overflow for any finite x.
    y: Float = 0.5 + 0.5 * np.tanh(0.5 * x)
    return y


def _silu(x: Float) -> Float:
    return x * _sigmoid(x)


def _gaussian(x: Float) -> Float:
    # Beyond 9 the bell is under 1e-35; the clip keeps float32 from underflowing.
    bell: Float = np.exp(-np.square(np.clip(x, -9.0, 9.0)))
    return bell


def _elu(x: Float) -> Float:
    return np.where(x > 0.0, x, np.expm1(np.clip(x, -30.0, 0.0)))


ACTIVATION_FUNCTIONS: dict[str, Callable[[Float], Float]] = {
    "tanh": np.tanh,
    "sin": np.sin,
    "gaussian": _gaussian,
    "relu": lambda x: np.maximum(x, 0.0),
    "leaky_relu": lambda x: np.where(x > 0.0, x, 0.1 * x),
    "elu": _elu,
    "silu": _silu,
}
"""tanh; sin; exp(-x²); max(x, 0); leaky_relu with slope 0.1; elu with alpha 1; x sigmoid(x)."""
