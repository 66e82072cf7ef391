"""A tune: phrases that come again, more or less syncopated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from trainer.ear.composer import Band

STEPS = (-3, -2, -1, -1, 0, 1, 1, 2, 3)
"""From one note to the next, in degrees of the scale."""


def play_lead(band: Band, channel: int) -> None:
    """Write a tune down."""
    rng, score = band.rng, band.score
    score.programs[channel] = int(rng.choice(band.kind.leads))
    loud, lowest = rng.uniform(0.6, 1.0), int(rng.choice((55, 60, 67)))
    syncopation, density = rng.uniform(0.0, 0.5), rng.uniform(0.3, 1.0)
    degree = int(rng.integers(0, 7))
    phrases: dict[int, list[tuple[float, float, int]]] = {}
    in_bar = score.timing.in_bar
    for bar in np.flatnonzero(band.plays["lead"]).tolist():
        known = phrases.get(bar % 4)
        if known is None or rng.random() > 0.6:
            known = phrases[bar % 4] = _phrase(band, degree, syncopation, density)
        for place, length, at in known:
            degree = at
            key = lowest + band.harmony.key + band.harmony.scale[at % 7] + 12 * (at // 7)
            velocity = loud * (84.0 if place % 1 else 92.0)
            score.add(bar * in_bar + place, 0.95 * length, channel, key, velocity)


def _phrase(
    band: Band, degree: int, syncopation: float, density: float
) -> list[tuple[float, float, int]]:
    """(place, length, degree) of a bar's notes."""
    rng, timing = band.rng, band.score.timing
    step, upbeat = 1.0 / timing.steps, timing.upbeat
    lengths = (step, upbeat, 1.0, 1.0 + upbeat, 2.0)
    odds = np.array((0.3 * density, 0.5 * density, 0.5, 0.15, 0.25))
    notes = []
    place = float(rng.choice((0.5, 1.0, 1.5))) if rng.random() < 0.5 * syncopation else 0.0
    while place < timing.in_bar:
        length = float(rng.choice(lengths, p=odds / odds.sum()))
        if rng.random() > syncopation and place % 1.0 and length >= 1.0:
            length = 1.0 - place % 1.0
        degree = int(np.clip(degree + rng.choice(STEPS), -4, 10))
        if rng.random() < 0.88:
            notes.append((place, length, degree))
        place += length
    return notes
