"""What lies between two styles whose networks have the same form: one picture becomes another.

All that makes a style's network is a linear map of its weights, so the way between two
networks is a straight line. Styles of different origin share no meaning along it; those
trained from one another do (compare Frankle et al., "Linear mode connectivity", 2020).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from visualizer.errors import StyleError
from visualizer.style.style import Style, View


def fits(before: Style, after: Style) -> bool:
    """Whether one can become the other: the same architecture, entries of z and mirror."""
    return (
        before.architecture == after.architecture
        and before.z_names == after.z_names
        and before.view.mirror == after.view.mirror
    )


def blend(
    before: NDArray[np.float32], after: NDArray[np.float32], way: float
) -> NDArray[np.float32]:
    """The array ``way`` 0..1 from one to the other; exactly either of them at the ends."""
    return (1.0 - way) * before + way * after


def interpolate(before: Style, after: Style, way: float) -> Style:
    """The style ``way`` 0..1 from one to the other: tensors and the view at rest.

    All else is ``before``'s. Raises StyleError where the two do not fit.
    """
    if not fits(before, after):
        raise StyleError(
            f"{before.name} cannot become {after.name}:"
            " expected the same architecture, z and mirror"
        )
    tensors = {
        name: blend(tensor, after.tensors[name], way) for name, tensor in before.tensors.items()
    }
    zoom, turn, *shift = (
        (1.0 - way) * start + way * end
        for start, end in zip(_numbers(before.view), _numbers(after.view), strict=True)
    )
    view = View(zoom, turn, (shift[0], shift[1]), before.view.mirror)
    return replace(before, tensors=tensors, view=view)


def _numbers(view: View) -> tuple[float, ...]:
    return view.zoom, view.turn, *view.shift
