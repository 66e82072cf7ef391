"""The SHA-256 of each picture of a show, taken off the GPU without making it wait."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from visualizer.contracts import Frame, Picture, Tap
from visualizer.system.workers import BoundedWorker


class FrameHashes:
    """A sink that tells of every picture its tick's index and SHA-256, some frames later.

    tap: of RGBA, bottom row first; open before this and until after it. tell: called in a thread.
    Hashed is raw RGB24, top row first. Use it as a context manager.
    """

    def __init__(
        self, tap: Tap, wants: Callable[[Frame], bool], tell: Callable[[int, str], object]
    ) -> None:
        self._tap = tap
        self._wants = wants
        self._tell = tell
        self._indices: deque[int] = deque()
        self._thread = BoundedWorker("frame hashes", most=32)

    def __enter__(self) -> Self:
        """Get ready."""
        self._thread.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        """Tell of the last ones."""
        self._take(self._tap.rest())
        self._thread.__exit__(None, None, None)

    def wants(self, frame: Frame) -> bool:
        """Whether its picture is to be told of."""
        return self._wants(frame)

    def show(self, picture: Picture, frame: Frame) -> None:
        """Take the picture in."""
        self._indices.append(frame.tick.index)
        self._take(self._tap.take(picture))

    def _take(self, pictures: Sequence[NDArray[np.uint8]]) -> None:
        for pixels in pictures:
            index = self._indices.popleft()
            self._thread.do(lambda index=index, pixels=pixels: self._hash(index, pixels))  # type: ignore[misc]  # lambdas have no types

    def _hash(self, index: int, pixels: NDArray[np.uint8]) -> None:
        rgb = np.ascontiguousarray(pixels[::-1, :, :3])
        self._tell(index, hashlib.sha256(rgb.data).hexdigest())
