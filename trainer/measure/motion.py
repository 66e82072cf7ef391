"""How much sound and time move a style's picture, and whether forms travel or fade. NumPy alone.

All amounts are mean absolute differences over pixels and colours, in 8-bit levels, of pictures
that are not rounded: a change of a tenth of a level is still seen here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trainer.config import FLICKER_STEP
from visualizer.show.modulation import Modulator
from visualizer.style.measure.reference_states import (
    Float,
    Levels,
    draw,
    draw_modulated,
    fixed_moments,
)
from visualizer.style.procedural.dice import Dice
from visualizer.style.style import Style
from visualizer.types import Beat, Features

MATCH_SIZE = 160, 90
"""For matching: a shift of one pixel here is 12 at 1080p."""
BLOCK, REACH = 12, 6
"""Sides of the blocks that are matched, and how far they are looked for, in pixels."""
MOMENTS = 4
QUIET_STEP_S = 0.25
DRIFTS = ("drift1_cos", "drift1_sin"), ("drift2_cos", "drift2_sin")
TRAVELLERS: tuple[tuple[str, ...], ...] = (("onset",), ("bass",), *DRIFTS)
"""The entries whose steps ``moves`` looks at: those that a watcher sees move the picture."""
PART_STEP, LOOP_STEP = 0.25, 0.125
"""Steps for ``moves``: of an entry's way from 0 to 1, and in turns of a loop."""


@dataclass(frozen=True, slots=True)
class Motion:
    """What moves a picture how far; the fields are those of the card, in its words.

    moves_fading: what ``moves`` would be if the same pictures cross-faded: its zero point.
    """

    kick_levels: float
    bass_levels: float
    high_levels: float
    drift_levels: float
    quiet_levels_per_s: float
    flicker_levels: float
    moves: float
    moves_fading: float


def measure_motion(style: Style) -> Motion:
    """Measure one style, in about two seconds; the same numbers every time."""
    travelled, faded = style_moves(style)
    return Motion(
        kick_levels=part_levels(style, ("onset",)),
        bass_levels=part_levels(style, ("bass",)),
        high_levels=part_levels(style, ("high",)),
        drift_levels=float(np.mean([part_levels(style, drift) for drift in DRIFTS])),
        quiet_levels_per_s=quiet_levels_per_s(style),
        flicker_levels=flicker_levels(style),
        moves=travelled,
        moves_fading=faded,
    )


def part_levels(style: Style, part: Sequence[str]) -> float:
    """How far the picture goes as one entry goes 0 to 1, or a loop of two to its far side.

    The mean over fixed moments, in levels; 0 where the style has no such entry.
    """
    columns = _columns(style, part)
    if not columns:
        return 0.0
    near = fixed_moments(style.z_names, MOMENTS)
    far = near.copy()
    if len(columns) == 1:
        near[:, columns], far[:, columns] = 0.0, 1.0
    else:
        far[:, columns] *= -1.0
    pairs = zip(near, far, strict=True)
    return float(np.mean([levels_between(draw(style, a), draw(style, b)) for a, b in pairs]))


def levels_between(before: Levels, after: Levels) -> float:
    """Mean absolute difference of two pictures, in levels."""
    return float(np.mean(np.abs(after - before)))


def quiet_levels_per_s(style: Style) -> float:
    """How fast the picture changes in silence, by drift alone, with the view's sway: levels/s."""
    speeds = []
    for start_s in (3.0, 17.0, 31.0, 45.0, 59.0, 73.0):
        modulator = Modulator(style, start_s)
        steps = [
            modulator.step(Features(), Beat(), step_s, style.audio_scale)
            for step_s in (0.0, QUIET_STEP_S)
        ]
        before, after = (draw_modulated(style, step) for step in steps)
        speeds.append(levels_between(before, after) / QUIET_STEP_S)
    return float(np.mean(speeds))


def flicker_levels(style: Style) -> float:
    """How far the picture jumps when z takes a small step in a random direction, in levels."""
    moments = fixed_moments(style.z_names, MOMENTS)
    steps = Dice(7).normal(*moments.shape)
    steps *= FLICKER_STEP / np.linalg.norm(steps, axis=1, keepdims=True)
    pairs = zip(moments, moments + steps, strict=True)
    return float(np.mean([levels_between(draw(style, a), draw(style, b)) for a, b in pairs]))


def style_moves(style: Style) -> tuple[float, float]:
    """Share of the change that local shifts explain, over small steps of the ``TRAVELLERS``.

    The second is the same share for cross-fades of equal size toward other moments.
    """
    moments = fixed_moments(style.z_names, MOMENTS)
    rest = [draw(style, z, MATCH_SIZE) for z in moments]
    travelled: list[tuple[float, float]] = []
    faded: list[tuple[float, float]] = []
    for part in TRAVELLERS:
        if columns := _columns(style, part):
            for i, z in enumerate(_stepped(moments, columns)):
                after = draw(style, z, MATCH_SIZE)
                size = levels_between(rest[i], after)
                travelled.append(block_changes(rest[i], after))
                faded.append(block_changes(rest[i], cross_fade(rest[i], rest[i - 1], size)))
    return _share_explained(travelled), _share_explained(faded)


def cross_fade(before: Levels, other: Levels, levels: float) -> Levels:
    """``before`` on its way to ``other``, as far as changes it by ``levels`` on average."""
    way = levels_between(before, other)
    share = min(levels / way, 1.0) if way > 0.0 else 0.0
    return before + np.float32(share) * (other - before)


def moves(before: Levels, after: Levels) -> float:
    """Share of the change between two pictures that local shifts explain, 0..1.

    1 where the picture was shifted; 0 where nothing changed, or every block was best left
    where it is. A smooth cross-fade gets .1 to .4: some block always looks a bit like another.
    """
    return _share_explained([block_changes(before, after)])


def block_changes(before: Levels, after: Levels) -> tuple[float, float]:
    """(change, what is left of it): sums over blocks of the absolute difference.

    Full-search block matching: each block of ``after`` is laid over ``before`` at every shift
    of up to ``REACH`` pixels, and keeps the best (Jain & Jain, 1981).
    """
    height, width = (side - 2 * REACH for side in after.shape[:2])
    rows, columns = height // BLOCK, width // BLOCK
    height, width = rows * BLOCK, columns * BLOCK
    target = after[REACH : REACH + height, REACH : REACH + width]
    best = still = np.zeros(0)
    span = range(2 * REACH + 1)
    for dy, dx in sorted(((y, x) for y in span for x in span), key=_from_rest):
        difference = np.abs(target - before[dy : dy + height, dx : dx + width])
        sums = difference.reshape(rows, BLOCK, columns, -1).sum(axis=(1, 3), dtype=np.float64)
        if not still.size:
            best = still = sums
        best = np.minimum(best, sums)
    return float(still.sum()), float(best.sum())


def _from_rest(shift: tuple[int, int]) -> tuple[int, tuple[int, int]]:
    """Sorts the shift of nothing first."""
    return (shift[0] - REACH) ** 2 + (shift[1] - REACH) ** 2, shift


def _share_explained(changes: Sequence[tuple[float, float]]) -> float:
    change = sum(still for still, _ in changes)
    left = sum(best for _, best in changes)
    return 1.0 - left / change if change > 0.0 else 0.0


def _columns(style: Style, part: Sequence[str]) -> list[int]:
    names = [name for name in part if name in style.z_names]
    return [style.z_names.index(name) for name in names] if len(names) == len(part) else []


def _stepped(moments: Float, columns: list[int]) -> Float:
    """The same moments, one entry or loop a small step further."""
    stepped = moments.copy()
    if len(columns) == 1:
        value = moments[:, columns[0]]
        # Towards the inside, where the style was trained.
        stepped[:, columns[0]] = value + np.where(value > 0.5, -PART_STEP, PART_STEP)
        return stepped
    angle = 2.0 * np.pi * LOOP_STEP
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    stepped[:, columns] = moments[:, columns] @ turn
    return stepped
