"""Which weights lie in which uniform block: pure arithmetic, no GL.

A matrix travels as mat4s in [output quad][input quad] order, the first layer's within a slab
in [input quad][output quad] order, its width padded with zeros to one of five, so that few
programs draw every style. 128 x 128 floats are just the 64 KiB
that a uniform block may have on most drivers: small networks share one block, at 128 every
hidden layer has its own, at 256 it needs four. What lies in one block is a *slab*.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualizer.style.style import Architecture, Style

WIDTH_CLASSES = (16, 32, 64, 128, 256)
MATRIX_BYTES = 64
"""Bytes of a mat4."""
INPUT_QUADS = 17
"""Quads of the first layer's input at most: x, y, radius; 8 of sines; 8 of cosines."""
SLAB_QUADS = 4
"""A slab's output quads are a multiple of this, so that a pass never crosses its end."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the driver promises. One of its blocks is the frame's."""

    block_bytes: int
    fragment_blocks: int


@dataclass(frozen=True, slots=True)
class Slab:
    """Output quads ``first`` .. ``first + rows`` of a layer, from mat4 ``offset`` of a block."""

    layer: int
    first: int
    rows: int
    block: int
    offset: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of the networks of one program class. quads: padded width / 4. depth: hidden layers."""

    quads: int
    depth: int

    @property
    def biases(self) -> int:
        """Quads of bias in the frame block."""
        return self.quads * self.depth + 1


@dataclass(frozen=True, slots=True)
class Layout(Sizes):
    """Where the weights of one program class lie.

    blocks: mat4s in each uniform block, or in the buffer texture where ``textured``. slabs: in
    the order of evaluation.
    """

    textured: bool
    blocks: tuple[int, ...]
    slabs: tuple[Slab, ...]


def width_class(width: int) -> int:
    """The padded width of a network: the smallest class that holds it."""
    return next(size for size in WIDTH_CLASSES if size >= width)


def plan(architecture: Architecture, limits: Limits, *, textured: bool = False) -> Layout:
    """Lay the weights out for a driver's limits.

    Uniform blocks where they fit; else, or where ``textured`` asks for it, one buffer texture.
    """
    quads, depth = width_class(architecture.width) // 4, architecture.depth
    # Rows and inputs of every layer; room is kept for the widest input, so that the number
    # of feature waves is no part of the program class.
    shapes = [(quads, INPUT_QUADS), *[(quads, quads)] * (depth - 1), (1, quads)]
    capacity = limits.block_bytes // MATRIX_BYTES
    if not textured:
        blocks, slabs = _fill(shapes, capacity)
        if len(blocks) < limits.fragment_blocks:
            return Layout(quads, depth, False, blocks, slabs)
    blocks, slabs = _fill(shapes, sum(rows * inputs for rows, inputs in shapes))
    return Layout(quads, depth, True, blocks, slabs)


def _fill(shapes: list[tuple[int, int]], capacity: int) -> tuple[tuple[int, ...], tuple[Slab, ...]]:
    """First fit: a layer goes where it fits whole, else over blocks of its own."""
    used: list[int] = []
    slabs: list[Slab] = []
    for layer, (rows, inputs) in enumerate(shapes):
        step = rows
        if rows * inputs > capacity:
            step = max(SLAB_QUADS, capacity // inputs // SLAB_QUADS * SLAB_QUADS)
        for first in range(0, rows, step):
            count = min(step, rows - first)
            need = count * inputs
            block = next((b for b, full in enumerate(used) if full + need <= capacity), len(used))
            if block == len(used):
                used.append(0)
            slabs.append(Slab(layer, first, count, block, used[block]))
            used[block] += need
    return tuple(used), tuple(slabs)


def pack_weights(style: Style, layout: Layout) -> tuple[NDArray[np.float32], ...]:
    """The blocks' contents: (mat4s, 4, 4) each, zeros where the style is narrower."""
    blocks = tuple(np.zeros((size, 4, 4), np.float32) for size in layout.blocks)
    layers = [weight for weight, _, _ in style.layers()]
    layers[0] = spread_inputs(layers[0], style.architecture.feature_waves)
    for slab in layout.slabs:
        weight = layers[slab.layer]
        last = slab.layer == layout.depth
        out_quads = 1 if last else layout.quads
        in_quads = weight.shape[1] // 4 if slab.layer == 0 else layout.quads
        matrices = _matrices(weight, out_quads, in_quads)[slab.first : slab.first + slab.rows]
        if slab.layer == 0:
            matrices = matrices.swapaxes(0, 1)
        flat = matrices.reshape(-1, 4, 4)
        blocks[slab.block][slab.offset : slab.offset + len(flat)] = flat
    return blocks


def spread_inputs(weight: NDArray[np.float32], waves: int) -> NDArray[np.float32]:
    """Columns x, y, radius, sines, cosines -> the same, each group filling whole quads."""
    groups = [weight[:, :3], weight[:, 3 : 3 + waves], weight[:, 3 + waves :]]
    return np.concatenate([_padded(group, -group.shape[1] % 4) for group in groups], axis=1)


def _padded(matrix: NDArray[np.float32], columns: int) -> NDArray[np.float32]:
    return np.pad(matrix, ((0, 0), (0, columns)))


def _matrices(weight: NDArray[np.float32], out_quads: int, in_quads: int) -> NDArray[np.float32]:
    """(out, in) -> (out_quads, in_quads, column, row): GLSL's mat4 is stored by columns."""
    rows, columns = weight.shape
    whole = np.pad(weight, ((0, 4 * out_quads - rows), (0, 4 * in_quads - columns)))
    return whole.reshape(out_quads, 4, in_quads, 4).transpose(0, 2, 3, 1)
