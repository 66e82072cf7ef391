"""Takes pictures off the GPU, and never makes the GPU wait for that.

While picture n is drawn, n - 1 is copied into a pixel buffer and n - 2 is handed out.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import moderngl
import numpy as np
from numpy.typing import NDArray

from visualizer.contracts import Picture
from visualizer.render.planes import PlanesPass
from visualizer.render.readback import RING, Part, Readback


class PictureTap:
    """Turns pictures into arrays of bytes, in order.

    lay_out: a picture's parts, in the order in which an array of its shape has them. shape: of
    a picture's array. Where it changes, those that were taken before come out first.

    Attributes, for a report: seconds spent here
        copied_s: on copying bytes into memory.
        waited_s: on all else, which is the GPU, and what it had not drawn yet.
    """

    def __init__(
        self,
        readback: Readback,
        lay_out: Callable[[Picture], Sequence[Part]],
        shape: Callable[[Picture], tuple[int, ...]],
    ) -> None:
        self._readback = readback
        self._lay_out = lay_out
        self._shape_of = shape
        self._shape: tuple[int, ...] = ()
        self._spent_s = 0.0

    @property
    def copied_s(self) -> float:
        """See the class."""
        return self._readback.copied_s

    @property
    def waited_s(self) -> float:
        """See the class."""
        return self._spent_s - self.copied_s

    def take(self, picture: Picture) -> Sequence[NDArray[np.uint8]]:
        """Take over a picture; the one before the last comes out, if there was one."""
        began_s = time.perf_counter()
        shape = self._shape_of(picture)
        before = [] if shape == self._shape else self._follow(shape)
        self._readback.ask(self._lay_out(picture))
        return [*before, *self._collect(RING - 1, began_s)]

    def rest(self) -> Sequence[NDArray[np.uint8]]:
        """The last two pictures."""
        return self._collect(0, time.perf_counter())

    def _follow(self, shape: tuple[int, ...]) -> Sequence[NDArray[np.uint8]]:
        """Change to pictures of another shape; returns those of the old one."""
        before = self.rest()
        self._readback.resize(math.prod(shape))
        self._shape = shape
        return before

    def _collect(self, left: int, began_s: float) -> Sequence[NDArray[np.uint8]]:
        came = [data.reshape(self._shape) for data in self._readback.collect(left)]
        self._spent_s += time.perf_counter() - began_s
        return came


@contextmanager
def planes_tap(context: moderngl.Context, width: int, height: int) -> Iterator[PictureTap]:
    """A tap that gives ``Planes``. Both sides are even. Raises GraphicsError."""
    shape = (height * 3 // 2, width)
    with PlanesPass(context, width, height) as planes, Readback(math.prod(shape)) as readback:
        yield PictureTap(readback, planes.draw, lambda _: shape)


@contextmanager
def rgba_tap() -> Iterator[PictureTap]:
    """A tap that gives pictures as they lie on the GPU: (height, width, 4), bottom row first.

    Pictures may change their size.
    """
    with Readback(0) as readback:
        yield PictureTap(
            readback,
            lambda picture: [Part(picture, picture.width, picture.height, 4)],
            lambda picture: (picture.height, picture.width, 4),
        )
