"""How well beats and bars are found in whole bands, every beat of which is known.

``python -m benchmarks.ear`` prints it below the onsets. Without annotations, pieces are made up as
``train.py ear`` does, others than those it learned from, and played through FluidSynth and the same
rooms and noise. F is at ±70 ms, the first 5 s left out, of aubio's beats and of ours; a piece has
the right tempo where most of the time it is within 4 %. Ours are the moments at which phase,
or bar, begins anew.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.beats import LAST_S, SKIPPED_S, any_octave, aubios, f_measure
from trainer.ear.composer import compose
from trainer.ear.score import Score
from trainer.ear.studio import produce
from trainer.ear.synth import find_sound_fonts, render
from visualizer.audio.analysis.analyzer import Analyzer
from visualizer.audio.analysis.framer import Framer
from visualizer.audio.file import AudioFile
from visualizer.audio.file_source import FileSource
from visualizer.types import RATE_HZ, Beat

FIRST_SEED = 1_000_000
"""Far from the lessons, which count from 0."""
MADE_UP = 40
LENGTH_S = 25.0
SAME_TEMPO = 0.04
PUBLISHED = (
    "published, online, on recordings: an RNN with predominant local pulse .75, "
    "a DBN on an RNN .78, a streaming transformer .80 (downbeats .47)"
)

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Song:
    """A piece with known beats. samples: (N, C), made or read when asked for."""

    kind: str
    beats_s: tuple[float, ...]
    downbeats_s: tuple[float, ...]
    samples: Callable[[], Samples]


def made_up(count: int = MADE_UP) -> list[Song]:
    """Rendered pieces. Raises ChladniError where FluidSynth is missing, once they are played."""
    scores = [compose(seed, LENGTH_S) for seed in range(FIRST_SEED, FIRST_SEED + count)]
    return [
        Song(
            score.kind, tuple(score.beats_s), tuple(score.downbeats_s), partial(_play, score, seed)
        )
        for seed, score in enumerate(scores)
    ]


def recordings(truth: Path) -> list[Song]:
    """Those of an annotated set that have ``beats_s``; their bars nobody annotated."""
    return [
        Song(
            note.get("genre", "songs"),
            tuple(note["beats_s"]),
            (),
            partial(_read, truth.parent / name),
        )
        for name, note in sorted(json.loads(truth.read_text("utf-8")).items())
        if "beats_s" in note
    ]


def print_beats(songs: Sequence[Song]) -> None:
    """A row for each kind of music, and one for all."""
    rows: dict[str, list[list[float]]] = defaultdict(list)
    for song in songs:
        row = scores(song)
        rows[song.kind].append(row)
        rows["all"].append(row)
    print(f"beats: {len(songs)} pieces")
    print("| kind | aubio | any octave | ours | any octave | right tempo | downbeats |")
    print("|---" * 7 + "|")
    for kind in sorted(rows, key=lambda kind: (kind == "all", kind)):
        means = " | ".join(f"{mean:.2f}" for mean in np.mean(rows[kind], axis=0))
        print(f"| {kind} | {means} |")
    print(PUBLISHED)


def scores(song: Song) -> list[float]:
    """F of aubio and of ours, each by any octave too; right tempo; F of downbeats, nan unknown."""
    samples = song.samples()
    end_s = len(samples) / RATE_HZ - LAST_S
    analyzer, before = Analyzer(), Beat()
    beats_s, downbeats_s, told_bpm = [], [], []
    for hop in Framer(samples.shape[1]).push(samples):
        features = analyzer.step(hop)
        beat = features.beat
        if beat.phase < before.phase - 0.5:
            beats_s.append(features.time_s)
            if beat.bar == 0:
                downbeats_s.append(features.time_s)
        if features.time_s > SKIPPED_S:
            told_bpm.append(beat.bpm or 0.0)
        before = beat
    bpm = 60.0 / float(np.median(np.diff(song.beats_s)))
    is_right = np.mean(np.abs(np.array(told_bpm) / bpm - 1.0) < SAME_TEMPO) > 0.5
    found = [
        measure(times_s, song.beats_s, end_s)
        for times_s in (aubios(samples), beats_s)
        for measure in (f_measure, any_octave)
    ]
    downbeats = f_measure(downbeats_s, song.downbeats_s, end_s) if song.downbeats_s else np.nan
    return [*found, float(is_right), float(downbeats)]


def _play(score: Score, seed: int) -> Samples:
    rng = np.random.Generator(np.random.PCG64([seed, 1]))
    fonts = find_sound_fonts()
    font = fonts[int(rng.integers(len(fonts)))]
    return produce(render(score, font, float(rng.uniform(0.0, 0.9))), rng)


def _read(path: Path) -> Samples:
    with AudioFile(path) as audio, FileSource(audio) as source:
        return np.concatenate(list(source.all_hops()))
