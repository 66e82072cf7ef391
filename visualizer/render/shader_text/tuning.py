"""What differs from driver to driver: how many pixels a fragment works on, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from visualizer.render.shader_text.layout import WIDTH_CLASSES

MAX_TILE = 8
"""Render targets that GL 3.3 promises."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """How the network's shader is compiled.

    tile: pixels of a fragment, in strips. rows: output quads worked on at once.
    bounded: loop bounds come from a uniform, so that the compiler cannot unroll.
    unrolled: a layer's quads are written out instead of looped over.
    textured: weights in a buffer texture even where uniform blocks would do.
    banded: large pictures are drawn piece by piece, because a watchdog may end a long draw.
    """

    tile: int
    rows: int
    bounded: bool
    unrolled: bool = True
    textured: bool = False
    banded: bool = True


@dataclass(frozen=True, slots=True)
class Compute:
    """How the network's compute shader is compiled.

    pixels: of a group, a multiple of 4. neurons: of a lane; so many times fewer lanes than
    neurons work on a group, but at least one for each pixel.
    """

    pixels: int
    neurons: int

    @property
    def tile(self) -> int:
        """Drawn in place, not in strips."""
        return 1


GPU = Tuning(tile=1, rows=4, bounded=False, unrolled=False)
OTHER_MESA = Tuning(tile=1, rows=4, bounded=True, unrolled=False)
"""Mesa's compiler unrolls constant bounds for minutes, whatever the GPU, and llvmpipe took 106 s
for a network 128 wide in uniform blocks that was written out."""
WRITTEN_OUT_WIDTH = 64
"""The widest that is tried written out where the table has it in loops."""
LLVMPIPE = Tuning(tile=8, rows=1, bounded=True, textured=True, banded=False)
LLVMPIPE_128 = replace(LLVMPIPE, rows=2)
LLVMPIPE_256 = replace(LLVMPIPE, tile=4)

COMPUTE = {
    16: Compute(pixels=16, neurons=1),
    32: Compute(pixels=16, neurons=2),
    64: Compute(pixels=16, neurons=4),
    128: Compute(pixels=16, neurons=4),
    256: Compute(pixels=16, neurons=2),
}
"""More neurons a lane take longer to compile, and fewer lanes repeat the last layer's work."""

T = TypeVar("T", bound=Tuning | Compute)
Tunings = Mapping[int, Tuning | Compute]
"""The tuning of every width in WIDTH_CLASSES."""


def everywhere(tuning: T) -> dict[int, T]:
    """The same for all widths."""
    return dict.fromkeys(WIDTH_CLASSES, tuning)


def table(renderer: str, version: str) -> dict[int, Tuning]:
    """What suits a driver by its GL_RENDERER and GL_VERSION, as far as it was measured."""
    if "llvmpipe" in renderer:
        return {**everywhere(LLVMPIPE), 128: LLVMPIPE_128, 256: LLVMPIPE_256}
    return everywhere(OTHER_MESA if "Mesa" in version else GPU)


def candidates(renderer: str, version: str, width: int) -> tuple[Tuning | Compute, ...]:
    """What is worth trying on a driver: the table's first, and few, for each is compiled."""
    usual = table(renderer, version)[width]
    compute = COMPUTE[width]
    if "llvmpipe" in renderer:
        return (usual, compute)
    unrolled = width <= WRITTEN_OUT_WIDTH
    if "Mesa" in version:
        texels = replace(usual, unrolled=unrolled, textured=True)
        return (usual, compute, *([replace(usual, unrolled=True)] if unrolled else []), texels)
    two_rows = replace(usual, rows=2, unrolled=unrolled)
    return (usual, compute, two_rows, replace(usual, tile=2, rows=2), replace(usual, textured=True))


def without_compute(tunings: Tunings, others: Tunings) -> Tunings:
    """The same for a context that knows no compute shaders: the others' take their places."""
    return {
        width: others[width] if isinstance(tuning, Compute) else tuning
        for width, tuning in tunings.items()
    }
