"""How well and how early each onset method fires, on music whose every onset is known.

``python -m benchmarks.onsets [METHOD ...]`` prints for each method the F-measure at ±50 and
±25 ms, and how late it fires (median and 95th percentile), over the demo track and seeded drum
patterns of different tempo, mix and noise. A detection counts when the hop that fired it ends:
nothing is dated back.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from visualizer.audio.analysis.analyzer import Analyzer
from visualizer.audio.analysis.framer import Framer
from visualizer.audio.analysis.onset import ONSET_METHODS
from visualizer.audio.playback import instruments
from visualizer.audio.playback.demo_track import compose
from visualizer.types import RATE_HZ

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Pattern:
    """A seeded drum pattern. noise_db: of the noise under it, peak drums at -6 dBFS."""

    seed: int
    bpm: float
    noise_db: float
    bass: bool
    pads: bool


PATTERNS = (
    Pattern(11, 90.0, -90.0, bass=False, pads=False),
    Pattern(12, 128.0, -50.0, bass=True, pads=False),
    Pattern(13, 174.0, -60.0, bass=True, pads=True),
    Pattern(14, 105.0, -36.0, bass=False, pads=True),
    Pattern(15, 140.0, -70.0, bass=True, pads=True),
    Pattern(16, 76.0, -45.0, bass=True, pads=True),
)


@dataclass(frozen=True, slots=True)
class Score:
    """f50, f25: F-measures. late_ms: how late each onset that was found fired."""

    f50: float
    f25: float
    late_ms: NDArray[np.float64]


def pattern(spec: Pattern, length_s: float = 15.0) -> tuple[NDArray[np.float32], list[float]]:
    """Return samples (N, 2) and the onset times of a pattern: velocities and timing vary."""
    rng = np.random.Generator(np.random.PCG64(spec.seed))
    sound = np.zeros((round(length_s * RATE_HZ), 2))
    onsets = []
    chance = {"kick": [0.9, 0.1, 0.3, 0.1], "snare": [0.1, 0.05, 0.1, 0.05]}
    hats = rng.random(4) * np.array([1.0, 0.4, 1.0, 0.4])
    for step in range(int(length_s * spec.bpm / 15.0) - 2):
        start = round((step * 15.0 / spec.bpm + 0.1 + rng.normal(0.0, 0.003)) * RATE_HZ)
        struck = []
        if rng.random() < chance["kick"][step % 4]:
            struck.append(0.5 * instruments.kick())
        if step % 8 == 4 or rng.random() < chance["snare"][step % 4]:
            struck.append(0.4 * instruments.snare(rng))
        if rng.random() < hats[step % 4]:
            struck.append(0.2 * instruments.hat(rng, 0.02 + 0.06 * rng.random()))
        if spec.bass and rng.random() < 0.3:
            struck.append(0.3 * instruments.bass(55.0 * 2.0 ** (rng.integers(12) / 12), 0.3))
        for voice in struck:
            level = 0.4 + 0.6 * rng.random()
            part = sound[start : start + len(voice)]
            part += level * voice[: len(part), None]
        if struck:
            onsets.append(start / RATE_HZ)
    if spec.pads:
        for bar_s in np.arange(0.0, length_s - 3.0, 3.0):
            start = round(bar_s * RATE_HZ)
            root = 110.0 * 2.0 ** (rng.integers(12) / 12)
            chord = 0.02 * instruments.pad((root, root * 1.2, root * 1.5), 3.4, 0.4)
            part = sound[start : start + len(chord)]
            part += chord[: len(part)]
    sound = np.tanh(sound) + 10.0 ** (spec.noise_db / 20.0) * rng.standard_normal(sound.shape)
    return sound.astype(np.float32), onsets


def detect(samples: NDArray[np.float32], method: str) -> list[float]:
    """Return the times at which ``method`` fires."""
    analyzer = Analyzer(method)
    features = (analyzer.step(hop) for hop in Framer(samples.shape[1]).push(samples))
    return [f.time_s for f in features if f.onset]


def matches(found: Sequence[float], true: Sequence[float], window_s: float) -> list[float]:
    """How late each match is, found minus true, in seconds; each time is matched once."""
    late, i, j = [], 0, 0
    while i < len(found) and j < len(true):
        difference = found[i] - true[j]
        if abs(difference) <= window_s:
            late.append(difference)
            i, j = i + 1, j + 1
        elif difference < 0.0:
            i += 1
        else:
            j += 1
    return late


def score(found: Sequence[float], true: Sequence[float]) -> Score:
    """Score detections against the truth."""

    def f_measure(window_s: float) -> float:
        return 2.0 * len(matches(found, true, window_s)) / max(len(found) + len(true), 1)

    late_ms = 1000.0 * np.array(matches(found, true, 0.05))
    return Score(f_measure(0.05), f_measure(0.025), late_ms)


def main(methods: Sequence[str]) -> None:
    """Print one line for each method."""
    demo = compose()
    pieces = [(demo.samples, list(demo.onsets_s))] + [pattern(spec) for spec in PATTERNS]
    print(f"{'method':10} {'F50':>5} {'F25':>5} {'median':>7} {'p95':>6} ms   F50 of each piece")
    for method in methods or ONSET_METHODS:
        scores = [score(detect(samples, method), onsets) for samples, onsets in pieces]
        late = np.concatenate([s.late_ms for s in scores])
        f50, f25 = np.mean([s.f50 for s in scores]), np.mean([s.f25 for s in scores])
        median, p95 = np.percentile(late, (50, 95))
        each = " ".join(f"{s.f50:.2f}" for s in scores)
        print(f"{method:10} {f50:5.3f} {f25:5.3f} {median:7.1f} {p95:6.1f}      {each}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("methods", nargs="*", metavar="METHOD", help=", ".join(ONSET_METHODS))
    main(parser.parse_args().methods)
