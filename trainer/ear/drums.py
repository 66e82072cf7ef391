"""What the drums play: a groove, its own extra kicks, fills, crashes, ghost notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trainer.ear.kinds import CRASH, HAT, HIGH_TOM, KICK, LOW_TOM, MID_TOM, SNARE
from trainer.ear.score import DRUM_CHANNEL

if TYPE_CHECKING:
    from trainer.ear.composer import Band

FILL_DRUMS = (SNARE, HIGH_TOM, MID_TOM, LOW_TOM, KICK)


def play_drums(band: Band) -> tuple[float, ...]:
    """Write the drums down; returns where in a bar the bass drum is."""
    rng, timing = band.rng, band.score.timing
    band.score.programs[DRUM_CHANNEL] = int(rng.choice(band.kind.kits))
    grooves = band.kind.grooves
    first = dict(grooves[rng.integers(len(grooves))])
    second = grooves[rng.integers(len(grooves))] if rng.random() < 0.4 else first
    steps = timing.in_bar * timing.steps
    more_kicks = [step for step in range(steps) if step % timing.steps and rng.random() < 0.06]
    ghosts = 0.06 if rng.random() < 0.3 else 0.0
    loud = rng.uniform(0.6, 1.0)
    if rng.random() < 0.15:
        first.pop(HAT, None)
    for bar in range(timing.bars):
        if not band.plays["drums"][bar]:
            continue
        groove = second if bar // band.section % 2 else first
        fills = bar % band.section == band.section - 1 and rng.random() < 0.5
        length = timing.steps * int(rng.choice((1, 2))) if fills else 0
        hits = _hits(band, groove, steps, steps - length)
        hits += [(step, KICK, 80.0) for step in more_kicks if step < steps - length]
        hits += [(step, SNARE, 45.0) for step in range(steps) if rng.random() < ghosts]
        hits += [
            (step, int(rng.choice(FILL_DRUMS)), rng.uniform(60.0, 115.0))
            for step in range(steps - length, steps)
            if rng.random() < 0.75
        ]
        if bar % band.section == 0 and rng.random() < 0.5:
            hits.append((0, CRASH, 100.0))
        for step, drum, velocity in hits:
            place = bar * timing.in_bar + step / timing.steps
            band.score.add(place, 0.2, DRUM_CHANNEL, drum, loud * velocity)
    line = first.get(KICK, "9")
    return tuple(n / timing.steps for n in range(steps) if line[n % len(line)] != ".")


def _hits(
    band: Band, groove: dict[int, str], steps: int, fill_from: int
) -> list[tuple[int, int, float]]:
    """(step, drum, velocity) of a bar of the groove; cymbals alone go on under a fill."""
    rests = (SNARE, HAT, KICK)
    return [
        (step, drum, 25.0 + 11.0 * int(line[step % len(line)]))
        for drum, line in groove.items()
        for step in range(fill_from if drum in rests else steps)
        if line[step % len(line)] != "." and band.rng.random() < 0.97
    ]
