"""Styles that follow each other by themselves, after so many seconds or beats."""

from __future__ import annotations

from collections.abc import Sequence

from visualizer.contracts import Frame
from visualizer.show.arguments import SMOOTH
from visualizer.style.style import Style
from visualizer.types import Action, Tick


class Playlist:
    """A control and an observer: it sees how long a style has been on, and asks for the next.

    A style that somebody chose by hand stays as long as any other. A locked show, and one
    whose playlist is off, is left alone.
    """

    def __init__(self) -> None:
        self._style: Style | None = None
        self._on_s = 0.0
        self._on_beats = 0.0
        self._place = 0.0
        self._due: tuple[Action, ...] = ()

    def poll(self, _tick: Tick) -> Sequence[Action]:
        """The next style, once it is time."""
        due, self._due = self._due, ()
        return due

    def see(self, frame: Frame) -> None:
        """Count how long the style has been on."""
        session = frame.session
        place = frame.beat.count + frame.beat.phase
        if session.asked is not self._style or session.crossing is not None:
            self._style, self._on_s, self._on_beats = session.asked, 0.0, 0.0
        else:
            self._on_s += frame.tick.dt_s
            self._on_beats += max(place - self._place, 0.0)
        self._place = place
        if session.playlist is None or session.locked:
            return
        beats = session.playlist.beats
        by_beat = beats is not None and frame.beat.bpm is not None
        over = (
            self._on_beats >= (beats or 0.0)
            if by_beat
            else self._on_s >= session.playlist.seconds(frame.beat.bpm)
        )
        if over and session.waiting is None:
            self._due = (Action("random" if session.shuffle else "next", (SMOOTH,)),)
            self._on_s = self._on_beats = 0.0
