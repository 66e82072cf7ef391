"""What a network pass draws in one frame: a style's network, or one on its way to another's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualizer.contracts import Morph, ScenePart
from visualizer.errors import GraphicsError
from visualizer.render.gpu_styles import GpuStyle, GpuStyles, require
from visualizer.render.shader_text.tuning import Compute, Tuning
from visualizer.render.shader_text.uniforms import Placement, blend_frames
from visualizer.render.weights import Weights
from visualizer.style.interpolate import blend, fits


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A network and its frame block. program: GL's name. tuning: what it was compiled for."""

    program: int
    tuning: Tuning | Compute
    weights: Weights
    frame: NDArray[np.float32]
    flop_per_pixel: int


def evaluation(
    gpu_styles: GpuStyles, part: ScenePart, layer: int, placed: Callable[[int], Placement]
) -> Evaluation:
    """Fold a part's modulation in; valid until the next call for the same style or layer.

    placed: where a program draws whose fragments have so many pixels.

    Raises GraphicsError where a style was not made ready, or cannot become the other.
    """
    gpu_style = require(gpu_styles.get(part.style), part.style)
    compiled = gpu_style.compiled
    placement = placed(compiled.tuning.tile)
    weights, frame = gpu_style.weights, gpu_style.frame.pack(part.modulation, placement)
    if part.morph is not None:
        if not fits(part.style, part.morph.style):
            raise GraphicsError(
                f"the style {part.style.name} cannot become {part.morph.style.name}:"
                " expected networks of the same architecture and z"
            )
        after = require(gpu_styles.get(part.morph.style), part.morph.style)
        weights = _between(gpu_style, after, part.morph, layer)
        # A copy, for a style may even be on its way to itself.
        frame = frame.copy()
        end = after.frame.pack(part.morph.modulation, placement)
        frame = blend_frames(frame, end, part.morph.way)
    flop = part.style.architecture.flop_per_pixel
    return Evaluation(compiled.program, compiled.tuning, weights, frame, flop)


def _between(before: GpuStyle, after: GpuStyle, morph: Morph, layer: int) -> Weights:
    """The layer's own scratch, written: microseconds at width 32, half a millisecond at 256."""
    weights = before.compiled.scratch[layer]
    pairs = zip(before.blocks, after.blocks, strict=True)
    weights.write([blend(start, end, morph.way) for start, end in pairs])
    return weights
