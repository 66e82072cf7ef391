"""Composes twenty seconds of music whose every onset is known: a test that one can listen to.

Ten bars in A minor at 124 beats a minute::

    bar   0  1 | 2  3  4 | 5  6  | 7     | 8  9
          intro  groove    break   build   drop

Truth: the moments at which a drum, a bass note or a string is struck, simultaneous ones once.
Pads and the riser swell so slowly that they have no onset.
"""

from __future__ import annotations

import json
import wave
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from visualizer.audio.playback import instruments
from visualizer.errors import FilmError, UsageError
from visualizer.system.files import check_target, read_object, replacing
from visualizer.types import RATE_HZ

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from numpy.typing import NDArray

    from visualizer.audio.playback.instruments import Sound

BPM = 124.0
BARS = 10
TAIL_S = 0.65
"""The last notes and their room fade for this long behind the last bar."""
PEAK = 0.89
"""-1 dBFS: room for what a lossy codec adds."""

GROOVE, BREAK, BUILD, DROP = range(2, 5), range(5, 7), range(7, 8), range(8, 10)

_CHORDS = (  # A minor, F, C, G: bass note, then the chord, as MIDI numbers
    (33, (57, 60, 64, 69)),
    (29, (57, 60, 65, 69)),
    (36, (55, 60, 64, 67)),
    (31, (55, 59, 62, 67)),
)


@dataclass(frozen=True, slots=True, eq=False)
class DemoTrack:
    """samples: (N, 2) float32 at the analysis rate. onsets_s: ascending, distinct. bpm: exact."""

    samples: NDArray[np.float32]
    onsets_s: tuple[float, ...]
    bpm: float

    def write(self, path: Path) -> None:
        """Write ``path`` (16-bit WAV) and beside it the truth as JSON.

        Raises UsageError unless the name ends in .wav, FilmError where it cannot be written.
        """
        if path.suffix.lower() != ".wav":
            raise UsageError(f"{path.name!r} should end in .wav, since that is what is written")
        truth = {"onsets_s": list(self.onsets_s), "bpm": self.bpm}
        sidecar = path.with_suffix(".json")
        check_target(path)
        check_target(sidecar)
        if sidecar.exists() and read_object(sidecar).keys() != truth.keys():
            raise FilmError(f"{sidecar} is not ours to replace: move it, or name another WAV file")
        with replacing(path) as wav, replacing(sidecar) as notes:
            with wav.open("wb") as file:
                self._write_wav(file)
            notes.write_text(json.dumps(truth) + "\n", encoding="utf-8")

    def _write_wav(self, file: BinaryIO) -> None:
        pcm = np.rint(self.samples * 32767.0).astype("<i2")
        with wave.open(file, "wb") as writer:
            writer.setnchannels(2)
            writer.setsampwidth(2)
            writer.setframerate(RATE_HZ)
            writer.writeframes(pcm.tobytes())


def compose(seed: int = 1, bpm: float = BPM) -> DemoTrack:
    """Compose the track; the same seed gives the same samples, other seeds other fills."""
    rng = np.random.Generator(np.random.PCG64(seed))
    score = _Score(rng, bpm)
    for bar in range(BARS):
        score.play_bar(bar)
    samples = score.mix()
    onsets = sorted(score.struck)
    return DemoTrack(samples, tuple(start / RATE_HZ for start in onsets), bpm)


class _Score:
    """What is being composed: a bus for each kind of voice, and the moments of every stroke."""

    def __init__(self, rng: np.random.Generator, bpm: float) -> None:
        self._rng = rng
        self._step_s = 15.0 / bpm  # a sixteenth
        length = round((BARS * 16 * self._step_s + TAIL_S) * RATE_HZ)
        self._drums, self._ducked, self._pads, self._room = np.zeros((4, length, 2))
        self._duck = np.ones(length)
        self.struck: set[int] = set()

    def play_bar(self, bar: int) -> None:
        """Put down one bar of all voices."""
        root, chord = _CHORDS[(bar - 2) % 4]
        if bar not in BREAK and bar not in BUILD:
            self._play_beat(bar)
        if bar in GROOVE or bar in DROP or bar == 1:
            self._play_bass(bar, root)
        if bar >= GROOVE.start:
            self._play_pad(bar, chord)
        if bar in BREAK or bar in DROP:
            self._play_plucks(bar, chord)
        if bar in BUILD:
            self._play_build(bar)

    def mix(self) -> NDArray[np.float32]:
        """Return all buses together, (N, 2), at ``PEAK``."""
        wet = instruments.reverb(self._room, self._rng)
        ducked = (self._ducked + self._pads + 0.5 * wet) * self._duck[:, None]
        # A soft limiter, as on any master: the kick may be loud without the rest being small.
        mixed = np.tanh(1.1 * (self._drums + ducked))
        mixed *= PEAK / np.max(np.abs(mixed))
        return mixed.astype(np.float32)

    def _play_beat(self, bar: int) -> None:
        for step in range(0, 16, 4):
            self._kick(bar, step)
        for step in range(2, 16, 4):
            self._strike(self._drums, bar, step, 0.28 * instruments.hat(self._rng, 0.05), pan=0.2)
        ghosts = self._rng.permutation(np.arange(1, 16, 2))[: 0 if bar < 1 else 4]
        for step in sorted(ghosts.tolist()):
            level = 0.09 + 0.05 * self._rng.random()
            hat = level * instruments.hat(self._rng, 0.018)
            self._strike(self._drums, bar, step, hat, pan=-0.3)
        if bar in GROOVE or bar in DROP:
            for step in (4, 12):
                self._strike(self._drums, bar, step, 0.5 * instruments.clap(self._rng), room=0.3)

    def _kick(self, bar: int, step: int) -> None:
        start = self._strike(self._drums, bar, step, 0.85 * instruments.kick())
        t = np.arange(round(0.25 * RATE_HZ)) / RATE_HZ
        # The others make room for the kick: down to 0.25 within 2 ms, back within 0.2 s.
        dip = 1.0 - 0.75 * np.minimum(t / 0.002, 1.0) * np.exp(-t / 0.07)
        part = self._duck[start : start + len(t)]
        np.minimum(part, dip[: len(part)], out=part)

    def _play_bass(self, bar: int, root: int) -> None:
        steps = (2, 6, 10, 14) if bar == 1 else (2, 3, 6, 10, 11, 14)
        for step in steps:
            octave = 12 if self._rng.random() < 0.25 else 0
            note = instruments.bass(_hz(root + octave), 1.6 * self._step_s)
            self._strike(self._ducked, bar, step, 0.42 * note)

    def _play_pad(self, bar: int, chord: tuple[int, ...]) -> None:
        length_s = 16 * self._step_s
        overlap_s = 0.35
        pad = instruments.pad(tuple(map(_hz, chord)), length_s + overlap_s, overlap_s)
        self._add(self._pads, self._sample(bar, 0), 0.035 * pad)

    def _play_plucks(self, bar: int, chord: tuple[int, ...]) -> None:
        ladder = [*chord, *(note + 12 for note in chord)]
        level = 0.20 if bar in BREAK else 0.18
        for index, step in enumerate((0, 3, 6, 8, 11, 14)):
            pitch = ladder[int(self._rng.integers(len(ladder)))] + (12 if index % 3 == 0 else 0)
            sound = level * instruments.pluck(_hz(pitch))
            self._strike(self._ducked, bar, step, sound, pan=0.5 - index / 5.0, room=0.8)

    def _play_build(self, bar: int) -> None:
        steps = (0, 2, 4, 6, 8, 9, 10, 11, 12, 13, 14, 15)
        for index, step in enumerate(steps):
            level = 0.16 + 0.44 * index / len(steps)
            self._strike(self._drums, bar, step, level * instruments.snare(self._rng), room=0.2)
        riser = instruments.riser(self._rng, 16 * self._step_s)
        self._add(self._drums, self._sample(bar, 0), 0.35 * riser[:, None] * np.ones(2))

    def _strike(  # noqa: PLR0913 - one argument per quantity
        self, bus: Sound, bar: int, step: int, sound: Sound, *, pan: float = 0.0, room: float = 0.0
    ) -> int:
        """Place a mono sound (pan -1 left to 1 right) and note its moment."""
        start = self._sample(bar, step)
        angle = (pan + 1.0) * np.pi / 4
        stereo = sound[:, None] * (np.sqrt(2.0) * np.array((np.cos(angle), np.sin(angle))))
        self._add(bus, start, stereo)
        if room:
            self._add(self._room, start, room * stereo)
        self.struck.add(start)
        return start

    def _sample(self, bar: int, step: int) -> int:
        return round((bar * 16 + step) * self._step_s * RATE_HZ)

    @staticmethod
    def _add(bus: Sound, start: int, sound: Sound) -> None:
        part = bus[start : start + len(sound)]
        part += sound[: len(part)]


def _hz(note: int) -> float:
    return float(440.0 * 2.0 ** ((note - 69) / 12.0))
