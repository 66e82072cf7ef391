"""The sender's clock: ticks at 24 a beat, with jitter, become a steady grid of beats."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import numpy as np

from visualizer.controls.midi.wire.messages import Transport
from visualizer.show.beat.tap_tempo import LEAST_BPM, MOST_BPM, Grid

TICKS_IN_BEAT = 24
TICKS_IN_SIXTEENTH = 6
WINDOW = 96
"""Ticks that are fitted: a bar. With even jitter of +-3 ms the slope's standard error is .03 %
(120 bpm within .04) and the phase's .4 ms; after the first beat alone, .3 bpm."""
FIRST = TICKS_IN_BEAT
"""The first estimate is made after a beat."""
LOST_S = 2.0
GAP_S = 0.25
"""No tempo has ticks so far apart: the sender paused, or a cable was pulled."""
RECENT = 12
"""Half a beat: where its mean lies off the line, the tempo has changed."""
OFF_S = 0.004
"""Eight standard errors of that mean, at a jitter of +-3 ms."""


class ClockFollower:
    """Least squares through the last WINDOW ticks. All times are the show's, in seconds.

    knows_phase: whether the sender has said where its beats are, by a start or by going on
    from a position. Until then beats fall on every 24th tick from any.
    """

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._times_s: deque[float] = deque(maxlen=WINDOW)
        self._number = -1  # of the last tick, from the song's beginning
        self._paused_at: int | None = None
        self._grid: Grid | None = None
        self.knows_phase = False

    @property
    def obeys_taps(self) -> bool:
        """A sender of MIDI clock cannot be told anything."""
        return False

    def hear(self, transport: Transport, time_s: float) -> None:
        """Take in one word of the sender's, said at ``time_s``."""
        match transport.word:
            case "clock":
                self._tick(time_s)
            case "start":
                self._go_on_from(0)
            case "position":
                self._paused_at = transport.sixteenths * TICKS_IN_SIXTEENTH
            case "continue" if self._paused_at is not None:
                self._go_on_from(self._paused_at)
            case "stop" if self.knows_phase:
                # Many tick on while they are stopped; the song does not.
                self._paused_at = self._number + 1
            case _:
                return

    def grid(self, time_s: float) -> Grid | None:
        """The sender's beats, as they are known at ``time_s``: its anchor is the song's first.

        None before the first estimate, and when no tick has come for LOST_S.
        """
        if self._times_s and time_s - self._times_s[-1] > LOST_S:
            self._forget()
        if self._grid is None or not self.knows_phase:
            return self._grid
        return replace(self._grid, downbeat=0)

    def _go_on_from(self, number: int) -> None:
        """The next tick is ``number``. The tempo stays; where the ticks fall is found anew."""
        self._times_s.clear()
        self._number = number - 1
        self._paused_at = None
        self.knows_phase = True

    def _tick(self, time_s: float) -> None:
        if self._times_s and time_s - self._times_s[-1] > GAP_S:
            self._times_s.clear()
        self._number += 1
        self._times_s.append(time_s)
        if len(self._times_s) >= FIRST:
            self._grid = self._fitted()
        elif len(self._times_s) == 1 and self._grid is not None:
            tick_s = 60.0 / self._grid.bpm / TICKS_IN_BEAT
            self._grid = Grid(time_s - self._number * tick_s, self._grid.bpm)

    def _fitted(self) -> Grid | None:
        period_s, zero_s, residuals_s = self._line()
        if len(self._times_s) > FIRST and abs(residuals_s[-RECENT:].mean()) > OFF_S:
            self._times_s = deque(list(self._times_s)[-FIRST:], WINDOW)
            period_s, zero_s, _ = self._line()
        bpm = 60.0 / (TICKS_IN_BEAT * period_s) if period_s > 0.0 else 0.0
        return Grid(zero_s, bpm) if LEAST_BPM <= bpm <= MOST_BPM else None

    def _line(self) -> tuple[float, float, np.ndarray]:
        """The ticks' period, the time of number 0, and how late each came."""
        times_s = np.array(self._times_s)
        places = np.arange(len(times_s)) - (len(times_s) - 1) / 2.0
        middle_s = float(times_s.mean())
        period_s = float(places @ (times_s - middle_s) / (places @ places))
        residuals_s = times_s - middle_s - places * period_s
        return period_s, middle_s - (self._number - places[-1]) * period_s, residuals_s
