"""What guitars, keys and strings play in a bar: chords, struck or broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from trainer.ear.bass import Bar


class Strike(NamedTuple):
    """A chord, or one note of it.

    place, length: in beats. velocity: 0..127. voice: a tone of the chord by number, None for the
    whole chord, "power" for root and fifth low down, "root" and "fifth" for the bass under it.
    """

    place: float
    length: float
    velocity: float = 80.0
    voice: int | str | None = None


Line = Callable[[Bar], Iterator[Strike]]


def _pad(bar: Bar) -> Iterator[Strike]:
    yield Strike(0.0, bar.beats, 65.0)


def _quarters(bar: Bar) -> Iterator[Strike]:
    for beat in range(bar.beats):
        yield Strike(beat, 0.9, 72.0 if beat else 85.0)


def _eighths(bar: Bar) -> Iterator[Strike]:
    for beat in range(bar.beats):
        yield Strike(beat, 0.45, 85.0)
        yield Strike(beat + bar.upbeat, 0.4, 72.0)


def _tremolo(bar: Bar) -> Iterator[Strike]:
    for step in range(4 * bar.beats):
        yield Strike(step / 4.0, 0.25, 65.0 if step % 4 else 75.0)


def _power(bar: Bar) -> Iterator[Strike]:
    chances = (0.35, 0.08, 0.35, 0.08)
    places = [
        step / 4.0
        for step in range(4 * bar.beats)
        if bar.habit.random() < (chances[step % 4] if step else 0.95)
    ]
    for place, following in zip(places, [*places[1:], bar.beats], strict=True):
        yield Strike(place, following - place, 95.0, "power")


def _chug(bar: Bar) -> Iterator[Strike]:
    for step in range(4 * bar.beats):
        if bar.habit.random() < (0.7 if step % 4 else 0.95):
            yield Strike(step / 4.0, 0.2, 95.0, "power")


def _strum(bar: Bar) -> Iterator[Strike]:
    for beat in range(bar.beats):
        if bar.habit.random() < (0.8 if beat else 0.95):
            yield Strike(beat, 0.5, 90.0)
        if bar.habit.random() < 0.65:
            yield Strike(beat + bar.upbeat, 0.5, 70.0)


def _fast_strum(bar: Bar) -> Iterator[Strike]:
    chances = (0.9, 0.45, 0.7, 0.45)
    for step in range(4 * bar.beats):
        if bar.habit.random() < chances[step % 4]:
            yield Strike(step / 4.0, 0.2, 68.0 if step % 4 else 85.0)


def _upbeats(bar: Bar) -> Iterator[Strike]:
    for beat in range(bar.beats):
        yield Strike(beat + bar.upbeat, 0.25, 85.0)


def _skank(bar: Bar) -> Iterator[Strike]:
    for beat in range(bar.beats):
        yield Strike(beat + 0.5, 0.25, 85.0)
        yield Strike(beat + 0.75, 0.2, 70.0)


def _backbeat(bar: Bar) -> Iterator[Strike]:
    for beat in range(1, bar.beats, 2):
        yield Strike(beat, 0.3, 85.0)


def _boom(bar: Bar) -> Iterator[Strike]:
    for beat in range(0, bar.beats, 2):
        yield Strike(beat, 0.8, 90.0, "fifth" if beat % 4 else "root")
        yield Strike(beat + 1.0, 0.5, 78.0)


def _waltz(bar: Bar) -> Iterator[Strike]:
    for beat in range(1, bar.beats):
        yield Strike(beat, 0.6, 75.0)


def _shuffle(bar: Bar) -> Iterator[Strike]:
    for beat in range(bar.beats):
        yield Strike(beat, 0.5, 85.0)
        yield Strike(beat + bar.upbeat, 0.3, 70.0)


def _triplets(bar: Bar) -> Iterator[Strike]:
    for step in range(3 * bar.beats):
        yield Strike(step / 3.0, 0.3, 65.0 if step % 3 else 80.0)


def _charleston(bar: Bar) -> Iterator[Strike]:
    if bar.whim.random() < 0.6:
        yield Strike(0.0, 0.5)
        yield Strike(1.0 + bar.upbeat, 0.3)
    else:
        yield from _sparse(bar)


def _sparse(bar: Bar) -> Iterator[Strike]:
    for beat in range(bar.beats):
        if bar.whim.random() < 0.4:
            late = bar.upbeat * (bar.whim.random() < 0.5)
            yield Strike(beat + late, float(bar.whim.choice((0.3, 1.0))), 75.0)


def _bossa(bar: Bar) -> Iterator[Strike]:
    for place in (0.0, 1.0, 1.5, 2.5, 3.5):
        if bar.whim.random() < 0.85:
            yield Strike(place, 0.4, 75.0)


def _montuno(_: Bar) -> Iterator[Strike]:
    for place in (0.0, 0.75, 1.5, 2.0, 2.75, 3.5):
        yield Strike(place, 0.4, 82.0)


def _stabs(bar: Bar) -> Iterator[Strike]:
    for step in range(bar.beats * bar.steps):
        chance = 0.18 if step % bar.steps else 0.3 if step else 0.55
        if bar.habit.random() < chance:
            yield Strike(step / bar.steps, 0.3, 88.0)


def _broken(bar: Bar, steps: int) -> Iterator[Strike]:
    """An arpeggio: up and down, or an order of the piece's own."""
    plain = bar.habit.random() < 0.5
    order = [0, 1, 2, 3, 2, 1] * 4 if plain else bar.habit.integers(0, 4, 8 * steps).tolist()
    for step in range(bar.beats * steps):
        if bar.whim.random() < 0.95:
            velocity = 66.0 if step % steps else 78.0 if step else 85.0
            yield Strike(step / steps, 1.2 / steps, velocity, order[step % len(order)])


def _arpeggio(bar: Bar) -> Iterator[Strike]:
    return _broken(bar, 3 if bar.steps == 3 else 2)


def _fast_arpeggio(bar: Bar) -> Iterator[Strike]:
    return _broken(bar, 4)


def _triplet_arpeggio(bar: Bar) -> Iterator[Strike]:
    return _broken(bar, 3)


LINES: dict[str, Line] = {
    "pad": _pad,
    "quarters": _quarters,
    "eighths": _eighths,
    "tremolo": _tremolo,
    "power": _power,
    "chug": _chug,
    "strum": _strum,
    "fast strum": _fast_strum,
    "upbeats": _upbeats,
    "skank": _skank,
    "backbeat": _backbeat,
    "boom": _boom,
    "waltz": _waltz,
    "shuffle": _shuffle,
    "triplets": _triplets,
    "charleston": _charleston,
    "sparse": _sparse,
    "bossa": _bossa,
    "montuno": _montuno,
    "stabs": _stabs,
    "arpeggio": _arpeggio,
    "fast arpeggio": _fast_arpeggio,
    "triplet arpeggio": _triplet_arpeggio,
}
