"""Makes up a piece: a kind of music, a tempo, a harmony, a form, and players who follow them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trainer.ear import bass, chords
from trainer.ear.drums import play_drums
from trainer.ear.kinds import Kind
from trainer.ear.melody import play_lead
from trainer.ear.more_kinds import ALL_KINDS
from trainer.ear.score import Score, Timing

LENGTH_S = 40.0
BASS, CHORDS, LEAD, MORE_CHORDS = 0, 1, 2, 3
"""Channels."""
PROGRESSIONS = (
    (0, 5, 3, 4),
    (0, 3, 4, 0),
    (0, 4, 5, 3),
    (0, 0, 3, 0, 4, 3, 0, 4),
    (1, 4, 0, 0),
    (5, 3, 0, 4),
    (0, 5, 1, 4),
    (0, 6, 3, 0),
    (0, 0, 0, 0),
    (0, 3, 0, 4),
    (0, 2, 3, 4),
    (0,),
    (0, 4),
)
SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 3, 5, 7, 9, 10))
GUITARS = (24, 25, 26, 27)


@dataclass(frozen=True, slots=True)
class Harmony:
    """A key, a scale in semitones, a progression of degrees, and how many bars each chord has."""

    key: int
    scale: tuple[int, ...]
    progression: tuple[int, ...]
    bars_each: float

    def degree(self, bar: float) -> int:
        """The chord's at a place in bars."""
        return self.progression[int(bar / self.bars_each) % len(self.progression)]

    def tones(self, degree: int) -> tuple[int, ...]:
        """A chord's three tones, semitones above the key."""
        steps = (degree, degree + 2, degree + 4)
        return tuple(self.scale[step % 7] + 12 * (step // 7) for step in steps)

    def root(self, bar: float, lowest: int) -> int:
        """The MIDI key of the chord's root, in the octave above ``lowest``."""
        return lowest + (self.key + self.tones(self.degree(bar))[0] - lowest) % 12


@dataclass(slots=True)
class Band:
    """Who plays together: the kind, the score they write to, and in which bars each one plays."""

    kind: Kind
    score: Score
    harmony: Harmony
    section: int
    plays: dict[str, NDArray[np.bool_]]
    rng: np.random.Generator


def compose(seed: int, length_s: float = LENGTH_S, kind: str | None = None) -> Score:
    """A piece whose every beat and bar is known, the same for the same seed.

    kind: a name of ALL_KINDS, drawn by weight if None.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    weights = np.array([kind.weight for kind in ALL_KINDS.values()])
    name = kind or str(rng.choice(list(ALL_KINDS), p=weights / weights.sum()))
    chosen = ALL_KINDS[name]
    score = Score(name, _timing(chosen, length_s, rng), length_s, rng)
    drums_play = bool(chosen.grooves) and rng.random() >= chosen.without_drums
    band = Band(chosen, score, _harmony(score.timing, rng), 0, {}, rng)
    _arrange(band, drums_play=drums_play)
    kicks = play_drums(band) if drums_play else ()
    if rng.random() < 0.92:
        _play_bass(band, kicks)
    for channel in (CHORDS, MORE_CHORDS)[: 1 + (rng.random() < 0.4)]:
        _play_chords(band, channel)
    if rng.random() < chosen.with_lead:
        play_lead(band, LEAD)
    return score


def _timing(kind: Kind, length_s: float, rng: np.random.Generator) -> Timing:
    """A tempo that sways, slows at the ends of phrases, or drifts, as the kind does."""
    bpm = float(np.exp(rng.uniform(*np.log(kind.bpm))))
    in_bar = 3 if rng.random() < kind.in_three else kind.beats
    count = int(1.3 * length_s * bpm / 60.0) + 2 * in_bar
    index = np.arange(count)
    walk = np.cumsum(rng.normal(0.0, 1.0, count))
    walk -= np.convolve(np.pad(walk, 16, "edge"), np.full(33, 1.0 / 33.0), "valid")
    lengths_s = 60.0 / bpm * (1.0 + kind.sway * rng.uniform(0.2, 1.5) * walk / walk.std())
    if kind.sway > 0.02:
        phrase = int(rng.choice((4, 8, 16)))
        ending = np.maximum(0.0, (index % phrase) / (phrase - 1) - 0.7) / 0.3
        lengths_s *= 1.0 + rng.uniform(0.0, 0.12) * ending
    if kind.sway and rng.random() < 0.15:
        lengths_s *= np.linspace(1.0, rng.uniform(0.93, 1.07), count)
    # It may begin anywhere in a bar, as where somebody comes in late.
    first_s = rng.uniform(-60.0 / bpm * in_bar, 0.5)
    beats_s = first_s + np.concatenate(([0.0], np.cumsum(lengths_s)))
    swing = rng.uniform(0.6, 0.68) if kind.steps == 3 else 0.5
    if kind.swing[1] > 0.5 and rng.random() < 0.6:
        swing = rng.uniform(*kind.swing)
    return Timing(beats_s, in_bar, kind.steps, swing, kind.jitter_s)


def _harmony(timing: Timing, rng: np.random.Generator) -> Harmony:
    rates = (0.5, 1.0, 1.0, 1.0, 2.0, 4.0) if timing.in_bar == 4 else (1.0, 1.0, 2.0)
    return Harmony(
        int(rng.integers(12)),
        SCALES[rng.integers(len(SCALES))],
        PROGRESSIONS[rng.integers(len(PROGRESSIONS))],
        float(rng.choice(rates)),
    )


def _arrange(band: Band, *, drums_play: bool) -> None:
    """In which bars each one plays: drums, bass and chords rest now and then."""
    rng, bars = band.rng, band.score.timing.bars
    band.section = int(rng.choice((4, 8)))
    band.plays = {name: np.ones(bars, bool) for name in ("drums", "bass", "chords", "lead")}
    for first in range(0, bars, band.section):
        section = slice(first, first + band.section)
        if rng.random() < 0.35:
            band.plays["lead"][section] = False
        chance = rng.random() if drums_play else 1.0
        if chance < 0.12:
            rest = int(rng.choice((1, 2, band.section)))
            band.plays["drums"][first : first + rest] = False
        elif chance < 0.2:
            band.plays["bass"][section] = False
        elif chance < 0.28:
            band.plays["chords"][section] = False


def _bars(band: Band, who: str, kicks: tuple[float, ...]) -> list[tuple[int, bass.Bar]]:
    """The bars in which somebody plays, as that player sees them."""
    timing, seed = band.score.timing, int(band.rng.integers(2**32))
    return [
        (
            bar,
            bass.Bar(
                timing.in_bar,
                timing.steps,
                timing.upbeat,
                kicks,
                band.harmony.tones(0),
                np.random.Generator(np.random.PCG64(seed)),
                band.rng,
            ),
        )
        for bar in np.flatnonzero(band.plays[who]).tolist()
    ]


def _play_bass(band: Band, kicks: tuple[float, ...]) -> None:
    rng, score = band.rng, band.score
    line = bass.LINES[str(rng.choice(band.kind.bass_lines))]
    score.programs[BASS] = int(rng.choice(band.kind.basses))
    loud, lowest = rng.uniform(0.6, 1.0), int(rng.choice((28, 31, 33, 36)))
    for number, bar in _bars(band, "bass", kicks):
        for stroke in line(bar):
            if stroke.place < bar.beats:
                place = number * bar.beats + stroke.place
                key = band.harmony.root(place / bar.beats, lowest) + stroke.interval
                score.add(place, 0.9 * stroke.length, BASS, key, loud * stroke.velocity)


def _play_chords(band: Band, channel: int) -> None:
    rng, score = band.rng, band.score
    line = chords.LINES[str(rng.choice(band.kind.chord_lines))]
    program = score.programs[channel] = int(rng.choice(band.kind.chords))
    loud, lowest = 0.85 * rng.uniform(0.6, 1.0), int(rng.choice((48, 52, 55, 60)))
    # A strummed chord's strings sound one after the other, some beats apart.
    spread = rng.uniform(0.0, 0.025) if program in GUITARS else 0.0
    for number, bar in _bars(band, "chords", ()):
        for strike in line(bar):
            if strike.place < bar.beats:
                place = number * bar.beats + strike.place
                keys = _keys(band.harmony, place / bar.beats, lowest, strike.voice)
                for string, key in enumerate(keys):
                    start = place + string * spread
                    score.add(start, 0.9 * strike.length, channel, key, loud * strike.velocity)


def _keys(harmony: Harmony, bar: float, lowest: int, voice: int | str | None) -> list[int]:
    root = harmony.root(bar, 40)
    match voice:
        case "power":
            return [root, root + 7, root + 12]
        case "root":
            return [root]
        case "fifth":
            return [root + 7]
        case _:
            tones = harmony.tones(harmony.degree(bar))
            keys = sorted(lowest + (harmony.key + tone - lowest) % 12 for tone in tones)
            keys_and_octave = [*keys, keys[0] + 12]
            return keys if voice is None else [keys_and_octave[int(voice) % 4]]
