"""Ableton Link: one tempo, beat and bar for all programs in a room that join.

Link itself is GPLv2 or later, so its library is an extra (``pip install "chladni[link]"``) and is
loaded only where somebody asks for it.
"""

from __future__ import annotations

import logging
from collections import deque
from typing import Any, Self

from visualizer.contracts import Frame
from visualizer.duration import BEATS_IN_BAR
from visualizer.errors import ChladniError
from visualizer.show.beat.tap_tempo import Grid, TapSeries

log = logging.getLogger(__name__)

START_BPM = 120.0
"""Of a session that nobody has a tempo for yet."""
NOTICED_BPM = 0.05
OFFSETS = 120
"""Frames over which the least lag is looked for: two seconds at 60 frames a second."""
MICROS = 1e6


class LinkClock:
    """A clock from outside, as ``show.clock_choice`` takes it, and an observer.

    It follows the session from the first peer on, also when that has left: a program that ends
    changes nothing. Only a stop, where somebody shares starts and stops, ends it until the next
    start. leads: four taps in a row become the session's tempo and beat; otherwise nothing of
    ours reaches it. ``with`` joins and leaves; a peer that joins has a jump in its own beat (of .3
    in a trial), which the show's beat clock makes up for smoothly. Raises ChladniError where the
    library is missing.
    """

    def __init__(self, *, leads: bool = False) -> None:
        self.leads = leads
        self._link: Any = None
        self._offsets_us: deque[float] = deque(maxlen=OFFSETS)
        self._taps = TapSeries()
        self._peers = 0
        self._joined = self._playing = self._stopped = False

    def __enter__(self) -> Self:
        try:
            import link  # noqa: PLC0415 - an extra that few have
        except ImportError as error:
            raise ChladniError(
                'Ableton Link is not installed; type: pip install "chladni[link]"'
            ) from error
        self._link = link.Link(START_BPM)
        self._link.startStopSyncEnabled = True
        self._link.enabled = True
        log.info("Ableton Link has joined")
        return self

    def __exit__(self, *_: object) -> None:
        if self._link is not None:
            self._link.enabled = False
            self._link = None

    @property
    def knows_phase(self) -> bool:
        """Link always says where its beats are."""
        return True

    @property
    def obeys_taps(self) -> bool:
        """Whether taps go to the session."""
        return self.leads

    def grid(self, time_s: float) -> Grid | None:
        """The session's beats, its bars at multiples of four; None until somebody is there.

        time_s: the show's. A frame is looked at a little after its time, now more, now less: the
        least lag of the last two seconds is what the two clocks really differ by.
        """
        if self._link is None or not self._joined or self._stopped:
            return None
        now_us = self._link.clock().micros()
        self._offsets_us.append(now_us - time_s * MICROS)
        at_us = time_s * MICROS + min(self._offsets_us)
        state = self._link.captureSessionState()
        bpm = float(state.tempo())
        in_bar = float(state.phaseAtTime(round(at_us), BEATS_IN_BAR))
        return Grid(time_s - in_bar * 60.0 / bpm, bpm, downbeat=0)

    def see(self, frame: Frame) -> None:
        """Take note of taps, where this peer leads, and say who is there."""
        if self._link is None:
            return
        self._tell()
        if not self._peers:
            self._keep_tempo(frame.beat.bpm)
        if self.leads:
            for action in frame.actions:
                if action.name == "tap":
                    self._lead(self._taps.tap(frame.tick.time_s), frame.tick.time_s)

    def _keep_tempo(self, bpm: float | None) -> None:
        """While alone: who joins later takes over this session's tempo, so it is the music's."""
        state = self._link.captureSessionState()
        if bpm is not None and abs(state.tempo() - bpm) > NOTICED_BPM:
            state.setTempo(bpm, self._link.clock().micros())
            self._link.commitSessionState(state)

    def _lead(self, grid: Grid | None, time_s: float) -> None:
        if grid is None:
            return
        state = self._link.captureSessionState()
        now_us = self._link.clock().micros()
        state.setTempo(grid.bpm, now_us)
        offset_us = min(self._offsets_us, default=now_us - time_s * MICROS)
        beat = round(state.beatAtTime(now_us, BEATS_IN_BAR))
        nearest_s = time_s + (round(grid.beats(time_s)) - grid.beats(time_s)) * 60.0 / grid.bpm
        state.forceBeatAtTime(beat, round(nearest_s * MICROS + offset_us), BEATS_IN_BAR)
        self._link.commitSessionState(state)

    def _tell(self) -> None:
        peers, playing = self._link.numPeers(), self._link.captureSessionState().isPlaying()
        self._joined = self._joined or peers > 0
        if peers != self._peers:
            log.info("Ableton Link: %d other%s", peers, "" if peers == 1 else "s")
        if playing != self._playing:
            self._stopped = not playing
            log.info("Ableton Link: %s", "playing" if playing else "stopped")
        self._peers, self._playing = peers, playing
