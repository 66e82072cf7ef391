"""Streams of blocks, (N, C) samples with any N: cut them, mix them down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from visualizer.types import RATE_HZ

Block = NDArray[np.float32]
"""(N, C) samples, -1..1."""


def cut(blocks: Iterable[Block], first: int, last: int | None) -> Iterator[Block]:
    """Samples ``first`` up to ``last`` (None: all); reads no further than it must."""
    position = 0
    for block in blocks:
        begin = max(first - position, 0)
        end = len(block) if last is None else min(last - position, len(block))
        if begin < end:
            yield block[begin:end]
        position += len(block)
        if last is not None and position >= last:
            return


def silence(count: int, channels: int) -> Iterator[Block]:
    """So many samples of nothing, none where ``count`` is below 1; a second at a time."""
    while count > 0:
        yield np.zeros((min(count, RATE_HZ), channels), np.float32)
        count -= RATE_HZ


def left_right(block: Block) -> Block:
    """(N, 2): the mean of the odd channels, that of the even ones, in a recorder's count."""
    return np.stack([block[:, 0::2].mean(axis=1), block[:, 1::2].mean(axis=1)], axis=1)
