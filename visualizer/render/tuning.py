"""What differs from driver to driver: how many pixels a fragment works on, and how.

Measured on Mesa 22.3's llvmpipe, two AVX2 cores; the choice for GPUs, not measured yet, is
what suits their many registers. llvmpipe, depth 4, processor ms a frame and s to compile:

================================  ===========  ==========  ===========  ===========
tile x rows                       32, 320x180  64, 160x90  128, 160x90  256, 96x54
================================  ===========  ==========  ===========  ===========
4 x 2                             42, 2.4 s    40, 2.8 s   95, 2.8 s    138, 10 s
8 x 2                             44, 5.3 s    40, 6.1 s   78, 8.6 s    157, 22 s
8 x 4                             178, 24 s                390, 11 s
4 x 2, textured                   57, 1.8 s
8 x 2, textured                   52, 4.8 s                88, 6.5 s
8 x 1, unrolled, textured         38, 6.0 s
================================  ===========  ==========  ===========  ===========

Beyond 8 sums at once Mesa keeps the inner loops, and the sums lie in memory. Writing all
loops of a layer out took a minute to compile and was slower; so was storing a layer's
results through a chain of comparisons, which spares llvmpipe the scatter.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tuning:
    """How the network's shader is compiled.

    tile: pixels of a fragment, in strips. rows: output quads worked on at once.
    bounded: loop bounds come from a uniform, so that the compiler cannot unroll.
    unrolled: input quads written out instead of looped over, for hidden widths up to this.
    textured: weights in a texture even where uniform blocks would do.
    """

    tile: int
    rows: int
    bounded: bool
    unrolled: int = 0
    textured: bool = False


GPU = Tuning(tile=1, rows=4, bounded=False)
LLVMPIPE = Tuning(tile=4, rows=2, bounded=True)
OTHER_MESA = Tuning(tile=1, rows=4, bounded=True)


def choose_tuning(renderer: str, version: str) -> Tuning:
    """The tuning for a driver's GL_RENDERER and GL_VERSION."""
    if "llvmpipe" in renderer:
        return LLVMPIPE
    # Mesa's compiler unrolls constant bounds for minutes, whatever the GPU.
    return OTHER_MESA if "Mesa" in version else GPU
