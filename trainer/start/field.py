"""The field of a race: many accidents are drawn small, few are worth training."""

from __future__ import annotations

from collections.abc import Sequence
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
from trainer.request import Start
from trainer.start.candidates import Candidate, mirrors_of
from trainer.start.hues import nearness, prompt_hues
from visualizer.style.measure.reference_states import Levels, draw, fixed_moments
from visualizer.style.procedural.dice import Dice
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


def draw_field(start: Start, config: TrainConfig, judge: Judge) -> list[Entry]:
    """The candidates that are worth racing, the best first: no seed twice, unless one was given.

    Reproducible from ``config.seed``. Choosing by CLIP alone picks dull pictures (contrast 20,
    no edges), so they have to be good on a stage first.
    """
    entries = [_entry(candidate, config) for candidate in _candidates(start, config, judge)]
    entries.sort(key=lambda entry: -entry.stage)
    looked_at: list[Entry] = []
    for entry in entries:
        # Two mirrors of a seed, or one seed alone would fill the field.
        same = sum(entry.candidate.seed == other.candidate.seed for other in looked_at)
        if (same < 2 or start.seed is not None) and len(looked_at) < LOOKED_AT:
            looked_at.append(entry)
    near = nearness(judge, [entry.style for entry in looked_at], moments=2).numpy()
    stage = np.array([entry.stage for entry in looked_at])
    merit = _standard(near) + STAGE_SHARE * _standard(stage)
    ordered = [looked_at[i] for i in np.argsort(-merit, kind="stable")]
    if start.seed is None:
        ordered = list({entry.candidate.seed: entry for entry in reversed(ordered)}.values())[::-1]
    return [
        replace(entry, candidate=replace(entry.candidate, motion=kind))
        for entry, kind in zip(ordered, _motions(config, len(ordered)), strict=True)
    ]


def _candidates(start: Start, config: TrainConfig, judge: Judge) -> list[Candidate]:
    dice = Dice(config.seed)
    hues: Sequence[float | None] = [start.hue_deg]
    seeds = [start.seed]
    if start.seed is None:
        seeds = [dice.below(SEEDS) for _ in range(config.candidates)]
        hues = [None] * len(seeds)
    if start.seed is None and config.candidates >= HUES_FROM:
        near = prompt_hues(judge)[:HUES]
        spread = dice.uniform(-HUE_SPREAD_DEG, HUE_SPREAD_DEG, len(seeds))
        hues = [
            round((near[i % HUES] + aside) % 360.0) % 360 for i, aside in enumerate(spread.tolist())
        ]
    return [
        Candidate(seed, hue, mirror, config.motion.kind)
        for seed, hue in zip(seeds, hues, strict=True)
        if seed is not None
        for mirror in (mirrors_of(seed) if config.mirror is None else (config.mirror,))
    ]


def _entry(candidate: Candidate, config: TrainConfig) -> Entry:
    style = candidate.compose(config.architecture)
    moments = fixed_moments(style.z_names, 4)
    return Entry(candidate, style, stage_score([draw(style, z) for z in moments[[0, 3]]]))


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
