"""A song as a source of hops, in song time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Self

import numpy as np

from visualizer.audio.analysis.framer import Framer
from visualizer.audio.file import AudioFile
from visualizer.types import HOP, RATE_HZ, Hop


class FileSource:
    """A file as a source of hops: in song time, decoded as they fall due.

    After the end silent hops keep coming, so that whatever follows the sound comes to rest.
    """

    def __init__(self, audio: AudioFile) -> None:
        self._audio = audio
        self._hops: Iterator[Hop] = iter(())
        self._handed_out = 0
        self._silence = np.zeros((HOP, 1), np.float32)
        self.ended = False
        """Whether all of the song has been handed out."""

    def __enter__(self) -> Self:
        """Start at the song's beginning. Raises SoundError."""
        self._hops = self.all_hops()
        self._handed_out = 0
        self.ended = False
        self._silence = np.zeros((HOP, self._audio.probe.channels), np.float32)
        self._silence.flags.writeable = False
        return self

    def __exit__(self, *error: object) -> None:
        """Let go of the file."""
        self._hops = iter(())

    def hops_until(self, time_s: float) -> list[Hop]:
        """All hops that end by ``time_s`` and were not handed out yet, in order."""
        # A microhop of grace: frame times such as 1/60 s are not exact in binary.
        due = int(time_s * RATE_HZ / HOP + 1e-6)
        handed = list(itertools.islice(self._hops, max(0, due - self._handed_out)))
        missing = due - self._handed_out - len(handed)
        self.ended = self.ended or missing > 0
        handed += [self._silence] * missing
        self._handed_out += len(handed)
        return handed

    def all_hops(self) -> Iterator[Hop]:
        """The whole file from its beginning: ceil(frames / HOP) hops, the last one zero padded."""
        framer = Framer(self._audio.probe.channels)
        for block in self._audio.blocks():
            yield from framer.push(block)
        yield from framer.flush()
