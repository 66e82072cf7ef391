"""What the tests of pictures share: a renderer without a display, and scenes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from visualizer.contracts import Scene, ScenePart
from visualizer.render.gl import context
from visualizer.render.renderer import Renderer
from visualizer.render.shader_text.tuning import Compute, Tuning, everywhere
from visualizer.style.network import evaluate, pixel_grid
from visualizer.style.style import Style
from visualizer.types import Modulation

MOVED = Modulation(np.array([0.4, -0.3, 0.7], np.float32), zoom=1.3, turn=0.07, shift=(0.2, -0.1))
"""A frame in which everything is away from rest, for styles with three z entries."""

QUICK = Tuning(tile=2, rows=2, bounded=True, unrolled=False)
"""Compiles in a fraction of llvmpipe's own tuning; both run the same shader."""


@contextmanager
def renderer(
    width: int = 40, height: int = 24, scale: float = 1.0, tuning: Tuning | Compute | None = None
) -> Iterator[Renderer]:
    """A renderer in a context of its own, which is made current and given back."""
    tunings = None if tuning is None else everywhere(tuning)
    with (
        context.standalone() as gl_context,
        Renderer(gl_context, width, height, scale, tunings) as opened,
    ):
        yield opened


def scene(
    *styles: Style,
    dimmer: float = 1.0,
    index: int = 0,
    mix: float = 1.0,
    modulation: Modulation = MOVED,
) -> Scene:
    """Styles over each other, all moved alike."""
    return Scene(tuple(ScenePart(style, modulation, mix) for style in styles), dimmer, index)


def reference(
    style: Style, width: int = 40, height: int = 24, modulation: Modulation = MOVED
) -> NDArray[np.float64]:
    """The colours that ``scene`` should have, from NumPy in float64."""
    return np.asarray(evaluate(style, modulation, pixel_grid(width, height)), np.float64)
