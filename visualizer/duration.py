"""Times as people write them: on a clock, and as performers count, in seconds, beats or bars."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

BEATS_IN_BAR = 4
UNKNOWN_BPM = 120.0
"""Where no tempo is known, a beat lasts half a second."""
MAX_VALUE = 3600.0
EXPECTED = f"a length above 0, at most {MAX_VALUE:g}, such as 2s, 8beats or 4bars"

_FORM = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?) ?(s|b|beats?|bars?)?")
_CLOCK = re.compile(r"(?:([0-9]{1,4}):)?([0-9]{1,4}):([0-5]?[0-9](?:\.[0-9]{0,9})?)")


def parse_seconds(text: str) -> float:
    """``90``, ``1:30`` or ``1:02:03.5`` as seconds; any number, maybe NaN. Raises ValueError.

    Minutes of an hour are below 60, those before a colon alone may be more: ``90:00``.
    """
    clock = _CLOCK.fullmatch(text.strip())
    if clock is None:
        return float(text)
    hours, minutes, seconds = int(clock[1] or 0), int(clock[2]), float(clock[3])
    if clock[1] is not None and minutes >= 60:
        raise ValueError(f"{text!r} has {minutes} minutes beside its hours")
    return 3600.0 * hours + 60.0 * minutes + seconds


@dataclass(frozen=True, slots=True)
class Span:
    """value: above 0. unit: ``s``, ``beats`` or ``bars``."""

    value: float
    unit: str = "s"

    @classmethod
    def parse(cls, text: str) -> Self:
        """``2``, ``2.5s``, ``8b``, ``8beats``, ``4bars``. Raises ValueError."""
        match = _FORM.fullmatch(text.strip().lower())
        if match is None or not 0.0 < float(match[1]) <= MAX_VALUE:
            raise ValueError(EXPECTED)
        unit = match[2] or "s"
        return cls(float(match[1]), unit if unit == "s" else "bars" if "r" in unit else "beats")

    def __str__(self) -> str:
        """As ``parse`` reads it."""
        return f"{self.value:.6f}".rstrip("0").rstrip(".") + self.unit

    @property
    def beats(self) -> float | None:
        """Its beats; None where it is counted in seconds."""
        per_unit = {"beats": 1, "bars": BEATS_IN_BAR}
        return self.value * per_unit[self.unit] if self.unit in per_unit else None

    def seconds(self, bpm: float | None) -> float:
        """Its length at a tempo in beats a minute, None where none is known."""
        if self.beats is None:
            return self.value
        return self.beats * 60.0 / (bpm or UNKNOWN_BPM)
