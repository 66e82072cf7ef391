"""Where a window goes on the monitors: plain geometry, in the desktop's coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the desktop; x to the right, y down."""

    x: int
    y: int
    width: int
    height: int

    def overlap(self, other: Area) -> int:
        """How many pixels two areas share."""
        width = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        height = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return max(width, 0) * max(height, 0)


def around(areas: Sequence[Area]) -> Area:
    """The smallest area that holds all of ``areas``, of which there is one at least."""
    x, y = min(area.x for area in areas), min(area.y for area in areas)
    right = max(area.x + area.width for area in areas)
    below = max(area.y + area.height for area in areas)
    return Area(x, y, right - x, below - y)


def centred(width: int, height: int, area: Area) -> Area:
    """``width`` x ``height`` in the middle of ``area``, shrunk to fit, its shape kept."""
    shrink = min(1.0, area.width / width, area.height / height)
    width, height = max(1, round(width * shrink)), max(1, round(height * shrink))
    x = area.x + (area.width - width) // 2
    return Area(x, area.y + (area.height - height) // 2, width, height)


def nearest(areas: Sequence[Area], window: Area) -> int:
    """Index of the area that shows most of ``window``; the first if none does."""
    shown = [area.overlap(window) for area in areas]
    return shown.index(max(shown))
