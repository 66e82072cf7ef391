"""Seeded drum tracks whose every beat is known: straight and swung, with a break or without."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visualizer.audio.playback import instruments
from visualizer.audio.playback.instruments import Sound
from visualizer.types import RATE_HZ

STARTS_S = 0.15

BARS = {
    "rock": ("9.......7.6.....", "....8.......8...", "7.5.7.5.7.5.7.5.", "", "8.......7.6....."),
    "four": ("9...9...9...9...", "....6.......6...", "4.4.4.4.4.4.4.4.", "", "..7...7...7...7."),
    "open": ("8...8...8...8...", "", "", "..9...9...9...9.", "..6..65...6..65."),
    "break": ("9.6.......76....", "....8..3.3..8..3", "7.7.7.7.7.7.7.7.", "", "8.........7....."),
    "step": ("9.........7.....", "....9.......9...", "5.67545.5.67545.", "", "8.....6...7....."),
    "ride": ("4...3...4...3...", "....3.......4..2", "7...8..67...8..6", "", "7...6...7...6..."),
    "plucks": ("", "", "", "", "8.......6......."),
}
"""Kick, snare, closed hat, open hat and bass on the sixteenths of a bar, 1 to 9 for how loud.
``plucks`` has strings on every eighth instead of drums."""


@dataclass(frozen=True, slots=True)
class Groove:
    """What to play.

    bars: a name of BARS. swing: where in the beat its second eighth falls; 0.5 is straight.
    rest: beats of a break in the middle, in which only a pad sounds. sway: how far the tempo
    wanders, as a share, as with a drummer. seed: of velocities, timing, noise.
    """

    bars: str
    bpm: float
    swing: float = 0.5
    rest: int = 0
    sway: float = 0.0
    seed: int = 1

    @property
    def kind(self) -> str:
        """What is played, whatever its tempo."""
        kind = self.bars
        kind += " swung" * (self.swing != 0.5)
        kind += " with a break" * (self.rest > 0)
        kind += " swaying" * (self.sway > 0.0)
        return kind


def play(groove: Groove, length_s: float = 30.0) -> tuple[NDArray[np.float32], list[float]]:
    """Samples (N, 1) of a groove and the times of its beats."""
    rng = np.random.Generator(np.random.PCG64(groove.seed))
    beats_s = _beats_s(groove, length_s)
    sound = np.zeros(round((length_s + 2.0) * RATE_HZ))
    whole = len(beats_s) - 1
    rest = range(whole // 2, whole // 2 + groove.rest)
    for beat in range(whole):
        if beat not in rest:
            for share, voice in _struck(groove, beat, rng):
                place_s = beats_s[beat] + share * (beats_s[beat + 1] - beats_s[beat])
                _add(sound, place_s + rng.normal(0.0, 0.004), voice)
        if beat % 4 == 0 or beat == rest.start:
            root = 110.0 * 2.0 ** (rng.integers(12) / 12)
            length = 4.0 * (beats_s[beat + 1] - beats_s[beat]) + 0.3
            pad = instruments.pad((root, root * 1.2, root * 1.5), length, 0.3)
            _add(sound, beats_s[beat], 0.02 * pad[:, 0])
    sound = np.tanh(sound[: round(length_s * RATE_HZ)])
    sound += 0.001 * rng.standard_normal(len(sound))
    return sound[:, None].astype(np.float32), beats_s


def _beats_s(groove: Groove, length_s: float) -> list[float]:
    """Times of the beats; the last one is out of reach of the sound."""
    beats_s = [STARTS_S]
    while beats_s[-1] < length_s:
        # Two slow waves, so that the tempo is never at rest.
        wave = np.sin(0.31 * beats_s[-1]) + 0.5 * np.sin(0.83 * beats_s[-1] + 1.0)
        beats_s.append(beats_s[-1] + 60.0 / groove.bpm * (1.0 + groove.sway * float(wave)))
    return beats_s


def _struck(groove: Groove, beat: int, rng: np.random.Generator) -> Iterator[tuple[float, Sound]]:
    """(where in the beat, sound) of all that is struck in a beat."""
    for quarter in range(4):
        step = beat % 4 * 4 + quarter
        share = float(np.interp(quarter / 4.0, (0.0, 0.5, 1.0), (0.0, groove.swing, 1.0)))
        for index, line in enumerate(BARS[groove.bars]):
            loud = line[step : step + 1].strip(".")
            if loud and rng.random() < 0.95:
                yield share, int(loud) / 9.0 * (0.75 + 0.5 * rng.random()) * _voice(index, rng)
        if groove.bars == "plucks" and (quarter % 2 == 0 or rng.random() < 0.3):
            pitch = 220.0 * 2.0 ** (rng.integers(24) / 12)
            yield share, (0.3, 0.1, 0.2, 0.1)[quarter] * instruments.pluck(pitch)


def _voice(index: int, rng: np.random.Generator) -> Sound:
    match index:
        case 0:
            return 0.6 * instruments.kick()
        case 1:
            return 0.5 * instruments.snare(rng)
        case 2:
            return 0.2 * instruments.hat(rng, 0.02)
        case 3:
            return 0.3 * instruments.hat(rng, 0.09)
        case _:
            return 0.3 * instruments.bass(55.0 * 2.0 ** (rng.integers(8) / 12), 0.3)


def _add(sound: Sound, time_s: float, voice: Sound) -> None:
    start = max(round(time_s * RATE_HZ), 0)
    part = sound[start : start + len(voice)]
    part += voice[: len(part)]
