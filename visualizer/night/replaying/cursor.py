"""A night again: the parts of the loop that say what came in, from a journal.

Two clocks: the recorded ticks, by which every scene is what it was, to the bit; or any other, by
which the same is simulated at any rate, every action at its time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from visualizer.contracts import Clock
from visualizer.night.journal import Answer, Journal, Note, Reading
from visualizer.night.replaying.sound import NightSound
from visualizer.show.beat.clock_choice import OUTER
from visualizer.show.beat.tap_tempo import Grid
from visualizer.types import Action, Hop, Tick

_ROUNDING_S = 1e-9


class Cursor:
    """Where in a night its replay is. note: the newest tick that is due. due: new in this frame."""

    def __init__(self, journal: Journal) -> None:
        self._coming = deque(journal.notes)
        self.note = journal.notes[0]
        self.due: tuple[Note, ...] = ()
        self.answers: list[Answer] = []

    def next(self) -> None:
        """Go on by one tick."""
        self._take((self._coming.popleft(),))

    def reach(self, time_s: float) -> None:
        """Go on to all ticks up to ``time_s``."""
        due = []
        while self._coming and self._coming[0].time_s <= time_s + _ROUNDING_S:
            due.append(self._coming.popleft())
        self._take(tuple(due))

    def _take(self, due: tuple[Note, ...]) -> None:
        self.due = due
        self.note = due[-1] if due else self.note
        self.answers = [answer for note in due for answer in note.answers]


class RecordedClock:
    """The ticks as they were, as long as their sound is there."""

    def __init__(self, journal: Journal, cursor: Cursor, sound: NightSound) -> None:
        self._journal = journal
        self._cursor = cursor
        self._sound = sound

    def ticks(self) -> Iterator[Tick]:
        """All of them."""
        for note in self._journal.notes:
            if not self._sound.has(note.hops):
                return
            self._cursor.next()
            yield Tick(note.index, note.time_s, note.dt_s)


class FollowedClock:
    """Another clock, that begins when the night did, and what is due by its ticks."""

    def __init__(self, clock: Clock, journal: Journal, cursor: Cursor) -> None:
        self._clock = clock
        self._start_s = journal.header.start_s
        self._cursor = cursor

    def ticks(self) -> Iterator[Tick]:
        """Its ticks, in the night's time."""
        for tick in self._clock.ticks():
            time_s = self._start_s + tick.time_s
            self._cursor.reach(time_s)
            yield Tick(tick.index, time_s, tick.dt_s)


class RecordedSource:
    """The hops that each tick heard."""

    def __init__(self, cursor: Cursor, sound: NightSound) -> None:
        self._cursor = cursor
        self._sound = sound

    def hops_until(self, time_s: float) -> Sequence[Hop]:  # noqa: ARG002 - a source's interface
        """Those of this tick."""
        return self._sound.take(sum(note.hops for note in self._cursor.due))


class SpreadSource:
    """The hops, evenly over the time since the tick before: so they came in, if not to the loop."""

    def __init__(self, journal: Journal, sound: NightSound) -> None:
        self._times_s = _hop_times_s(journal)
        self._sound = sound
        self._next_s = next(self._times_s, None)

    def hops_until(self, time_s: float) -> Sequence[Hop]:
        """Those that are due."""
        count = 0
        while self._next_s is not None and self._next_s <= time_s + _ROUNDING_S:
            count += 1
            self._next_s = next(self._times_s, None)
        return self._sound.take(count)


def _hop_times_s(journal: Journal) -> Iterator[float]:
    before_s = journal.header.start_s
    for note in journal.notes:
        for number in range(1, note.hops + 1):
            yield before_s + (note.time_s - before_s) * number / note.hops
        before_s = note.time_s


class RecordedActions:
    """A control: what was asked for, each action at its time."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    def poll(self, tick: Tick) -> Sequence[Action]:  # noqa: ARG002 - a control's interface
        """Those of the ticks that are due."""
        return [action for note in self._cursor.due for action in note.actions]


class ReplayedClock:
    """A clock from outside, as it was heard."""

    def __init__(self, name: str, cursor: Cursor) -> None:
        self._name = name
        self._cursor = cursor

    @property
    def knows_phase(self) -> bool:
        """As in ``OuterClock``."""
        return self._reading.knows_phase

    @property
    def obeys_taps(self) -> bool:
        """As in ``OuterClock``."""
        return self._reading.obeys_taps

    def grid(self, time_s: float) -> Grid | None:  # noqa: ARG002 - a clock's interface
        """As in ``OuterClock``."""
        return self._reading.grid

    @property
    def _reading(self) -> Reading:
        return self._cursor.note.clocks.get(self._name, Reading(None))


def replayed_clocks(cursor: Cursor) -> dict[str, ReplayedClock]:
    """All clocks from outside that there may be."""
    return {name: ReplayedClock(name, cursor) for name in OUTER}
