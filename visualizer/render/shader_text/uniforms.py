"""Packs the Frame block of ``shaders/include/frame.glsl``: all that is constant over a frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualizer.render.shader_text.layout import INPUT_QUADS, Sizes
from visualizer.style.interpolate import blend
from visualizer.style.mirrors import MAX_STEPS, mirror_steps
from visualizer.style.network import frame_constants, view_matrix
from visualizer.style.style import MAX_DEPTH, MAX_WARP_WAVES, MAX_WIDTH, Style
from visualizer.types import Modulation

_WARP_QUADS = MAX_WARP_WAVES // 4

FIELDS = {
    "grid": 1,
    "strip_columns": 1,
    "counts": 1,
    "fold_way": 1,
    "mirrors": MAX_STEPS,
    "view_x": 1,
    "view_y": 1,
    "warp_x": _WARP_QUADS,
    "warp_y": _WARP_QUADS,
    "warp_phase": _WARP_QUADS,
    "warp_to_x": _WARP_QUADS,
    "warp_to_y": _WARP_QUADS,
    "feature_x": INPUT_QUADS,
    "feature_y": INPUT_QUADS,
    "feature_phase": INPUT_QUADS,
    "bias": 0,
}
"""Members of the block in order, and their quads. The bias, last, has what the class needs."""

FRAME_BYTES = 16 * (sum(FIELDS.values()) + MAX_WIDTH // 4 * MAX_DEPTH + 1)
"""Room for the largest class's block."""


def field_offsets() -> dict[str, int]:
    """Byte offset of each member: in std140, arrays of vec4 lie end to end."""
    offsets, quads = {}, 0
    for name, count in FIELDS.items():
        offsets[name] = 16 * quads
        quads += count
    return offsets


_LINEAR = field_offsets()["view_x"] // 16
"""The first quad of what lies between two frames while one style becomes another."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Which picture is drawn: the network's own columns and rows, in strips of so many columns.

    aspect: width / height of the screen, which rounding may have bent a little.
    """

    columns: int
    rows: int
    strip_columns: int
    aspect: float


def blend_frames(
    before: NDArray[np.float32], after: NDArray[np.float32], way: float
) -> NDArray[np.float32]:
    """The frame ``way`` 0..1 from one to the other; placement, fold and counts are before's."""
    return np.concatenate([before[:_LINEAR], blend(before[_LINEAR:], after[_LINEAR:], way)])


class FrameBlock:
    """The bytes of one style's Frame block, rewritten for every frame.

    ``data``: (quads, 4) float32. Waves are packed once, here; ``pack`` does the rest.
    """

    def __init__(self, style: Style, sizes: Sizes) -> None:
        self._style = style
        self._sizes = sizes
        self.data = np.zeros((sum(FIELDS.values()) + sizes.biases, 4), np.float32)
        self._at = {name: offset // 16 for name, offset in field_offsets().items()}
        architecture, tensors = style.architecture, style.tensors
        self._counts = self.data[self._at["counts"]].view(np.int32)
        # The first layer's input: the place in quad 0, then sines, then as many cosines.
        self._cosines = 1 + -(-architecture.feature_waves // 4)
        inputs = 2 * (self._cosines - 1)
        self._counts[:3] = -(-architecture.warp_waves // 4), inputs, 1
        if architecture.warp_waves:
            self._put("warp_x", tensors["warp.frequency"][:, 0])
            self._put("warp_y", tensors["warp.frequency"][:, 1])
            self._put("warp_to_x", tensors["warp.amplitude"][0])
            self._put("warp_to_y", tensors["warp.amplitude"][1])
        if architecture.feature_waves:
            for first in (1, self._cosines):
                self._put("feature_x", tensors["features.frequency"][:, 0], first)
                self._put("feature_y", tensors["features.frequency"][:, 1], first)

    def pack(self, modulation: Modulation, placement: Placement) -> NDArray[np.float32]:
        """Fold one frame in; returns ``data``, valid until the next call."""
        columns, rows = placement.columns, placement.rows
        self._put("grid", np.array([placement.aspect / columns, 1.0 / rows, columns, rows]))
        self._put("strip_columns", np.array([placement.strip_columns]))
        steps = mirror_steps(modulation.fold)
        self._counts[3] = len(steps)
        self._put("mirrors", steps.reshape(-1))
        self._put("fold_way", np.array([modulation.fold.way]))
        view = view_matrix(modulation)
        self._put("view_x", view[0])
        self._put("view_y", view[1])
        constants = frame_constants(self._style, modulation.z)
        self._put("warp_phase", constants.warp_phase)
        self._put("feature_phase", constants.feature_phase, 1)
        # cos(a) = sin(a + pi / 2): one loop for both, and cosines that cost a phase.
        self._put("feature_phase", constants.feature_phase + np.pi / 2, self._cosines)
        for layer, bias in enumerate(constants.biases):
            self._put("bias", bias, quad=layer * self._sizes.quads)
        return self.data

    def _put(self, name: str, values: NDArray[np.floating], quad: int = 0) -> None:
        start = self._at[name] + quad
        self.data[start:].reshape(-1)[: len(values)] = values
