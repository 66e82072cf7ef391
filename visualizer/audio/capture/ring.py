"""A ring of float32 frames in shared memory: one process writes, another reads.

The writer never waits and never looks at the reader: when the ring is full it overwrites the
oldest frames. The reader finds out by two counters, as in a seqlock: the writer raises
``reserved`` before it copies and ``written`` after, so every frame from ``reserved - capacity``
up to ``written`` is whole. What the reader came too late for, it counts to the frame.

A writer that must not overwrite (a song being played) asks ``Ring.space`` first.

Python has no memory fences. x86 keeps the order of stores; on ARM a counter could be seen some
nanoseconds before its samples, while readers come milliseconds later.
"""

from __future__ import annotations

from multiprocessing.shared_memory import SharedMemory
from typing import Self

import numpy as np
from numpy.typing import NDArray

from visualizer.audio.capture.timestamps import Stamps

Frames = NDArray[np.float32]
"""(N, C) samples, -1..1."""

_WORDS = 11
_DEVICE = slice(128, 384)
_PROBLEM = slice(384, 1024)
_STAMPS = 1024
"""Enough for 2.7 s of sound in blocks as small as half a hop."""
_STAMP_WORDS = slice(1024, 1024 + 8 * Stamps.words_for(_STAMPS))
_HEADER_BYTES = _STAMP_WORDS.stop


class _Word:
    """An aligned 8-byte integer in the ring's header, written by one side only."""

    def __init__(self, place: int) -> None:
        self._place = place

    def __get__(self, ring: Ring, _: object = None) -> int:
        return ring._words[self._place]  # noqa: SLF001 - a part of Ring

    def __set__(self, ring: Ring, value: int) -> None:
        ring._words[self._place] = value  # noqa: SLF001 - a part of Ring


class _Seconds:
    """A word that holds a time in whole nanoseconds."""

    def __init__(self, place: int) -> None:
        self._word = _Word(place)

    def __get__(self, ring: Ring, _: object = None) -> float:
        return self._word.__get__(ring) / 1e9

    def __set__(self, ring: Ring, time_s: float) -> None:
        self._word.__set__(ring, round(time_s * 1e9))


class Ring:
    """The shared memory itself. Use it as a context manager, or call ``close``.

    Whoever created it also removes it; the other side attaches by ``name``. Python's resource
    tracker, which both processes share under the start method *spawn*, removes it should the
    creator be killed.

    capacity: frames. max_channels: the room that is there; channels: those in use.
    reserved, written: frames ever begun and ever finished by the writer; done: by the reader.
    dropped: frames that the device lost before they came here.
    opened, failed: 1 once the device is open, or could not be opened.
    zero_s: the ``time.perf_counter`` time at which frame 0 is heard; 0 before a player knows.
    That clock is the same in all processes of a computer.
    input_latency_s: how long sound lies in buffers before it comes here; 0 where unknown.
    """

    capacity = _Word(0)
    max_channels = _Word(1)
    channels = _Word(2)
    reserved = _Word(3)
    written = _Word(4)
    done = _Word(5)
    dropped = _Word(6)
    opened = _Word(7)
    failed = _Word(8)
    zero_s = _Seconds(9)
    input_latency_s = _Seconds(10)

    def __init__(self, memory: SharedMemory, *, owner: bool) -> None:
        self._memory = memory
        self._owner = owner
        self._open = True
        if memory.buf is None:
            raise ValueError("this shared memory is closed")
        # Released by hand: a view that a traceback kept alive would forbid to close the memory.
        self._bytes = memory.buf[:]
        self._words = self._bytes[: 8 * _WORDS].cast("q")
        self._stamps = Stamps(self._bytes[_STAMP_WORDS].cast("q"))

    @classmethod
    def create(cls, capacity: int, max_channels: int) -> Self:
        """Make a ring of ``capacity`` frames; pages that are never written cost no memory."""
        size = _HEADER_BYTES + capacity * max_channels * 4
        ring = cls(SharedMemory(create=True, size=size), owner=True)
        ring.capacity = capacity
        ring.max_channels = max_channels
        return ring

    @classmethod
    def attach(cls, name: str) -> Self:
        """Open the ring that another process made. Raises FileNotFoundError."""
        return cls(SharedMemory(name), owner=False)

    @property
    def name(self) -> str:
        """What to hand to the other process."""
        return self._memory.name

    @property
    def device(self) -> str:
        """The device's name, empty until it is known."""
        return self._text(_DEVICE)

    @device.setter
    def device(self, name: str) -> None:
        self._put_text(_DEVICE, name)

    @property
    def problem(self) -> str:
        """Why the device could not be opened, one sentence; empty while nothing is wrong."""
        return self._text(_PROBLEM)

    def open(self, channels: int) -> None:
        """Tell the reader that frames of so many channels are about to come."""
        if not 1 <= channels <= self.max_channels:
            raise ValueError(f"{channels} channels, expected 1 to {self.max_channels}")
        self.channels = channels
        self.opened = 1

    def fail(self, problem: str) -> None:
        """Tell the other side that there will be no sound, and why."""
        self._put_text(_PROBLEM, problem)
        self.failed = 1

    @property
    def frames(self) -> Frames:
        """(capacity, channels) view of the samples. Drop it before ``close``."""
        shape = (self.capacity, self.channels)
        return np.ndarray(shape, np.float32, self._bytes, _HEADER_BYTES)

    @property
    def space(self) -> int:
        """Frames that can be written without overwriting what was not read yet."""
        return self.capacity - (self.written - self.done)

    def write(self, frames: Frames, arrived_s: float | None = None) -> None:
        """Append (N, C) frames, N at most ``capacity``, that came at ``arrived_s``. Never waits."""
        count, capacity = len(frames), self.capacity
        if count > capacity:
            raise ValueError(f"{count} frames do not fit into a ring of {capacity}")
        start = self.written
        self.reserved = start + count
        slots = self.frames
        at = start % capacity
        first = min(count, capacity - at)
        slots[at : at + first] = frames[:first]
        slots[: count - first] = frames[first:]
        if arrived_s is not None:  # stamped before they can be seen
            self._stamps.put(start + count, arrived_s)
        self.written = start + count

    def arrival_s(self, frame: int) -> float | None:
        """When frame ``frame`` came, as ``time.perf_counter`` tells; None where nobody knows."""
        return self._stamps.arrival_s(frame)

    def close(self) -> None:
        """Let go of the memory; its creator also removes it. Closing twice does no harm."""
        if not self._open:
            return
        self._open = False
        self._words.release()
        self._stamps.release()
        self._bytes.release()
        self._memory.close()
        if self._owner:
            self._memory.unlink()

    def _text(self, place: slice) -> str:
        return bytes(self._bytes[place]).split(b"\0", 1)[0].decode(errors="replace")

    def _put_text(self, place: slice, text: str) -> None:
        """Write UTF-8, cut between letters where it is too long, ended by a zero."""
        room = place.stop - place.start
        kept = text.encode()[: room - 1].decode(errors="ignore").encode()
        self._bytes[place] = kept.ljust(room, b"\0")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class RingReader:
    """The reading side of a ring.

    position: the number of the next frame. lost: counts the frames it came too late for.
    """

    def __init__(self, ring: Ring) -> None:
        self._ring = ring
        self.position = 0
        self.lost = 0

    def read(self, limit: int, multiple: int = 1) -> Frames:
        """Copy out up to ``limit`` waiting frames, a whole number of ``multiple``. Never waits.

        After an overrun it goes on with the newest half of the ring: the far end of the oldest
        half would be overwritten while it is being copied.
        """
        ring = self._ring
        while True:
            written = ring.written
            if written - self.position > ring.capacity:
                self._skip_to(written - ring.capacity // 2)
            count = min(written - self.position, limit) // multiple * multiple
            frames = self._copy(count)
            oldest_whole = ring.reserved - ring.capacity
            if count == 0 or self.position >= oldest_whole:
                self.position += count
                ring.done = self.position
                return frames
            self._skip_to(max(oldest_whole, ring.written - ring.capacity // 2))

    def _copy(self, count: int) -> Frames:
        ring = self._ring
        slots = ring.frames
        at = self.position % ring.capacity
        first = min(count, ring.capacity - at)
        return np.concatenate((slots[at : at + first], slots[: count - first]))

    def _skip_to(self, position: int) -> None:
        self.lost += position - self.position
        self.position = position
