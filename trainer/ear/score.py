"""A piece on paper: when its beats are, who plays, and every note."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

DRUM_CHANNEL = 9
LONGEST_LOST_S = 0.3
"""A note that began before the piece is heard if it is a long one, as where a recording is cut."""

Times = NDArray[np.float64]


class Note(NamedTuple):
    """A note: from when to when in seconds, MIDI channel, key and velocity."""

    start_s: float
    end_s: float
    channel: int
    key: int
    velocity: int


@dataclass(slots=True)
class Timing:
    """Where the beats are.

    beats_s: times of all beats, some before the piece begins and after it ends. in_bar: beats
    in a bar, the first of them a downbeat. swing: where in a beat its second eighth, or the last
    of a triplet, falls. jitter_s: of each note.
    """

    beats_s: Times
    in_bar: int
    steps: int
    swing: float
    jitter_s: float

    @property
    def bars(self) -> int:
        """How many whole bars there are."""
        return (len(self.beats_s) - 1) // self.in_bar

    @property
    def upbeat(self) -> float:
        """Where in a beat the second note falls, written plainly: half way, or a triplet's last."""
        return 2.0 / 3.0 if self.steps == 3 else 0.5

    def at_s(self, beat: float) -> float:
        """When a place in beats is, unswung."""
        return float(np.interp(beat, np.arange(len(self.beats_s)), self.beats_s))

    def swung(self, place: float) -> float:
        """A place in beats as it is played."""
        beat, share = divmod(place, 1.0)
        return beat + float(np.interp(share, (0.0, self.upbeat, 1.0), (0.0, self.swing, 1.0)))


@dataclass(slots=True)
class Score:
    """What is to be played for ``length_s``; ``programs`` by channel."""

    kind: str
    timing: Timing
    length_s: float
    rng: np.random.Generator
    notes: list[Note] = field(default_factory=list)
    programs: dict[int, int] = field(default_factory=dict)

    def add(self, place: float, length: float, channel: int, key: float, velocity: float) -> None:
        """Write a note down. Place and length in beats; late, early and loud as a hand is."""
        start_s = self.timing.at_s(self.timing.swung(place))
        start_s += self.rng.normal(0.0, self.timing.jitter_s)
        end_s = self.timing.at_s(place + length)
        was_begun = start_s < -0.03
        if start_s > self.length_s or end_s <= 0.0 or (was_begun and end_s < LONGEST_LOST_S):
            return
        start_s = max(start_s, 0.0)
        velocity += self.rng.normal(0.0, 6.0)
        self.notes.append(
            Note(
                start_s,
                max(end_s, start_s + 0.04),
                channel,
                int(np.clip(key, 20, 108)),
                int(np.clip(velocity, 8, 127)),
            )
        )

    @property
    def beats_s(self) -> Times:
        """Times of the beats within the piece."""
        return self._within(self.timing.beats_s)

    @property
    def downbeats_s(self) -> Times:
        """Times of the first beats of bars within the piece."""
        return self._within(self.timing.beats_s[:: self.timing.in_bar])

    def _within(self, times_s: Times) -> Times:
        return times_s[(times_s > 0.0) & (times_s < self.length_s)]
