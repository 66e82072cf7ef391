"""How well the beat is found, on music whose every beat is known.

``python -m benchmarks.beats`` prints the F-measure at ±70 ms of aubio's beats and of ours, the
first 5 s of each piece left out, as mir_eval does. "Any octave" takes the best of the true beats,
twice as many, and every second one: right but for what ``,`` and ``;`` mend at once. Ours are the
moments at which the phase begins anew, as the hop ends; aubio hears
the sound without our gain, and its beats are dated back by its own delay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

import aubio
import numpy as np
from numpy.typing import NDArray

from benchmarks.grooves import BARS, Groove, play
from benchmarks.onsets import matches
from visualizer.audio.analysis.analyzer import Analyzer
from visualizer.audio.analysis.framer import Framer
from visualizer.audio.analysis.onset import AUBIO_WINDOW
from visualizer.audio.playback.demo_track import compose
from visualizer.types import HOP, RATE_HZ

TEMPI = (60.0, 75.0, 90.0, 100.0, 120.0, 128.0, 140.0, 160.0, 174.0, 180.0)
AUBIO_DELAY_S = 0.006
WINDOW_S = 0.07
SKIPPED_S = 5.0
LAST_S = 0.1
"""A beat so near to the end cannot be heard any more."""

Tracker = Callable[[NDArray[np.float32]], list[float]]


def ours(samples: NDArray[np.float32]) -> list[float]:
    """Times of the beats that the analysis finds in samples (N, C)."""
    analyzer = Analyzer()
    times_s, phase = [], 0.0
    for hop in Framer(samples.shape[1]).push(samples):
        features = analyzer.step(hop)
        if features.beat.phase < phase - 0.5:
            times_s.append(features.time_s)
        phase = features.beat.phase
    return times_s


def aubios(samples: NDArray[np.float32]) -> list[float]:
    """Times of the beats that aubio's own tracker finds."""
    tempo = aubio.tempo("default", AUBIO_WINDOW, HOP, RATE_HZ)
    hops = Framer(samples.shape[1]).push(samples)
    return [
        (index + 1) * HOP / RATE_HZ - AUBIO_DELAY_S
        for index, hop in enumerate(hops)
        if float(tempo(np.ascontiguousarray(hop.mean(axis=1)))[0]) > 0.0
    ]


TRACKERS: dict[str, Tracker] = {"aubio": aubios, "ours": ours}


def f_measure(found_s: Sequence[float], true_s: Sequence[float], end_s: float) -> float:
    """F at ±70 ms between the first 5 s and ``end_s``."""
    found, true = (
        [time_s for time_s in times_s if SKIPPED_S <= time_s <= end_s]
        for times_s in (found_s, true_s)
    )
    return 2.0 * len(matches(found, true, WINDOW_S)) / max(len(found) + len(true), 1)


def any_octave(found_s: Sequence[float], true_s: Sequence[float], end_s: float) -> float:
    """The best F against the beats, twice as many, and every second one."""
    true = np.array(true_s)
    twice = np.sort(np.concatenate((true, (true[1:] + true[:-1]) / 2.0)))
    readings = (true, twice, true[::2], true[1::2])
    return max(f_measure(found_s, reading.tolist(), end_s) for reading in readings)


def grooves() -> list[Groove]:
    """Every kind of bar at every tempo, and swung, with a break, with a drummer's sway."""
    pieces = []
    for n, bpm in enumerate(TEMPI):
        odd = n % 2
        pieces += [Groove(bars, bpm, seed=10 * n + k) for k, bars in enumerate(BARS)]
        pieces += [
            Groove("rock", bpm, swing=0.60 + 0.06 * odd, seed=100 + n),
            Groove("ride", bpm, swing=0.66 - 0.06 * odd, seed=150 + n),
            Groove("four", bpm, rest=8 + 8 * odd, seed=200 + n),
            Groove("rock", bpm, rest=16 - 8 * odd, seed=250 + n),
            Groove("break", bpm, sway=0.03, seed=300 + n),
            Groove("plucks", bpm, sway=0.02, seed=350 + n),
        ]
    return pieces


def main() -> None:
    """Print the table: a row for each kind of piece, then one for each tempo, then all."""
    rows: dict[str, list[list[float]]] = defaultdict(list)
    for seed, bpm in enumerate((124.0, *TEMPI), start=1):
        samples = compose(seed, bpm).samples
        beats_s = (np.arange(40) * 60.0 / bpm).tolist()
        _add(rows, ("demo track", f"{bpm:g} bpm", "all"), samples, beats_s)
    for groove in grooves():
        names = (groove.kind, f"{groove.bpm:g} bpm", "all")
        _add(rows, names, *play(groove))
    print("| piece | " + " | ".join(f"{name} | any octave" for name in TRACKERS) + " |")
    print("|---" * (1 + 2 * len(TRACKERS)) + "|")
    for name in sorted(rows, key=lambda name: (name == "all", name.endswith(" bpm"))):
        means = np.mean(rows[name], axis=0)
        print(f"| {name} | " + " | ".join(f"{mean:.3f}" for mean in means) + " |")


def _add(
    rows: dict[str, list[list[float]]],
    names: Sequence[str],
    samples: NDArray[np.float32],
    beats_s: Sequence[float],
) -> None:
    end_s = len(samples) / RATE_HZ - LAST_S
    scores = []
    for track in TRACKERS.values():
        found_s = track(samples)
        scores += [f_measure(found_s, beats_s, end_s), any_octave(found_s, beats_s, end_s)]
    for name in names:
        rows[name].append(scores)


if __name__ == "__main__":
    main()
