"""What a film's pictures were before their conversion, as one number."""

from __future__ import annotations

import functools
import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Self

import numpy as np
from numpy.typing import NDArray

from visualizer.contracts import Frame, Picture, Tap
from visualizer.system.workers import BoundedWorker


class FrameHash:
    """A sink that hashes every picture that ``wants`` wants, beside the film. For reports alone.

    tap: of RGBA, bottom row first; open before this and until after it. It and the thread are
    this sink's own, so that a film without a report pays for neither. Put it behind the film:
    the picture is drawn by the time that the film has taken it.

    spent_s: time that the loop spent here.
    """

    def __init__(self, tap: Tap, wants: Callable[[Frame], bool]) -> None:
        self.spent_s = 0.0
        self._tap = tap
        self._wants = wants
        self._digest = hashlib.sha256()
        self._thread = BoundedWorker("hash")
        self._opened = ExitStack()

    @property
    def hexdigest(self) -> str:
        """SHA-256 of the raw RGB24 pictures, top row first, in order; whole after ``with``."""
        return self._digest.hexdigest()

    def __enter__(self) -> Self:
        """Get ready."""
        self._opened.enter_context(self._thread)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> None:
        """Take in what the tap still holds, if all went well; end the thread."""
        with self._opened:
            if kind is None:
                with self._timed():
                    self._take_in(self._tap.rest())
                    self._thread.finish()

    def wants(self, frame: Frame) -> bool:
        """Whether it is one of the film's."""
        return self._wants(frame)

    def show(self, picture: Picture, frame: Frame) -> None:  # noqa: ARG002 - a sink's interface
        """Take the picture in."""
        with self._timed():
            self._take_in(self._tap.take(picture))

    def _take_in(self, pictures: Sequence[NDArray[np.uint8]]) -> None:
        for pixels in pictures:
            self._thread.do(functools.partial(self._update, pixels))

    @contextmanager
    def _timed(self) -> Iterator[None]:
        began_s = time.perf_counter()
        yield
        self.spent_s += time.perf_counter() - began_s

    def _update(self, pixels: NDArray[np.uint8]) -> None:
        self._digest.update(np.ascontiguousarray(pixels[::-1, :, :3]).data)
