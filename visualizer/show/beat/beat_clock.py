"""The show's beat, from whichever clock counts, with a phase that only ever runs on."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from visualizer.duration import BEATS_IN_BAR
from visualizer.show.beat.clock_choice import ANALYSIS, TAP, ClockChoice, OuterClock
from visualizer.show.beat.tap_tempo import LEAST_BPM, LOCK_TAPS, MOST_BPM, Grid, TapSeries
from visualizer.types import Action, Beat, Tick

LEAD_S = 0.04
"""How far the phase runs ahead of what was heard. Without it, on the demo track at 24 to 144 fps,
it is within 4 ms of the beat; but live the sound comes 7 ms late and the picture is seen about
25 ms later still (a swap and half a scan at 60 Hz): with it, 8 ms early. A film, whose frame is
seen for 17 to 33 ms, is 23 to 32 ms early: sooner than an eye would notice."""
SURE_OF_BAR = 0.5
"""Trust in the analysis' bar from which ours goes along with it."""
OCTAVE_NEAR = 0.15
"""A tempo that becomes twice or half another, within so many octaves, is the same music's."""
CATCH = 0.5
"""While it makes up for an error, the phase runs at 1 - CATCH to 1 + CATCH times the tempo."""
CATCH_BEATS = 0.25
"""Time constant, in beats, of the last part of an error. The largest error, half a beat, is
within a hundredth of a beat after a beat and a half."""
TRUST_TAU_S = 0.4
OBEYED = ("tap", "tempo", "clock")
"""The commands that concern the beat alone; whatever keeps the show's beat obeys them."""
_SOURCES = {TAP: "taps"}
"""How ``Beat.source`` calls a clock, where otherwise than it is chosen."""


class BeatClock:
    """A phase-locked follower of the beats, stepped once a frame.

    What it obeys:

    tap: the fourth in a row locks tempo and phase to the taps; the next ones refine them. While
    a clock from outside counts, each tap moves its beat there, and its tempo stays.
    tempo half: every second beat stays, the nearest one among them. tempo double: two beats
    for each. Both keep to whatever says the beat, taps or analysis, until a new lock, the
    release, or a silence so long that the analysis forgets its tempo; where the analysis goes to
    the other octave by itself, the tempo shown stays. They do nothing where it would leave
    LEAST_BPM to MOST_BPM.
    tempo release: the taps are forgotten; the analysis says the beat again, as it is heard, or
    a clock from outside.
    clock NAME: which clock counts, as in ``ClockChoice``.

    outer: clocks from outside, by their names in ``clock_choice.OUTER``. lead_s: how far the phase
    runs ahead of what was heard, asked every frame: so long it takes until the picture is seen.
    """

    def __init__(
        self,
        outer: Mapping[str, OuterClock] = MappingProxyType({}),
        lead_s: Callable[[], float] = lambda: LEAD_S,
    ) -> None:
        self._choice = ClockChoice(outer)
        self._lead_s = lead_s
        self._taps = TapSeries()
        self._lock: Grid | None = None
        self._heard: Grid | None = None
        self._last = Beat()
        self._factor = 1.0
        self._is_chosen = False
        self._beats = 0.0
        self._bar_begins = 0
        self._trust = 0.0
        self._stood_s = 0.0

    def step(self, tick: Tick, heard: Beat, actions: Sequence[Action]) -> Beat:
        """Move on by ``tick.dt_s``; the beat to show at ``tick.time_s``.

        heard: the analysis' latest word, anything in it. Its phase counts from the frame in
        which it is new; as long as it stays the same or says nothing, its beats run on.
        The phase never jumps: it goes 0.5 to 1.5 times as fast as the tempo until it is
        right, whatever changed. It stands still until a tempo is known.
        """
        trust = self._hear(tick.time_s, heard)
        for action in actions:
            self._obey(action, tick.time_s)
        name, grid = self._counting()
        source = _SOURCES.get(name, name)
        trust = trust if name == ANALYSIS else 1.0
        self._trust += (trust - self._trust) * -math.expm1(-tick.dt_s / TRUST_TAU_S)
        if grid:
            self._advance(grid, tick)
        self._stood_s = tick.time_s
        return Beat(
            phase=self._beats % 1.0,
            bpm=grid.bpm * self._factor if grid else None,
            trust=self._trust,
            source=source,
            count=int(self._beats),
            bar=(int(self._beats) - self._bar_begins) % (grid.in_bar if grid else BEATS_IN_BAR),
            bar_trust=self._trust if grid and grid.downbeat is not None else 0.0,
            beats_in_bar=grid.in_bar if grid else BEATS_IN_BAR,
        )

    def _hear(self, time_s: float, heard: Beat) -> float:
        """Take what the analysis says if it says anything; returns how far to trust it."""
        bpm = heard.bpm or 0.0
        if heard.bpm is None and self._last.bpm is not None:
            self._last = heard
            if not self._lock:
                self._factor, self._is_chosen = 1.0, False
        if not (LEAST_BPM <= bpm <= MOST_BPM and 0.0 <= heard.phase <= 1.0):
            return 0.0
        if heard != self._last:
            self._last = heard
            self._keep_octave(bpm)
            self._heard = Grid(
                time_s - heard.phase * 60.0 / bpm,
                bpm,
                downbeat=-heard.bar if heard.bar_trust > SURE_OF_BAR else None,
                in_bar=heard.beats_in_bar,
            )
        return min(heard.trust, 1.0) if heard.trust > 0.0 else 0.0

    def _keep_octave(self, bpm: float) -> None:
        """Where a hand chose the octave, it stays though the analysis goes to another."""
        if self._is_chosen and self._heard and not self._lock:
            octaves = math.log2(bpm / self._heard.bpm)
            if abs(abs(octaves) - 1.0) < OCTAVE_NEAR:
                self._factor *= 0.5 ** round(octaves)

    def _counting(self) -> tuple[str, Grid | None]:
        """The clock that counts, and its beats."""
        beats = self._beats / self._factor
        return self._choice.pick(self._stood_s + self._lead_s(), beats, self._lock, self._heard)

    def _obey(self, action: Action, time_s: float) -> None:
        match " ".join((action.name, *action.args)):
            case "tap":
                self._tap(time_s)
            case "tempo half":
                self._multiply(0.5)
            case "tempo double":
                self._multiply(2.0)
            case "tempo release":
                self._taps = TapSeries()
                self._lock = None
                self._factor, self._is_chosen = 1.0, False
                self._choice.released()
            case _ if action.name == "clock":
                self._choice.choose(action.args[0])
            case _:
                return  # Meant for somebody else.

    def _tap(self, time_s: float) -> None:
        name, _ = self._counting()
        if self._choice.tap(name, time_s):
            return
        grid = self._taps.tap(time_s)
        if grid is None:
            return
        self._choice.taps_locked()
        if self._taps.length == LOCK_TAPS:
            self._factor, self._is_chosen = 1.0, False
        self._lock = grid

    def _multiply(self, factor: float) -> None:
        _, grid = self._counting()
        if grid and LEAST_BPM <= grid.bpm * self._factor * factor <= MOST_BPM:
            self._factor *= factor
            self._is_chosen = True

    def _advance(self, grid: Grid, tick: Tick) -> None:
        """Move on at the tempo, and a bounded step nearer to the grid.

        Halved, every other beat of the grid is one of ours: the one that is nearer.
        """
        step = grid.bpm * self._factor / 60.0 * tick.dt_s
        due = grid.beats(tick.time_s + self._lead_s()) * self._factor
        error = math.remainder(due - self._beats - step, min(1.0, self._factor))
        if grid.downbeat is not None:
            # Our beats are the grid's and a whole number, once the error is made up for.
            to_downbeat = due - grid.downbeat * self._factor
            self._bar_begins = round(self._beats + step + error - to_downbeat)
        self._beats += step + error - _remaining(error, step)


def _remaining(error: float, step: float) -> float:
    """What is left of an error, in beats, after ``step`` beats.

    It shrinks at CATCH, and from CATCH * CATCH_BEATS on exponentially with CATCH_BEATS: the
    same for one step as for the many that make it up, so for any frame rate.
    """
    size = abs(error)
    straight = min(step, max(size / CATCH - CATCH_BEATS, 0.0))
    size -= CATCH * straight
    return math.copysign(size * math.exp(-(step - straight) / CATCH_BEATS), error)
