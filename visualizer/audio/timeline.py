"""Where decoded sound lies in a file: where its time stamps say."""

from __future__ import annotations

_JITTER_S = 0.01
"""Stamps in whole milliseconds, and those of real recorders, are off by less than this."""
_TRIM_S = 0.1
"""Encoders put less than this in front, which the decoder cuts off again."""
_LEAP_S = 10.0
"""Broadcasts begin to count anew, with a leap that is no pause: FFmpeg's dts_delta_threshold."""


class Timeline:
    """Follows the stamps of one stream and says where there is a pause.

    counts_anew: whether it may count from anywhere, and begin anew, as a broadcast does: then it
    begins at its first stamp, otherwise at zero.

    position_s: where the next sound will lie, from the file's beginning.
    """

    def __init__(self, *, counts_anew: bool) -> None:
        self._first_s: float | None = None
        self._counts_anew = counts_anew
        self._zero_s: float | None = None
        self.position_s = 0.0

    def see_packet(self, stamp_s: float | None) -> None:
        """Take note of a packet before its sound; the first one tells what is cut off it."""
        if self._first_s is None:
            self._first_s = max(stamp_s or 0.0, 0.0)

    def place(self, stamp_s: float | None, length_s: float) -> float | None:
        """Lay sound of ``length_s`` down; where it begins if that is behind a pause, else None.

        stamp_s: None where nobody knows; it goes on then.
        """
        begins_s = None
        if stamp_s is not None:
            if self._zero_s is None:
                self._zero_s = self._zero(stamp_s)
            pause_s = stamp_s - self._zero_s - self.position_s
            if pause_s < -_JITTER_S or (self._counts_anew and pause_s > _LEAP_S):
                # Two sounds at once cannot be: from here on it counts anew.
                self._zero_s = stamp_s - self.position_s
            elif pause_s > _JITTER_S:
                begins_s = self.position_s = self.position_s + pause_s
        self.position_s += length_s
        return begins_s

    def _zero(self, stamp_s: float) -> float:
        """The stamp that stands for position 0, from that of the first sound."""
        if self._counts_anew:
            return stamp_s
        trimmed_s = stamp_s - (self._first_s or 0.0)
        return trimmed_s if 0.0 <= trimmed_s <= _TRIM_S else 0.0
