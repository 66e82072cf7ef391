"""The field of a race: many accidents are drawn small, few are worth training."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from trainer.clip.judges import Judge
from trainer.config import MOTIONS, TrainConfig
from trainer.measure.look import (
    contrast,
    crisp_levels,
    dark_share,
    flat_share,
    pale_share,
    saturation,
)
from trainer.measure.motion import levels_between
from trainer.request import TrainRequest
from trainer.start.candidates import Candidate, mirrored, mirrors_of
from trainer.start.hues import nearness, prompt_hues
from visualizer.style.measure.reference_states import Levels, draw, fixed_moments
from visualizer.style.procedural.dice import Dice
from visualizer.style.procedural.seeds import compose
from visualizer.style.style import Style

Floats = NDArray[np.floating]

SEEDS = 1_000_000
"""Candidates are drawn from so many seeds."""
HUES = 3
"""Of the prompt's hues, so many are tried in turn, each up to ``HUE_SPREAD_DEG`` aside."""
HUE_SPREAD_DEG = 15.0
HUES_FROM = 16
"""Candidates from which on it is worth the seconds to ask for the prompt's hues."""
LOOKED_AT = 24
"""Best on a stage, which CLIP then looks at."""
STAGE_SHARE = 0.5
"""What a deviation in stage score counts beside one in nearness to the prompt."""


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A candidate that was looked at: its style, and how good it is on a stage."""

    candidate: Candidate
    style: Style
    stage: float


def draw_field(request: TrainRequest, judge: Judge) -> list[Entry]:
    """The candidates that are worth racing, the best first: no seed twice, unless one was given.

    Reproducible from the prompt and ``config.seed``. Choosing by CLIP alone picks dull pictures
    (contrast 20, no edges), so they have to be good on a stage first.
    """
    start, config = request.start, request.config
    drawn = _drawn(request, judge)
    entries = [entry for seed, hue in drawn for entry in _entries(seed, hue, config)]
    entries.sort(key=lambda entry: -entry.stage)
    # Two mirrors of a seed, or one seed alone would fill the field.
    entries = _first_of_each(entries, len(entries) if start.seed is not None else 2)[:LOOKED_AT]
    near = nearness(judge, [entry.style for entry in entries], moments=2).numpy()
    stage = np.array([entry.stage for entry in entries])
    merit = _standard(near) + STAGE_SHARE * _standard(stage)
    ordered = [entries[i] for i in np.argsort(-merit, kind="stable")]
    if start.seed is None:
        ordered = _first_of_each(ordered, 1)
    return [
        replace(entry, candidate=replace(entry.candidate, motion=kind))
        for entry, kind in zip(ordered, _motions(config, len(ordered)), strict=True)
    ]


def _drawn(request: TrainRequest, judge: Judge) -> Sequence[tuple[int, float | None]]:
    """Seeds, each with the hue of its palette; None is its own."""
    if request.start.seed is not None:
        return [(request.start.seed, request.start.hue_deg)]
    # By the prompt too, or all styles of a set would begin with the same few forms.
    dice = Dice(request.config.seed ^ zlib.crc32((request.prompt or "").encode()))
    seeds = [dice.below(SEEDS) for _ in range(request.config.candidates)]
    if len(seeds) < HUES_FROM:
        return [(seed, None) for seed in seeds]
    near = prompt_hues(judge)[:HUES]
    aside = dice.uniform(-HUE_SPREAD_DEG, HUE_SPREAD_DEG, len(seeds)).tolist()
    # Whole degrees, so that a person can type them.
    return [(seed, float(round(near[i % HUES] + aside[i]) % 360)) for i, seed in enumerate(seeds)]


def _entries(seed: int, hue_deg: float | None, config: TrainConfig) -> Iterator[Entry]:
    """A seed in all the mirrors that are to be tried."""
    plain = compose(seed, config.architecture, hue_deg)
    moments = fixed_moments(plain.z_names, 4)[[0, 3]]
    for mirror in mirrors_of(seed) if config.mirror is None else (config.mirror,):
        style = mirrored(plain, mirror)
        stage = stage_score([draw(style, z) for z in moments])
        yield Entry(Candidate(seed, hue_deg, mirror, config.motion.kind), style, stage)


def _first_of_each(entries: Sequence[Entry], most: int) -> list[Entry]:
    """The entries in their order, at most so many of a seed."""
    seen: Counter[int] = Counter()
    chosen = []
    for entry in entries:
        seen[entry.candidate.seed] += 1
        if seen[entry.candidate.seed] <= most:
            chosen.append(entry)
    return chosen


def stage_score(pictures: Sequence[Levels]) -> float:
    """How good pictures of 96 x 54 are on a stage: contrast, edges, night, colour, movement.

    Each counts up to what the best untrained styles have; emptiness and white count against it.
    """

    def mean(values: Sequence[float]) -> float:
        return float(np.mean(values))

    dark = mean([dark_share(p) for p in pictures])
    moved = levels_between(pictures[0], pictures[-1])
    return float(
        min(mean([contrast(p) for p in pictures]) / 55.0, 1.2)
        + min(mean([crisp_levels(p) for p in pictures]) / 40.0, 1.2)
        + min(dark / 0.25, 1.0)
        + 0.5 * min(mean([saturation(p) for p in pictures]) / 0.5, 1.0)
        + 0.5 * min(moved / 20.0, 1.0)
        - 2.0 * max(dark - 0.6, 0.0)
        - 2.0 * max(mean([flat_share(p) for p in pictures]) - 0.35, 0.0)
        - 3.0 * max(mean([pale_share(p) for p in pictures]) - 0.05, 0.0)
    )


def _motions(config: TrainConfig, count: int) -> list[str]:
    """The kind of each, the best first: the wished one, or both in turn."""
    if not config.auto_motion:
        return [config.motion.kind] * count
    return [MOTIONS[(i + 1) % len(MOTIONS)] for i in range(count)]


def _standard(values: Floats) -> Floats:
    """In deviations from the mean."""
    return np.asarray((values - values.mean()) / max(float(values.std()), 1e-9))
