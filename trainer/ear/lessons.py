"""Lessons: what the network hears of a piece, and where its beats and bars are."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from trainer.ear.composer import LENGTH_S, compose
from trainer.ear.studio import produce
from trainer.ear.synth import find_sound_fonts, render
from visualizer.audio.analysis.beat.beat_network import FRAME_HOPS, BeatBands
from visualizer.audio.analysis.framer import Framer
from visualizer.audio.analysis.gain import Gain
from visualizer.audio.analysis.spectrum import Spectrum
from visualizer.types import HOP, RATE_HZ

FRAME_S = FRAME_HOPS * HOP / RATE_HZ


@dataclass(frozen=True, slots=True)
class Lesson:
    """A piece as it is heard: bands (frames, BANDS), amplitudes after the gain; times in s."""

    kind: str
    bands: NDArray[np.float32]
    beats_s: NDArray[np.float64]
    downbeats_s: NDArray[np.float64]


def lesson(seed: int, folder: Path) -> Lesson:
    """The lesson of this number: played and heard once, then kept in ``folder``.

    Raises ChladniError where nothing can be played.
    """
    path = folder / f"{seed:05d}.npz"
    kept = _read(path)
    if kept is not None:
        return kept
    rng = np.random.Generator(np.random.PCG64([seed, 1]))
    score = compose(seed, LENGTH_S)
    fonts = find_sound_fonts()
    sound = render(score, fonts[rng.integers(len(fonts))], float(rng.uniform(0.0, 0.9)))
    heard = Lesson(score.kind, hear(produce(sound, rng)), score.beats_s, score.downbeats_s)
    _write(heard, path)
    return heard


def hear(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the network is shown of samples (N, 1): every FRAME_HOPS hops a frame of bands."""
    gain, spectrum, bands = Gain(), Spectrum(), BeatBands()
    frames = []
    for hop in Framer(1).push(samples):
        mono = hop[:, 0]
        wide = mono.astype(np.float64)
        factor = gain.step(float(wide @ wide) / HOP, float(np.max(np.abs(wide))))
        frame = bands.step(mono, spectrum.step(mono).long, factor)
        if frame is not None:
            frames.append(frame)
    return np.array(frames, np.float32)


def _write(heard: Lesson, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    with temporary.open("wb") as file:
        np.savez(
            file,
            kind=np.array(heard.kind),
            bands=heard.bands.astype(np.float16),
            beats_s=heard.beats_s,
            downbeats_s=heard.downbeats_s,
        )
    temporary.replace(path)


def _read(path: Path) -> Lesson | None:
    """What was kept; None where nothing, or nothing whole, is there: it is made anew."""
    try:
        with np.load(path) as kept:
            return Lesson(
                str(kept["kind"]),
                kept["bands"].astype(np.float32),
                kept["beats_s"],
                kept["downbeats_s"],
            )
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return None
