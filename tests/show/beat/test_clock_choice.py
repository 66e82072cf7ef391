"""Which clock says the beat, and what taps do to one from outside, through the beat clock."""

from __future__ import annotations

import math

import pytest

from visualizer.show.beat.beat_clock import LEAD_S, BeatClock
from visualizer.show.beat.clock_choice import ClockChoice
from visualizer.show.beat.tap_tempo import Grid
from visualizer.types import Action, Beat, Tick

FPS = 60.0


class Outside:
    """A clock from outside that a test sets."""

    def __init__(
        self, grid: Grid | None = None, *, knows_phase: bool = True, obeys_taps: bool = False
    ) -> None:
        self.now = grid
        self.knows_phase = knows_phase
        self.obeys_taps = obeys_taps

    def grid(self, _time_s: float) -> Grid | None:
        return self.now


class Show:
    """Frames in a row; the analysis hears 120 bpm with a beat at 0."""

    def __init__(self, **outer: Outside) -> None:
        self.clock = BeatClock(outer)
        self.frames = 0
        self.beat = Beat()
        self.beats: list[float] = []

    @property
    def time_s(self) -> float:
        return self.frames / FPS

    def play(self, seconds: float) -> Beat:
        for _ in range(round(seconds * FPS)):
            self.frame()
        return self.beat

    def frame(self, *actions: str) -> Beat:
        self.frames += 1
        tick = Tick(self.frames, self.time_s, 1 / FPS)
        heard = Beat(self.time_s * 2.0 % 1.0, 120.0, 0.8)
        asked = [Action(words[0], tuple(words[1:])) for words in map(str.split, actions)]
        self.beat = self.clock.step(tick, heard, asked)
        self.beats.append(self.beat.count + self.beat.phase)
        return self.beat

    def tap(self, times: int = 4, seconds: float = 0.5) -> None:
        for _ in range(times):
            self.play(seconds - 1 / FPS)
            self.frame("tap")

    def off(self, grid: Grid) -> float:
        """How many beats the show is ahead of a grid, its lead taken off."""
        return math.remainder(self.beats[-1] - grid.beats(self.time_s + LEAD_S), 1.0)


def test_midi_counts_before_link_taps_and_analysis() -> None:
    midi, link = Outside(Grid(0.1, 130.0)), Outside(Grid(0.2, 140.0))
    show = Show(midi=midi, link=link)
    beat = show.play(3.0)
    assert (beat.source, beat.bpm) == ("midi", 130.0)
    assert beat.trust == pytest.approx(1.0, abs=0.01)
    assert show.off(Grid(0.1, 130.0)) == pytest.approx(0.0, abs=1e-3)
    midi.now = None
    assert show.play(0.1).source == "link"
    link.now = None
    assert show.play(0.1).source == "analysis"
    show.tap()
    assert show.beat.source == "taps"


@pytest.mark.parametrize(
    ("choice", "source", "bpm"),
    [("analysis", "analysis", 120.0), ("link", "link", 140.0), ("midi", "midi", 130.0)],
)
def test_the_one_that_was_chosen_counts(choice: str, source: str, bpm: float) -> None:
    show = Show(midi=Outside(Grid(0.0, 130.0)), link=Outside(Grid(0.0, 140.0)))
    beat = show.frame(f"clock {choice}")
    assert (beat.source, beat.bpm) == (source, bpm)
    assert show.frame("clock auto").source == "midi"


def test_one_that_was_chosen_and_is_not_heard_is_waited_for() -> None:
    midi, link = Outside(), Outside(Grid(0.0, 140.0))
    show = Show(midi=midi, link=link)
    assert show.frame("clock midi").source == "link"
    midi.now = Grid(0.0, 130.0)
    assert show.frame().source == "midi"


def test_taps_against_the_analysis_are_a_choice_until_they_are_released() -> None:
    show = Show()
    show.frame("clock analysis")
    show.tap()
    assert show.beat.source == "taps"
    assert show.frame("clock analysis").source == "analysis"
    assert show.frame("clock tap").source == "taps"
    assert show.frame("tempo release").source == "analysis"


def test_a_lost_clock_gives_back_to_the_analysis_without_a_jump() -> None:
    midi = Outside(Grid(0.13, 127.0))
    show = Show(midi=midi)
    show.play(4.0)
    midi.now = None
    before = show.beats[-1]
    show.frame()
    assert 0.0 < show.beats[-1] - before < 1.6 * 2.0 / FPS
    show.play(3.0)
    assert show.off(Grid(0.0, 120.0)) == pytest.approx(0.0, abs=1e-3)


def test_a_clock_that_says_no_beat_takes_the_shows() -> None:
    midi = Outside(knows_phase=False)
    show = Show(midi=midi)
    show.play(4.0)
    midi.now = Grid(0.31, 120.0)
    show.play(2.0)
    assert show.beat.source == "midi"
    assert show.off(Grid(0.0, 120.0)) == pytest.approx(0.0, abs=1e-3)
    midi.knows_phase = True  # it has said where the song begins
    show.play(2.0)
    assert show.off(Grid(0.31, 120.0)) == pytest.approx(0.0, abs=1e-3)


def test_a_tap_moves_the_beat_of_a_clock_from_outside_and_keeps_its_tempo() -> None:
    grid = Grid(0.0, 125.0)
    show = Show(midi=Outside(grid))
    show.play(4.0)
    show.frame("tap")
    tapped_s = show.time_s
    show.play(3.0)
    assert (show.beat.source, show.beat.bpm) == ("midi", 125.0)
    assert show.off(Grid(tapped_s, 125.0)) == pytest.approx(0.0, abs=1e-3)
    show.frame("tempo release")
    show.play(3.0)
    assert show.off(grid) == pytest.approx(0.0, abs=1e-3)


def test_half_and_double_hold_for_clocks_from_outside_too() -> None:
    show = Show(midi=Outside(Grid(0.0, 125.0)))
    show.play(1.0)
    assert show.frame("tempo half").bpm == 62.5


@pytest.mark.parametrize(("obeys", "moved"), [(True, 0.0), (False, 0.25)])
def test_a_clock_that_taps_set_itself_is_not_moved_here_too(*, obeys: bool, moved: float) -> None:
    choice = ClockChoice({"link": Outside(Grid(0.0, 60.0), obeys_taps=obeys)})
    choice.pick(10.0, 0.0, None, None)
    assert choice.tap("link", 10.25)
    name, grid = choice.pick(11.0, 0.0, None, None)
    assert name == "link"
    assert grid is not None
    assert grid.anchor_s % 1.0 == pytest.approx(moved)
