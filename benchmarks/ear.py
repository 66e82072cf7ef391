"""How well onsets are heard on recordings, clean and in noise, and how often held sounds fire.

``python -m benchmarks.ear [--truth FILE] [--method NAME ...]`` prints a row for each onset method,
ours and aubio's side by side. FILE is JSON beside its recordings: ``{"drums-00.ogg":
{"onsets_s": [0.52, …]}, …}``; what stands before the dash is the group that is counted together.
Without a FILE, the demo track and the drum patterns of ``benchmarks.onsets`` are heard. Beats,
``{"beats_s": [0.2, …], "genre": "jazz"}``, stand in a table of their own
(``benchmarks.ear_beats``). In noise means pink noise 10 dB below the recording.
A detection counts when the hop that fired it ends.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.ear_beats import made_up, print_beats, recordings
from benchmarks.held_sounds import HELD_SOUNDS
from benchmarks.onsets import PATTERNS, detect, matches, pattern
from visualizer.audio.analysis.onset import ONSET_METHODS
from visualizer.audio.file import AudioFile
from visualizer.audio.file_source import FileSource
from visualizer.audio.playback.demo_track import compose
from visualizer.errors import ChladniError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

NOISE_DB = -10.0
HELD_S, HELD_SEEDS, HELD_SKIPPED_S = 30.0, 3, 1.0
EARLY_S, LATE_S = 0.02, 0.14
"""Lateness is told of firings this much before and after the truth, also of those that F misses."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Where a piece is, and what is true of it. path: None for those made on the spot."""

    group: str
    onsets_s: tuple[float, ...]
    path: Path | None = None
    number: int = 0

    def samples(self) -> Samples:
        """The sound (N, C). Raises SoundError."""
        if self.path is not None:
            with AudioFile(self.path) as audio, FileSource(audio) as source:
                return np.concatenate(list(source.all_hops()))
        return compose().samples if self.number == 0 else pattern(PATTERNS[self.number - 1])[0]


def annotated(truth: Path) -> list[Piece]:
    """The pieces of an annotated set that have onsets. Raises UsageError."""
    try:
        notes = json.loads(truth.read_text("utf-8"))
        pieces = [
            Piece(name.split("-")[0], tuple(map(float, note["onsets_s"])), truth.parent / name)
            for name, note in sorted(notes.items())
            if "onsets_s" in note
        ]
    except (OSError, ValueError, TypeError, AttributeError) as error:
        expected = 'expected JSON like {"drums-00.ogg": {"onsets_s": [0.52, 1.04]}}'
        raise UsageError(f"{truth} cannot be read as annotations ({error}); {expected}") from error
    if not pieces:
        raise UsageError(f"{truth} has no recording with onsets_s: nothing to score")
    return pieces


def own_pieces() -> list[Piece]:
    """The demo track and the drum patterns."""
    demo = Piece("demo", compose().onsets_s)
    patterns = [
        Piece("patterns", tuple(pattern(spec)[1]), number=n) for n, spec in enumerate(PATTERNS, 1)
    ]
    return [demo, *patterns]


def in_noise(samples: Samples) -> Samples:
    """The same sound (N, C) with pink noise ``NOISE_DB`` relative to it."""
    spectrum = np.fft.rfft(np.random.default_rng(0).standard_normal(len(samples)))
    pink = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 1)), len(samples))
    loudness = np.sqrt(np.mean(samples.mean(axis=1) ** 2) / np.mean(pink**2))
    noisy = samples + (10.0 ** (NOISE_DB / 20.0) * loudness * pink)[:, None]
    quieter: Samples = (noisy / max(1.0, float(np.abs(noisy).max()))).astype(np.float32)
    return quieter


def heard(methods: Sequence[str], piece: Piece) -> dict[tuple[str, bool], list[float]]:
    """When each method fires, in seconds, by its name and whether there was noise."""
    clean = piece.samples()
    noisy = in_noise(clean)
    return {
        (method, is_noisy): detect(samples, method)
        for method in methods
        for is_noisy, samples in ((False, clean), (True, noisy))
    }


def false_triggers(methods: Sequence[str], kind: str) -> dict[str, float]:
    """Firings a minute of each method on a kind of held sound."""
    counts = dict.fromkeys(methods, 0)
    for seed in range(HELD_SEEDS):
        samples = HELD_SOUNDS[kind](seed, HELD_S).astype(np.float32)[:, None]
        for method in methods:
            counts[method] += sum(t > HELD_SKIPPED_S for t in detect(samples, method))
    minutes = HELD_SEEDS * (HELD_S - HELD_SKIPPED_S) / 60.0
    return {method: count / minutes for method, count in counts.items()}


def f_measure(found: Sequence[Sequence[float]], pieces: Sequence[Piece], window_s: float) -> float:
    """F over all onsets of some pieces together."""
    hits = sum(len(matches(f, p.onsets_s, window_s)) for f, p in zip(found, pieces, strict=True))
    total = sum(len(f) + len(p.onsets_s) for f, p in zip(found, pieces, strict=True))
    return 2.0 * hits / max(total, 1)


def late_ms(found: Sequence[Sequence[float]], pieces: Sequence[Piece]) -> NDArray[np.float64]:
    """How late each firing near an onset is."""
    middle_s = (LATE_S - EARLY_S) / 2.0
    late = [
        middle_s + moved
        for f, p in zip(found, pieces, strict=True)
        for moved in matches([t - middle_s for t in f], p.onsets_s, (LATE_S + EARLY_S) / 2.0)
    ]
    return 1000.0 * np.array(late or [np.nan])


def print_group(
    group: str,
    pieces: Sequence[Piece],
    found: Sequence[dict[tuple[str, bool], list[float]]],
    methods: Sequence[str],
) -> None:
    """Print the table of some pieces that are counted together."""
    print(f"{group}: {sum(len(piece.onsets_s) for piece in pieces)} onsets")
    print("| method | F50 | F25 | fires after, ms (median / 95 %) | F50 in noise |")
    print("|---|---|---|---|---|")
    for method in methods:
        clean, noisy = ([times[method, is_noisy] for times in found] for is_noisy in (False, True))
        median, late = np.percentile(late_ms(clean, pieces), (50, 95))
        columns = (
            method,
            f"{f_measure(clean, pieces, 0.05):.3f}",
            f"{f_measure(clean, pieces, 0.025):.3f}",
            f"{median:.0f} / {late:.0f}",
            f"{f_measure(noisy, pieces, 0.05):.3f}",
        )
        print("| " + " | ".join(columns) + " |")
    print()


def main(pieces: Sequence[Piece], methods: Sequence[str]) -> None:
    """Print a table for each group, and one of false triggers."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(partial(heard, methods), pieces))
        held = list(pool.map(partial(false_triggers, methods), HELD_SOUNDS))
    groups: dict[str, list[int]] = defaultdict(list)
    for index, piece in enumerate(pieces):
        groups[piece.group].append(index)
    for group, members in groups.items():
        print_group(group, [pieces[i] for i in members], [found[i] for i in members], methods)
    print("false triggers a minute")
    print("| method | " + " | ".join(HELD_SOUNDS) + " |")
    print("|---" * (1 + len(HELD_SOUNDS)) + "|")
    for method in methods:
        print(f"| {method} | " + " | ".join(f"{counts[method]:.0f}" for counts in held) + " |")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--truth", type=Path, metavar="FILE", help="annotations, JSON")
    parser.add_argument("--method", choices=ONSET_METHODS, action="append", metavar="NAME",
                        help=", ".join(ONSET_METHODS))  # fmt: skip
    given = parser.parse_args()
    try:
        main(annotated(given.truth) if given.truth else own_pieces(), given.method or ONSET_METHODS)
        print()
        print_beats(recordings(given.truth) if given.truth else made_up())
    except UsageError as error:
        parser.error(str(error))
    except ChladniError as error:
        sys.exit(str(error))
