"""Which clock says the beat: one from outside, such as MIDI's, taps, or the analysis."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from visualizer.show.beat.tap_tempo import Grid

AUTO, TAP, ANALYSIS = "auto", "tap", "analysis"
OUTER = ("midi", "link")
"""Clocks from outside that there may be, the one that counts first at first."""
CHOICES = (AUTO, TAP, *OUTER, ANALYSIS)
"""What can be chosen."""
_ORDER = (*OUTER, TAP, ANALYSIS)


class OuterClock(Protocol):
    """A clock from outside; times are the show's."""

    @property
    def knows_phase(self) -> bool:
        """Whether it says where its beats are, and not only how fast they come."""
        ...

    @property
    def obeys_taps(self) -> bool:
        """Whether taps set the clock itself, instead of where its beats are heard here."""
        ...

    def grid(self, time_s: float) -> Grid | None:
        """Its beats as they are known at ``time_s``; None while it is not heard."""
        ...


class ClockChoice:
    """The clock that somebody chose, or with AUTO the first of OUTER, TAP, ANALYSIS that is heard.

    So it is, too, while the chosen one is not heard. outer: the clocks from outside, by their
    names in OUTER.
    """

    def __init__(self, outer: Mapping[str, OuterClock]) -> None:
        self._outer = outer
        self._choice = AUTO
        self._shifts: dict[str, float] = {}
        self._knew: dict[str, bool] = {}

    def choose(self, name: str) -> None:
        """This one counts from now on, one of CHOICES."""
        self._choice = name

    def taps_locked(self) -> None:
        """Somebody tapped a tempo: that is a choice against the analysis."""
        if self._choice == ANALYSIS:
            self._choice = TAP

    def released(self) -> None:
        """Taps count no more, nor what they did to clocks from outside."""
        self._shifts.clear()
        if self._choice == TAP:
            self._choice = AUTO

    def pick(
        self, time_s: float, beats: float, lock: Grid | None, heard: Grid | None
    ) -> tuple[str, Grid | None]:
        """The clock that counts, one of CHOICES, and its beats.

        beats: where the show's beat stands at ``time_s``: there, too, stands a clock that does
        not say where its beats are. lock, heard: of the taps and of the analysis.
        """
        grids = {TAP: lock, ANALYSIS: heard} | {
            name: self._shifted(name, clock, time_s, beats) for name, clock in self._outer.items()
        }
        for name in (self._choice, *_ORDER):
            if (grid := grids.get(name)) is not None:
                return name, grid
        return ANALYSIS, None

    def tap(self, name: str, time_s: float) -> bool:
        """Move the beat of the clock ``name`` to ``time_s``, if it is one from outside."""
        clock = self._outer.get(name)
        grid = None if clock is None else clock.grid(time_s)
        if clock is None or grid is None:
            return False
        if clock.obeys_taps:
            return True
        self._shifts[name] = math.remainder(grid.beats(time_s), 1.0)
        return True

    def _shifted(self, name: str, clock: OuterClock, time_s: float, beats: float) -> Grid | None:
        grid = clock.grid(time_s)
        if grid is None:
            self._shifts.pop(name, None)
            return None
        if clock.knows_phase and not self._knew.get(name):
            self._shifts.pop(name, None)  # its own word, after a guess of ours
        self._knew[name] = clock.knows_phase
        if name not in self._shifts:
            unknown = 0.0 if clock.knows_phase else math.remainder(grid.beats(time_s) - beats, 1.0)
            self._shifts[name] = unknown
        return replace(grid, anchor_s=grid.anchor_s + self._shifts[name] * 60.0 / grid.bpm)
