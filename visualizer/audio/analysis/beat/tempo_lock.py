"""Which tempo is told: none before it is credible, and no other before it has lasted."""

from __future__ import annotations

from visualizer.audio.analysis.follower import one_pole_step

LOCK_S = 1.0
"""So long the filter must say the first tempo. Half the recordings have one after 2.2 s, nine of
ten after 3.5 s."""
HOLD_S = 1.5
"""So long it must say another. Without, nine recordings of ten jump 40 times a minute or less; with
it 5, and F is .01 better, since most jumps are back and forth. At 3 s wrong beginnings last."""
SETTLED_S = 5.0
"""A tempo held so long keeps its octave: strokes on every eighth, as in a break, are then heard as
what they are. Other tempi may still follow, and a silence begins anew."""
SAME_TEMPO = 0.08
"""Tempi no further apart, as a share, are one that sways."""
TEMPO_TAU_S = 2.0


class TempoLock:
    """Follows a tempo that sways; gives way to another one that stays.

    dt_s: from one step to the next.
    """

    def __init__(self, dt_s: float) -> None:
        self._dt_s = dt_s
        self._step = one_pole_step(dt_s, TEMPO_TAU_S)
        self._candidate: float | None = None
        self._lasted_s = 0.0
        self._held_s = 0.0
        self.bpm: float | None = None

    def step(self, heard_bpm: float | None) -> float | None:
        """Take what is heard now, None where nothing is certain.

        Returns how many beats are heard to one of ours: 1 where that is our tempo, 2 or a half
        where it is the other octave of one that has settled. None where it is another tempo.
        """
        if heard_bpm is None:
            self._candidate = None
            return None
        for beats in (1.0, 2.0, 0.5) if self._held_s >= SETTLED_S else (1.0,):
            if self.bpm is not None and _is_same(heard_bpm / beats, self.bpm):
                # Periods are whole frames, and at 174 bpm the next one is 3 % off: only their mean
                # is the tempo, and a break that begins at any one of them would run away.
                self.bpm += (heard_bpm / beats - self.bpm) * self._step
                self._candidate = None
                self._held_s += self._dt_s
                return beats
        lasts = _is_same(heard_bpm, self._candidate)
        self._lasted_s = self._lasted_s + self._dt_s if lasts else 0.0
        self._candidate = heard_bpm
        if self._lasted_s < (LOCK_S if self.bpm is None else HOLD_S):
            return None
        self.bpm, self._candidate, self._held_s = heard_bpm, None, 0.0
        return 1.0


def _is_same(a_bpm: float, b_bpm: float | None) -> bool:
    return b_bpm is not None and abs(a_bpm / b_bpm - 1.0) <= SAME_TEMPO
