"""What a bass plays in a bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class Stroke(NamedTuple):
    """A note of a bar: where and how long in beats, semitones above the root, velocity."""

    place: float
    length: float
    interval: int = 0
    velocity: float = 95.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar as a player sees it.

    beats: in it. steps: in a beat. upbeat: where the second note of a beat is. kicks: places of
    the bass drum. chord: its tones, semitones above the root. habit: the same dice in every bar,
    for what is kept through a piece; whim: others each time.
    """

    beats: int
    steps: int
    upbeat: float
    kicks: tuple[float, ...]
    chord: tuple[int, ...]
    habit: np.random.Generator
    whim: np.random.Generator


Line = Callable[[Bar], Iterator[Stroke]]


def _whole(bar: Bar) -> Iterator[Stroke]:
    yield Stroke(0.0, bar.beats)


def _one(_: Bar) -> Iterator[Stroke]:
    yield Stroke(0.0, 1.0)


def _quarters(bar: Bar) -> Iterator[Stroke]:
    for beat in range(bar.beats):
        yield Stroke(beat, 1.0, velocity=100.0 if beat == 0 else 85.0)


def _eighths(bar: Bar) -> Iterator[Stroke]:
    for beat in range(bar.beats):
        yield Stroke(beat, 0.5)
        yield Stroke(beat + bar.upbeat, 0.5, velocity=80.0)


def _sixteenths(bar: Bar) -> Iterator[Stroke]:
    for step in range(4 * bar.beats):
        if bar.habit.random() < 0.85:
            yield Stroke(step / 4.0, 0.25, 12 * int(bar.habit.random() < 0.2), 80.0)


def _octaves(bar: Bar) -> Iterator[Stroke]:
    for beat in range(bar.beats):
        yield Stroke(beat, 0.5)
        yield Stroke(beat + 0.5, 0.5, 12)


def _upbeats(bar: Bar) -> Iterator[Stroke]:
    for beat in range(bar.beats):
        yield Stroke(beat + 0.5, 0.5)


def _alternate(bar: Bar) -> Iterator[Stroke]:
    for beat in range(0, bar.beats, 2):
        yield Stroke(beat, 1.0, 0 if beat % 4 == 0 else 7)
    if bar.whim.random() < 0.2:
        yield Stroke(bar.beats - 1.0 + bar.upbeat, 0.5, -2, 80.0)


def _halves(bar: Bar) -> Iterator[Stroke]:
    for beat in range(0, bar.beats, 2):
        yield Stroke(beat, 2.0, 7 * (beat > 0))


def _walk(bar: Bar) -> Iterator[Stroke]:
    ways = (*bar.chord, 2, 5, -1, -3)
    for beat in range(bar.beats):
        interval = int(bar.whim.choice(ways)) if beat else 0
        yield Stroke(beat, 1.0, interval, 90.0 if beat else 100.0)
        if bar.whim.random() < 0.15:
            yield Stroke(beat + bar.upbeat, 0.3, interval, 75.0)


def _shuffle(bar: Bar) -> Iterator[Stroke]:
    for beat in range(bar.beats):
        interval = (0, 4, 7, 9)[beat % 4]
        yield Stroke(beat, 0.6, interval)
        yield Stroke(beat + bar.upbeat, 0.3, interval, 80.0)


def _bossa(_: Bar) -> Iterator[Stroke]:
    for place, length, interval in ((0.0, 1.5, 0), (1.5, 0.5, 7), (2.0, 1.5, 7), (3.5, 0.5, 0)):
        yield Stroke(place, length, interval)


def _tumbao(_: Bar) -> Iterator[Stroke]:
    yield Stroke(1.5, 1.5, 7)
    yield Stroke(3.0, 1.0)


def _kick(bar: Bar) -> Iterator[Stroke]:
    for place in bar.kicks:
        yield Stroke(place, 0.5)


def _own(bar: Bar, steps: int | None = None) -> Iterator[Stroke]:
    """A syncopated line of the piece's own."""
    steps = steps or bar.steps
    for step in range(bar.beats * steps):
        on_beat, on_eighth = step % steps == 0, steps == 4 and step % steps == 2
        chance = 0.95 if step == 0 else 0.4 if on_beat else 0.45 if on_eighth else 0.25
        if bar.habit.random() < chance:
            yield Stroke(step / steps, 0.5, int(bar.habit.choice((0, 0, 0, 7, 12, -2, 3))))


def _slow_own(bar: Bar) -> Iterator[Stroke]:
    return _own(bar, 2)


LINES: dict[str, Line] = {
    "whole": _whole,
    "one": _one,
    "quarters": _quarters,
    "eighths": _eighths,
    "sixteenths": _sixteenths,
    "octaves": _octaves,
    "upbeats": _upbeats,
    "alternate": _alternate,
    "halves": _halves,
    "walk": _walk,
    "shuffle": _shuffle,
    "bossa": _bossa,
    "tumbao": _tumbao,
    "kick": _kick,
    "own": _own,
    "slow own": _slow_own,
}
