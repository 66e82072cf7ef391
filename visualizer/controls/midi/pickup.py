"""Soft take-over: a knob moves nothing until it has come to where the show stands."""

from __future__ import annotations

NEAR = 1.5 / 127
"""So near counts as there: a step and a half of a coarse knob."""


class Pickup:
    """One knob, whose places are 0..1, and one value of the show."""

    def __init__(self) -> None:
        self._before: float | None = None
        self._asked: float | None = None

    def takes(self, place: float, stands: float) -> bool:
        """Whether the knob at ``place`` may move the show, which stands at ``stands``.

        It may from the moment on at which it reaches or passes the show's place, until
        somebody else moves the show away from where the knob has put it.
        """
        before, self._before = self._before, place
        holds = self._asked is not None and abs(self._asked - stands) <= NEAR
        near = abs(place - stands) <= NEAR
        passes = before is not None and min(before, place) <= stands <= max(before, place)
        if not (holds or near or passes):
            self._asked = None
            return False
        self._asked = place
        return True
