"""Excerpts of lessons, each time another way: faster, brighter, noisier, with bands missing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from trainer.ear.lessons import FRAME_S, Lesson
from visualizer.audio.analysis.beat.beat_network import (
    BANDS,
    DELAY_FRAMES,
    LONG_BANDS,
    LONG_LAG,
    SHORT_LAG,
    loudness,
)

FRAMES = round(18.0 / FRAME_S)
SHAPE = ((-2, 0.25), (-1, 0.6), (0, 1.0), (1, 0.6), (2, 0.25))
"""How the target rises to a beat and falls: two windows' worth of doubt."""

Floats = NDArray[np.float32]
Random = np.random.Generator


def excerpt(lesson: Lesson, rng: Random) -> tuple[Floats, Floats]:
    """Inputs (FRAMES, 2 * BANDS) and targets (FRAMES, 2) of a part of a lesson, changed.

    Many begin where the piece does: a show begins so, too.
    """
    rate = float(np.exp(rng.uniform(-0.12, 0.12)))
    count = min(int(FRAMES * rate) + 4, len(lesson.bands))
    first = int(rng.integers(len(lesson.bands) - count + 1)) if rng.random() < 0.7 else 0
    bands = _recoloured(_resampled(lesson.bands[first : first + count], rate), rng)
    return inputs(bands), _targets(lesson, first, rate)


def plain(lesson: Lesson) -> tuple[Floats, Floats]:
    """The beginning of a lesson as it is, for validation."""
    return inputs(lesson.bands[:FRAMES]), _targets(lesson, 0, 1.0)


def inputs(bands: Floats) -> Floats:
    """What ``BeatNetwork`` is given hop by hop, for frames of bands (N, BANDS) together."""
    now = loudness(bands)
    past = np.concatenate((np.repeat(now[:1], LONG_LAG, axis=0), now))
    before = past[: len(now)].copy()
    before[:, LONG_BANDS:] = past[LONG_LAG - SHORT_LAG :, LONG_BANDS:][: len(now)]
    return np.concatenate((now, np.maximum(now - before, 0.0)), axis=1)


def batch(lessons: Sequence[Lesson], size: int, rng: Random) -> tuple[Floats, Floats]:
    """Excerpts of lessons drawn at random, stacked."""
    drawn = [excerpt(lessons[int(rng.integers(len(lessons)))], rng) for _ in range(size)]
    heard, wanted = zip(*drawn, strict=True)
    return np.stack(heard), np.stack(wanted)


def _resampled(bands: Floats, rate: float) -> Floats:
    """FRAMES frames, ``rate`` times as fast."""
    places = np.minimum(np.arange(FRAMES) * rate, len(bands) - 1.001)
    low = places.astype(int)
    share = (places - low)[:, None].astype(np.float32)
    between: Floats = bands[low] * (1.0 - share) + bands[low + 1] * share
    return between


def _recoloured(bands: Floats, rng: Random) -> Floats:
    """Another equaliser, now and then a gap in the spectrum, another contrast, noise."""
    tilt = np.cumsum(rng.normal(0.0, 0.1, BANDS))
    bands = bands * (10.0 ** (tilt - tilt.mean() + rng.normal(0.0, 0.15))).astype(np.float32)
    if rng.random() < 0.3:
        low = int(rng.integers(BANDS))
        bands[:, low : low + int(rng.integers(1, 10))] *= 10.0 ** rng.uniform(-3.0, -0.5)
    if rng.random() < 0.3:
        bands = (bands + np.float32(1e-6)) ** np.float32(rng.uniform(0.75, 1.15))
    if rng.random() < 0.4:
        level = 10.0 ** (rng.uniform(-3.2, -1.3) + np.linspace(0.3, -0.3, BANDS))
        noise = level * rng.gamma(3.0, 1.0 / 3.0, bands.shape)
        bands = np.sqrt(bands**2 + noise**2)
    return bands.astype(np.float32)


def _targets(lesson: Lesson, first: int, rate: float) -> Floats:
    targets = np.zeros((FRAMES, 2), np.float32)
    for column, times_s in enumerate((lesson.beats_s, lesson.downbeats_s)):
        centres = np.rint((times_s / FRAME_S - first) / rate + DELAY_FRAMES).astype(int)
        for offset, height in SHAPE:
            frames = centres + offset
            frames = frames[(frames >= 0) & (frames < FRAMES)]
            targets[frames, column] = np.maximum(targets[frames, column], height)
    return targets
