"""When sound arrived: stamps in shared memory that one process puts and another reads.

A stamp says: at this moment so many frames had come. It is whole as the ring's frames are:
``begun`` is raised before it is put down and ``finished`` after, so every stamp from
``begun - room`` up to ``finished`` can be trusted, and what was overwritten is found out.

The clock is ``time.perf_counter``: Python promises that it is one and the same for all
processes of a computer, and it is fine enough on each (``CLOCK_MONOTONIC`` on Linux,
``mach_absolute_time`` on macOS, ``QueryPerformanceCounter`` on Windows, where
``time.monotonic`` steps by 16 ms up to Python 3.12).
"""

from __future__ import annotations

_BEGUN, _FINISHED, _FIRST = 0, 1, 2


class Stamps:
    """The newest stamps, as many as there is room for. One side puts, the other asks.

    words: 8-byte integers, ``Stamps.words_for(room)`` of them, at first all zero. ``release``
    them before their memory is closed.
    """

    def __init__(self, words: memoryview) -> None:
        self._words = words
        self._room = (len(words) - _FIRST) // 2

    @staticmethod
    def words_for(room: int) -> int:
        """How many words ``room`` stamps need."""
        return _FIRST + 2 * room

    def put(self, frames: int, time_s: float) -> None:
        """Say that at ``time_s`` the last of ``frames`` frames, counted from the first, came."""
        number = self._words[_FINISHED]
        self._words[_BEGUN] = number + 1
        at = self._place(number)
        self._words[at] = frames
        self._words[at + 1] = round(time_s * 1e9)
        self._words[_FINISHED] = number + 1

    def arrival_s(self, frame: int) -> float | None:
        """When frame ``frame`` (from 0) came; None if it has not, or too long ago to tell."""
        arrived_ns = None
        # Backwards: who asks wants to know of the newest few.
        for number in range(self._words[_FINISHED] - 1, -1, -1):
            frames, time_ns = self._read(number)
            if number < self._words[_BEGUN] - self._room:
                return None
            if frames <= frame:
                break
            arrived_ns = time_ns
        return None if arrived_ns is None else arrived_ns / 1e9

    def release(self) -> None:
        """Let go of the words."""
        self._words.release()

    def _place(self, number: int) -> int:
        return _FIRST + 2 * (number % self._room)

    def _read(self, number: int) -> tuple[int, int]:
        at = self._place(number)
        return self._words[at], self._words[at + 1]
